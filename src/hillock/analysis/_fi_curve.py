"""The f-I curve: how fast a cell fires under constant currents."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from hillock._param import as_number
from hillock._time import milliseconds
from hillock.analysis._population import count_neurons, count_spikes, is_population
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep


def fi_curve(
    model: AbstractCell | AbstractStep,
    currents: ArrayLike,
    *,
    duration: float | str = 1000.0,
    dt: float | str = 0.1,
    settle: float | str = 200.0,
    **options: Any,
) -> Float[np.ndarray, "..."]:
    """Return the firing rates (Hz) of a model under constant currents (nA), all currents in one simulation.

    A rate is a count over the ``duration`` (ms) that follows ``settle`` (ms), so it is exact to 1000/duration Hz; a longer duration
    makes the curve smoother.

    Args:
        model: a cell or a replica; a population of n gives a column for each.
        currents: nA, any number of them.
        duration, dt, settle: ms.
        options: of ``simulate``, such as ``dialect``.

    Returns:
        One rate per current; for a population, (currents, neurons).

    >>> import hillock as hk
    >>> fi_curve(hk.cells.LIF(), [0.1, 0.2, 0.4])
    array([ 0., 34., 87.])

    """
    wanted = np.atleast_1d(np.asarray(as_number(currents, "nA", "currents")))
    if wanted.ndim != 1 or not len(wanted):
        raise ValueError(f"currents must be a list of at least one current, got an array of shape {wanted.shape}.")
    wait, counted = milliseconds(settle, "settle"), milliseconds(duration, "duration")
    n = count_neurons(model)
    counts = count_spikes(model, np.tile(wanted, (n, 1)), start=wait, duration=counted, dt=milliseconds(dt, "dt"), **options)
    table = counts.T * (1000 / counted)
    return table if is_population(model) else table[:, 0]
