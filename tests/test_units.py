"""Units: text and quantity objects of four packages into plain numbers, and nothing of the wrong dimension."""

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hillock as hk
from hillock._units import UnitError, to_number

FACTORS = {"": 0, "f": -15, "p": -12, "n": -9, "u": -6, "µ": -6, "μ": -6, "m": -3, "k": 3, "M": 6, "G": 9}
HERE = {"s": ("ms", -3), "V": ("mV", -3), "A": ("nA", -9), "Ω": ("MΩ", 6), "F": ("nF", -9), "S": ("uS", -6), "C": ("pC", -12), "Hz": ("Hz", 0)}


@given(value=st.floats(-1e9, 1e9), prefix=st.sampled_from([*FACTORS]), base=st.sampled_from([*HERE]))
def test_every_prefix_of_every_unit_is_its_power_of_ten(value, prefix, base):
    unit, power = HERE[base]
    shift = FACTORS[prefix] - power
    expected = value * 10.0**shift if shift >= 0 else value / 10.0**-shift
    assert to_number(f"{value!r} {prefix}{base}", unit) == pytest.approx(expected, rel=1e-15, abs=0)


@given(value=st.floats(allow_nan=False), unit=st.sampled_from([unit for unit, _ in HERE.values()]))
def test_a_number_in_the_unit_that_is_wanted_comes_back_unchanged(value, unit):
    assert to_number(f"{value!r} {unit}", unit) == value
    assert to_number(f"{value!r}", unit) == value
    assert to_number(value, unit) == value


@given(value=st.integers(-(10**6), 10**6), pair=st.sampled_from([("s", "ms", 1000), ("V", "mV", 1000), ("nA", "pA", 1000), ("uF", "nF", 1000)]))
def test_there_and_back_is_exact_for_whole_numbers(value, pair):
    large, small, factor = pair
    assert to_number(f"{value} {large}", small) == value * factor
    assert to_number(f"{value * factor} {small}", large) == value


@pytest.mark.parametrize(
    ("text", "unit", "value"),
    [
        ("20ms", "ms", 20.0),
        (" 2e1  ms ", "ms", 20.0),
        ("-65mV", "mV", -65.0),
        (".5 nA", "nA", 0.5),
        ("20 msec", "ms", 20.0),
        ("2 seconds", "ms", 2000.0),
        ("5 microsiemens", "uS", 5.0),
        ("3 nanoamps", "nA", 3.0),
        ("100 Mohm", "MΩ", 100.0),
        ("100 MOhm", "MΩ", 100.0),
        ("100 megaohm", "MΩ", 100.0),
        ("1 kOhm", "MΩ", 1e-3),
        ("1 \u2126", "MΩ", 1e-6),
        ("1 \u00b5S", "uS", 1.0),
        ("1 \u03bcS", "uS", 1.0),
        ("5 1/ms", "1/ms", 5.0),
        ("5 /s", "Hz", 5.0),
        ("5 ms**-1", "Hz", 5000.0),
        ("5 ms^-1", "Hz", 5000.0),
        ("3 nA*ms", "pC", 3.0),
        ("3 nA·ms", "pC", 3.0),
        ("1 nA/mV", "uS", 1.0),
        ("1 s/MΩ", "nF", 1e3),
        ("2 mV ** 2 / mV", "mV", 2.0),
        ("inf", "ms", np.inf),
        ("-inf ms", "ms", -np.inf),
        ("0.5", "1", 0.5),
    ],
)
def test_units_may_be_spelled_in_many_ways(text, unit, value):
    assert to_number(text, unit) == value


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        ("20 mV", "ms", "must be a time in ms, got '20 mV', which is a voltage"),
        ("20 ms", "mV", "must be a voltage in mV, got '20 ms', which is a time"),
        ("20 ms", "nA", "must be a current in nA, got '20 ms', which is a time"),
        ("20 S", "MΩ", "must be a resistance in MΩ, got '20 S', which is a conductance"),
        ("20 MΩ", "uS", "must be a conductance in uS, got '20 MΩ', which is a resistance"),
        ("20 A", "pC", "must be a charge in pC, got '20 A', which is a current"),
        ("20 pC", "nF", "must be a capacitance in nF, got '20 pC', which is a charge"),
        ("20 ms", "Hz", "must be a rate in Hz, got '20 ms', which is a time"),
        ("20 mV", "1", "must be a plain number in 1, got '20 mV', which is a voltage"),
        ("20 ms**2", "ms", "must be a time in ms, got '20 ms**2', which is of another kind"),
        ("20 1/1", "ms", "must be a time in ms, got '20 1/1', which is a plain number"),
        ("fast", "ms", "must be a number with a unit such as '1 ms', got 'fast'"),
        ("", "ms", "must be a number with a unit such as '1 ms', got ''"),
        ("ms", "ms", "must be a number with a unit such as '1 ms', got 'ms'"),
    ],
)
def test_a_wrong_dimension_is_an_error(value, unit, text):
    with pytest.raises(UnitError, match="^" + re.escape(text) + "$"):
        to_number(value, unit)


