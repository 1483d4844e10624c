"""snnTorch's RC-circuit neuron."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param
from hillock._trace import is_traced
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.cells import Voltage
from hillock.dialects._base import AbstractStep
from hillock.dialects._decays import clamped, say_clamped
from hillock.dialects._dialect import Dialect
from hillock.dialects.snntorch._dialect import dialect
from hillock.dialects.snntorch._rules import check_mechanism, reset_late, reset_signal
from hillock.surrogates import AbstractSurrogate


class _Constants(NamedTuple):
    r: Scalar
    per_rc: Scalar
    time_step: Scalar
    decay: Scalar


class Lapicque(AbstractStep):
    """snnTorch's ``Lapicque``, bit for bit.

    Rule::

        reset = [v > threshold]                         of the last call
        flow       u = i R (1/(R C)) time_step + (1 - time_step/(R C)) v
        subtract   v = u - reset threshold
        zero       v = (1 - reset) u                    the input of that step is lost
        none       v = u
        spk = [v > threshold]

    Give R and C, or beta alone (R is 1), or beta and one of them; 0 means not given.

    When: to repeat a network of snnTorch exactly, where R and C are to be given in their own units.

    Limits: beta = exp(-time_step/(R C)) only finds what was not given: the flow is forward Euler, so v decays by 1 - time_step/(R C) per step,
    not by beta, and a time_step > 2 R C diverges. time_step is the neuron's own: dt only names the steps. There is no ``reset_delay``: the reset
    is always one step late.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.snntorch.Lapicque(R=5, C=0.01, time_step=1e-3), hk.stimuli.Constant(0.3), duration=110, dt=1).spike_steps
    array([ 54, 109])

    Reference: Eshraghian et al. (2023), Proc. IEEE 111:1016, doi:10.1109/JPROC.2023.3308088.
    """

    dialect: ClassVar[Dialect] = dialect

    beta: Param = param(0.0, "1", "decay per step from which R or C is found; 0 for none")
    R: Param = param(0.0, "1", "resistance; 0 to find it from beta and C", low=0.0)
    C: Param = param(0.0, "1", "capacitance; 0 to find it from beta and R", low=0.0)
    time_step: Param = param(1.0, "1", "length of a step in the unit of R C", above=0.0)
    threshold: Param = param(1.0, "1", "threshold")
    reset_mechanism: str = eqx.field(static=True, default="subtract")

    def __check_init__(self):
        check_mechanism(self)
        say_clamped(self, "snnTorch", "beta")
        beta, r, c = (_given(value) for value in (self.beta, self.R, self.C))
        if beta and r and c:
            raise ParameterError("Lapicque takes at most two of beta, R and C: each follows from the others. Leave one out.")
        if not beta and not (r and c):
            raise ParameterError("Lapicque needs R and C, or beta, or beta and one of R and C.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "threshold": "1"}

    def init(self) -> Voltage:
        return Voltage(v=0.0)

    def prepare(self, dt: Scalar) -> _Constants:
        beta, r, c, time_step = (jnp.asarray(x, jnp.float32) for x in (clamped(self.beta), self.R, self.C, self.time_step))
        log = jnp.log(1 / jnp.where(beta > 0, beta, 0.5))
        alone = jnp.where(c > 0, time_step / (jnp.where(c > 0, c, 1.0) * log), 1.0)
        r = jnp.where(r > 0, r, alone)
        c = jnp.where(c > 0, c, time_step / (r * log))
        return _Constants(r, 1 / (r * c), time_step, 1 - time_step / (r * c))

    def __call__(self, prepared: _Constants, state: Voltage, i: Scalar, surrogate: AbstractSurrogate) -> tuple[Voltage, Spike, Recordable]:
        reset = reset_signal(state.v, self.threshold)
        driven = rounded(rounded(rounded(i * prepared.r) * prepared.per_rc) * prepared.time_step)
        v = reset_late(self.reset_mechanism, driven + rounded(prepared.decay * state.v), reset, self.threshold)
        return Voltage(v), surrogate(v - self.threshold, at_least=False), {"v": v, "threshold": self.threshold}


def _given(value: Param) -> bool:
    return is_traced(value) or bool(np.all(np.asarray(value) != 0))
