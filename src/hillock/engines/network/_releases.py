"""Short-term plasticity as the compiled loop wants it: a program that is carried out for each spike, traced from the rule."""

from typing import Any

import jax
import numpy as np

from hillock import lowering
from hillock._types import Tree
from hillock.engines.network._base import NetworkJob, Releases, Wire
from hillock.lowering import Gain, GainForm, GainState, Symbol


def plastic_wires(job: NetworkJob) -> tuple[Wire, ...]:
    """Return the projections that have short-term plasticity, in order."""
    return tuple(wire for wire in job.wires if wire.plasticity is not None)


def at_rest(job: NetworkJob, wire: Wire) -> Releases:
    """Return where the sources of a projection begin, before any spike."""
    assert wire.plasticity is not None
    source = job.members[wire.source]
    state = jax.tree.map(lambda x: np.full(source.n, x, np.float64), wire.plasticity.init())
    return Releases(state, np.full(source.n, -source.stamp, np.int64), np.empty(0))


def gain(job: NetworkJob, wire: Wire) -> Gain:
    """Return the factors of a projection's spikes."""
    leaves, tree = jax.tree.flatten(wire.plasticity)
    carried, kept = jax.tree.flatten(at_rest(job, wire).state)
    number = jax.ShapeDtypeStruct((), np.float64)

    def release(leaves: list, carried: list, interval: Tree) -> tuple:
        rule = jax.tree.unflatten(tree, leaves)
        state, factor = rule.release(jax.tree.unflatten(kept, carried), interval)
        return jax.tree.leaves(state), factor

    with jax.enable_x64(True):
        traced = jax.make_jaxpr(release)([number] * len(leaves), [number] * len(carried), number)
    symbols = [lowering.symbols((), np.float64) for _ in range(len(leaves) + len(carried) + 1)]
    atoms: list[Any] = [one[()] for one in symbols]
    assert all(isinstance(atom, Symbol) for atom in atoms)
    form = GainForm(lowering.lower(traced, symbols), tuple(atoms[: len(leaves)]), tuple(atoms[len(leaves) : -1]), atoms[-1])
    n = job.members[wire.source].n
    return Gain(wire.source, n, form, [np.broadcast_to(np.asarray(leaf, np.float64), (n,)) for leaf in leaves], job.dt)


def state_of(one: Releases) -> GainState:
    """Return what a source carries as a list of numbers."""
    return GainState([np.asarray(x) for x in jax.tree.leaves(one.state)], one.last, one.factors)


def releases(state: GainState, like: Releases) -> Releases:
    """Return numbers as what a source carries."""
    return Releases(jax.tree.unflatten(jax.tree.structure(like.state), list(state.carried)), state.last, state.factors)
