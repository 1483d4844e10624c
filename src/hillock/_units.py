"""One unit system: ms, mV, nA, MΩ, nF, µS, pC, and rates in Hz.

Inside hillock every number is a plain float in these units, which multiply without factors (nA·MΩ = mV, MΩ·nF = ms).
At the edge, strings such as ``"200 pF"`` and quantity objects are converted by the one table below.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

# Exponents of (second, volt, ampere), and the power of ten, of the units without prefix.
_UNITS: Mapping[str, tuple[tuple[int, int, int], int]] = MappingProxyType(
    {
        "s": ((1, 0, 0), 0),
        "V": ((0, 1, 0), 0),
        "A": ((0, 0, 1), 0),
        "Ω": ((0, 1, -1), 0),
        "S": ((0, -1, 1), 0),
        "F": ((1, -1, 1), 0),
        "C": ((1, 0, 1), 0),
        "Hz": ((-1, 0, 0), 0),
        "1": ((0, 0, 0), 0),
    }
)
_PREFIXES: Mapping[str, int] = MappingProxyType({"": 0, "f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9})
_SPELLINGS: Mapping[str, str] = MappingProxyType(
    {"ohm": "Ω", "Ohm": "Ω", "\u2126": "Ω", "\u03bc": "u", "\u00b5": "u", "sec": "s", "volt": "V", "amp": "A", "siemens": "S"}
)
_KINDS: Mapping[tuple[int, int, int], str] = MappingProxyType(
    {
        (1, 0, 0): "a time",
        (0, 1, 0): "a voltage",
        (0, 0, 1): "a current",
        (0, 1, -1): "a resistance",
        (0, -1, 1): "a conductance",
        (1, -1, 1): "a capacitance",
        (1, 0, 1): "a charge",
        (-1, 0, 0): "a rate",
        (0, 0, 0): "a plain number",
    }
)
_NUMBER = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*$")


class UnitError(ValueError):
    """A value whose unit is unknown or of the wrong kind."""


def to_number(value: Any, unit: str) -> Any:
    """Return ``value`` as plain numbers in ``unit``.

    Args:
        value: a number or an array (taken to be in ``unit``), text such as ``"20 ms"``, a list of those, or a quantity of pint,
            astropy, quantities or Brian2.
        unit: the unit wanted, for example ``"ms"``.

    Raises:
        UnitError: the text is not a number with a unit, the unit is unknown, or it is of another kind.

    """
    if isinstance(value, str):
        match = _NUMBER.match(value)
        if match is None:
            raise UnitError(f"must be a number with a unit such as '1 {unit}', got {value!r}")
        number, given = float(match[1]), match[2]
        return _convert(number, given, unit, value) if given else number
    if isinstance(value, list | tuple) and any(isinstance(item, str) for item in value):
        return [to_number(item, unit) for item in value]
    magnitude, given = _quantity(value)
    return magnitude if given is None else _convert(magnitude, given, unit, str(value))


def _convert(number: Any, given: str, wanted: str, text: str) -> Any:
    kind, power = _parse(given, text)
    wanted_kind, wanted_power = _parse(wanted, wanted)
    if kind != wanted_kind:
        raise UnitError(f"must be {_name(wanted_kind)} in {wanted}, got {text!r}, which is {_name(kind)}")
    shift = power - wanted_power
    return number * 10**shift if shift >= 0 else number / 10**-shift  # exact powers, so '20 ms' is exactly 20


def _name(kind: tuple[int, int, int]) -> str:
    return _KINDS.get(kind, "of another kind")


def _parse(unit: str, text: str) -> tuple[tuple[int, int, int], int]:
    """Return dimension and power of ten of a unit such as 'mV', '1/ms', 'nA*ms' or 'mV/ms'."""
    kind, power = np.zeros(3, int), 0
    for sign, factor in re.findall(r"([*/·]?)\s*([^*/·\s]+)", unit.strip()):
        base, base_power = _parse_factor(factor, text)
        way = -1 if sign == "/" else 1
        kind += way * np.array(base)
        power += way * base_power
    return (int(kind[0]), int(kind[1]), int(kind[2])), power


def _parse_factor(factor: str, text: str) -> tuple[tuple[int, int, int], int]:
    for spelling, symbol in _SPELLINGS.items():
        factor = factor.replace(spelling, symbol)
    for base, (kind, power) in _UNITS.items():
        prefix = factor.removesuffix(base)
        if factor.endswith(base) and prefix in _PREFIXES and (base != "1" or not prefix):
            return kind, power + _PREFIXES[prefix]
    raise UnitError(f"has the unknown unit {factor!r} in {text!r}. Use ms, mV, nA, MΩ (or Mohm), nF, uS, pC or Hz, with any SI prefix")


def _quantity(value: Any) -> tuple[Any, str | None]:
    """Return magnitude and unit of a quantity object, or the value itself and None."""
    package = type(value).__module__.partition(".")[0]
    if package == "pint":
        return value.magnitude, f"{value.units:~}"
    if package == "astropy":
        return value.value, value.unit.to_string()
    if package == "quantities":
        return value.magnitude, value.dimensionality.string
    if package == "brian2":  # stored in SI base units: m, kg, s, A, ...
        metre, kilogram, second, ampere, *rest = (value.dim.get_dimension(name) for name in _SI)
        if any(rest) or metre != 2 * kilogram:
            return np.asarray(value), "metre"
        # 1 V = kg·m²·s⁻³·A⁻¹, so kilogram counts the volts
        factors = {"V": kilogram, "s": second + 3 * kilogram, "A": ampere + kilogram}
        unit = "".join((f"*{u}" if n > 0 else f"/{u}") * abs(int(n)) for u, n in factors.items())
        return np.asarray(value), f"1{unit}"
    return value, None


_SI = ("m", "kg", "s", "A", "K", "mol", "cd")
