"""What is known of a cell without simulating it."""

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from hillock.cells import LIF, SLIF, ExponentialIF, IntegrateAndFire, QuadraticIF

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


def lif_climb(cell: LIF, i: ArrayLike, start: str = "v_reset") -> Values:
    """Return the time (ms) an LIF cell takes from a potential to threshold under a constant current ``i`` (nA); infinite below rheobase.

    With v∞ = v_rest + r_m (i + i_e), the potential that the current would hold, from reset::

        tau_m ln((v∞ - v_reset)/(v∞ - v_th))

    From ``start="v_rest"`` it is the time to the first spike of a run; 0 where that is above threshold.
    """
    names = ("tau_m", start, "v_th")
    tau_m, begin, v_th = (np.asarray(getattr(cell, name), float) for name in names)
    held = np.asarray(lif_held(cell, i))
    above = held > v_th
    ratio = np.divide(np.maximum(v_th - begin, 0), held - v_th, out=np.full(np.broadcast(held, v_th, begin).shape, np.inf), where=above)
    return tau_m * np.log1p(ratio)


def lif_held(cell: LIF, i: ArrayLike) -> Values:
    """Return the potential (mV) that a constant current ``i`` (nA) would hold an LIF cell at: v_rest + r_m (i + i_e)."""
    v_rest, r_m, i_e = (np.asarray(x, float) for x in (cell.v_rest, cell.r_m, cell.i_e))
    return v_rest + r_m * (np.asarray(i, float) + i_e)


def known_rheobase(cell: Any) -> Values | None:
    """Return the largest constant current (nA) at which a cell stays silent; None where there is no closed form.

    ============================  =====================================
    LIF                           (v_th - v_rest)/r_m - i_e
    IntegrateAndFire              0, for it forgets nothing
    QuadraticIF                   a0 (v_c - v_rest)²/(4 r_m)
    ExponentialIF                 (v_t - v_rest - delta_t)/r_m
    SLIF, its threshold constant  v_th/r_m
    ============================  =====================================

    A current that varies but stays below cannot make these cells fire either, and what adapts or inhibits only raises what is needed. The
    cell begins below the potential from which a spike takes off by itself; where parameters put it beyond, nothing is known.
    """
    if isinstance(cell, LIF):
        return lif_rheobase(cell)
    if isinstance(cell, IntegrateAndFire):
        return 0.0 if np.all(np.asarray(cell.v_init) <= np.asarray(cell.v_th)) else None
    if isinstance(cell, QuadraticIF):
        a0, v_c, v_rest, r_m = (np.asarray(x, float) for x in (cell.a0, cell.v_c, cell.v_rest, cell.r_m))
        return a0 * (v_c - v_rest) ** 2 / (4 * r_m)
    if isinstance(cell, ExponentialIF):
        v_t, v_rest, delta_t, r_m = (np.asarray(x, float) for x in (cell.v_t, cell.v_rest, cell.delta_t, cell.r_m))
        return (v_t - v_rest - delta_t) / r_m if np.all(v_rest <= v_t) else None
    if isinstance(cell, SLIF) and not np.any(np.asarray(cell.rho_b) != 0):
        return np.asarray(cell.v_th, float) / np.asarray(cell.r_m, float)
    return None


def known_rate(cell: Any, i: ArrayLike) -> Values | None:
    """Return the firing rate (Hz) of a cell under a constant current ``i`` (nA); None where there is no closed form.

    For LIF with a constant threshold it is ``lif_rate``; for IntegrateAndFire 1000/(t_ref + c_m (v_th - v_reset)/i).
    """
    if isinstance(cell, LIF) and not np.any(np.asarray(cell.theta_plus) != 0):
        return lif_rate(cell, i)
    if isinstance(cell, IntegrateAndFire):
        c_m, v_th, v_reset, t_ref = (np.asarray(x, float) for x in (cell.c_m, cell.v_th, cell.v_reset, cell.t_ref))
        drive = np.maximum(np.asarray(i, float), 0.0)
        with np.errstate(divide="ignore"):
            return 1000 / (t_ref + c_m * (v_th - v_reset) / drive)
    return None


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
