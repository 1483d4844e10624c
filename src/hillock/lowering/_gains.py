"""Factors of spikes: what a small program makes of the numbers that a lane keeps and of the time since it fired last."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from jaxtyping import Float, Int

from hillock.lowering._cache import object_code
from hillock.lowering._lanes import Writer, load, store
from hillock.lowering._machine import Linked, Machine, host
from hillock.lowering._program import Program, Symbol, fused, symbols_of, text
from hillock.lowering._routine import Routine


class GainForm(NamedTuple):
    """The program that is carried out for each spike, in double precision.

    Attributes:
        program: leads to what is kept for the next spike, then to the factor of this one.
        given: numbers of a lane that do not change.
        carried: numbers that a lane keeps from one spike to the next.
        interval: time since the spike before.

    """

    program: Program
    given: tuple[Symbol, ...]
    carried: tuple[Symbol, ...]
    interval: Symbol


class Gain(NamedTuple):
    """Factors for the spikes of one group.

    Attributes:
        source, lanes: the group, and how many lanes it has.
        form: the program.
        given: its numbers.
        dt: the time that a step takes.

    """

    source: int
    lanes: int
    form: GainForm
    given: Sequence[Float[np.ndarray, " _"]]
    dt: float


class GainState(NamedTuple):
    """What is kept of a gain.

    Attributes:
        carried: the numbers of the lanes.
        last: the step in which each lane fired last.
        factors: of the spikes in flight, in their order.

    """

    carried: Sequence[Float[np.ndarray, " _"]]
    last: Int[np.ndarray, " _"]
    factors: Float[np.ndarray, " _"]


def source(form: GainForm, machine: Machine) -> str:
    """Return the LLVM text of the function that computes the factors of some spikes of one step."""
    code = Routine(has_fma=machine.has_fma)
    program = fused(form.program, dict.fromkeys([*symbols_of(form.program), *(s for o in form.program.operations for s in o.results)], True))
    arrays = (*form.given, *form.carried)
    with code.function("gains", slots="ptr", lanes="ptr", n="i64", step="i64", factors="ptr") as (slots, lanes, n, step, factors):
        columns = [code.pointer(slots, k) for k in range(len(arrays))]
        last, dt = code.pointer(slots, len(arrays)), load(code, slots, "double", len(arrays) + 1)
        with code.loop(0, n) as k:
            lane = load(code, lanes, "i32", k).to("i64", signed=False)
            writer = Writer(code, 0, {}, {}, code.number(0))
            writer.values |= {symbol: load(code, column, "double", lane) for symbol, column in zip(arrays, columns, strict=True)}
            writer.values[form.interval] = (step - code.word(last, lane)).to("double") * dt
            writer.write(program.operations)
            after = [writer.value(atom) for atom in program.outputs]
            for value, column in zip(after, [*columns[len(form.given) :], None], strict=True):
                store(code, value, column or factors, lane if column else k)
            store(code, step, last, lane)
    return code.module(code.lines)


class BoundGain:
    """A gain with the numbers of one run, and room for the factors of what each thread lists."""

    def __init__(self, gain: Gain, rooms: Sequence[tuple[int, int]]):
        self.source = gain.source
        form, machine = gain.form, host()
        name = f"gains {len(form.given)} {len(form.carried)}\n{text(form.program, (*form.given, *form.carried, form.interval))}"
        self._linked = Linked(object_code(name, machine, lambda: source(form, machine)))
        self.function = self._linked.address("gains")
        self.given = [np.array(x, np.float64) for x in gain.given]
        self.carried = [np.zeros(gain.lanes) for _ in form.carried]
        self.last = np.zeros(gain.lanes, np.int64)
        self.lists = [np.zeros(room) for room in rooms]
        self.list_addresses = np.array([x.ctypes.data for x in self.lists], np.int64)
        self.slots = np.array([x.ctypes.data for x in (*self.given, *self.carried, self.last)] + [0], np.int64)
        self.slots[-1:].view(np.float64)[0] = gain.dt

    def put(self, state: GainState) -> None:
        """Begin where a state says; its factors belong into the lists, beside its spikes."""
        for array, column in zip((*self.carried, self.last), (*state.carried, state.last), strict=True):
            array[:] = column

    def taken(self, counts: Int[np.ndarray, "threads kept"], slots: Int[np.ndarray, " steps"]) -> GainState:
        """Return the state, with the factors of the spikes that the lists hold in some slots."""
        factors = [rows[slot, : counts[t, slot]] for slot in slots for t, rows in enumerate(self.lists)]
        return GainState([x.copy() for x in self.carried], self.last.copy(), np.concatenate([np.empty(0), *factors]))
