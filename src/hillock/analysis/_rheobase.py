"""The rheobase: the smallest constant current that makes a cell fire."""

import warnings
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from hillock._param import as_number
from hillock._time import milliseconds
from hillock.analysis._population import count_neurons, count_spikes, is_population
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep

_AT_ONCE = 64  # currents per round: each round narrows the bracket 63-fold
_ROUNDS = 20


def rheobase(
    model: AbstractCell | AbstractStep,
    *,
    duration: float | str = 1000.0,
    dt: float | str = 0.1,
    highest: float | str = 1.0,
    tolerance: float | str = 1e-4,
    **options: Any,
) -> Float[np.ndarray, " neurons"] | float:
    """Return the smallest constant current (nA) under which a model fires within ``duration`` (ms), to within ``tolerance`` (nA).

    Each round simulates many currents as one population and keeps the first that fires and the one before it; all rounds run the same
    compiled program. The answer is the upper end of the last bracket: that current was seen to fire.

    Args:
        model: a cell or a replica; a population gives one answer per neuron.
        duration, dt: ms. Near the rheobase the first spike is late: a short duration gives too large an answer.
        highest: nA, where the search begins; it is doubled until the model fires.
        tolerance: nA.
        options: of ``simulate``, such as ``dialect``.

    Raises:
        ValueError: the model fires without any current, or under none that was tried.

    >>> import hillock as hk
    >>> round(rheobase(hk.cells.LIF(), tolerance=1e-5), 4)  # (v_th - v_rest)/r_m
    0.15

    """
    top, exact = float(as_number(highest, "nA", "highest")), float(as_number(tolerance, "nA", "tolerance"))
    if not (np.isfinite(top) and top > 0 and exact > 0):
        raise ValueError(f"rheobase needs highest > 0 nA and tolerance > 0 nA, got {top:g} nA and {exact:g} nA.")

    times = {"duration": milliseconds(duration, "duration"), "dt": milliseconds(dt, "dt")}

    def fires(low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, Bool[np.ndarray, "neurons currents"]]:
        grid = np.linspace(low, high, _AT_ONCE, axis=1)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*below the rheobase")  # that is what is being looked for
            return grid, count_spikes(model, grid, start=0.0, **times, **options) > 0

    n = count_neurons(model)
    low, high = np.zeros(n), np.full(n, top)
    for _ in range(_ROUNDS):
        grid, fired = fires(low, high)
        _refuse_spontaneous(fired[:, 0] & (low == 0))
        reached, first, each = fired.any(axis=1), np.argmax(fired, axis=1), np.arange(n)
        low, high = np.where(reached, grid[each, first - 1], high), np.where(reached, grid[each, first], 2 * high)
        if reached.all() and (high - low).max() <= exact:
            return high if is_population(model) else float(high[0])
    raise ValueError(f"rheobase found no current up to {high.max() / 2:g} nA that fires. Check the cell, or give a larger 'highest'.")


def _refuse_spontaneous(fired: Bool[np.ndarray, " neurons"]) -> None:
    if fired.any():
        who = int(np.argmax(fired))
        raise ValueError(f"The cell fires without any current (neuron {who}): it has no rheobase. Lower its constant current or raise its threshold.")
