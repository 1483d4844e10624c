"""The order of Norse's step."""

from hillock.dialects._dialect import Dialect
from hillock.integrators import Euler

dialect = Dialect(
    name="norse",
    summary="forward Euler, test for v > v_th, reset in the same step, hold v for t_ref/dt steps",
    integrator=Euler(),
    stamp=0,
    dtype="float32",
)
