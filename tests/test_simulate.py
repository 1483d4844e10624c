"""The one entry: what it returns, and every mistake it refuses, in one sentence each."""

import math
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock import _memory
from hillock.engines import simd


def run(model=None, stimulus=None, **options):
    settings = {"duration": 20, "dt": 0.1} | options
    return hk.simulate(model or hk.cells.LIF(), stimulus or hk.stimuli.Constant(0.3), **settings)


def refusal(*arguments, **options) -> str:
    with pytest.raises((ValueError, TypeError, hk.SimulationError)) as caught:
        run(*arguments, **options)
    return str(caught.value)


def test_the_example_of_the_readme_spikes_where_the_closed_form_says():
    """From rest, v reaches v_th after tau_m ln(r i / (r i - 15 mV)); the spike is stamped at the end of that step."""
    rec = hk.simulate(hk.cells.LIF(tau_m=20), hk.stimuli.Step(0.3, start=1), duration=20, dt=0.1, record=["v"])
    crossing = 1 + 20 * math.log(30 / 15)
    assert rec.spike_times.tolist() == [pytest.approx(math.ceil(crossing / 0.1) * 0.1)]


def test_rows_and_spikes_carry_the_time_of_the_end_of_their_step():
    rec = run(record=["v"])
    np.testing.assert_allclose(rec.t[[0, -1]], [0.1, 20.0])
    assert rec["v"][rec.spike_steps[0], 0] == -65.0  # the state is recorded after the reset


def test_every_parameter_takes_one_value_per_neuron():
    rec = run(hk.cells.LIF(tau_m=[10.0, 20.0], t_ref=[0.0, 2.0]), hk.stimuli.Step([0.3, 0.4], start=[1.0, 2.0]), duration=100)
    alone = run(hk.cells.LIF(tau_m=20.0, t_ref=2.0), hk.stimuli.Step(0.4, start=2.0), duration=100)
    np.testing.assert_array_equal(rec.times(1), alone.times())


def test_the_provenance_says_what_was_run():
    rec = run(key=3, dtype="float64")
    told = rec.provenance
    assert (told["dt"], told["key"], told["dialect"], told["dtype"], told["engine"]) == (0.1, 3, "hillock", "float64", "simd")
    assert told["model"]["parameters"]["LIF.tau_m"] == 20.0


def test_durations_may_be_text():
    assert run(duration="0.02 s", dt="100 us").duration == pytest.approx(20)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"duration": 10.05}, "duration = 10.05 ms is not a whole number of steps of dt = 0.1 ms. Use 10 or 10.1 ms, or change dt."),
        ({"duration": -1}, "duration must be > 0 ms and finite, got -1 ms."),
        ({"duration": "10 mV"}, "duration must be a time in ms, got '10 mV', which is a voltage."),
        ({"duration": 1e12}, "duration = 1e+12 ms is 1e+13 steps of dt = 0.1 ms; one run takes at most 2147483647."),
        ({"dt": 0}, "dt must be > 0 ms and finite, got 0 ms. A common choice is 0.1 ms."),
        ({"record": ["vv"]}, "'vv' cannot be recorded. Did you mean 'v'? This model shows v, theta, threshold, i."),
        ({"record": "v"}, "record must be a list of names, got 'v'. Write record=['v']."),
        ({"record": ["V"]}, "'V' cannot be recorded. Did you mean 'v'? This model shows v, theta, threshold, i."),
        ({"record": [1]}, "1 cannot be recorded. This model shows v, theta, threshold, i."),
        ({"record": None}, "record must be a list of names, got None. Leave it out to record no traces."),
        ({"every": 0}, "every must be a whole number ≥ 1, got 0."),
        ({"every": "2"}, "every must be a whole number ≥ 1, got '2'."),
        (
            {"every": 201, "record": ["v"]},
            "every = 201 is more than the 200 steps of the run: no row of a trace would be recorded. Use every ≤ 200.",
        ),
        ({"duration": None}, "duration must be one time in ms, got None."),
        ({"neurons": 0}, "neurons must be a whole number from 1 to 2147483647, got 0."),
        ({"neurons": 2.5}, "neurons must be a whole number from 1 to 2147483647, got 2.5."),
        ({"neurons": 10**22}, "neurons must be a whole number from 1 to 2147483647, got 10000000000000000000000."),
        ({"neurons": True}, "neurons must be a whole number from 1 to 2147483647, got True."),
        ({"engine": "gpu"}, "No engine named 'gpu'. Choose auto, simd, scan or exact."),
        ({"dtype": "float16"}, "dtype must be 'float32' or 'float64', got 'float16'."),
        ({"dtype": np.int32}, f"dtype must be 'float32' or 'float64', got {np.int32!r}."),
        ({"key": -1}, "key must be a whole number from 0 to 2**64 - 1, got -1."),
        ({"key": 1.5}, "key must be a whole number from 0 to 2**64 - 1, got 1.5."),
        ({"key": "a"}, "key must be a whole number from 0 to 2**64 - 1, got 'a'."),
        ({"key": 2**64}, "key must be a whole number from 0 to 2**64 - 1, got 18446744073709551616."),
        ({"dialect": 3}, "dialect must be the name of a dialect such as 'nest', got 3."),
        ({"integrator": "rk4"}, "integrator must be an integrator such as hillock.integrators.RK4(), got 'rk4'."),
        (
            {"integrator": hk.integrators.RK4},
            f"integrator must be an integrator such as hillock.integrators.RK4(), got {hk.integrators.RK4!r}. Write RK4().",
        ),
        ({"surrogate": "x"}, "surrogate must be a surrogate such as hillock.surrogates.ArcTan(), got 'x'."),
        ({"engine": hk.engines.Scan}, f"No engine named {hk.engines.Scan!r}. Choose auto, simd, scan or exact. Write Scan()."),
        ({"start": 3}, "start must be the end of a recording, rec.end, got 3."),
    ],
)
def test_a_wrong_argument_is_refused_in_one_sentence(options, sentence):
    assert refusal(**options) == sentence


