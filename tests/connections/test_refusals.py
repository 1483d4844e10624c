"""A rule that cannot be followed is refused before any work, in one sentence."""

import re

import pytest

from hillock._param import ParameterError
from hillock.connections import FixedIndegree, FixedOutdegree, FixedProbability, FixedTotal, OneToOne, realised
from tests.connections.networks import DRAWS

ONCE = {"autapses": False, "multapses": False}
ALONE = {"autapses": False}


@pytest.mark.parametrize(
    ("rule", "sizes", "text"),
    [
        (
            OneToOne(),
            (3, 4, False),
            "OneToOne needs as many targets as sources, got 3 sources and 4 targets. Use populations of one size, or Explicit(sources, targets).",
        ),
        (
            FixedIndegree(100, **ONCE),
            (100, 100, True),
            "FixedIndegree.k must be ≤ 99, the number of possible sources of a neuron, got 100. Lower k, or allow multapses.",
        ),
        (
            FixedIndegree(101, **ONCE),
            (100, 5, False),
            "FixedIndegree.k must be ≤ 100, the number of possible sources of a neuron, got 101. Lower k, or allow multapses.",
        ),
        (
            FixedIndegree(2, **ALONE),
            (1, 1, True),
            "FixedIndegree.k must be ≤ 0, since no neuron has a possible source, got 2. Set k = 0, or allow autapses.",
        ),
        (
            FixedOutdegree(6, **ONCE),
            (100, 5, False),
            "FixedOutdegree.k must be ≤ 5, the number of possible targets of a neuron, got 6. Lower k, or allow multapses.",
        ),
        (
            FixedOutdegree(1, **ALONE),
            (1, 1, True),
            "FixedOutdegree.k must be ≤ 0, since no neuron has a possible target, got 1. Set k = 0, or allow autapses.",
        ),
        (
            FixedTotal(9901, **ONCE),
            (100, 100, True),
            "FixedTotal.n must be ≤ 9900, the number of possible pairs, got 9901. Lower n, or allow multapses.",
        ),
        (FixedTotal(1, **ALONE), (1, 1, True), "FixedTotal.n must be ≤ 0, since no pair is possible, got 1. Set n = 0, or allow autapses."),
    ],
)
def test_more_synapses_than_there_is_room_for_are_refused(rule, sizes, text):
    with pytest.raises(ParameterError, match="^" + re.escape(f"Projection E→I: {text}") + "$"):
        rule.check(*sizes, "Projection E→I")


@pytest.mark.parametrize(
    "rule", [FixedIndegree(99, **ONCE), FixedOutdegree(99, **ONCE), FixedTotal(9900, **ONCE), FixedIndegree(1000), FixedTotal(20_000), OneToOne()]
)
def test_as_many_synapses_as_there_is_room_for_are_accepted(rule):
    rule.check(100, 100, True, "Projection E→E")


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: FixedProbability(1.5), "FixedProbability.p must be ≥ 0 and ≤ 1, got 1.5."),
        (lambda: FixedProbability(float("nan")), "FixedProbability.p must be a number, got nan."),
        (lambda: FixedProbability([0.1, 0.2]), "FixedProbability.p must be one number, got 2."),  # type: ignore[arg-type]
        (lambda: FixedProbability(probability=0.1), "FixedProbability has no parameter 'probability'. It has p."),  # type: ignore[call-arg]
        (FixedProbability, "FixedProbability needs p (probability of each pair)."),
        (lambda: FixedIndegree(-1), "FixedIndegree.k must be ≥ 0, got -1."),
        (lambda: FixedIndegree(2.5), "FixedIndegree.k must be a whole number, got 2.5."),  # type: ignore[arg-type]
        (lambda: FixedTotal(float("inf")), "FixedTotal.n must be a whole number, got inf."),  # type: ignore[arg-type]
        (
            lambda: FixedOutdegree(None),  # type: ignore[arg-type]
            "FixedOutdegree.k must be a number, one number per neuron, or text such as '1', got None.",
        ),
    ],
)
def test_numbers_that_make_no_rule_are_refused(make, text):
    with pytest.raises(ParameterError, match="^" + re.escape(text) + "$"):
        make()


def test_a_number_that_is_whole_may_be_written_as_a_real_one():
    assert FixedIndegree(1e3) == FixedIndegree(1000)  # type: ignore[arg-type]
    assert repr(FixedIndegree(1e3)) == "FixedIndegree(k=1000)"  # type: ignore[arg-type]


def test_a_matrix_is_not_made_of_a_rule_that_does_not_fit():
    with pytest.raises(ParameterError, match=r"^realised: FixedIndegree\.k must be ≤ 3, the number of possible sources of a neuron, got 4\."):
        realised(FixedIndegree(4, multapses=False), 3, 3, draws=DRAWS)
