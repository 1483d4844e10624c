"""BindsNET's layer for the network of Diehl and Cook."""

import math
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._param import ParameterError, param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractCoupledStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.bindsnet._adaptive import AbstractAdaptive, AdaptiveDecays, AdaptiveState
from hillock.dialects.bindsnet._dialect import dialect
from hillock.random import make_key, uniform
from hillock.surrogates import AbstractSurrogate


class DiehlAndCookState(NamedTuple):
    """What an adaptive neuron has, and the number of the step, which names its random numbers; None without them."""

    v: Scalar
    theta: Scalar
    refrac_count: Scalar
    step: Int[Array, ""] | None


class DiehlAndCookNodes(AbstractAdaptive, AbstractCoupledStep):
    """BindsNET's ``DiehlAndCookNodes``, bit for bit, but for which of several winners a random choice takes.

    Rule::

        the rule of AdaptiveLIFNodes
        one_spike: of the neurons that fired in a step one, chosen at random, is said to have fired

    The neurons of a run are the layer. Those that are not chosen are reset, rest and adapt all the same.

    When: to repeat the network of Diehl and Cook as BindsNET has it. Without the choice it is ``AdaptiveLIFNodes``.

    Limits: those of ``AdaptiveLIFNodes``. ``one_spike``, BindsNET's default, needs ``key``, any whole number; PyTorch's own random numbers
    are not repeated. Neurons that see each other run on the engine scan.

    >>> import hillock as hk
    >>> layer = hk.dialects.bindsnet.DiehlAndCookNodes(key=1)
    >>> rec = hk.simulate(layer, hk.stimuli.Constant(0.6), neurons=10, duration=100, dt=1)
    >>> rec.spike_steps  # all ten reach threshold together, one is let through
    array([24, 54, 84])

    Reference: Diehl & Cook (2015), Front. Comput. Neurosci. 9:99, doi:10.3389/fncom.2015.00099; ``network/nodes.py`` of BindsNET 0.3.3.
    """

    dialect: ClassVar[Dialect] = dialect

    thresh: Param = param(-52.0, "mV", "threshold before any spike")
    rest: Param = param(-65.0, "mV", "resting potential, and the potential at the start")
    reset: Param = param(-65.0, "mV", "potential after a spike")
    refrac: Param = param(5.0, "ms", "time for which the input is masked after a spike", low=0.0)
    tc_decay: Param = param(100.0, "ms", "membrane time constant", above=0.0)
    theta_plus: Param = param(0.05, "mV", "rise of the threshold with each spike")
    tc_theta_decay: Param = param(1e7, "ms", "decay time of the threshold's adaptation", above=0.0)
    lbound: Param = param(-math.inf, "mV", "lowest potential")
    one_spike: bool = eqx.field(static=True, default=True)
    learning: bool = eqx.field(static=True, default=True)
    key: int | None = eqx.field(static=True, default=None)

    def __check_init__(self):
        if not self.one_spike:
            return
        if self.key is None:
            raise ParameterError("DiehlAndCookNodes.one_spike draws random numbers. Pass key=1, or any other whole number, or one_spike=False.")
        if isinstance(self.key, bool) or not isinstance(self.key, int) or not 0 <= self.key < 2**64:
            raise ParameterError(f"DiehlAndCookNodes.key must be a whole number from 0 to 2**64 - 1, got {self.key!r}.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "theta": "mV", "refrac_count": "ms", "threshold": "mV"}

    def init(self) -> DiehlAndCookState:
        return DiehlAndCookState(v=self.rest, theta=0.0, refrac_count=0.0, step=jnp.zeros((), jnp.int32) if self.one_spike else None)

    def __call__(
        self, prepared: AdaptiveDecays, state: DiehlAndCookState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[DiehlAndCookState, Spike, Recordable]:
        new, spike = self.advance(prepared, AdaptiveState(*state[:3]), i, surrogate)
        step = None if state.step is None else state.step + 1
        return DiehlAndCookState(*new, step), spike, {**new._asdict(), "threshold": self.thresh + new.theta}

    def exchange(self, state: Any, spikes: Array, shown: Mapping[str, Array]) -> tuple[Any, Array, Mapping[str, Array]]:
        if self.key is None or not self.one_spike:
            return state, spikes, shown
        neurons, key = jnp.arange(len(spikes), dtype=jnp.int32), make_key(self.key)
        lots = jax.vmap(lambda neuron, step: uniform(key, 0, neuron, step))(neurons, state.step)
        chosen = jnp.argmax(jnp.where(spikes > 0, lots, 0.0)).astype(jnp.int32)
        return state, jnp.where(neurons == chosen, spikes, 0.0), shown
