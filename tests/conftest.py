"""Settings of every test: warnings are errors (pyproject.toml), dtypes are promoted only where it is written, shapes are checked."""

import itertools
from pathlib import Path

import jax
import matplotlib
import pytest
from jaxtyping import install_import_hook

from tests import typechecker  # noqa: F401 - named below

_NUMERICAL = ("_arithmetic", "_trace", "analysis", "engines", "integrators", "random", "surrogates")
install_import_hook([f"hillock.{name}" for name in _NUMERICAL], "tests.typechecker.check")
_MAPS, _MOST_MAPS, _TESTS = Path("/proc/self/maps"), 15_000, itertools.count(1)
matplotlib.use("Agg")
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")


def pytest_addoption(parser):
    parser.addoption("--every", type=int, default=1, metavar="N", help="run every Nth of the tests that are chosen otherwise")


@pytest.hookimpl(trylast=True)  # after those that other options leave out
def pytest_collection_modifyitems(config, items):
    step = config.getoption("--every")
    config.hook.pytest_deselected(items=[item for k, item in enumerate(items) if k % step])
    items[:] = items[::step]


@pytest.fixture(autouse=True)
def _few_programs():
    """Forget XLA's programs now and then: each takes dozens to hundreds of memory maps, of which a Linux process may have 65,530."""
    yield
    if next(_TESTS) % 4 == 0 and _MAPS.exists() and _MAPS.read_bytes().count(b"\n") > _MOST_MAPS:
        jax.clear_caches()
