"""Numbers as text, and text as lines."""

import textwrap

import numpy as np
from jaxtyping import Float

_WIDTH = 100
_PLAIN = 1e7  # from here on numbers are written with a power of ten


def quantity(value: float, unit: str, digits: int = 4) -> str:
    """Return a number with its unit; nothing for one that does not exist."""
    if np.isnan(value):
        return ""
    number = f"{value:.0f}" if 10**digits <= abs(value) < _PLAIN else f"{value:.{digits}g}"
    return number if unit == "1" else f"{number} {unit}"


def span(values: Float[np.ndarray, " any"], unit: str) -> str:
    """Return the range of some numbers with their unit, those left out that do not exist."""
    known = values[~np.isnan(values)]
    if not len(known):
        return ""
    low, high = quantity(float(known.min()), "1"), quantity(float(known.max()), "1")
    text = low if low == high else f"{low} to {high}"
    return text if unit == "1" else f"{text} {unit}"


def wrapped(text: str) -> list[str]:
    """Return a numbered paragraph as lines, all but the first indented."""
    return textwrap.wrap(text, _WIDTH, subsequent_indent="   ", break_long_words=False, break_on_hyphens=False)
