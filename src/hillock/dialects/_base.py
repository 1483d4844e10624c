"""What a step is: one step of one neuron as a pure function of scalars, which is all that an engine ever sees."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._param import Parametrized
from hillock._types import Flag, Recordable, Scalar, Spike, State, Tree
from hillock.surrogates import AbstractSurrogate

if TYPE_CHECKING:
    from hillock.dialects._dialect import Dialect


class AbstractStep(Parametrized):
    """One step of one neuron as a pure function of scalars: what every engine runs.

    ``prepare`` is computed once per run, in double precision; the rest in the working precision.
    """

    dialect: eqx.AbstractVar["Dialect"]

    @abstractmethod
    def recordable(self) -> Mapping[str, str]:
        """Return the names of what a step shows, and the unit of each."""

    @abstractmethod
    def init(self) -> State:
        """Return the state before step 0."""

    @abstractmethod
    def prepare(self, dt: Scalar) -> Tree:
        """Return what does not change from step to step."""

    @abstractmethod
    def __call__(self, prepared: Tree, state: State, i: Scalar, surrogate: AbstractSurrogate) -> tuple[State, Spike, Recordable]:
        """Return the next state, whether the neuron fires, and what a recorder sees, under the input ``i`` (nA)."""


class AbstractReceivingStep(AbstractStep):
    """A step in which spikes from other neurons arrive, by ports that have names."""

    @abstractmethod
    def ports(self) -> Mapping[str, str]:
        """Return the names of the ports, and the unit of a weight at each; none if no spike can arrive."""

    @abstractmethod
    def __call__(
        self, prepared: Tree, state: State, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[State, Spike, Recordable]:
        """Return what ``AbstractStep`` does; ``arrivals`` are the summed weights that arrive at each port, or nothing at all."""


class AbstractCoupledStep(AbstractStep):
    """A step after which the neurons of a population tell each other what they did."""

    @abstractmethod
    def exchange(
        self, state: State, spikes: Float[Array, " neurons"], shown: Mapping[str, Float[Array, " neurons"]]
    ) -> tuple[State, Float[Array, " neurons"], Mapping[str, Float[Array, " neurons"]]]:
        """Return state, spikes (0.0 or 1.0) and recorded values of a whole population, each an array of neurons, after the exchange.

        ``shown`` holds what is recorded and nothing else; the result has the same names.
        """


def silenced(spike: Spike, resting: Flag) -> Spike:
    """Return a spike where a neuron does not rest."""
    return jnp.where(resting, jnp.zeros_like(spike), spike)
