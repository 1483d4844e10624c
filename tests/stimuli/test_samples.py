import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock._param import ParameterError
from hillock._time import TimeError
from hillock.stimuli import Samples
from tests.stimuli.sampled import current


def test_coarser_samples_are_held():
    np.testing.assert_array_equal(current(Samples([1.0, 2.0], dt="1 ms"), duration=2, dt=0.25)[:, 0], [1.0] * 4 + [2.0] * 4)


def test_a_column_is_a_neuron():
    np.testing.assert_array_equal(current(Samples([["1 nA", "2 nA"], ["3 nA", 4.0]], dt=1.0), duration=2, dt=1.0), [[1, 2], [3, 4]])


def test_samples_may_have_one_spacing_per_neuron():
    np.testing.assert_array_equal(current(Samples([1.0, 2.0], dt=[1.0, 2.0]), duration=2, dt=1.0).T, [[1, 2], [1, 1]])


def test_samples_finer_than_the_simulation_are_refused():
    text = "Samples.dt must be ≥ dt = 0.1 ms, got 0.05 ms. Simulate with dt = 0.05 ms, or average the samples."
    with pytest.raises(ValueError, match=re.escape(text)):
        current(Samples([1.0, 2.0], dt=0.05), duration=0.1, dt=0.1)


def test_samples_off_the_grid_are_refused():
    text = "Samples.dt = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt."
    with pytest.raises(TimeError, match=re.escape(text)):
        current(Samples([1.0, 2.0], dt=0.25), duration=0.1, dt=0.1)


def test_a_run_may_not_outlast_its_samples():
    text = "Samples.values last 2 ms, less than the duration of 3 ms. Shorten the run or add samples."
    with pytest.raises(ValueError, match=re.escape(text)):
        current(Samples([1.0, 2.0], dt=1.0), duration=3, dt=0.1)


def test_a_continued_run_may_not_outlast_its_samples_either():
    cell, samples = hk.cells.IntegrateAndFire(), Samples([0.1, 0.2, 0.3], dt=1.0)
    first = hk.simulate(cell, samples, duration=2, dt=0.5)
    with pytest.raises(ValueError, match=re.escape("Samples.values last 3 ms, less than the duration of 4 ms.")):
        hk.simulate(cell, samples, duration=2, dt=0.5, start=first.end)


def test_a_traced_run_may_not_outlast_its_samples_either():
    def last(values):
        return hk.simulate(hk.cells.IntegrateAndFire(), Samples(values, dt=1.0), duration=3, dt=1.0, record=["v"])["v"][-1, 0]

    with pytest.raises(ValueError, match=re.escape("Samples.values last 2 ms, less than the duration of 3 ms.")):
        jax.grad(last)(jnp.array([0.1, 0.2]))
    # v = ∫ i dt / c_m: every sample of 1 ms counts 1/0.2 nF
    np.testing.assert_allclose(jax.grad(last)(jnp.array([0.1, 0.2, 0.1, 0.5])), [5.0, 5.0, 5.0, 0.0], rtol=1e-6)


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.1, np.nan, 0.2], "Samples.values must be a number, got nan nA at index 1."),
        ([[0.1, 0.2], [0.2, np.inf]], "Samples.values must be finite, got inf nA at index 1, 1."),
        ([], "Samples.values must hold at least one sample, got none."),
        (0.3, "Samples.values must be a 1-d array, or 2-d with one column per neuron, got one number."),
        (np.zeros((2, 2, 2)), "Samples.values must be a 1-d array, or 2-d with one column per neuron, got an array of shape (2, 2, 2)."),
        ([[1.0], [1.0, 2.0]], "Samples.values must be a number, one number per neuron, or text such as '1 nA', got [[1.0], [1.0, 2.0]]."),
    ],
)
def test_values_that_are_no_samples_are_refused(values, text):
    with pytest.raises(ParameterError, match="^" + re.escape(text) + "$"):
        Samples(values, dt=1.0)


def test_a_folder_and_a_binary_file_are_refused_by_name(tmp_path):
    binary = tmp_path / "noise.csv"
    binary.write_bytes(bytes(range(128, 256)))
    with pytest.raises(hk.stimuli.FileError, match=re.escape(f"{tmp_path} is a folder. Name a CSV or npz file in it.")):
        hk.stimuli.Samples.read(tmp_path, dt=0.1)
    with pytest.raises(hk.stimuli.FileError, match=re.escape(f"{binary} is not text. Samples are read from CSV (text) or npz files.")):
        hk.stimuli.Samples.read(binary, dt=0.1)
