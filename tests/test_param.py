"""Parameters: what is accepted, and the whole sentence for everything that is not."""

import dataclasses
import re
from fractions import Fraction

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hillock._param import (
    ParameterError,
    Parametrized,
    as_number,
    declarations,
    defaults,
    param,
    require_below,
    unknown_parameter,
)
from hillock._types import Param
from hillock.cells import LIF, Izhikevich, ResonateAndFire
from hillock.stimuli import Pulses, Step


def refuses(text, call, *arguments, **named):
    with pytest.raises(ParameterError, match="^" + re.escape(text) + "$"):
        call(*arguments, **named)


class Window(Parametrized):
    """Something with bounds of every kind."""

    low: Param = param(0.0, "ms", "first", low=0.0, high=10.0, on_grid=True)
    high: Param = param(20.0, "ms", "last", above=0.0)
    share: Param = param(0.5, "1", "a share", above=0.0, high=1.0)
    weights: Param = param([1.0, 2.0], "nA", "a list", ndim=1)

    def __check_init__(self):
        require_below(self, "low", "high", or_equal=True)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (20, 20.0),
        ("20 ms", 20.0),
        ("0.02 s", 20.0),
        ("20", 20.0),
        (np.float32(0.5), 0.5),
        (np.int16(3), 3.0),
        (np.array(4), 4.0),
        (Fraction(1, 2), None),
    ],
)
def test_a_number_may_be_written_in_many_ways(given, number):
    if number is None:
        refuses(f"LIF.tau_m must be a number, one number per neuron, or text such as '1 ms', got {given!r}.", LIF, tau_m=given)
    else:
        assert LIF(tau_m=given).tau_m == number
        assert type(LIF(tau_m=given).tau_m) is float


@pytest.mark.parametrize("given", [[20, 30], (20, 30), ["20 ms", "0.03 s"], ["20 ms", 30], np.array([20, 30]), np.array([20, 30], np.float32)])
def test_one_number_per_neuron_may_be_written_in_many_ways(given):
    tau = LIF(tau_m=given).tau_m
    np.testing.assert_array_equal(tau, [20.0, 30.0])
    assert tau.dtype == np.float64


def test_arrays_of_jax_stay_arrays_of_jax_and_whole_numbers_become_real():
    assert isinstance(LIF(tau_m=jnp.array([20.0, 30.0])).tau_m, jax.Array)
    assert LIF(tau_m=jnp.array([20, 30])).tau_m.dtype == jnp.float32
    np.testing.assert_array_equal(LIF(tau_m=[jnp.float32(20.0), 30.0]).tau_m, [20.0, 30.0])


@pytest.mark.parametrize("given", [True, None, 1j, np.array([True, False]), jnp.array([True]), b"Text", [1.0, [2.0]], {"a": 1}, object])
def test_what_is_no_number_is_refused(given):
    refuses(f"LIF.tau_m must be a number, one number per neuron, or text such as '1 ms', got {given!r}.", LIF, tau_m=given)


@pytest.mark.parametrize(
    ("named", "text"),
    [
        ({"tau_m": -1}, "LIF.tau_m must be > 0 ms, got -1 ms."),
        ({"tau_m": 0}, "LIF.tau_m must be > 0 ms, got 0 ms."),
        ({"t_ref": "-2 ms"}, "LIF.t_ref must be ≥ 0 ms, got -2 ms."),
        ({"tau_m": [20, -3, -4]}, "LIF.tau_m must be > 0 ms, got -3 ms at index 1."),
        ({"v_th": np.nan}, "LIF.v_th must be a number, got nan mV."),
        ({"v_th": [-50, np.nan]}, "LIF.v_th must be a number, got nan mV at index 1."),
        ({"v_th": np.zeros((2, 3))}, "LIF.v_th must be a number or one number per neuron (a 1-d array), got an array of shape (2, 3)."),
        ({"tau_m": "20 mV"}, "LIF.tau_m must be a time in ms, got '20 mV', which is a voltage."),
        ({"tau_m": "fast"}, "LIF.tau_m must be a number with a unit such as '1 ms', got 'fast'."),
        ({"v_reset": -40}, "LIF.v_reset must be < LIF.v_th, got -40 mV and -50 mV."),
        ({"v_reset": [-65, -50], "v_th": -50}, "LIF.v_reset must be < LIF.v_th, got -50 mV and -50 mV."),
        ({"thr": -50}, "LIF has no parameter 'thr'; it is called v_th here."),
        ({"V_th": -50}, "LIF has no parameter 'V_th'; it is called v_th here."),
        ({"tau_refrac": 2}, "LIF has no parameter 'tau_refrac'; it is called t_ref here."),
        ({"tau_mm": 2}, "LIF has no parameter 'tau_mm'. Did you mean tau_m?"),
        ({"colour": 2}, "LIF has no parameter 'colour'. It has tau_m, r_m, v_rest, v_reset, v_th, t_ref, tau_theta, theta_plus, i_e."),
    ],
)
def test_a_mistake_gets_one_sentence(named, text):
    refuses(text, LIF, **named)


