"""Lanes that other processes work on: what they fire, show and carry is brought from there."""

import ctypes
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np

from hillock.lowering._bonds import Views
from hillock.lowering._kernel import Bound
from hillock.lowering._places import Given, Places
from hillock.lowering._words import Run

_WORD = 64  # lanes of a word of masks
_CALL = ctypes.CFUNCTYPE(None, ctypes.c_int64, ctypes.c_int64)


class Company(Protocol):
    """Processes that work on the same lanes, as one of them sees them: each has as many threads."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    def complete(self, arrays: Sequence[np.ndarray], cuts: Sequence[Sequence[int]]) -> None:
        """Fill in what other processes have: of each array process p has the columns from ``cuts[p]`` to ``cuts[p + 1]``."""
        ...


class Exchange:
    """What the processes of a crew bring each other: after every window what fired and what is felt, in the end what is carried and shown.

    Numbers that lanes only give to themselves stay where they are until then.
    """

    def __init__(self, company: Company, members: Sequence[Bound | Given], places: Places, run: np.ndarray):
        self.company, self.run = company, run
        self.bound = {g: one for g, one in enumerate(members) if isinstance(one, Bound)}
        self.lanes = {g: _cuts(places, g, company.count) for g in self.bound}
        self.words = {g: [-(-lane // _WORD) for lane in cuts] for g, cuts in self.lanes.items()}
        self.error: BaseException | None = None
        self.call = _CALL(self._window)
        self.views: Mapping[int, np.ndarray] = {}

    @property
    def address(self) -> int:
        """Address of the function that the loop calls."""
        return ctypes.cast(self.call, ctypes.c_void_p).value or 0

    def begin(self, views: Views) -> None:
        """Get ready for some steps."""
        self.error, self.views = None, views.copies
        self.run[Run.STOPPED] = 0

    def _window(self, step: int, steps: int) -> None:
        """Bring what happened in a window; an error stops the loop, since none can pass through machine code."""
        done = step - int(self.run[Run.FIRST])
        shown = (step + steps - 1) % 2
        try:
            masks = [one.masks[done : done + steps] for one in self.bound.values()]
            views = [copies[shown : shown + 1] for copies in self.views.values()]
            self.company.complete([*masks, *views], [*self.words.values(), *(self.lanes[g] for g in self.views)])
        except BaseException as error:
            self.error = error
            self.run[Run.STOPPED] = 1

    def end(self, state: Sequence[Sequence[np.ndarray]], steps: int) -> None:
        """Bring what lanes carry and show after some steps.

        Raises:
            Whatever kept the processes from bringing each other something.

        """
        if self.error is not None:
            raise self.error
        carried = [(array[None], self.lanes[g]) for g in self.bound for array in state[g]]
        shown = []
        for g, one in self.bound.items():
            block, every = one.kernel.shape.block, int(one.slots[one.at.every])
            cuts = [int((one.columns[: -(-lane // block)] >= 0).sum()) * block for lane in self.lanes[g]]
            shown += [(array[: steps // every], cuts) for array in one.shown]
        self.company.complete(*zip(*carried, *shown, strict=True))


def _cuts(places: Places, group: int, count: int) -> list[int]:
    """Return where the lanes of each process begin, and where those of the last end."""
    shares = places.shares[group]
    return [*(shares[p * len(shares) // count].first for p in range(count)), shares[-1].last]
