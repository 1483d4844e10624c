"""The order of Nengo's step, as far as any cell can follow it."""

from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="nengo",
    summary="exact flow where the cell is linear, test with >, reset in the same step; a spike is stamped at the end of its step. v is held for "
    "t_ref/dt whole steps; Nengo's own LIF lets go inside a step, t_ref after the interpolated crossing, so that its intervals are at times "
    "one step shorter (nengo.LIF does this)",
    stamp=1,
    dtype="float64",
)
