"""How Brian2 steps: its counts, refractoriness and resets."""

import jax.numpy as jnp
from jaxtyping import Array, Int

from hillock._types import Flag, Scalar, State
from hillock.cells import AbstractCell
from hillock.dialects._choices import AbstractCount, AbstractRefractoriness, AbstractReset
from hillock.dialects._dialect import Dialect


class TimestepLessOne(AbstractCount):
    """One step less than t_ref/dt, rounded down: Brian2 lets go in the step that starts t_ref after the start of the spike's."""

    def __call__(self, t_ref: Scalar, dt: Scalar) -> Int[Array, ""]:
        steps = jnp.floor((t_ref + dt / 1000) / dt).astype(jnp.int32)  # 1/1000 of a step forgives rounding
        return jnp.maximum(steps - 1, 0)

    def needs_grid(self) -> bool:
        return False


class BlockSpikes(AbstractRefractoriness):
    """Only spikes are suppressed; the potential integrates on and may be above threshold when that ends."""

    def input(self, i: Scalar, resting: Flag) -> Scalar:
        return i

    def deafens(self) -> bool:
        return False

    def clamps(self) -> bool:
        return False

    def silences(self) -> bool:
        return True


class SubtractThreshold(AbstractReset):
    """The threshold as it is before any spike is subtracted from the potential, whatever v_reset is."""

    def __call__(self, cell: AbstractCell, state: State) -> State:
        start = cell.init()
        return cell.reset(state)._replace(v=state.v - (start.v - cell.excess(start)))


dialect = Dialect(
    name="brian2",
    summary="integrate (exactly where the cell is linear), test with >, reset in the same step, hold v for t_ref/dt - 1 steps; "
    "spikes and states are stamped at the start of their step",
    count=TimestepLessOne(),
    shows="start",
    delivers_first=True,
    dtype="float64",
)
