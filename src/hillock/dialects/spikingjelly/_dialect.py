"""The order of SpikingJelly's step."""

from hillock.dialects._choices import Unsupported
from hillock.dialects._dialect import Dialect
from hillock.integrators import Euler

dialect = Dialect(
    name="spikingjelly",
    summary="forward Euler, test for v ≥ v_threshold, reset in the same step; no refractory time",
    integrator=Euler(),
    at_least=True,
    count=Unsupported(),
    stamp=0,
    dtype="float32",
)
