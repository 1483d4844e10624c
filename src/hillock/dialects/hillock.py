"""hillock's own dialect, the default."""

from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="hillock",
    summary="flow (exact where the cell is linear), test for an upward crossing, reset in the same step, "
    "hold v for t_ref/dt steps; a spike is stamped at the end of its step",
    crossing=True,
    stamp=1,
)
