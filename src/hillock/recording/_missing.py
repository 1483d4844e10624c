"""What a recording does not hold: the error that says so, and what stands in the place of it."""

from typing import Any


class RecordingError(ValueError):
    """A recording that does not hold what is asked of it."""


class NoEnd:
    """Stands for the end of a recording whose file keeps none, so that no run begins afresh where it was to go on."""

    def __repr__(self) -> str:
        return "nothing, which is what its file keeps of it; save the recording as .npz"


class NoEvents:
    """Stands for the spike events of a run inside jit, grad or vmap, where their number is not known: refuses any use."""

    def refuse(self, *_: Any) -> Any:
        """Raise RecordingError."""
        raise RecordingError("Inside jit, grad or vmap spikes are no events: their number is not known. Use rec.spike_train, (steps, neurons).")

    __array__ = __len__ = __iter__ = __getitem__ = __add__ = __radd__ = __eq__ = __hash__ = refuse  # type: ignore[assignment]
