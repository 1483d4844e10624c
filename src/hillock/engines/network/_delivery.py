"""How the spikes of past steps come to where they arrive in the scan engine: by products with matrices, or connection by connection.

What fired is kept in a ring: the spikes of step k stand in the rows k mod reach and k mod reach + reach, so that those of the last ``reach``
steps always follow each other.
"""

from abc import abstractmethod
from dataclasses import replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float, Int, Shaped

from hillock._trace import is_traced
from hillock.engines.network._base import Events, NetworkJob, Wire
from hillock.engines.network._rows import pieces

Ring = Float[Array, "rows neurons"]

ENTRY_SECONDS, LOOKUP_SECONDS = 0.5e-9, 4e-9  # to multiply an entry of a matrix, to look up a connection, on a Xeon of 2.5 GHz
_ENTRIES = 8  # of a matrix that are multiplied while one connection is looked up
_BYTES = 2**28  # of matrices


def ring_of(
    events: Events, n: int, reach: int, end: int, dtype: str, worth: Shaped[np.ndarray | Array, " spikes"] | None = None
) -> Shaped[np.ndarray | Array, "rows neurons"]:
    """Return the ring of the spikes of the last ``reach`` steps before step ``end``, or of what each is worth."""
    steps, neurons = events
    recent = steps >= end - reach
    places = steps[recent] % max(reach, 1), neurons[recent]
    if is_traced(worth):
        rows = jnp.zeros((reach, n), dtype).at[places].add(worth[recent].astype(dtype))  # type: ignore[index]
        return jnp.concatenate([rows, rows])
    ring = np.zeros((reach, n), dtype)
    np.add.at(ring, places, 1.0 if worth is None else np.asarray(worth)[recent].astype(dtype))
    return np.concatenate([ring, ring])


def remember(ring: Ring, fired: Float[Array, " neurons"], k: Int[Array, ""]) -> Ring:
    """Return the ring with the spikes of step ``k`` in place of those that are too old to arrive anywhere."""
    reach = len(ring) // 2
    return ring if not reach else ring.reshape(2, reach, -1).at[:, k % reach].set(fired.astype(ring.dtype)).reshape(ring.shape)


class AbstractDelivery(eqx.Module):
    """The connections of one projection; ``source`` is the number of the ring that its spikes are in."""

    source: eqx.AbstractVar[int]
    target: eqx.AbstractVar[int]
    port: eqx.AbstractVar[int]

    @abstractmethod
    def add(self, sums: Float[Array, " targets"], ring: Ring, k: Int[Array, ""]) -> Float[Array, " targets"]:
        """Return sums with the weights of what arrives in step ``k``."""

    @abstractmethod
    def seconds(self) -> float:
        """Return about how long a step takes."""


class Matrices(AbstractDelivery):
    """A matrix for each delay (steps); one product with all."""

    source: int = eqx.field(static=True)
    target: int = eqx.field(static=True)
    port: int = eqx.field(static=True)
    delays: Int[Array, " delays"]
    weights: Float[Array, "delays sources targets"]

    def add(self, sums: Float[Array, " targets"], ring: Ring, k: Int[Array, ""]) -> Float[Array, " targets"]:
        reach = len(ring) // 2
        spikes = ring[k % reach + reach - self.delays]
        return sums + jnp.dot(spikes.reshape(-1), self.weights.reshape(-1, len(sums)), precision=lax.Precision.HIGHEST)

    def seconds(self) -> float:
        return ENTRY_SECONDS * self.weights.size


class Listed(AbstractDelivery):
    """Connections in the order in which the simd engine adds them up: by delay, source and target.

    Delays (steps) and weights are one for all where they are equal.
    """

    source: int = eqx.field(static=True)
    target: int = eqx.field(static=True)
    port: int = eqx.field(static=True)
    delays: Int[Array, "*connections"]
    sources: Int[Array, " connections"]
    targets: Int[Array, " connections"]
    weights: Float[Array, "*values"]

    def add(self, sums: Float[Array, " targets"], ring: Ring, k: Int[Array, ""]) -> Float[Array, " targets"]:
        reach = len(ring) // 2
        spikes = ring.at[k % reach + reach - self.delays, self.sources].get(mode="promise_in_bounds")
        return sums.at[self.targets].add(spikes * self.weights, mode="promise_in_bounds")

    def seconds(self) -> float:
        return LOOKUP_SECONDS * self.targets.size


