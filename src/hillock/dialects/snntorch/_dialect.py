"""The order of snnTorch's step."""

from hillock.dialects._choices import KeepOvershoot, Unsupported
from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="snntorch",
    summary="flow, test for v > threshold, and subtract the threshold in the next step, after its decay; v shows the overshoot for one step; "
    "no refractory time",
    reset=KeepOvershoot(),
    reset_next_step=True,
    count=Unsupported(),
    stamp=0,
    shows="before",
    dtype="float32",
)
