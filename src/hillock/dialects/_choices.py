"""The choices by which dialects differ, as objects: what rests, for how many steps, and what a reset does."""

from abc import abstractmethod
from collections.abc import Callable

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from hillock._types import Flag, Scalar, State
from hillock.cells import AbstractCell


class AbstractRefractoriness(eqx.Module):
    """What a refractory neuron is spared."""

    @abstractmethod
    def input(self, i: Scalar, resting: Flag) -> Scalar:
        """Return the input current that is felt."""

    @abstractmethod
    def deafens(self) -> bool:
        """Return whether the currents of synapses are not felt either."""

    @abstractmethod
    def clamps(self) -> bool:
        """Return whether the potential is held."""

    @abstractmethod
    def silences(self) -> bool:
        """Return whether spikes are suppressed."""


class Clamp(AbstractRefractoriness):
    """The potential is held and no spike can occur; other variables go on."""

    def input(self, i: Scalar, resting: Flag) -> Scalar:
        return i

    def deafens(self) -> bool:
        return False

    def clamps(self) -> bool:
        return True

    def silences(self) -> bool:
        return True


class MaskInput(AbstractRefractoriness):
    """The input is taken away; the potential keeps leaking and may even cross the threshold."""

    def input(self, i: Scalar, resting: Flag) -> Scalar:
        return jnp.where(resting, jnp.zeros_like(i), i)

    def deafens(self) -> bool:
        return True

    def clamps(self) -> bool:
        return False

    def silences(self) -> bool:
        return False


class AbstractCount(eqx.Module):
    """How a refractory time becomes a number of steps."""

    @abstractmethod
    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        """Return for how many steps after the spike step a neuron is refractory."""

    @abstractmethod
    def needs_grid(self) -> bool:
        """Return whether a t_ref that is not a whole number of steps is refused."""


class WholeSteps(AbstractCount):
    """t_ref/dt steps; anything else than a whole number is refused."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        return jnp.round(t_ref / dt).astype(jnp.int32)

    def needs_grid(self) -> bool:
        return True


class CountUp(AbstractCount):
    """Float32 additions of dt from 0 until t_ref is reached: often one step more than t_ref/dt."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        goal, step = (jnp.asarray(x, jnp.float32) for x in (t_ref, dt))
        return _count(lambda total: total < goal, lambda total: total + step, jnp.zeros_like(goal))

    def needs_grid(self) -> bool:
        return False


class CountDown(AbstractCount):
    """Float32 subtractions of dt from t_ref until nothing is left: often one step more than t_ref/dt."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        start, step = (jnp.asarray(x, jnp.float32) for x in (t_ref, dt))
        return _count(lambda left: left > 0, lambda left: left - step, start)

    def needs_grid(self) -> bool:
        return False


def _count(goes_on: Callable, move: Callable, start: Float[Array, ""]) -> Int[Array, ""]:
    _, count = lax.while_loop(lambda pair: goes_on(pair[0]), lambda pair: (move(pair[0]), pair[1] + 1), (start, jnp.zeros((), jnp.int32)))
    return count


class Unsupported(AbstractCount):
    """The simulator has no refractoriness: t_ref must be 0, which ``Dialect.bind`` sees to."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        return jnp.zeros_like(t_ref, jnp.int32)

    def needs_grid(self) -> bool:
        return False


class AbstractReset(eqx.Module):
    """What becomes of a neuron that fired."""

    @abstractmethod
    def __call__(self, cell: AbstractCell, state: State) -> State:
        """Return the state after the spike."""


class ToValue(AbstractReset):
    """The cell's own reset."""

    def __call__(self, cell: AbstractCell, state: State) -> State:
        return cell.reset(state)


class KeepOvershoot(AbstractReset):
    """Reset by subtraction: what the potential had above the threshold remains above the reset potential."""

    def __call__(self, cell: AbstractCell, state: State) -> State:
        after = cell.reset(state)
        return after._replace(v=after.v + cell.excess(state))


class KeepRemainder(AbstractReset):
    """Reset by subtraction, as many times as the potential was above threshold: several spikes in one step, counted as one."""

    def __call__(self, cell: AbstractCell, state: State) -> State:
        after = cell.reset(state)
        height = state.v - cell.excess(state) - after.v
        safe = jnp.where(height > 0, height, jnp.inf)  # a cell may be reset to its threshold: once, then
        times = jnp.maximum(jnp.floor((state.v - after.v) / safe), 1.0)
        return after._replace(v=state.v - height * times)