class Connections(NamedTuple):
    delays: Int[np.ndarray, " connections"]
    sources: Int[np.ndarray, " connections"]
    targets: Int[np.ndarray, " connections"]
    weights: Any  # of each connection or of all
    longest: int


def delivery(job: NetworkJob, wire: Wire, ring: int) -> tuple[AbstractDelivery, int]:
    """Return the connections of a projection whose spikes are in some ring, and the longest delay (steps).

    Dense, as matrices, where those have at most eight entries per connection and 256 MiB together; else listed.
    """
    made = connections(job, wire)
    delays, which = np.unique(made.delays, return_inverse=True)
    shape = (len(delays), *job.sizes(wire)[:2])
    entries = np.prod(shape, dtype=float)
    fits = entries <= _ENTRIES * len(made.targets) and entries * np.dtype(job.dtype).itemsize <= _BYTES
    ends = (ring, wire.target, wire.port)
    if fits:
        places = (which.reshape(-1), made.sources, made.targets)
        return Matrices(*ends, jnp.asarray(delays), _matrices(shape, places, made.weights, job.dtype)), made.longest
    steps = delays[0] if len(delays) == 1 else made.delays
    return Listed(*ends, *(jnp.asarray(part) for part in (steps, made.sources, made.targets, made.weights))), made.longest


def _matrices(shape: tuple[int, ...], places: tuple[np.ndarray, ...], weights: Any, dtype: str) -> Float[Array, "delays sources targets"]:
    """Return the sums of the weights at each place; several connections may join two neurons."""
    if is_traced(weights):
        return jnp.zeros(shape, dtype).at[places].add(weights)
    sums = np.zeros(shape)
    np.add.at(sums, places, weights)
    return jnp.asarray(sums.astype(dtype))


def connections(job: NetworkJob, wire: Wire) -> Connections:
    """Return the connections of a projection, by delay, source and target."""
    count, make = pieces(job, wire) if not is_traced(wire.weight) else _numbered(job, wire)
    made = [make(k) for k in range(count)]
    segments = [piece.segments // piece.delays + piece.begin for piece in made]
    steps = [piece.segments % piece.delays + piece.shortest for piece in made]
    sources, delays = (np.concatenate([np.empty(0, np.int32), *parts]).astype(np.int32) for parts in (segments, steps))
    targets = np.concatenate([np.empty(0, np.int32), *(piece.targets for piece in made)]).astype(np.int32)
    own = [piece.weights for piece in made if piece.weights is not None]
    each = np.concatenate(own) if own else None
    if is_traced(wire.weight):
        weights = _traced_weights(wire.weight.astype(job.dtype), sources, targets, each)
    else:
        weights = np.asarray(wire.weight, job.dtype) if each is None else each
    order = np.argsort(delays, kind="stable")
    longest = max((piece.shortest + piece.delays - 1 for piece in made), default=wire.least + wire.latency)
    return Connections(delays[order], sources[order], targets[order], weights[order] if np.ndim(weights) else weights, longest)


def _numbered(job: NetworkJob, wire: Wire) -> tuple[int, Any]:
    """Return the pieces of a projection whose weights are traced; where they are a list, the number of each connection in place of its weight."""
    listed = np.arange(float(len(wire.weight))) if np.ndim(wire.weight) == 1 else 0.0
    return pieces(replace(job, dtype="float64"), replace(wire, weight=listed))


def _traced_weights(values: jax.Array, sources: np.ndarray, targets: np.ndarray, numbers: np.ndarray | None) -> jax.Array:
    """Return the weights of connections out of one for all, a list or a matrix (sources, targets)."""
    if values.ndim == 0:
        return values
    return values[sources, targets] if numbers is None else values[numbers.astype(np.int32)]
