"""Distances between spike trains, against values that follow from their definitions."""

import re
import sys

import numpy as np
import pytest

from hillock.analysis import cross_correlation, van_rossum, victor_purpura
from tests.recording.made import from_trains

neuro = pytest.mark.neuro
A, B, SILENT = np.array([10.0, 30.0]), np.array([12.0]), np.array([])


def needs_elephant():
    pytest.importorskip("elephant", reason="the extra neuro is not installed")


@neuro
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_moving_a_spike_costs_its_way_and_removing_one_costs_one():
    needs_elephant()
    found = victor_purpura([A, B, SILENT], shift=10.0)
    np.testing.assert_allclose(found, [[0, 1 + 0.2, 2], [1 + 0.2, 0, 1], [2, 1, 0]])


@neuro
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_two_single_spikes_have_the_distance_of_two_exponentials():
    needs_elephant()
    # ∫ (f - g)² 2/tau dt of two exponentials dt apart, in the normalisation of a single spike = 1: 2(1 - exp(-dt/tau)).
    found = van_rossum([np.array([10.0]), np.array([13.0])], tau=5.0)
    np.testing.assert_allclose(found[0, 1] ** 2, 2 * (1 - np.exp(-3 / 5)))


@neuro
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_neurons_of_a_recording_are_compared():
    needs_elephant()
    rec = from_trains([[10.0], [10.0], []])
    assert np.round(van_rossum(rec, tau="5 ms"), 6).tolist() == [[0, 0, 1], [0, 0, 1], [1, 1, 0]]


@neuro
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_train_that_follows_another_correlates_at_its_delay():
    needs_elephant()
    first = np.array([10.5, 40.5, 95.5])
    lags, counts = cross_correlation(first, first + 3.0, width=1.0, window=10.0)
    assert lags[counts == 3].tolist() == [3.0]
    assert counts.sum() == 3


def test_a_missing_elephant_is_asked_for(monkeypatch):
    for name in ("elephant", "elephant.spike_train_dissimilarity"):
        monkeypatch.setitem(sys.modules, name, None)
    sentence = "van_rossum needs the package elephant. Install it with: pip install 'hillock[neuro]'"
    with pytest.raises(ImportError, match=re.escape(sentence)):
        van_rossum([A, B])
