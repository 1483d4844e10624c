"""What NEST's leaky integrate-and-fire neurons with current-based synapses share."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp

from hillock._types import Param, Recordable, Scalar, Spike, Tree
from hillock.dialects._base import AbstractReceivingStep
from hillock.dialects.nest._rules import above, count_down, in_pa
from hillock.surrogates import AbstractSurrogate


class AbstractIafPsc(AbstractReceivingStep):
    """What the family shares: y = V_m - E_L flows exactly, and stands still while refractory; synapses never stand still.

    The state has at least v, y and r: membrane potential (mV), the same above E_L, and the steps of refractoriness left. What is prepared has ``hold``,
    the steps of refractoriness.
    """

    E_L: eqx.AbstractVar[Param]
    V_th: eqx.AbstractVar[Param]
    V_reset: eqx.AbstractVar[Param]
    I_e: eqx.AbstractVar[Param]

    @abstractmethod
    def flow(self, prepared: Tree, state: Any, current: Scalar, arrivals: tuple[Scalar, ...]) -> Scalar:
        """Return y one step later under a current (pA), of a neuron that is not refractory."""

    @abstractmethod
    def receive(self, prepared: Tree, state: Any, arrivals: tuple[Scalar, ...]) -> Any:
        """Return the state with its synapses one step later."""

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", **self.synaptic(), "threshold": "mV"}

    @abstractmethod
    def synaptic(self) -> Mapping[str, str]:
        """Return the variables of synapses that can be recorded, and the unit of each."""

    def __call__(
        self, prepared: Any, state: Any, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[Any, Spike, Recordable]:
        arrived = arrivals or tuple(jnp.zeros_like(state.v) for _ in self.ports())
        state = state._replace(y=above(state.v, state.y, self.E_L))
        moved = jnp.where(state.r > 0, state.y, self.flow(prepared, state, in_pa(i) + self.I_e, arrived))
        spike = surrogate(moved - (self.V_th - self.E_L), at_least=True)
        y = jnp.where(spike > 0, self.V_reset - self.E_L, moved)
        new = self.receive(prepared, state, arrived)._replace(v=y + self.E_L, y=y, r=count_down(prepared.hold, state.r, spike))
        return new, spike, {"v": new.v, **{name: getattr(new, name) for name in self.synaptic()}, "threshold": self.V_th}
