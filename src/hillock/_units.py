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
    }
)
_PREFIXES: Mapping[str, int] = MappingProxyType({"": 0, "f": -15, "p": -12, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9})
_PREFIX_NAMES: Mapping[str, str] = MappingProxyType(
    {"femto": "f", "pico": "p", "nano": "n", "micro": "u", "\u03bc": "u", "\u00b5": "u", "milli": "m", "kilo": "k", "mega": "M", "giga": "G"}
)
_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "sec": "s",
        "second": "s",
        "volt": "V",
        "amp": "A",
        "ampere": "A",
        "ohm": "Ω",
        "Ohm": "Ω",
        "\u2126": "Ω",
        "siemens": "S",
        "farad": "F",
        "coulomb": "C",
        "hertz": "Hz",
    }
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
_NUMBER = re.compile(r"\s*([-+]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|(?:inf|nan)(?![^\W\d])))\s*(.*?)\s*$")
_FACTOR = re.compile(r"\s*([*/·]?)\s*([^*/·^\s]+)(?:(?:\s*\*\*\s*|\s*\^\s*)(-?\d+))?\s*")
_PREFIXED = re.compile(
    "(?P<prefix>{})?(?:(?P<name>{})s?|(?P<symbol>{}))".format(
        "|".join([*_PREFIX_NAMES, *filter(None, _PREFIXES)]),
        "|".join(_NAMES),
        "|".join(_UNITS),
    )
)


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
    if isinstance(value, list | tuple) and not all(isinstance(item, int | float) for item in value):
        return [to_number(item, unit) for item in value]
    magnitude, given = _quantity(value)
    return magnitude if given is None else _convert(magnitude, given, unit, str(value))


def _convert(number: Any, given: str, wanted: str, text: str) -> Any:
    kind, power = _parse(given, text)
    wanted_kind, wanted_power = _parse(wanted, wanted)
    if kind != wanted_kind:
        raise UnitError(f"must be {_name(wanted_kind)} in {wanted}, got {text!r}, which is {_name(kind)}")
    shift = power - wanted_power
    return number * float(10**shift) if shift >= 0 else number / float(10**-shift)  # exact powers: '0.2 s' is exactly 200


def _name(kind: tuple[int, int, int]) -> str:
    return _KINDS.get(kind, "of another kind")


def _parse(unit: str, text: str) -> tuple[tuple[int, int, int], int]:
    """Return dimension and power of ten of a unit such as 'mV', '1/ms', 'nA*ms', 'mV/ms' or 'ms**-1'."""
    kind, power, rest = np.zeros(3, int), 0, unit.strip()
    while rest:
        match = _FACTOR.match(rest)
        if match is None:
            raise _unknown(rest, text)
        sign, factor, exponent = match.groups()
        base, base_power = _parse_factor(factor, text)
        way = int(exponent or 1) * (-1 if sign == "/" else 1)
        kind += way * np.array(base)
        power += way * base_power
        rest = rest[match.end() :]
    return (int(kind[0]), int(kind[1]), int(kind[2])), power


def _parse_factor(factor: str, text: str) -> tuple[tuple[int, int, int], int]:
    if factor == "1":
        return (0, 0, 0), 0
    match = _PREFIXED.fullmatch(factor)
    if match is None:
        raise _unknown(factor, text)
    prefix, name, symbol = match["prefix"] or "", match["name"], match["symbol"]
    kind, power = _UNITS[symbol or _NAMES[name]]
    return kind, power + _PREFIXES[_PREFIX_NAMES.get(prefix, prefix)]


def _unknown(factor: str, text: str) -> UnitError:
    return UnitError(f"has the unknown unit {factor!r} in {text!r}. Use ms, mV, nA, MΩ (or Mohm), nF, uS, pC or Hz, with any SI prefix")


def _quantity(value: Any) -> tuple[Any, str | None]:
    """Return magnitude and unit of a quantity object, or the value itself and None."""
    packages = {base.__module__.partition(".")[0] for base in type(value).__mro__}  # neo's arrays are quantities too
    if "pint" in packages:
        value = 1 * value if type(value).__name__ == "Unit" else value  # a bare unit means one of it
        return value.magnitude, f"{value.units:~}"
    if "astropy" in packages:
        value = 1 * value
        return value.value, value.unit.to_string()
    if "quantities" in packages:
        return value.magnitude, value.dimensionality.string
    if "brian2" in packages:  # stored in SI base units: m, kg, s, A, ...
        return np.asarray(value), _brian_unit(value)
    return value, None


def _brian_unit(value: Any) -> str:
    metre, kilogram, second, ampere, *rest = (value.dim.get_dimension(name) for name in _SI)
    if any(rest) or metre != 2 * kilogram or any(power % 1 for power in (kilogram, second, ampere)):
        return str(value.dim)
    # 1 V = kg·m²·s⁻³·A⁻¹, so kilogram counts the volts
    factors = {"V": kilogram, "s": second + 3 * kilogram, "A": ampere + kilogram}
    return "1" + "".join(f"*{unit}**{int(power)}" for unit, power in factors.items())


_SI = ("m", "kg", "s", "A", "K", "mol", "cd")
