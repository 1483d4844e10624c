"""The simplified leaky integrate-and-fire cell of ngc-learn, in a population with lateral inhibition and a shared threshold."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._param import ParameterError, param, require_below
from hillock._trace import is_traced
from hillock._types import Nanoamperes, Param, Scalar
from hillock.cells._base import AbstractCell, AbstractCoupled


class SLIFState(NamedTuple):
    """Normalised potential (1), adaptive part of the threshold (1) and inhibitory current from the population (nA)."""

    v: Scalar
    theta: Scalar
    i_inh: Nanoamperes


class SLIF(AbstractCell, AbstractCoupled):
    """Simplified leaky integrate-and-fire cell: normalised potential, lateral inhibition, threshold shared by the population.

    Flow::

        tau_m dv/dt = -v + r_m i - r_inh i_inh
        tau_inh di_inh/dt = -i_inh
        dtheta/dt = -rho_b/t_b

    Threshold: v > max(v_th + theta, v_th_min). Reset: v ← 0, which is also the rest.

    At the end of a step in which neurons fired, for every neuron j of the population::

        i_inh[j] ← i_inh[j] + Σ over the neurons k that fired of w_inh[k, j]
        theta[j] ← max(theta[j], v_th_min - v_th) + rho_b · (number of neurons that fired)

    When: layers of hidden units that compete and share their activity, as in ngc-learn's spiking classifiers: rho_b steers the whole
    population towards one spike every t_b. Where potentials should be in mV, see LIF.

    Limits: v is a plain number; a stimulus in nA is scaled by r_m. The original adds rho_b · (spikes - 1) to the threshold at every
    step and inhibits for the one step after a spike, so both of its effects change with dt. Here the same fall per time and the same
    area of inhibition are rates, which do not: t_b = tau_inh = dt gives the strengths of the original. The original's random thresholds,
    its output held during refractoriness and its per-neuron thr_gain and thr_leak are in the dialect ngclearn.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.cells.SLIF(), hk.stimuli.Constant(1.5), duration=70, dt=0.1)
    >>> rec.spike_times  # every 20 ms · ln 3 = 21.97 ms
    array([22., 44., 66.])

    Reference: Samadi, Lillicrap & Tweed (2017), Neural Comput. 29:578, doi:10.1162/NECO_a_00929; sLIFCell of ngc-learn 3.2 (lateral
    inhibition, rho_b).
    """

    tau_m: Param = param(20.0, "ms", "membrane time constant", above=0.0)
    r_m: Param = param(1.0, "1/nA", "normalised potential per current", above=0.0)
    v_th: Param = param(1.0, "1", "threshold at time 0", above=0.0)
    v_th_min: Param = param(0.025, "1", "lowest threshold", above=0.0)
    rho_b: Param = param(0.0, "1", "rise of every threshold with each spike of the population", low=0.0)
    t_b: Param = param(
        1.0, "ms", "time in which every threshold falls by rho_b: the interval between spikes of the population that it seeks", above=0.0
    )
    r_inh: Param = param(0.0, "1/nA", "normalised potential per inhibitory current", low=0.0)
    tau_inh: Param = param(1.0, "ms", "decay time of the inhibitory current", above=0.0)
    w_inh: Param = param(
        np.zeros(0), "nA", "inhibition between neurons: row = neuron that fires, column = neuron inhibited; empty for none", low=0.0, ndim=1
    )
    t_ref: Param = param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        require_below(self, "v_th_min", "v_th")
        _check_inhibition(self.w_inh, self.r_inh)

    def init(self) -> SLIFState:
        return SLIFState(v=0.0, theta=0.0, i_inh=0.0)

    def drift(self, state: SLIFState, i: Scalar) -> SLIFState:
        return SLIFState(
            v=(self.r_m * i - self.r_inh * state.i_inh - state.v) / self.tau_m,
            theta=-self.rho_b / self.t_b,
            i_inh=-state.i_inh / self.tau_inh,
        )

    def excess(self, state: SLIFState) -> Scalar:
        return state.v - jnp.maximum(self.v_th + state.theta, self.v_th_min)

    def reset(self, state: SLIFState) -> SLIFState:
        return state._replace(v=jnp.zeros_like(state.v))

    def exchange(self, state: SLIFState, spikes: Float[Array, " neurons"]) -> SLIFState:
        theta = jnp.maximum(state.theta, self.v_th_min - self.v_th) + self.rho_b * jnp.sum(spikes)
        inhibition = state.i_inh + spikes @ self.w_inh if np.ndim(self.w_inh) > 1 else state.i_inh
        return state._replace(theta=theta, i_inh=inhibition)


def _check_inhibition(w_inh: Param, r_inh: Param) -> None:
    """Raise ParameterError unless ``w_inh`` is empty, or a square matrix in which nobody inhibits itself."""
    shape = np.shape(w_inh)
    if shape == (0,):
        if not is_traced(r_inh) and np.any(np.asarray(r_inh) > 0):
            raise ParameterError("SLIF.w_inh must be given where r_inh > 0. Pass a matrix with one row and one column per neuron, or r_inh = 0.")
        return
    if len(shape) != 2 or shape[0] != shape[1]:
        raise ParameterError(f"SLIF.w_inh must have one row and one column per neuron, got an array of shape {shape}.")
    if not is_traced(w_inh) and np.diagonal(np.asarray(w_inh)).any():
        k = int(np.argmax(np.diagonal(np.asarray(w_inh)) != 0))
        raise ParameterError(f"SLIF.w_inh must be 0 on its diagonal, got {np.asarray(w_inh)[k, k]:g} nA for neuron {k}. No neuron inhibits itself.")
