"""What a kernel is called with: the shape of its blocks, and where it finds its arguments."""

from typing import NamedTuple

import numpy as np

from hillock.lowering._placement import Roles


class Shape(NamedTuple):
    """How many lanes a vector has, and how many vectors make a block."""

    lanes: int
    parts: int
    divides: bool = False  # where a divisor is too large or small for its reciprocal to be used
    single: bool = False  # where each call makes one step

    @property
    def block(self) -> int:
        return self.lanes * self.parts


class Layout(NamedTuple):
    """Where a kernel finds its arguments: numbers of the 64-bit slots it is handed."""

    uniform: range
    tables: range
    lanes: range
    lane_tables: range
    carried_in: range
    carried_out: range
    shown: range
    inflow: range
    stride: int  # lanes from one row of a lane table to the next
    inflow_stride: int  # the same, of what flows in
    masks: int
    mask_stride: int  # bytes from one step's masks to the next
    columns: int  # for each block, where its lanes stand in a row of what is shown, or -1
    row: int  # numbers from one such row to the next
    width: int  # numbers in it
    every: int
    due: int  # steps to make until the first row
    size: int


def layout(roles: Roles, shown: int) -> Layout:
    """Return the layout of the slots of a kernel."""
    carried = len(roles.carried)
    sizes = [len(roles.uniform), len(roles.tables), len(roles.lanes), len(roles.lane_tables), carried, carried, shown, len(roles.inflow)]
    ends = np.cumsum(sizes).tolist()
    ranges = [range(end - size, end) for size, end in zip(sizes, ends, strict=True)]
    n = ends[-1]
    return Layout(*ranges, *range(n, n + 9), n + 9)  # type: ignore[arg-type]


ARGUMENTS = "ptr noalias %slots, i64 %first_block, i64 %last_block, i32 %first_step, i64 %steps"
"""What a kernel is called with."""
