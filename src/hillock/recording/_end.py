"""Where a run stopped, so that another can go on from there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from hillock._types import Tree
from hillock.recording._carried import Leaves
from hillock.recording._missing import RecordingError


@dataclass(frozen=True)
class End:
    """Where a run stopped: pass it to ``simulate(..., start=rec.end)`` to go on."""

    step: int
    carry: Tree
    dt: float

    def change(self, function: Callable[[Tree], Tree]) -> "End":
        """Return this end with ``function`` applied to the states of the neurons; not for an end from a file, whose numbers have no structure."""
        if isinstance(self.carry, Leaves):
            raise RecordingError(
                "An end that was read from a file has no states to change until a run begins with it. Change rec.end before it is saved."
            )
        return replace(self, carry=self.carry._replace(state=function(self.carry.state)))
