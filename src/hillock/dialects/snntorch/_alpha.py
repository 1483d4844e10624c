"""snnTorch's neuron driven through a difference of exponentials."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param
from hillock._trace import is_traced
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.snntorch._dialect import dialect
from hillock.dialects.snntorch._rules import check_mechanism, reset_late, reset_signal
from hillock.surrogates import AbstractSurrogate


class AlphaState(NamedTuple):
    """Membrane potential and the two currents whose difference is an alpha function."""

    v: Scalar
    syn_exc: Scalar
    syn_inh: Scalar


class _Constants(NamedTuple):
    alpha: Scalar
    beta: Scalar
    tau_alpha: Scalar


class Alpha(AbstractStep):
    """snnTorch's ``Alpha``, a potential that follows the input through a difference of exponentials; bit for bit up to the last bit of ln.

    Rule::

        reset = [v > threshold]                         of the last call
        flow       exc = alpha exc + i,  inh = beta inh - i,  v = tau_alpha (exc + inh)
                   tau_alpha = ln alpha/(ln beta - ln alpha) + 1
        zero       exc, inh, v = 0                      the input of that step is lost
        subtract   exc = exc - threshold, inh = 0, v = v + inh(last call)
        none       nothing
        spk = [v > threshold]

    The reset acts in the step after a spike.

    When: to repeat a network of snnTorch exactly, where input should raise v gradually and then leave it.

    Limits: v has no memory of its own, so what is subtracted from it is gone one step later; that and the other terms of "subtract" are
    snnTorch's. The logarithms are rounded correctly here, PyTorch's are not always. alpha must be > beta: at alpha = beta tau_alpha is 1/0.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.snntorch.Alpha(alpha=0.9, beta=0.8), hk.stimuli.Constant(0.4), duration=20, dt=1).spike_steps
    array([ 7, 16])

    Reference: Eshraghian et al. (2023), Proc. IEEE 111:1016, doi:10.1109/JPROC.2023.3308088.
    """

    dialect: ClassVar[Dialect] = dialect

    alpha: Param = param(unit="1", doc="decay of the excitatory current per step, clamped to [0, 1]")
    beta: Param = param(unit="1", doc="decay of the inhibitory current per step, clamped to [0, 1]")
    threshold: Param = param(1.0, "1", "threshold")
    reset_mechanism: str = eqx.field(static=True, default="zero")

    def __check_init__(self):
        check_mechanism(self)
        say_clamped(self, "snnTorch", "alpha", "beta")
        if is_traced(self.alpha, self.beta):
            return
        alpha, beta = np.clip(self.alpha, 0, 1), np.clip(self.beta, 0, 1)
        if not np.all(alpha > beta):
            raise ParameterError(f"Alpha.alpha must be > Alpha.beta, got {np.min(alpha):g} and {np.max(beta):g}.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "syn_exc": "1", "syn_inh": "1", "threshold": "1"}

    def init(self) -> AlphaState:
        return AlphaState(v=0.0, syn_exc=0.0, syn_inh=0.0)

    def prepare(self, dt: Scalar) -> _Constants:
        alpha, beta = (jnp.asarray(clamped(decay), jnp.float32) for decay in (self.alpha, self.beta))
        log_alpha, log_beta = (jnp.log(decay.astype(jnp.result_type(float))).astype(jnp.float32) for decay in (alpha, beta))
        return _Constants(alpha, beta, log_alpha / (log_beta - log_alpha) + 1)

    def __call__(self, prepared: _Constants, state: AlphaState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[AlphaState, Spike, Recordable]:
        reset = reset_signal(state.v, self.threshold)
        exc = rounded(prepared.alpha * state.syn_exc) + i
        inh = rounded(prepared.beta * state.syn_inh) - i
        v = rounded(prepared.tau_alpha * (exc + inh))
        if self.reset_mechanism != "none":
            inh = jnp.where(reset > 0, jnp.zeros_like(inh), inh)
        if self.reset_mechanism == "subtract":
            v = v + reset * state.syn_inh
        elif self.reset_mechanism == "zero":
            v = jnp.where(reset > 0, jnp.zeros_like(v), v)
        exc = reset_late(self.reset_mechanism, exc, reset, self.threshold)
        new = AlphaState(v, exc, inh)
        return new, surrogate(v - self.threshold, at_least=False), {**new._asdict(), "threshold": self.threshold}
