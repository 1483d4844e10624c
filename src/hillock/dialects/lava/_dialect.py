"""The order of Lava's step."""

from hillock.dialects._dialect import Dialect
from hillock.integrators import Euler

dialect = Dialect(
    name="lava",
    summary="forward Euler, test for v > vth, reset in the same step, hold v for t_ref/dt steps; Lava counts steps from 1, so a spike is stamped at "
    "the end of its step",
    integrator=Euler(),
    stamp=1,
    dtype="float64",
)
