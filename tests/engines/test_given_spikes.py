"""Spikes that are given act as those that neurons fire: at the same times, whatever the dialect stamps, time 0 included."""

import re
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.connections import AllToAll, OneToOne
from hillock.network import NetworkError
from hillock.plasticity import TsodyksMarkram
from hillock.recording import RecordingError

CAPACITOR = hk.cells.IntegrateAndFire(v_th=1e9)  # never fires, and forgets nothing
DELTA = hk.synapses.Delta()
EARLY = [[0.0, 0.05, 1.0], [], [0.0, 0.3]]  # two spikes of neuron 0 within a step of 0.1 ms
ENGINES = pytest.mark.parametrize("engine", ["simd", "scan"])
DIALECTS = pytest.mark.parametrize("dialect", ["hillock", "nest", "brian2"])


def run(network, **options):
    return hk.simulate(network, **({"duration": 60.0, "dt": 0.1, "dtype": "float64"} | options))


def heard(source, synapse: Any = DELTA, plasticity=None, cell: Any = CAPACITOR, weight=1.0):
    """Return a network of a source S, and as many neurons, each of which hears one of it after 0.5 ms."""
    projection = hk.Projection("S", "N", synapse, OneToOne(), weight, 0.5, plasticity)
    return hk.Network({"S": source, "N": hk.Population(cell, source.n)}, [projection])


def same(whole, *parts):
    """Assert that a run is that of its parts, bit for bit, in what is recorded and in what is carried on."""
    for name, one in whole.items():
        for what in ("spike_steps", "spike_neurons"):
            np.testing.assert_array_equal(getattr(one, what), np.concatenate([getattr(part[name], what) for part in parts]))
    np.testing.assert_array_equal(whole["N"]["v"], np.concatenate([part["N"]["v"] for part in parts]))
    jax.tree.map(np.testing.assert_array_equal, whole.end.carry, parts[-1].end.carry)


@ENGINES
@DIALECTS
def test_recorded_spikes_that_are_given_back_act_as_they_did(engine, dialect):
    neurons = hk.Population(hk.cells.LIF(i_e=[0.3, 0.4]), 2)
    options = {"engine": engine, "dialect": dialect, "record": {"N": ["v"]}}
    first = run(heard(neurons, hk.synapses.Exponential(5.0), cell=hk.cells.LIF(), weight=0.2), **options)
    again = run(heard(hk.SpikeTrains(first["S"].trains()), hk.synapses.Exponential(5.0), cell=hk.cells.LIF(), weight=0.2), **options)
    assert len(first["S"].spike_steps) > 5
    np.testing.assert_array_equal(again["N"]["v"], first["N"]["v"])
    for what in ("spike_steps", "spike_times", "spike_neurons"):
        np.testing.assert_array_equal(getattr(again["S"], what), getattr(first["S"], what))


@ENGINES
@DIALECTS
def test_a_spike_at_0_ms_arrives_at_its_delay(engine, dialect):
    rec = run(heard(hk.SpikeTrains(EARLY)), duration=2.0, engine=engine, dialect=dialect, record={"N": ["v"]})
    np.testing.assert_array_equal(rec["S"].spike_times, [0.0, 0.0, 0.0, 0.3, 1.0])
    v = rec["N"]["v"] - CAPACITOR.v_init
    arrived = [rec["N"].t[np.flatnonzero(np.diff(v[:, n], prepend=0.0))] for n in range(3)]
    late = 0.1 * (dialect == "brian2")  # what arrives before the flow shows in the row that follows it
    np.testing.assert_allclose(arrived[0], np.array([0.5, 1.5]) + late)
    np.testing.assert_allclose(arrived[2], np.array([0.5, 0.8]) + late)
    np.testing.assert_allclose(v[-1], [3.0, 0.0, 2.0])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("plasticity", [None, TsodyksMarkram(0.3, 40.0, 60.0)])
def test_a_run_in_pieces_is_the_whole_run_though_a_spike_is_at_0_ms(threads, plasticity, tmp_path):
    network, options = heard(hk.SpikeTrains(EARLY), plasticity=plasticity), {"record": {"N": ["v"]}, "engine": hk.engines.Simd(threads=threads)}
    first = run(network, duration=0.2, **options)
    first.end.save(tmp_path / "end.npz")
    same(run(network, duration=3.0, **options), first, run(network, duration=2.8, start=tmp_path / "end.npz", **options))


