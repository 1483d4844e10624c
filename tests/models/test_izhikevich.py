"""Izhikevich's network fires the spikes of the script in his paper, at its rates, in its rhythms."""

import dataclasses
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.models import izhikevich
from hillock.network import NetworkError


def script(cells, weights, noise):
    """Return which neurons fire in each step of the paper's script; weights are (sources, targets)."""
    a, b, c, d = (np.concatenate([np.broadcast_to(getattr(cell, name), n) for cell, n in cells]) for name in "abcd")
    v = np.full(len(a), -65.0)
    u, firings = b * v, np.zeros(noise.shape, bool)
    for t, current in enumerate(noise):
        fired = firings[t] = v >= 30
        v, u = np.where(fired, c, v), np.where(fired, u + d, u)
        total = current + weights[fired].sum(0)
        v = v + 0.5 * (0.04 * v**2 + 5 * v + 140 - u + total)
        v = v + 0.5 * (0.04 * v**2 + 5 * v + 140 - u + total)
        u = u + a * (b * v - u)
    return firings


def test_it_fires_the_spikes_of_the_script():
    generator, steps, split = np.random.default_rng(1), 200, [32]
    network: Any = izhikevich(40)
    weights = np.concatenate([generator.integers(0, 800, (32, 40)), generator.integers(-1600, 0, (8, 40))]) / 64  # sums of 64ths are exact
    noise = generator.normal(0, np.repeat([5.0, 2.0], [32, 8]), (steps, 40))
    blocks = {s: dict(zip("EI", np.split(rows, split, axis=1), strict=True)) for s, rows in zip("EI", np.split(weights, split), strict=True)}
    projections = [dataclasses.replace(p, weight=blocks[p.source][p.target]) for p in network.projections]
    late = np.concatenate([noise[1:], noise[:1]])  # NEST's neurons feel a current one step late, and begin without
    inputs = {name: hk.stimuli.Samples(part / 1000, 1.0) for name, part in zip("EI", np.split(late, split, axis=1), strict=True)}
    first = script([(p.cell, p.n) for p in network.populations.values()], weights, np.concatenate([np.zeros((1, 40)), late[:-1]]))
    rec = hk.simulate(dataclasses.replace(network, projections=projections, inputs=inputs), duration=steps, dt=1, key=1)
    ours = np.concatenate([rec[name].spike_train for name in "EI"], axis=1)
    assert first.sum() > 100
    np.testing.assert_array_equal(ours[:-1], first[1:])


@pytest.fixture(scope="module")
def rec():
    return hk.simulate(izhikevich(), duration=2000, dt=1, key=1)


def test_it_fires_at_the_rate_of_the_script(rec):
    # two runs of the script, of 2 s: 7.50 and 7.48 Hz, 7.10 and 7.09 Hz; each set of neurons differs a little
    assert rec.rates == pytest.approx({"E": 7.49, "I": 7.10}, rel=0.1)


def test_it_has_rhythms_of_10_and_40_hz(rec):
    counts = np.bincount(np.concatenate([rec["E"].spike_steps, rec["I"].spike_steps]), minlength=2000)
    power = np.abs(np.fft.rfft(counts - counts.mean())) ** 2 / counts.sum()  # about 1 for independent Poisson neurons
    hertz = np.fft.rfftfreq(len(counts), 1e-3)
    alpha, gamma, fast = (power[(hertz > low) & (hertz < high)].mean() for low, high in ((8, 14), (30, 50), (200, 500)))
    assert alpha > 10 * fast
    assert gamma > 10 * fast


def test_no_two_neurons_are_the_same():
    first: Any = izhikevich(100).populations
    second: Any = izhikevich(100, key=2).populations
    assert len(set(first["E"].cell.c)) == 80
    assert len(set(first["I"].cell.a)) == 20
    assert not np.array_equal(first["E"].cell.c, second["E"].cell.c)


def test_a_network_without_both_kinds_is_refused():
    with pytest.raises(NetworkError) as error:
        izhikevich(2)
    assert str(error.value) == "izhikevich.n must be ≥ 3, got 2. A fifth of the neurons is inhibitory."
