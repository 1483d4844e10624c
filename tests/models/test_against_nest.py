"""Networks fire as they do in NEST: populations have the same rates, irregularity and correlations, within what one run differs from the next."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.connections import FixedIndegree

pytestmark = pytest.mark.slow  # thirty runs of 1 to 2 s of 1250 to 4000 neurons

BOOK: dict[str, Any] = json.loads((Path(__file__).parent / "nest_statistics.json").read_text())
KEYS = range(1, 11)
STATISTICS = ["rate", "cv", "correlation"]


def nests_cuba():
    """Return CUBA in the version of NEST's examples: all cells start together, 50 are stimulated, and inhibition is 1.55 times that of Brian2's."""
    cell = hk.cells.LIF(tau_m=20.0, r_m=100.0, v_rest=-49.0, v_reset=-60.0, v_th=-50.0, t_ref=5.0)
    sizes = {"E": 3200, "I": 800}
    synapses = {"E": (hk.synapses.Exponential(5.0), 0.0162, 64), "I": (hk.synapses.Exponential(10.0), -0.1395, 16)}
    projections = [
        hk.Projection(source, target, synapse, FixedIndegree(k), weight, 0.1) for source, (synapse, weight, k) in synapses.items() for target in sizes
    ]
    rates = np.where(np.arange(sizes["E"]) < 50, 300.0, 0.0)
    drive = hk.Drive(hk.stimuli.PoissonSpikes(rates, start=1.0, stop=51.0), *synapses["E"][:2])
    populations = {name: hk.Population(cell, n, {"v": -49.0}) for name, n in sizes.items()}
    return hk.Network(populations, projections, {"E": drive})


MODELS = {"brunel": lambda: hk.models.brunel(250), "cuba": nests_cuba, "potjans_diesmann": lambda: hk.models.potjans_diesmann(0.05)}


@pytest.fixture(scope="module", params=BOOK["networks"])
def both(request):
    """Return the statistics of NEST's runs of a network, mean and standard deviation, and those of our own runs."""
    nest = BOOK["networks"][request.param]
    network, runs = MODELS[request.param](), []
    for key in KEYS:
        rec = hk.simulate(network, duration=nest["duration"], dt=BOOK["dt"], key=key, dialect="nest")
        runs.append(hk.analysis.network_statistics(rec, start=nest["settled"]))
    return nest["statistics"], runs


@pytest.mark.parametrize("statistic", STATISTICS)
def test_populations_fire_as_in_nest(both, statistic):
    nest, runs = both
    for population, known in nest.items():
        mean, sd = known[statistic]
        ours = [getattr(run[population], statistic) for run in runs]
        error = np.sqrt(sd**2 / BOOK["seeds"] + np.var(ours, ddof=1) / len(KEYS))  # standard error of the difference of the means
        assert abs(np.mean(ours) - mean) < 4 * error, f"{population}: {np.mean(ours):.4g} for {mean:.4g} ± {error:.2g}"


@pytest.mark.parametrize("statistic", STATISTICS)
def test_one_run_differs_from_the_next_as_much_as_in_nest(both, statistic):
    nest, runs = both
    for population, known in nest.items():
        spread = np.std([getattr(run[population], statistic) for run in runs], ddof=1)
        # The ratio of two deviations of ten normal numbers each is outside 1/4 to 4 once in 3000 times (F of 9 and 9).
        assert 1 / 4 < spread / known[statistic][1] < 4, f"{population}: {spread:.2g} for {known[statistic][1]:.2g}"
