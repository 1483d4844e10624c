"""Settings of every test: warnings are errors (pyproject.toml), dtypes are promoted only where it is written, shapes are checked."""

import jax
import matplotlib
from jaxtyping import install_import_hook

from tests import typechecker  # noqa: F401 - named below

_NUMERICAL = ("_arithmetic", "_trace", "analysis", "engines", "integrators", "random", "surrogates")
install_import_hook([f"hillock.{name}" for name in _NUMERICAL], "tests.typechecker.check")
matplotlib.use("Agg")
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")
