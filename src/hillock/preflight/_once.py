"""A doubt is said once, however often a run is repeated.

Python's own memory of what it has warned about is lost whenever anything, anywhere, enters ``warnings.catch_warnings``, and it takes the
same sentence with another number for a new one. A loop over a thousand currents would warn a thousand times.
"""

import re
import sys
import warnings
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import Any

_PACKAGE = str(Path(__file__).parent.parent)
_NUMBER = re.compile(r"-?\b\d+(\.\d+)?(e[-+]?\d+)?\b|\binf\b")
_SAID: set[tuple[str, int, str]] = set()


class Doubt(UserWarning):
    """A run that is legal but probably not what was meant.

    Each is said once per line of code that runs something, whatever its numbers. ``warnings.simplefilter("always", hk.Doubt)`` says all of
    them, ``"error"`` turns them into errors, and ``"ignore"`` is silence; ``hillock.explain`` lists them at any time.
    """


def warn_once(found: Iterable[str]) -> None:
    """Warn of doubts, at the line of the user's code that led here; one that was said there before, but for its numbers, is left out."""
    frame = _caller()
    file, line, module = frame.f_code.co_filename, frame.f_lineno, str(frame.f_globals.get("__name__", "<string>"))
    for text in found:
        action = _action(text, module, line)
        said = (file, line, _NUMBER.sub("#", text))
        if action in ("always", "all", "error") or (action != "ignore" and said not in _SAID):
            _SAID.add(said)
            warnings.warn_explicit(text, Doubt, file, line, module=module, registry=frame.f_globals.setdefault("__warningregistry__", {}))


def _caller() -> FrameType:
    """Return the innermost frame outside this package; the outermost of all if there is none."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame = frame.f_back
    return frame


def _action(text: str, module: str, line: int) -> str:
    """Return what the filters of ``warnings`` say should become of a doubt."""
    for action, message, category, place, number in warnings.filters:
        if issubclass(Doubt, category) and _fits(message, text) and _fits(place, module) and number in (0, line):
            return action
    return "default"


def _fits(pattern: Any, text: str) -> bool:
    return pattern is None or (pattern == text if isinstance(pattern, str) else pattern.match(text) is not None)
