"""A drive under which a cell cannot fire, or fires as fast as it can: where the rheobase and the climb to threshold have closed forms."""

from collections.abc import Iterator

import numpy as np

from hillock._closed_forms import known_rheobase, lif_climb
from hillock.cells import LIF, AbstractCell
from hillock.preflight._ranges import current_range
from hillock.stimuli import AbstractStimulus, Constant, Step


def silence(cell: AbstractCell, stimulus: AbstractStimulus) -> Iterator[str]:
    """Doubt a drive too weak for any spike."""
    known, needed = current_range(stimulus), known_rheobase(cell)
    if known is None or needed is None or not np.any(known[1] != 0):  # no drive at all is meant
        return
    high, rheobase = np.broadcast_arrays(known[1], needed)
    if np.all(high < rheobase) and np.all(np.isfinite(rheobase)):
        k = np.argmax(high - rheobase)
        yield f"The largest current, {high.flat[k]:g} nA, is below the rheobase of {rheobase.flat[k]:g} nA: no spike is possible."


def saturation(cell: AbstractCell, stimulus: AbstractStimulus) -> Iterator[str]:
    """Doubt a lasting current so strong that refractoriness sets the rate, not the input."""
    if not isinstance(cell, LIF) or (high := _lasting(cell, stimulus)) is None:
        return
    high, climb, t_ref = np.broadcast_arrays(high, lif_climb(cell, high), np.asarray(cell.t_ref, float))
    if np.all(climb <= t_ref):
        k = np.argmax(climb)
        yield (
            f"Under {high.flat[k]:g} nA the cell climbs to threshold in {climb.flat[k]:.3g} ms, no longer than LIF.t_ref = {t_ref.flat[k]:g} ms: "
            f"the rate, at most {1000 / t_ref.flat[k]:g} Hz, says more about t_ref than about the input."
        )


def crowding(cell: AbstractCell, stimulus: AbstractStimulus, dt: float) -> Iterator[str]:
    """Doubt a lasting current under which a cell without refractory time would cross threshold twice in a step, or more often."""
    if not isinstance(cell, LIF) or (high := _lasting(cell, stimulus)) is None:
        return
    high, climb, t_ref = np.broadcast_arrays(high, lif_climb(cell, high), np.asarray(cell.t_ref, float))
    if np.all((climb < dt / 2) & (t_ref == 0)):
        k = np.argmax(climb)
        yield (
            f"Under {high.flat[k]:g} nA the cell reaches threshold {dt / climb.flat[k]:.3g} times in dt = {dt:g} ms, and a step holds one spike: "
            f"the rate cannot exceed {1000 / dt:g} Hz. Use dt ≤ {climb.flat[k] / 10:.2g} ms, a smaller current, or t_ref > 0 ms."
        )


def _lasting(cell: LIF, stimulus: AbstractStimulus) -> np.ndarray | None:
    """Return a current (nA) that lasts; None for a brief one, which must be strong to do anything."""
    if isinstance(stimulus, Step):
        on = np.asarray(stimulus.stop, float) - np.asarray(stimulus.start, float)
        if not np.all(on > np.maximum(np.asarray(cell.tau_m, float) / 10, 2 * np.asarray(cell.t_ref, float))):
            return None
    known = current_range(stimulus) if isinstance(stimulus, Constant | Step) else None
    return None if known is None else np.asarray(known[1], float)