def test_an_unknown_dialect_is_refused_with_the_near_miss():
    assert refusal(dialect="ngc_learn").startswith("No dialect named 'ngc_learn'. Did you mean ngclearn? Choose ")


def test_things_that_are_not_models_or_stimuli_are_refused():
    assert refusal(model=hk.cells.LIF) == f"model must be a cell such as hillock.cells.LIF(), got {hk.cells.LIF!r}. Write LIF()."
    assert refusal(stimulus=0.3) == "stimulus must be a stimulus such as hillock.stimuli.Constant(0.3), got 0.3."


def test_a_refractory_time_off_the_grid_is_refused():
    assert refusal(hk.cells.LIF(t_ref=0.25)) == "LIF.t_ref = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt."


def test_random_input_without_a_key_is_refused():
    sentence = "GaussianNoise draws random numbers. Pass key=1, or any other whole number, to name them."
    assert refusal(stimulus=hk.stimuli.GaussianNoise(0.3, 0.1)) == sentence


def test_unequal_populations_are_refused_with_all_their_sizes():
    sentence = "All per-neuron values must have the same length, but neurons = 3, LIF.tau_m has 2."
    assert refusal(hk.cells.LIF(tau_m=[10.0, 20.0]), neurons=3) == sentence


def test_a_trace_that_does_not_fit_is_refused_before_the_run(monkeypatch):
    monkeypatch.setattr(_memory, "physical_memory", lambda: 1e7)
    steps, rest = 100_000, 0.4 * 1e7  # half of what may be used is asked for
    every = math.ceil(4 * 100 * steps / rest)
    sentence = f"Recording v needs 0.04 GB and this machine has 0.01 GB. Record every {every} steps, fewer names, or a shorter run."
    assert refusal(neurons=100, duration=steps / 10, record=["v"]) == sentence


def test_a_population_that_does_not_fit_is_refused_before_the_run():
    """Far above any machine: two variables and a counter of 4 bytes, three copies, and the spikes of 128 steps, a bit each."""
    sentence = refusal(neurons=2e9 - 1, stimulus=hk.stimuli.Constant(0.3))
    assert sentence.startswith(f"1999999999 neurons need {(3 * 12 + 16) * 2:.3g} GB and this machine has ")
    assert re.search(r" GB\. Simulate at most \d+ at once\.$", sentence)


def test_a_whole_number_may_be_written_in_any_way():
    rec = run(neurons=2.0, every=np.int64(5), key=np.uint8(3), dtype=np.float64, record=(name for name in ["v"]))
    assert (rec.neurons, rec.every, rec["v"].shape, rec["v"].dtype) == (2, 5, (40, 2), np.float64)