def test_scan_and_simd_carry_the_same_on():
    network = heard(hk.SpikeTrains(EARLY), plasticity=TsodyksMarkram(0.3, 40.0, 60.0))
    ends = [run(network, duration=duration, engine=engine).end.carry for duration in (0.3, 3.0) for engine in ("simd", "scan")]
    for simd, scan in (ends[:2], ends[2:]):
        jax.tree.map(lambda a, b: np.testing.assert_allclose(a, b, rtol=1e-12), simd, scan)


@ENGINES
@DIALECTS
def test_plasticity_begins_with_a_spike_at_0_ms(engine, dialect):
    """The second spike comes 20 ms later, when e^-0.5 of what the first took is still missing: it is worth U (1 - U e^-0.5)."""
    network = heard(hk.SpikeTrains([[0.0, 20.0]]), plasticity=TsodyksMarkram(0.3, 40.0))
    v = run(network, engine=engine, dialect=dialect, record={"N": ["v"]})["N"]["v"][:, 0] - CAPACITOR.v_init
    np.testing.assert_allclose([v[150], v[-1]], np.cumsum([0.3, 0.3 * (1 - 0.3 * np.exp(-0.5))]), rtol=1e-12)


def test_inside_jit_a_spike_at_0_ms_counts_too():
    def last(U):  # noqa: N803
        network = heard(hk.SpikeTrains(EARLY), plasticity=TsodyksMarkram(U, 40.0, 60.0))
        return run(network, duration=3.0, dtype="float32", record={"N": ["v"]})["N"]["v"][-1]

    np.testing.assert_allclose(jax.jit(last)(0.3), last(0.3), rtol=1e-5)
    slope = (last(0.31) - last(0.29)) / 0.02
    np.testing.assert_allclose(jax.jacobian(last)(jnp.array(0.3)), slope, rtol=1e-2)


def test_a_spike_at_0_ms_is_saved_and_streamed(tmp_path):
    network = heard(hk.SpikeTrains(EARLY))
    rec = run(network, duration=3.0)
    rec.save(tmp_path / "rec.npz")
    run(network, duration=1.0, store=tmp_path / "folder")
    streamed = run(network, duration=2.0, store=tmp_path / "folder", start=tmp_path / "folder")
    for found in (hk.load(tmp_path / "rec.npz"), streamed):
        np.testing.assert_array_equal(found["S"].spike_times, [0.0, 0.0, 0.0, 0.3, 1.0])
        np.testing.assert_array_equal(found["S"].spike_neurons, [0, 0, 2, 2, 0])


def test_a_spike_at_0_ms_is_counted_and_has_no_row_in_a_spike_train():
    rec = run(heard(hk.SpikeTrains([[0.0], [], [0.2]])), duration=3.0)["S"]
    np.testing.assert_allclose(hk.analysis.rates(rec), [1000 / 3, 0.0, 1000 / 3])
    np.testing.assert_allclose(hk.analysis.psth(rec, "1 ms").rate, [2000 / 3, 0.0, 0.0])
    sentence = "A spike given for 0 ms was fired before the first step, and spike_train has no row for it. Use times(neuron)."
    with pytest.raises(RecordingError, match=f"^{re.escape(sentence)}$"):
        _ = rec.spike_train
    assert run(heard(hk.SpikeTrains([[0.0]])), duration=3.0, dialect="brian2")["S"].spike_train[0, 0]


def test_two_spikes_within_a_step_have_no_place_in_a_spike_train():
    rec = run(heard(hk.SpikeTrains([[1.0, 1.05]])), duration=3.0)["S"]
    with pytest.raises(
        RecordingError, match=r"^A neuron fired twice within one step of 0.1 ms, which spike_train cannot show. Use times\(neuron\).$"
    ):
        _ = rec.spike_train


def test_targets_that_stamp_spikes_differently_are_refused():
    targets = {"a": hk.Population(hk.dialects.nest.iaf_psc_delta(), 1), "b": hk.Population(CAPACITOR, 1)}
    projections = [hk.Projection("S", name, synapse, AllToAll(), 1.0) for name, synapse in (("a", "spikes"), ("b", DELTA))]
    with pytest.raises(NetworkError) as error:
        run(hk.Network({"S": hk.SpikeTrains([[1.0]]), **targets}, projections), dialect="brian2")
    listed = "a (nest) at the end of a step and b (brian2) at the start of a step"
    rule = "Population S: given spikes must go to neurons that stamp spikes alike"
    assert str(error.value) == f"{rule}, got {listed}. Give each SpikeTrains of its own."