def test_bounds_are_told_in_words():
    assert [found.rule() for found in declarations(Window).values()] == ["≥ 0 ms and ≤ 10 ms", "> 0 ms", "> 0 and ≤ 1", ""]
    refuses("Window.low must be ≥ 0 ms and ≤ 10 ms, got 11 ms.", Window, low=11)
    refuses("Window.share must be > 0 and ≤ 1, got 1.5.", Window, share=1.5)
    refuses("Window.low must be ≤ Window.high, got 5 ms and 4 ms.", Window, low=5, high=4)
    assert Window(low=5, high=5).high == 5.0
    refuses("ResonateAndFire.v_reset must be ≤ ResonateAndFire.v_th, got 2 and 1.", ResonateAndFire, v_reset=2)


def test_a_parameter_out_of_bounds_is_named_before_the_order_of_two():
    refuses("Window.high must be > 0 ms, got -1 ms.", Window, high=-1)


def test_lists_have_one_dimension_more():
    np.testing.assert_array_equal(Window(weights=["1 nA", "2 pA"]).weights, [1.0, 0.002])
    refuses("Window.weights must be a 1-d array, or 2-d with one column per neuron, got one number.", Window, weights=3)
    refuses("Pulses.starts must be a number, got nan ms at index 0, 1.", Pulses, [[1, 1]], [[0, np.nan]], [[1, 1]])
    assert not np.shares_memory(Window().weights, Window().weights)


def test_what_has_no_default_is_required():
    refuses("Step needs amplitude (current while on, nA).", Step)
    refuses("Step needs amplitude (current while on, nA).", Step, start=1)
    refuses("Pulses needs starts (when each begins, ms), stops (when each ends, ms).", Pulses, [1.0])
    assert defaults(Step) == {"amplitude": None, "start": 0.0, "stop": np.inf, "baseline": 0.0}


def test_a_class_without_parameters_has_none():
    class Nothing(Parametrized):
        pass

    refuses("Nothing has no parameter 'x', nor any other.", Nothing, x=1)


@pytest.mark.parametrize("name", ["tau_m", "tau", "tau_mem", "tau_rc"])
def test_names_of_other_simulators_are_known(name):
    assert unknown_parameter(LIF, name) == f"LIF has no parameter '{name}'; it is called tau_m here."


def test_presets_are_parameter_sets_that_can_be_changed():
    name = next(iter(Izhikevich.presets))
    changed = Izhikevich.preset(name, t_ref=3)
    assert changed == dataclasses.replace(Izhikevich.preset(name), t_ref=3.0)
    refuses(f"Izhikevich has no preset named 'no'. It has {', '.join(Izhikevich.presets)}.", Izhikevich.preset, "no")
    refuses("LIF has no preset named 'RS'. It has none.", LIF.preset, "RS")


def test_traced_values_pass_but_for_their_shape():
    assert jax.jit(lambda tau: LIF(tau_m=tau).tau_m * 2)(20.0) == 40.0
    assert jax.jit(lambda v: LIF(v_reset=v).v_reset)(-40.0) == -40.0
    text = "LIF.tau_m must be a number or one number per neuron (a 1-d array), got an array of shape (2, 2)."
    jax.jit(lambda tau: refuses(text, LIF, tau_m=tau))(jnp.ones((2, 2)))


def test_a_changed_copy_is_checked_like_the_original():
    assert dataclasses.replace(LIF(), tau_m="0.03 s").tau_m == 30.0
    refuses("LIF.tau_m must be > 0 ms, got -1 ms.", dataclasses.replace, LIF(), tau_m=-1)
    assert eqx.tree_at(lambda cell: cell.tau_m, LIF(), 30.0).tau_m == 30.0


def test_a_value_outside_of_a_class_is_named_as_it_is_told():
    assert as_number("1 nC", "pC", "x") == 1000.0
    refuses("the charge must be a charge in pC, got '1 nA', which is a current.", as_number, "1 nA", "pC", "the charge")