@pytest.mark.parametrize("name", ["duration", "dt", "neurons", "every"])
def test_what_shapes_the_program_cannot_be_traced(name):
    value = {"duration": 20.0, "dt": 0.1, "neurons": 3, "every": 2}[name]
    sentence = f"{name} shapes the compiled program, so it cannot be an argument of jit, grad or vmap. Close over it, or mark it static"
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}"):
        jax.jit(lambda x: run(**{name: x}, record=["v"])["v"])(value)


def test_a_run_is_not_continued_past_the_last_step_that_can_be_counted():
    end = hk.recording.End(2**31 - 100, None, 0.1)
    assert refusal(start=end) == ("start is after 2147483548 steps, and with 200 more the run is longer than the 2147483647 that can be counted.")


def test_a_state_that_is_no_longer_a_number_is_reported_with_step_and_neuron():
    class Explosion(hk.cells.AbstractCell):
        gain: hk.Param = hk.param(1.0, "1/ms", "growth")
        t_ref: hk.Param = hk.param(0.0, "ms", "refractory time")

        def init(self):
            return hk.cells.Voltage(v=1.0)

        def drift(self, state, i):
            return hk.cells.Voltage(v=self.gain * state.v)

        def excess(self, state):
            return -1.0 + 0.0 * state.v

        def reset(self, state):
            return state

    sentence = refusal(Explosion([0.0, 1.0]), duration=200, integrator=hk.integrators.Euler())
    first = math.ceil(math.log(np.finfo(np.float32).max) / math.log(1.1)) - 1  # 1.1ⁿ exceeds the largest float32
    assert sentence.startswith(f"v of neuron 1 became inf in step {first} (t = {first * 0.1:g} ms). Use a smaller dt")


def test_an_interrupted_run_keeps_what_was_recorded(monkeypatch):
    def interrupted(self, carry, start, steps, into):
        if start >= 100:
            raise KeyboardInterrupt
        return whole(self, carry, start, steps, into)

    whole = simd._Run.run
    monkeypatch.setattr(simd, "_CHUNK_STEPS", 50)
    monkeypatch.setattr(simd._Run, "run", interrupted)
    with pytest.warns(UserWarning, match=re.escape("Interrupted after 10 of 20 ms; the recording holds those.")):
        rec = run(record=["v"])
    assert not rec.complete
    assert (rec.duration, len(rec["v"])) == (10.0, 100)


def test_a_run_cannot_be_continued_with_another_model():
    end = run().end
    assert refusal(hk.cells.AdEx(), start=end) == "start is the end of another model: its variables, number of neurons or dtype differ."


def test_a_cell_in_a_users_script_needs_no_registration():
    class Leak(hk.cells.AbstractCell):
        tau: hk.Param = hk.param(10.0, "ms", "time constant", above=0)
        t_ref: hk.Param = hk.param(0.0, "ms", "refractory time", low=0, on_grid=True)

        def init(self):
            return hk.cells.Voltage(v=0.0)

        def drift(self, state, i):
            return hk.cells.Voltage(v=(i - state.v) / self.tau)

        def excess(self, state):
            return state.v - 1.0

        def reset(self, state):
            return hk.cells.Voltage(v=0.0)

    rec = run(Leak(tau=[10.0, 20.0]), hk.stimuli.Constant(2.0), duration=100)
    expected = [math.ceil(tau * math.log(2) / 0.1) * 0.1 for tau in (10, 20)]
    np.testing.assert_allclose([rec.times(0)[0], rec.times(1)[0]], expected)
    assert eqx.is_array_like(rec.spike_steps)


@pytest.mark.parametrize("use", [lambda rec: rec.spike_times, lambda rec: rec.counts(), lambda rec: len(rec.spike_steps), lambda rec: rec.trains()])
def test_events_inside_jit_are_refused_not_empty(use):
    with pytest.raises(hk.recording.RecordingError, match=r"Inside jit, grad or vmap spikes are no events.*Use rec\.spike_train"):
        jax.jit(lambda i: jnp.sum(use(run(stimulus=hk.stimuli.Constant(i)))))(0.3)


def test_a_run_cannot_be_continued_at_another_dt():
    sentence = "start is the end of a run at dt = 0.1 ms, and this one has dt = 0.2 ms. Use the same dt."
    assert refusal(start=run().end, dt=0.2) == sentence