@pytest.mark.parametrize(
    ("value", "unknown"), [("20 min", "min"), ("20 hz", "hz"), ("1,5 ms", ",5"), ("20 mV*", "*"), ("20 mm", "mm"), ("20 m s", "m")]
)
def test_an_unknown_unit_is_an_error(value, unknown):
    text = f"has the unknown unit {unknown!r} in {value!r}. Use ms, mV, nA, MΩ (or Mohm), nF, uS, pC or Hz, with any SI prefix"
    with pytest.raises(UnitError, match="^" + re.escape(text) + "$"):
        to_number(value, "ms")


def test_lists_may_mix_numbers_text_and_units():
    assert to_number(["20 ms", "0.03 s", 40], "ms") == [20.0, 30.0, 40]
    assert to_number([["1 nA", "2 pA"], [3, 4]], "nA") == [[1.0, 0.002], [3, 4]]


def test_seconds_are_not_mistaken_for_milliseconds_where_a_unit_is_given():
    cell = hk.cells.LIF(tau_m="0.02 s", v_th="-0.05 V", r_m="1e8 ohm")
    assert (cell.tau_m, cell.v_th, cell.r_m) == (20.0, -50.0, 100.0)


# Quantity objects. These packages are not needed by hillock; where one is installed, its quantities must be right.


def pint_units():
    pint = pytest.importorskip("pint", reason="pint is not installed")
    registry = pint.UnitRegistry()
    return {name: registry.Unit(name) for name in ("ms", "s", "mV", "nA", "megaohm", "nF", "microsiemens", "pC", "Hz", "m")}


def astropy_units():
    units = pytest.importorskip("astropy.units", reason="astropy is not installed")
    names = {"megaohm": "MOhm", "microsiemens": "uS"}
    return {name: units.Unit(names.get(name, name)) for name in ("ms", "s", "mV", "nA", "megaohm", "nF", "microsiemens", "pC", "Hz", "m")}


def quantities_units():
    pq = pytest.importorskip("quantities", reason="quantities is not installed")
    derived = {"megaohm": 1e6 * pq.ohm, "microsiemens": 1e-6 * pq.siemens, "pC": 1e-12 * pq.coulomb}
    return {**{name: getattr(pq, name) for name in ("ms", "s", "mV", "nA", "nF", "Hz", "m")}, **derived}


def brian2_units():
    try:
        import brian2 as b  # noqa: PLC0415
    except (ImportError, AttributeError) as error:  # AttributeError: brian2 2.9 with numpy 2.4
        pytest.skip(f"brian2 cannot be imported: {error}")
    names = {"s": b.second, "megaohm": b.Mohm, "nF": b.nfarad, "microsiemens": b.usiemens, "pC": 1e-12 * b.coulomb}
    return {**{name: getattr(b, name) for name in ("ms", "mV", "nA", "Hz")}, **names, "m": b.meter}


packages = pytest.mark.parametrize("units", [pint_units, astropy_units, quantities_units, brian2_units])


@packages
@pytest.mark.filterwarnings("ignore")
def test_quantities_of_a_package_become_numbers(units):
    u = units()
    here = {"ms": "ms", "mV": "mV", "nA": "nA", "megaohm": "MΩ", "nF": "nF", "microsiemens": "uS", "pC": "pC", "Hz": "Hz"}
    for name, unit in here.items():
        assert to_number(3.0 * u[name], unit) == pytest.approx(3.0, rel=1e-14), name
    assert to_number(0.02 * u["s"], "ms") == pytest.approx(20.0, rel=1e-14)
    assert to_number(2.0 / u["ms"], "Hz") == pytest.approx(2000.0, rel=1e-14)
    assert to_number(2.0 * (u["nA"] * u["ms"]), "pC") == pytest.approx(2.0, rel=1e-14)


@packages
@pytest.mark.filterwarnings("ignore")
def test_arrays_lists_and_bare_units_of_a_package_become_numbers(units):
    u = units()
    np.testing.assert_allclose(to_number(np.array([1.0, 2.0]) * u["s"], "ms"), [1000.0, 2000.0], rtol=1e-14)
    np.testing.assert_allclose(to_number([1.0 * u["ms"], 2.0 * u["s"], "3 ms"], "ms"), [1.0, 2000.0, 3.0], rtol=1e-14)
    assert to_number(u["s"], "ms") == pytest.approx(1000.0, rel=1e-14)
    assert hk.cells.LIF(tau_m=0.03 * u["s"]).tau_m == pytest.approx(30.0, rel=1e-14)


@packages
@pytest.mark.filterwarnings("ignore")
def test_quantities_of_the_wrong_dimension_are_refused(units):
    u = units()
    with pytest.raises(UnitError, match=r"^must be a time in ms, got .*, which is a voltage$"):
        to_number(3.0 * u["mV"], "ms")
    with pytest.raises(UnitError, match=r"^has the unknown unit 'm' in "):
        to_number(3.0 * u["m"], "ms")
    with pytest.raises(UnitError, match=r"which is of another kind$|^has the unknown unit"):
        to_number(3.0 * u["ms"] * u["ms"], "ms")
