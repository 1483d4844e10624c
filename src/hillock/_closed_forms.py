"""What is known of a cell without simulating it."""

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from hillock.cells import LIF

Values = Float[np.ndarray, "..."] | float
"""One value, or one per neuron or current."""


def lif_rheobase(cell: LIF) -> Values:
    """Return the largest constant current (nA) at which an LIF cell stays silent: (v_th - v_rest)/r_m - i_e.

    One value, or one per neuron.

    >>> import hillock as hk
    >>> float(lif_rheobase(hk.cells.LIF()))
    0.15
    """
    v_th, v_rest, r_m, i_e = (np.asarray(x, float) for x in (cell.v_th, cell.v_rest, cell.r_m, cell.i_e))
    return (v_th - v_rest) / r_m - i_e


def lif_climb(cell: LIF, i: ArrayLike) -> Values:
    """Return the time (ms) an LIF cell takes from reset to threshold under a constant current ``i`` (nA); infinite below rheobase.

    With v∞ = v_rest + r_m (i + i_e), the potential that the current would hold::

        tau_m ln((v∞ - v_reset)/(v∞ - v_th))
    """
    names = ("tau_m", "r_m", "v_rest", "v_reset", "v_th", "i_e")
    tau_m, r_m, v_rest, v_reset, v_th, i_e = (np.asarray(getattr(cell, name), float) for name in names)
    held = v_rest + r_m * (np.asarray(i, float) + i_e)
    above = held > v_th
    ratio = np.divide(v_th - v_reset, held - v_th, out=np.full(np.broadcast(held, v_th, v_reset).shape, np.inf), where=above)
    return tau_m * np.log1p(ratio)


def lif_rate(cell: LIF, i: ArrayLike) -> Values:
    """Return the firing rate (Hz) of an LIF cell under a constant current: 1000/(t_ref + time from reset to threshold).

    Args:
        cell: with theta_plus = 0; an adaptive threshold has no closed form.
        i: current (nA), broadcast against the cell's parameters.

    Raises:
        ValueError: the threshold adapts.

    >>> import hillock as hk
    >>> lif_rate(hk.cells.LIF(), [0.1, 0.3]).round(2)  # 1000/(2 + 20 ln 2)
    array([ 0.  , 63.04])

    """
    if np.any(np.asarray(cell.theta_plus) != 0):
        raise ValueError("lif_rate holds for a constant threshold: LIF.theta_plus must be 0 mV. Use fi_curve where the threshold adapts.")
    with np.errstate(divide="ignore"):
        return 1000 / (np.asarray(cell.t_ref, float) + lif_climb(cell, i))
