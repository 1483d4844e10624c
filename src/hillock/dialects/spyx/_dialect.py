"""The order of Spyx's step."""

from hillock.dialects._choices import KeepOvershoot, Unsupported
from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="spyx",
    summary="flow, test for v > threshold, and subtract the threshold in the next step, after its decay; v shows the overshoot for one step; a "
    "spike counts here in the step that crosses, which Spyx reports one call later: the stamp is that call's; no refractory time",
    reset=KeepOvershoot(),
    reset_next_step=True,
    count=Unsupported(),
    stamp=1,
    shows="before",
    dtype="float32",
)
