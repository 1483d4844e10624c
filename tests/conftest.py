"""Settings of every test: warnings are errors (pyproject.toml), dtypes are promoted only where it is written."""

import jax
import matplotlib

matplotlib.use("Agg")
jax.config.update("jax_numpy_dtype_promotion", "strict")
jax.config.update("jax_numpy_rank_promotion", "raise")
