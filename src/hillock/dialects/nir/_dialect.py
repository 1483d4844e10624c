"""NIR's step: there is none, so that of an exact simulator stands for it."""

from hillock.dialects._choices import Unsupported
from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="nir",
    summary="the differential equation itself: exact flow in double precision, test for v > v_threshold, reset to v_reset; no refractory time",
    count=Unsupported(),
    stamp=1,
    dtype="float64",
)
