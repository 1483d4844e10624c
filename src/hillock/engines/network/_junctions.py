"""Gap junctions: who feels whose potential, the same for all engines."""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Float, Int

from hillock import lowering
from hillock._population import neuron_axes
from hillock._trace import is_traced
from hillock._types import Scalar
from hillock.cells import AbstractCell
from hillock.dialects import DialectStep
from hillock.engines._base import Carry
from hillock.engines.network._base import Member, NetworkJob, Wire
from hillock.engines.network._delivery import connections
from hillock.lowering import Bonds
from hillock.network import NetworkError


class Junctions(NamedTuple):
    """The junctions by which the neurons of one population feel those of another, by target, then source.

    Attributes:
        source, target, port: numbers; each junction stands in two of these, as its current flows both ways, or twice in one.
        sources, targets: neurons.
        conductances: µS, of each.

    """

    source: int
    target: int
    port: int
    sources: Int[np.ndarray, " junctions"]
    targets: Int[np.ndarray, " junctions"]
    conductances: Any

    def bonds(self, n: int) -> Bonds:
        """Return them as the compiled loop wants them, for ``n`` targets."""
        ends = np.concatenate([[0], np.cumsum(np.bincount(self.targets, minlength=n))])
        return Bonds(self.source, self.target, self.port, ends, self.sources, self.conductances)


def junctions(job: NetworkJob) -> tuple[Junctions, ...]:
    """Return the gap junctions of a network.

    Raises:
        NetworkError: a step is longer than it takes a neuron to follow those that it is joined to.

    """
    found = tuple(one for wire in job.wires if wire.back is not None for one in _both_ways(job, wire, wire.back))
    for g, member in enumerate(job.members):
        mine = [one for one in found if one.target == g]
        if mine and not is_traced([one.conductances for one in mine], member.job):
            _require_short_steps(member, mine, job.dt)
    return found


def _require_short_steps(member: Member, mine: list[Junctions], dt: float) -> None:
    """Raise NetworkError if a neuron overshoots its neighbours: the current of a step flows on to the end of it, whatever the potentials do."""
    together = np.sum([np.bincount(one.targets, one.conductances, member.n) for one in mine], axis=0)
    rates = together * _slopes(member)
    fastest = int(np.argmax(rates))
    if rates[fastest] * dt >= 1.0:
        raise NetworkError(
            f"dt must be < {1.0 / rates[fastest]:.3g} ms, in which neuron {fastest} of {member.name}, whose gap junctions are {together[fastest]:.3g} uS "
            f"together, follows its neighbours, got {dt:g} ms. Use a smaller dt, or lower weights."
        )


def _slopes(member: Member) -> Float[np.ndarray, " neurons"]:
    """Return how fast a current changes the potential of each neuron (mV/ms per nA), one over its capacitance, computed by NumPy."""
    assert member.job is not None
    assert isinstance(member.job.step, DialectStep)
    cell = member.job.step.cell

    def slope(cell: AbstractCell) -> Scalar:
        state = jax.tree.map(jnp.asarray, cell.init())
        return jax.jvp(lambda i: cell.drift(state, i).v, (jnp.zeros(()),), (jnp.ones(()),))[1]

    with jax.enable_x64(True):
        traced = jax.make_jaxpr(jax.vmap(slope, (neuron_axes(cell),), axis_size=member.n))(cell)
    return np.abs(lowering.evaluate(traced, jax.tree.leaves(cell))[0])


def _both_ways(job: NetworkJob, wire: Wire, back: int) -> list[Junctions]:
    made = connections(job, wire)
    sources, targets = made.sources, made.targets
    values = (jnp if is_traced(made.weights) else np).broadcast_to(made.weights, np.shape(targets))
    each = np.arange(len(targets))
    if wire.source == wire.target:
        ends = np.concatenate([sources, targets]), np.concatenate([targets, sources])
        return [_ordered((wire.source, wire.target, wire.port), *ends, values, np.tile(each, 2))]
    there = _ordered((wire.source, wire.target, wire.port), sources, targets, values, each)
    return [there, _ordered((wire.target, wire.source, back), targets, sources, values, each)]


def _ordered(ends: tuple[int, int, int], sources: np.ndarray, targets: np.ndarray, values: Any, which: np.ndarray) -> Junctions:
    order = np.lexsort((sources, targets))
    return Junctions(*ends, sources[order], targets[order], values[which[order]])


def potential(carry: Carry) -> int:
    """Return which of the leaves of a population's carry is the potential."""
    leaves = jax.tree.leaves(carry)
    return next(k for k, leaf in enumerate(leaves) if leaf is carry.state.v)
