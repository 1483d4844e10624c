"""Kernels: a program as machine code, and the numbers it works on, laid out as it wants them."""

import ctypes
from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hillock._threads import claim, in_parallel, ranges
from hillock.lowering._arrays import aligned
from hillock.lowering._cache import object_code
from hillock.lowering._layout import ARGUMENTS, Shape, layout
from hillock.lowering._loops import kernel
from hillock.lowering._machine import Linked, Machine, flushing, host
from hillock.lowering._masks import EventList, Events, room_for_masks
from hillock.lowering._placement import Roles, variation, work
from hillock.lowering._program import Program, divisors, fused, inverted, is_moderate, text
from hillock.lowering._text import Code

# How many vectors a block has, so that a processor is busy with others while it waits for the results of one: by operations per step, since
# long programs keep a processor busy by themselves, and the numbers of short ones fit into registers.
_PARTS = ((30, 6), (100, 8), (200, 6), (300, 4))
_PARTS_OF_ONE_STEP = 4  # no block waits for another


class Inputs(NamedTuple):
    """The numbers of a run, in the order of the roles: scalars, arrays, arrays of (lanes,), arrays of (entries, lanes)."""

    uniform: Sequence[np.generic]
    tables: Sequence[np.ndarray]
    lanes: Sequence[np.ndarray]
    lane_tables: Sequence[np.ndarray]


class Extent(NamedTuple):
    """How large a run is: lanes, the most steps of one call, steps per row of what is shown, and the lanes that are shown (None: all)."""

    n: int
    steps: int
    every: int
    of: tuple[int, ...] | None


def source(program: Program, roles: Roles, shape: Shape, machine: Machine) -> str:
    """Return the LLVM text of a kernel."""
    code = Code(machine.has_fma, machine.has_scalef)
    if machine.has_fma and not shape.divides:
        program = inverted(program, (*roles.uniform, *roles.lanes))
    program = fused(program, {symbol: varies.step for symbol, varies in variation(program, roles).items()})
    inner = kernel(code, program, roles, shape)
    head, outer = flushing("steps", "kernel", ARGUMENTS, machine)
    return head + "\n" + code.module([inner, outer])


