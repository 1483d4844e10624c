"""Rockpool's PyTorch LIF neuron."""

from collections.abc import Mapping
from typing import ClassVar

import jax
import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike, Tree
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.rockpool._dialect import dialect
from hillock.dialects.rockpool._rules import Decays, LIFState, Threshold, advance
from hillock.surrogates import AbstractSurrogate


class LIFTorch(AbstractStep):
    """Rockpool's ``LIFTorch``, ``LIF`` in single precision; bit for bit up to the last bit of exp, which is rounded correctly here.

    Rule::

        isyn = (isyn + input) exp(-dt/tau_syn)
        vmem = vmem exp(-dt/tau_mem) + isyn + bias
        n_spikes = floor(vmem/threshold)                where vmem ≥ threshold; at most max_spikes_per_dt
        vmem = vmem - n_spikes threshold

    A step with spikes is one spike of the recording; how many it had is the trace ``n_spikes``. isyn is recorded after its decay, as ``i_syn``.

    When: to repeat a network of Rockpool that was trained with PyTorch.

    Limits: those of ``LIF``. It computes in single precision whatever the ``dtype`` of the run is. The decays hold one rounding more than
    expected, since PyTorch divides a number by a tensor as a product with the reciprocal.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.rockpool.LIFTorch(tau_syn=0.005), hk.stimuli.Constant(0.3), duration=5, dt=1).spike_steps
    array([2, 4])

    Reference: Rockpool 3.1.0, ``rockpool/nn/modules/torch/lif_torch.py``, doi:10.5281/zenodo.3773845.
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
        seconds = _single(dt / 1000.0)
        exponents = (1.0 / _single(tau) * -seconds for tau in (self.tau_mem, self.tau_syn))
        return Decays(*(_single(jnp.exp(exponent.astype(jnp.result_type(float)))) for exponent in exponents))

    def __call__(self, prepared: Decays, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        given = (prepared, state, i, self.bias, Threshold(self.threshold, self.max_spikes_per_dt))
        decays, state, i, bias, threshold = _single(given)
        new, spike, count = advance(decays, state, i, bias, threshold, surrogate)
        return new, spike, {"v": new.v, "i_syn": new.i, "n_spikes": count, "threshold": self.threshold}


def _single(tree: Tree) -> Tree:
    """Return numbers in single precision."""
    return jax.tree.map(lambda x: jnp.asarray(x).astype(jnp.float32), tree)
