"""What holds for every engine: the same numbers however a run is cut, batched or continued, and whichever engine it is."""

import numpy as np
import pytest

import hillock as hk

NOISY = hk.stimuli.GaussianNoise(0.3, 0.5, interval=0.1)
every_engine = pytest.mark.parametrize("engine", ["scan", "simd"])


def run(engine, cell=None, stimulus: hk.stimuli.AbstractStimulus = NOISY, **options):
    settings = {"duration": 100, "dt": 0.1, "key": 7, "record": ["v"]} | options
    return hk.simulate(cell or hk.cells.LIF(), stimulus, engine=engine, **settings)


@pytest.mark.parametrize("chunk", [1, 7, 64, 999])
@every_engine
def test_the_length_of_a_chunk_changes_no_bit(engine, chunk, monkeypatch):
    whole = run(engine)
    monkeypatch.setattr(f"hillock.engines.{engine}._CHUNK_STEPS", chunk)
    cut = run(engine)
    np.testing.assert_array_equal(cut["v"], whole["v"])
    np.testing.assert_array_equal(cut.spike_steps, whole.spike_steps)


@pytest.mark.parametrize("neurons", [2, 3, 17, 1000])
@every_engine
def test_a_neuron_is_the_same_alone_and_in_a_crowd(engine, neurons):
    np.testing.assert_array_equal(run(engine, neurons=neurons)["v"][:, 0], run(engine)["v"][:, 0])


@every_engine
def test_neurons_of_a_population_hear_different_noise(engine):
    v = run(engine, neurons=2, duration=10)["v"]
    assert (v[1:, 0] != v[1:, 1]).all()


@every_engine
def test_running_twice_gives_the_same_because_nothing_is_kept(engine):
    np.testing.assert_array_equal(run(engine)["v"], run(engine)["v"])


@every_engine
def test_two_halves_make_a_whole(engine):
    whole, first = run(engine), run(engine, duration=50)
    second = run(engine, duration=50, start=first.end)
    np.testing.assert_array_equal(np.concatenate([first["v"], second["v"]]), whole["v"])
    np.testing.assert_array_equal(np.concatenate([first.spike_steps, second.spike_steps]), whole.spike_steps)
    np.testing.assert_array_equal(np.concatenate([first.t, second.t]), whole.t)


@pytest.mark.parametrize("every", [2, 10])
@every_engine
def test_thinned_traces_are_every_kth_row(engine, every):
    thin, full = run(engine, every=every), run(engine)
    np.testing.assert_array_equal(thin["v"], full["v"][every - 1 :: every])
    np.testing.assert_allclose(thin.t, full.t[every - 1 :: every], rtol=1e-12)
    np.testing.assert_array_equal(thin.spike_steps, full.spike_steps)


@every_engine
def test_an_incomplete_last_row_is_left_out(engine):
    assert len(run(engine, duration=1.0, every=4)["v"]) == 2


@pytest.mark.filterwarnings("ignore:The largest current")  # the free membrane is what is measured
@every_engine
def test_float64_is_closer_to_the_closed_form_than_float32(engine):
    """The free membrane at 10 ms, against v_rest + r i (1 - e^{-1/2})."""
    exact = -65.0 + 100.0 * 0.1 * (1 - np.exp(-0.5))
    error = {d: abs(run(engine, stimulus=hk.stimuli.Constant(0.1), duration=10, dtype=d)["v"][-1, 0] - exact) for d in ("float32", "float64")}
    assert error["float64"] < 1e-12 < error["float32"] < 1e-3


@every_engine
def test_parameters_that_are_the_same_for_all_neurons_stay_one_number(engine):
    mixed = run(engine, hk.cells.LIF(tau_m=[10.0, 20.0], r_m=100.0), hk.stimuli.Constant([0.3, 0.2]))
    alone = run(engine, hk.cells.LIF(tau_m=20.0), hk.stimuli.Constant(0.2))
    np.testing.assert_array_equal(mixed["v"][:, 1], alone["v"][:, 0])
