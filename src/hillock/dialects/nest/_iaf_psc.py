"""What NEST's leaky integrate-and-fire neurons with current-based synapses share."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects.nest._rules import count_down, in_pa
from hillock.surrogates import AbstractSurrogate


class IafState(NamedTuple):
    """Membrane potential (mV), the same above E_L, and the steps of refractoriness left."""

    v: Scalar
    y: Scalar
    r: Int[Array, ""]


class IafConstants(NamedTuple):
    """What multiplies the input (mV/pA), what multiplies y (or y is increased by), and the steps of refractoriness."""

    drive: Scalar
    keep: Scalar
    hold: Int[Array, ""]


class AbstractIafPsc(AbstractStep):
    """What the family shares: y = V_m - E_L flows exactly, and stands still while refractory."""

    E_L: eqx.AbstractVar[Param]
    V_m: eqx.AbstractVar[Param]
    V_th: eqx.AbstractVar[Param]
    V_reset: eqx.AbstractVar[Param]
    I_e: eqx.AbstractVar[Param]

    @abstractmethod
    def flow(self, prepared: IafConstants, y: Scalar, current: Scalar) -> Scalar:
        """Return y one step later under a current (pA)."""

    def recordable(self) -> Mapping[str, str]:
        return {"v": "mV", "threshold": "mV"}

    def init(self) -> IafState:
        return IafState(v=self.V_m, y=self.V_m - self.E_L, r=jnp.zeros((), jnp.int32))

    def __call__(self, prepared: IafConstants, state: IafState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[IafState, Spike, Recordable]:
        moved = jnp.where(state.r > 0, state.y, self.flow(prepared, state.y, in_pa(i) + self.I_e))
        spike = surrogate(moved - (self.V_th - self.E_L), at_least=True)
        y = jnp.where(spike > 0, self.V_reset - self.E_L, moved)
        new = IafState(v=y + self.E_L, y=y, r=count_down(prepared.hold, state.r, spike))
        return new, spike, {"v": new.v, "threshold": self.V_th}
