"""What the exact engine refuses, by whole sentence, and resets that leave a neuron above its threshold."""

import re

import jax
import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import Constant

pytestmark = pytest.mark.slow

DRIVE = Constant(0.3)


class Stuck(hk.cells.AbstractCell):
    """A cell whose spikes change nothing: v' = i."""

    v_th: hk.Param = hk.param(1.0, "1", "threshold")
    t_ref: hk.Param = hk.param(0.0, "ms", "refractory time", low=0.0)

    def init(self):
        return hk.cells.Voltage(0.0)

    def drift(self, state, i):
        return hk.cells.Voltage(i + 0.0 * state.v)

    def excess(self, state):
        return state.v - self.v_th

    def reset(self, state):
        return state


def exact(cell, stimulus: hk.stimuli.AbstractStimulus = DRIVE, **options):
    return hk.simulate(cell, stimulus, **({"duration": 20, "dt": 0.5, "engine": "exact"} | options))


@pytest.mark.parametrize(
    ("cell", "options", "sentence"),
    [
        (
            hk.dialects.snntorch.Leaky(beta=0.9),
            {},
            "The engine exact cannot run Leaky: It is a rule of steps, not an equation in time. Use engine='scan'.",
        ),
        (
            hk.cells.SLIF(),
            {},
            "The engine exact cannot run SLIF: Its neurons notice each other's spikes at the end of a step. Use engine='scan'.",
        ),
        (hk.cells.LIF(), {"dtype": "float32"}, "The engine exact works in float64: leave dtype out, or choose another engine."),
        (
            hk.cells.LIF(),
            {"integrator": hk.integrators.RK4()},
            "The engine exact solves the equations themselves: leave integrator out, or choose another engine.",
        ),
        (
            hk.cells.LIF(),
            {"surrogate": hk.surrogates.ArcTan()},
            "The engine exact locates spikes in continuous time: leave surrogate out, or choose another engine.",
        ),
    ],
)
def test_what_has_no_meaning_in_continuous_time_is_refused(cell, options, sentence):
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        exact(cell, Constant(2.0), **options)


def test_under_jit_it_points_to_spike_times():
    sentence = "The engine exact cannot run inside jit, grad or vmap. Leave engine out, or use engine='scan', or hillock.spike_times, whose result can be differentiated."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        jax.jit(lambda i: exact(hk.cells.LIF(), Constant(i)).spike_train)(0.3)


def test_a_neuron_that_fires_without_end_is_an_error(monkeypatch):
    monkeypatch.setattr("hillock.engines.exact._engine._MOST_EVENTS", 1000)
    sentence = (
        "A neuron fires more than 1000 times in step 4 (t = 2 ms): its reset leaves it above threshold, or it is driven too hard. "
        "Give it a refractory time, or check v_reset and the size of the input."
    )
    with pytest.raises(hk.SimulationError, match=f"^{re.escape(sentence)}$"):
        exact(Stuck(), Constant(0.5), dialect="nest")


class Runaway(Stuck):
    """dv/dt = v², which from 0.8 is infinite at t = 1/0.8 ms, and no threshold before."""

    def init(self):
        return super().init()._replace(v=0.8)

    def drift(self, state, i):
        return state._replace(v=state.v**2)

    def excess(self, state):
        return 0.0 * state.v - 1.0


def test_a_state_that_leaves_all_bounds_is_an_error_with_its_step():
    sentence = "The state of a neuron leaves all bounds in step 2 (t = 1 ms). Check the parameters and the size of the input"
    with pytest.raises(hk.SimulationError, match=f"^{re.escape(sentence)}"):
        exact(Runaway(), Constant(0.0), dialect="nest")


def test_above_threshold_a_neuron_fires_again_after_every_rest_where_a_spike_is_a_state():
    """v = t/2 crosses 1 at 2 ms; in NEST's order of things whatever is above threshold fires, as soon as it may."""
    np.testing.assert_allclose(exact(Stuck(t_ref=3.7), Constant(0.5), dialect="nest").spike_times, 2.0 + 3.7 * np.arange(5), rtol=1e-12)


def test_above_threshold_a_neuron_does_not_fire_again_where_a_spike_is_a_crossing():
    """v = 0.8 (1 - cos t) crosses 1 upward once per cycle, where cos t = -1/4."""
    rec = exact(Stuck(), hk.stimuli.Sine(0.8, 1000.0 / (2 * np.pi)))
    np.testing.assert_allclose(rec.spike_times, np.arccos(-0.25) + 2 * np.pi * np.arange(3), rtol=1e-11)