def shape_for(n: int, dtype: str, program: Program, roles: Roles, inputs: Inputs, machine: Machine, *, single: bool = False) -> Shape:
    """Return the shape of a kernel for so many neurons; ``single``: each call makes one step."""
    given = dict(zip((*roles.uniform, *roles.lanes), (*inputs.uniform, *inputs.lanes), strict=True))
    divides = not all(is_moderate(given[s]) for s in divisors(program, given))
    register = max(8, machine.vector_bytes // np.dtype(dtype).itemsize)  # eight at least: a byte of spikes
    lanes = min(register, max(8, 1 << (n - 1).bit_length()))
    operations = work(program, roles)
    parts = next((parts for most, parts in _PARTS if operations <= most), 1) if not single else _PARTS_OF_ONE_STEP
    return Shape(lanes, min(parts, 1 << max(0, (n - 1).bit_length() - lanes.bit_length() + 1)), divides, single)


class Kernel:
    """A program in machine code for lanes of this processor."""

    def __init__(self, program: Program, roles: Roles, shape: Shape):
        self.program, self.roles, self.shape = program, roles, shape
        self.shown = len(program.outputs) - len(roles.carried) - 1
        machine = host()
        inputs = (*roles.uniform, *roles.tables, *roles.lanes, *roles.lane_tables, *roles.carried, *roles.inflow, *roles.moments)
        counts = [len(part) for part in (*roles[:5], roles.inflow, roles.moments)], sorted(roles.still), sorted(roles.counting)
        name = f"{shape}, roles {counts}\n{text(program, inputs)}"
        self._linked = Linked(object_code(name, machine, lambda: source(program, roles, shape, machine)))
        self.address = self._linked.address("steps")
        self.steps = self._linked.function("steps", ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_int32, ctypes.c_int64)


class Bound:
    """A kernel with the numbers of one run."""

    def __init__(self, kernel: Kernel, inputs: Inputs, extent: Extent, dtype: str, threads: int):
        self.kernel, self.n, self.threads = kernel, extent.n, threads
        self.blocks = -(-extent.n // kernel.shape.block)
        self.padded = self.blocks * kernel.shape.block
        self.masks = room_for_masks(extent.steps, _without_conflicts(-(-self.padded // 64)))
        self.columns, self.chosen, row = self._columns(extent.of)
        self.shown = [np.empty((extent.steps // extent.every, row), dtype) for _ in range(kernel.shown)]  # touched when it is first written to
        self.at = layout(kernel.roles, kernel.shown)
        self.slots = np.zeros(self.at.size, np.int64)
        self._fill(inputs, extent.every)
        self._show_in(self.shown)
        self.lists: list[EventList] = []
        self.rooms = [self._room(), self._room()]  # in turns

    def _fill(self, inputs: Inputs, every: int) -> None:
        """Put the numbers that do not change, and where the arrays are, into the slots."""
        at = self.at
        for k, value in zip(at.uniform, inputs.uniform, strict=True):
            self.slots[k : k + 1].view(np.uint8)[: value.itemsize] = np.frombuffer(value.tobytes(), np.uint8)
        self.held = [
            (at.tables, [np.ascontiguousarray(x) for x in inputs.tables]),
            (at.lanes, [self._pad(x) for x in inputs.lanes]),
            (at.lane_tables, [self._pad(x.reshape(-1, self.n)) for x in inputs.lane_tables]),
            (range(at.masks, at.masks + 1), [self.masks]),
            (range(at.columns, at.columns + 1), [self.columns]),
        ]
        for where, arrays in self.held:
            self._point(where, arrays)
        self.slots[[at.stride, at.mask_stride, at.every, at.due]] = self.padded, self.masks.strides[0], every, every

    def _show_in(self, arrays: Sequence[np.ndarray]) -> None:
        """Let what is shown be written into arrays of (rows, lanes of the blocks that are shown) or, if those are all, (rows, neurons)."""
        self._point(self.at.shown, arrays)
        if arrays:
            self.slots[[self.at.row, self.at.width]] = arrays[0].shape[1]

    def _columns(self, of: tuple[int, ...] | None) -> tuple[Int[np.ndarray, " blocks"], slice | Int[np.ndarray, " shown"], int]:
        """Return where each block stands in a row of what is shown (or -1), which numbers of a row are wanted, and its length."""
        if of is None:
            return np.arange(self.blocks, dtype=np.int32), slice(self.n), self.padded
        block, lane = np.divmod(np.asarray(of), self.kernel.shape.block)
        shown = np.unique(block)
        columns = np.full(self.blocks, -1, np.int32)
        columns[shown] = np.arange(len(shown))
        return columns, columns[block] * self.kernel.shape.block + lane, len(shown) * self.kernel.shape.block

    def _pad(self, array: np.ndarray) -> np.ndarray:
        """Return an array as long as whole blocks; what is added are copies of the last neuron, so that it does nothing odd."""
        if array.shape[-1] == self.padded:
            return np.ascontiguousarray(array)
        padded = aligned((*array.shape[:-1], self.padded), array.dtype)
        padded[..., : self.n], padded[..., self.n :] = array, array[..., -1:]
        return padded

    def _room(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """Return arrays for the carried numbers of all neurons, and the arrays for whole blocks in which they lie."""
        buffers = [aligned(self.padded, symbol.dtype) for symbol in self.kernel.roles.carried]
        return [x[: self.n] for x in buffers], buffers

    def _point(self, where: range, arrays: Sequence[np.ndarray]) -> None:
        for k, array in zip(where, arrays, strict=True):
            self.slots[k] = array.ctypes.data

    def advance(self, columns: Sequence[np.ndarray], first: int, steps: int, into: Sequence[np.ndarray] | None = None) -> list[np.ndarray]:
        """Return what the carried numbers, one array of (neurons,) each, are after some steps; the next call but one writes over them.

        Args:
            columns: what they are before.
            first, steps: the number of the first step, and how many.
            into: arrays of (rows, neurons) for what is shown, where all neurons are; by default ``rows`` has it.

        """
        for rows in into or ():
            claim(rows, self.threads)
        self._show_in(self.shown if into is None else into)
        known = {id(view): buffer for room in self.rooms for view, buffer in zip(*room, strict=True)}
        before = [known[id(column)] if id(column) in known else self._pad(column) for column in columns]
        taken, still = {id(x) for x in before}, self.kernel.roles.still
        views, buffers = next(room for room in self.rooms if taken.isdisjoint(map(id, room[1])))
        after = [x if k in still else buffer for k, (x, buffer) in enumerate(zip(before, buffers, strict=True))]
        self._point(self.at.carried_in, before)
        self._point(self.at.carried_out, after)
        work = [partial(self._steps, a, b, first, steps, before, after) for a, b in ranges(self.blocks, self.threads)]
        in_parallel(work, self.threads)
        return [x if k in still else view for k, (x, view) in enumerate(zip(columns, views, strict=True))]

    def _steps(self, begin: int, end: int, first: int, steps: int, *_alive: list[np.ndarray]) -> None:
        """Run some blocks; the arrays that the slots point to are kept alive meanwhile."""
        self.kernel.steps(self.slots.ctypes.data, begin, end, first, steps)

    def events(self, first: int, steps: int) -> list[Events]:
        """Return step and neuron of every spike of the last steps, sorted by step, then neuron, in several pieces.

        The next call may overwrite them.
        """
        cuts = ranges(steps, self.threads)
        while len(self.lists) < len(cuts):
            self.lists.append(EventList(self.masks, self.n))
        in_parallel([partial(one.fill, first, a, b) for one, (a, b) in zip(self.lists, cuts, strict=False)], self.threads)
        return [one.events() for one in self.lists[: len(cuts)]]

    def rows(self, rows: int) -> list[Float[np.ndarray, "rows neurons"]]:
        """Return what was shown in the last steps."""
        return [shown[:rows, self.chosen] for shown in self.shown]


def _without_conflicts(words: int) -> int:
    """Return a length of rows whose columns do not all fall into the same places of a cache."""
    return words + 8 if words % 64 == 0 else words
