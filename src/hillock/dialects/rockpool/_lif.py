"""Rockpool's NumPy LIF neuron."""

from collections.abc import Mapping
from typing import ClassVar

import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.rockpool._dialect import dialect
from hillock.dialects.rockpool._rules import Decays, LIFState, Threshold, advance
from hillock.surrogates import AbstractSurrogate


class LIF(AbstractStep):
    """Rockpool's ``LIF``, the NumPy module, one synapse per neuron; bit for bit up to the last bit of exp.

    Rule::

        isyn = (isyn + input) exp(-dt/tau_syn)
        vmem = vmem exp(-dt/tau_mem) + isyn + bias
        n_spikes = floor(vmem/threshold)                where vmem ≥ threshold; at most max_spikes_per_dt
        vmem = vmem - n_spikes threshold

    A step with spikes is one spike of the recording; how many it had is the trace ``n_spikes``. isyn is recorded after its decay, as ``i_syn``.

    When: to repeat a network of Rockpool exactly. ``hillock.cells.LIF`` with ``dialect="rockpool"`` is the same order of a step for a cell in
    mV and ms.

    Limits: tau_mem and tau_syn are in s, dt in ms as everywhere in hillock. The input is a jump of isyn, and isyn is added to v without dt/tau:
    halving dt doubles the drive of a constant input or bias. Gradients flow through spikes, not through n_spikes. No noise, no recurrent
    weights, no refractory time.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.dialects.rockpool.LIF(tau_syn=0.005), hk.stimuli.Constant(0.3), duration=5, dt=1, record=["n_spikes"])
    >>> rec.spike_steps, rec["n_spikes"][:, 0]
    (array([2, 4]), array([0., 0., 1., 0., 1.]))

    Reference: Rockpool 3.1.0, ``rockpool/nn/modules/native/lif.py``, doi:10.5281/zenodo.3773845.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_mem: Param = param(0.02, "s", "membrane time constant", above=0.0)
    tau_syn: Param = param(0.02, "s", "synaptic time constant", above=0.0)
    bias: Param = param(0.0, "1", "added to v in every step")
    threshold: Param = param(1.0, "1", "threshold, and what each spike subtracts", above=0.0)
    max_spikes_per_dt: Param = param(2.0**16, "1", "most spikes in one step", low=1.0)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "n_spikes": "1", "threshold": "1"}

    def init(self) -> LIFState:
        return LIFState(v=0.0, i=0.0)

    def prepare(self, dt: Scalar) -> Decays:
        seconds = dt / 1000.0
        return Decays(*(jnp.exp(-seconds / jnp.asarray(tau)) for tau in (self.tau_mem, self.tau_syn)))

    def __call__(self, prepared: Decays, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        new, spike, count = advance(prepared, state, i, self.bias, Threshold(self.threshold, self.max_spikes_per_dt), surrogate)
        return new, spike, {"v": new.v, "i_syn": new.i, "n_spikes": count, "threshold": self.threshold}
