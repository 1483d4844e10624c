"""What the tests of connections share: rules of every kind, and what they come to."""

import numpy as np

from hillock.connections import (
    AllToAll,
    DistanceDependent,
    Draws,
    Exponential,
    FixedIndegree,
    FixedOutdegree,
    FixedProbability,
    FixedTotal,
    Grid,
    OneToOne,
    realised,
)

DRAWS = Draws(seed=7, stream=3)
RANDOM = [
    FixedProbability(0.1),
    FixedProbability(0.6, autapses=False),
    FixedIndegree(30),
    FixedIndegree(30, multapses=False),
    FixedIndegree(250, autapses=False, multapses=False),
    FixedOutdegree(30),
    FixedOutdegree(30, autapses=False, multapses=False),
    FixedTotal(9000, autapses=False),
    FixedTotal(9000, multapses=False),
    DistanceDependent(Exponential(0.5, 0.2), Grid((20, 15), (1.0, 0.75)), period=(1.0, 0.75)),
]
"""Rules for 300 neurons that are joined among themselves."""
EVERY = [*RANDOM, AllToAll(), AllToAll(autapses=False), OneToOne()]


def matrix(rule, n_source=300, n_target=None, same=True, draws=DRAWS, threads=1):
    """Return how many synapses join each source to each target, (sources, targets)."""
    n_target = n_source if n_target is None else n_target
    return realised(rule, n_source, n_target, same=same, draws=draws, threads=threads).toarray()


def deviation(counts, mean, variance):
    """Return by how many standard deviations the mean of independent numbers misses its expectation."""
    return abs(np.mean(counts) - mean) / np.sqrt(variance / np.size(counts))
