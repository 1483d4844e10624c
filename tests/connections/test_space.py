"""Neurons in space: where they are, and how the probability of a synapse falls with distance."""

import re

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.connections import (
    AbstractKernel,
    AllToAll,
    Disc,
    DistanceDependent,
    Exponential,
    FixedProbability,
    Gaussian,
    Grid,
    RandomPositions,
    _base,
)
from tests.connections.networks import DRAWS, deviation, matrix

PLACES = RandomPositions(1500, (1.0, 1.0), seed=4)
LINE = Grid((3,), (1.0,))
KERNELS = [Gaussian(0.9, 0.15), Exponential(0.7, 0.2), Disc(0.3, 0.25), Gaussian(1.0, 0.05), Disc(1.0, 0.1), Exponential(0.02, 3.0)]


class Growing(AbstractKernel):
    """A kernel of a user's own, which may be wrong: from one probability to another over a distance of 1."""

    start: float
    end: float

    def __call__(self, distance):
        return self.start + (self.end - self.start) * np.minimum(distance, 1.0)


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch):
    monkeypatch.setattr(_base, "PIECE", 20_000)


def apart(sources, targets, period=None):
    """Return distances, (sources, targets)."""
    difference = np.abs(sources[:, None] - targets[None])
    if period is not None:
        difference = np.minimum(difference % period, period - difference % period)
    return np.sqrt((difference**2).sum(-1))


@pytest.mark.parametrize("period", [None, (1.0, 1.0)], ids=["plane", "torus"])
@pytest.mark.parametrize("kernel", KERNELS, ids=repr)
def test_in_every_ring_pairs_are_joined_with_the_probability_of_the_kernel(kernel, period):
    joined = matrix(DistanceDependent(kernel, PLACES, period=period), 1500)
    distance = apart(PLACES.places(), PLACES.places(), period)
    p = kernel(distance.ravel()).reshape(distance.shape)
    for inner in np.arange(0.0, 0.7, 0.05):
        ring = (distance >= inner) & (distance < inner + 0.05)
        expected, variance = p[ring].sum(), (p[ring] * (1 - p[ring])).sum()
        assert abs(joined[ring].sum() - expected) <= 4 * np.sqrt(variance) + 1e-9


def test_no_source_gets_more_than_its_share():
    """Out-degrees divided by expectation have no trend over the sources, wherever they are; sums of independent trials in each."""
    kernel = Gaussian(0.5, 0.2)
    degrees = matrix(DistanceDependent(kernel, PLACES), 1500).sum(1)
    p = kernel(apart(PLACES.places(), PLACES.places()).ravel()).reshape(1500, 1500)
    z = (degrees - p.sum(1)) / np.sqrt((p * (1 - p)).sum(1))
    assert deviation(z, 0, 1) < 4
    assert deviation(z**2, 1, 2) < 4


def test_a_kernel_that_does_not_fall_is_a_fixed_probability():
    wide = DistanceDependent(Disc(0.2, 10.0), PLACES)
    assert wide.synapses(1500, 1500, same=True) == pytest.approx(FixedProbability(0.2).synapses(1500, 1500, same=True))
    assert deviation(matrix(wide, 1500), 0.2, 0.2 * 0.8) < 4


def test_inside_a_disc_of_probability_1_all_are_joined():
    got = matrix(DistanceDependent(Disc(1.0, 0.3), PLACES, autapses=False), 1500)
    np.testing.assert_array_equal(got, (apart(PLACES.places(), PLACES.places()) <= 0.3) & ~np.eye(1500, dtype=bool))


def test_a_kernel_may_be_a_users_own():
    joined = matrix(DistanceDependent(Growing(0.6, 0.1), PLACES), 1500)
    p = 0.6 - 0.5 * np.minimum(apart(PLACES.places(), PLACES.places()), 1.0)
    assert abs((joined - p).sum()) < 4 * np.sqrt((p * (1 - p)).sum())


def test_on_a_torus_the_first_and_the_last_are_neighbours():
    line = Grid((10,), (1.0,))
    ring = DistanceDependent(Disc(1.0, 0.11), line, period=(1.0,), autapses=False)
    np.testing.assert_array_equal(matrix(ring, 10), np.roll(np.eye(10), 1, 0) + np.roll(np.eye(10), -1, 0))
    assert matrix(DistanceDependent(Disc(1.0, 0.11), line), 10)[0, 9] == 0


def test_sources_and_targets_may_be_in_different_places():
    got = matrix(DistanceDependent(Disc(1, 0.5), np.array([[0.0], [5.0]]), [[5.2], [0.3], [9.0]]), 2, 3, same=False)
    np.testing.assert_array_equal(got, [[0, 1, 0], [1, 0, 0]])


@pytest.mark.parametrize("dimensions", [1, 2, 3])
def test_space_has_any_number_of_dimensions(dimensions):
    cube = RandomPositions(300, (1.0,) * dimensions, seed=1)
    np.testing.assert_array_equal(matrix(DistanceDependent(Disc(1.0, 0.4), cube)), apart(cube.places(), cube.places()) <= 0.4)


def test_the_number_of_synapses_is_predicted_by_the_sum_over_pairs():
    """∫ p exp(-r²/2s²) d²r = 2π s² p on a torus much larger than s."""
    sheet = Grid((40, 40), (1.0, 1.0))
    rule = DistanceDependent(Gaussian(0.5, 0.08), sheet, period=(1.0, 1.0))
    assert rule.synapses(1600, 1600, same=True) == pytest.approx(1600**2 * 2 * np.pi * 0.08**2 * 0.5, rel=1e-6)
    without = DistanceDependent(Gaussian(0.5, 0.08), sheet, period=(1.0, 1.0), autapses=False)
    assert without.synapses(1600, 1600, same=True) == pytest.approx(rule.synapses(1600, 1600, same=True) - 800)


