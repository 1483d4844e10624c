"""What BindsNET's layers with an adaptive threshold share."""

from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp

from hillock._arithmetic import rounded
from hillock._types import Param, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects.bindsnet._rules import decay, masked, relaxed, restarted, settled
from hillock.surrogates import AbstractSurrogate


class AdaptiveState(NamedTuple):
    """Membrane potential (mV), adaptive part of the threshold (mV) and countdown of refractoriness (ms), which goes on below 0."""

    v: Scalar
    theta: Scalar
    refrac_count: Scalar


class AdaptiveDecays(NamedTuple):
    """dt, and what a step leaves of v and of theta."""

    dt: Scalar
    decay: Scalar
    theta_decay: Scalar


class AbstractAdaptive(AbstractStep):
    """A leaky neuron whose threshold rises with each spike and decays, both only while learning."""

    thresh: eqx.AbstractVar[Param]
    rest: eqx.AbstractVar[Param]
    reset: eqx.AbstractVar[Param]
    refrac: eqx.AbstractVar[Param]
    tc_decay: eqx.AbstractVar[Param]
    theta_plus: eqx.AbstractVar[Param]
    tc_theta_decay: eqx.AbstractVar[Param]
    lbound: eqx.AbstractVar[Param]
    learning: eqx.AbstractVar[bool]

    def prepare(self, dt: Scalar) -> AdaptiveDecays:
        return AdaptiveDecays(dt, decay(dt, self.tc_decay), decay(dt, self.tc_theta_decay))

    def advance(self, decays: AdaptiveDecays, state: AdaptiveState, x: Scalar, surrogate: AbstractSurrogate) -> tuple[AdaptiveState, Spike]:
        """Return state and spike one step later."""
        v = relaxed(decays.decay, state.v, self.rest) + masked(x, state.refrac_count)
        theta = rounded(state.theta * decays.theta_decay) if self.learning else state.theta
        spike = surrogate(v - (self.thresh + theta), at_least=True)
        if self.learning:
            theta = jnp.where(spike > 0, theta + self.theta_plus, theta)
        count = restarted(spike, state.refrac_count - decays.dt, self.refrac)
        return AdaptiveState(settled(spike, v, self.reset, self.lbound), theta, count), spike
