"""snnTorch's first-order neuron with feedback."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.snntorch._dialect import dialect
from hillock.dialects.snntorch._rules import check_mechanism, reset_at_once, reset_late, reset_signal
from hillock.surrogates import AbstractSurrogate


class RLeakyState(NamedTuple):
    """Membrane potential and the spike of the last call (0.0 or 1.0)."""

    v: Scalar
    spk: Spike


class RLeaky(AbstractStep):
    """snnTorch's ``RLeaky`` with ``all_to_all=False``: each neuron feeds its own last spike back; bit for bit.

    Rule::

        reset = [v > threshold]                         of the last call
        flow       u = beta v + i + V spk
        subtract   v = u - reset threshold
        zero       v = (1 - reset) u                    the input of that step is lost
        none       v = u
        spk = [v > threshold]

    ``reset_delay`` and beta as in ``Leaky``.

    When: to repeat a network of snnTorch exactly, where a neuron remembers its last spike by itself.

    Limits: those of ``Leaky``. Recurrence between neurons is a network, which this is not.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.snntorch.RLeaky(beta=0.9, V=0.4), hk.stimuli.Constant(0.15), duration=20, dt=1).spike_steps
    array([10, 18])

    Reference: Eshraghian et al. (2023), Proc. IEEE 111:1016, doi:10.1109/JPROC.2023.3308088.
    """

    dialect: ClassVar[Dialect] = dialect

    beta: Param = param(unit="1", doc="decay of v per step, clamped to [0, 1]")
    V: Param = param(1.0, "1", "what the neuron's own last spike adds to v")
    threshold: Param = param(1.0, "1", "threshold")
    reset_mechanism: str = eqx.field(static=True, default="subtract")
    reset_delay: bool = eqx.field(static=True, default=True)

    def __check_init__(self):
        check_mechanism(self)
        say_clamped(self, "snnTorch", "beta")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "spk": "1", "threshold": "1"}

    def init(self) -> RLeakyState:
        return RLeakyState(v=0.0, spk=0.0)

    def prepare(self, dt: Scalar) -> Scalar:
        return clamped(self.beta)

    def __call__(self, prepared: Scalar, state: RLeakyState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[RLeakyState, Spike, Recordable]:
        reset = reset_signal(state.v, self.threshold)
        flowed = rounded(prepared * state.v) + i + rounded(jnp.asarray(self.V) * state.spk)
        v = reset_late(self.reset_mechanism, flowed, reset, self.threshold)
        spike = surrogate(v - self.threshold, at_least=False)
        if not self.reset_delay:
            v = reset_at_once(self.reset_mechanism, v, spike, reset, self.threshold)
        return RLeakyState(v, spike), spike, {"v": v, "spk": spike, "threshold": self.threshold}