def test_grid_neurons_are_in_the_middles_of_cells():
    np.testing.assert_allclose(Grid((2, 3), (1.0, 3.0)).places(), [[0.25, 0.5], [0.25, 1.5], [0.25, 2.5], [0.75, 0.5], [0.75, 1.5], [0.75, 2.5]])


def test_random_places_are_uniform_and_named_by_their_seed():
    places = RandomPositions(4000, (2.0, 0.5), seed=1).places()
    assert (places >= 0).all()
    assert (places < [2.0, 0.5]).all()
    counts = np.histogram2d(*places.T, bins=(10, 10), range=((0, 2), (0, 0.5)))[0]
    assert abs(((counts - 40) ** 2 / 40).sum() - 99) < 4 * np.sqrt(2 * 99)
    np.testing.assert_array_equal(places, RandomPositions(4000, (2.0, 0.5), seed=1).places())
    assert (places != RandomPositions(4000, (2.0, 0.5), seed=2).places()).all()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Gaussian(1.5, 1.0), "Gaussian.p must be ≥ 0 and ≤ 1, got 1.5."),
        (lambda: Gaussian(0.5, 0.0), "Gaussian.length must be > 0, got 0."),
        (lambda: Disc(0.5, -1), "Disc.radius must be ≥ 0, got -1."),
        (lambda: Exponential(0.5), "Exponential needs length (distance over which it falls to 1/e, in the unit of the positions)."),
        (lambda: Exponential([0.5, 0.2], 1.0), "Exponential.p must be one number, got 2."),  # type: ignore[arg-type]
        (lambda: Grid((3, 0), (1.0, 1.0)), "Grid.shape must be whole numbers ≥ 1, got (3, 0)."),
        (lambda: Grid((3, 2), (1.0, -1.0)), "Grid.extent must be one finite number > 0 per dimension, got (1.0, -1.0)."),
        (lambda: Grid((3, 2), (1.0,)), "Grid.shape and Grid.extent must have the same length, got 2 and 1."),
        (lambda: RandomPositions(-1, (1.0,)), "RandomPositions.n must be ≥ 0, got -1."),
        (lambda: RandomPositions(3, ()), "RandomPositions.extent must be one finite number > 0 per dimension, got ()."),
        (lambda: RandomPositions(3, (1.0,), seed=-1), "RandomPositions.seed must be a whole number from 0 to 2**64 - 1, got -1."),
        (
            lambda: DistanceDependent(Disc(1, 1), np.zeros(3)),
            "DistanceDependent.sources must be finite numbers in an array of shape (neurons, dimensions), got an array of shape (3,).",
        ),
        (
            lambda: DistanceDependent(Disc(1, 1), LINE, [[np.nan]]),
            "DistanceDependent.targets must be finite numbers in an array of shape (neurons, dimensions), got entries that are not.",
        ),
        (
            lambda: DistanceDependent(Disc(1, 1), [[1.0, 2.0], [3.0]]),  # type: ignore[arg-type]
            "DistanceDependent.sources must be finite numbers in an array of shape (neurons, dimensions), got an array of shape (2,).",
        ),
        (
            lambda: DistanceDependent(Disc(1, 1), LINE, Grid((3, 1), (1.0, 1.0)), period=(1.0,)),
            "DistanceDependent needs one number of dimensions, but sources has 1, targets has 2, period has 1.",
        ),
        (
            lambda: DistanceDependent(Disc(1, 1), LINE, period=(0.0,)),
            "DistanceDependent.period must be one finite number > 0 per dimension, got (0.0,).",
        ),
        (
            lambda: DistanceDependent(AllToAll(), LINE),  # type: ignore[arg-type]
            "DistanceDependent.kernel must be a kernel such as Gaussian(p=0.5, length=1.0), got AllToAll().",
        ),
        (
            lambda: DistanceDependent(Growing(2.0, 1.0), LINE).check(3, 3, same=True, where="Projection E→E"),
            "Projection E→E: DistanceDependent.kernel must be ≥ 0 and ≤ 1 at distance 0, got 2 from Growing(start=2.0, end=1.0).",
        ),
        (
            lambda: matrix(DistanceDependent(Growing(0.2, 0.3), PLACES), 1500),
            "DistanceDependent.kernel must not grow with distance, and Growing(start=0.2, end=0.3) does. Use a kernel that falls.",
        ),
        (
            lambda: DistanceDependent(Disc(1, 1), LINE, Grid((4,), (1.0,))).check(3, 5, same=False, where="Projection E→I"),
            "Projection E→I: DistanceDependent.targets must hold one position per neuron, 5, got 4.",
        ),
        (
            lambda: DistanceDependent(Disc(1, 1), LINE).check(2, 3, same=False, where="Projection E→I"),
            "Projection E→I: DistanceDependent.sources must hold one position per neuron, 2, got 3.",
        ),
    ],
)
def test_what_makes_no_space_is_refused(make, text):
    with pytest.raises(ParameterError, match="^" + re.escape(text) + "$"):
        make()


def test_pieces_of_another_projection_differ():
    rule = DistanceDependent(Gaussian(0.9, 0.15), PLACES)
    assert (matrix(rule, 1500) != matrix(rule, 1500, draws=DRAWS._replace(stream=9))).any()
