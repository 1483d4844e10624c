"""Who is joined to whom in a network, with which weight and delay: as a run with the same dt, key and dialect has it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float, Int, Shaped

from hillock._simulate import network_job
from hillock._time import check_dt, milliseconds
from hillock.dialects import AbstractReceivingStep, Dialect
from hillock.engines.network import NetworkJob, Wire
from hillock.engines.network._rows import Piece, pieces
from hillock.network import Network, Population, Projection
from hillock.network._network import require_network
from hillock.synapses import AbstractSynapse


class Connections(NamedTuple):
    """Connections ordered by source, delay and target.

    Attributes:
        sources, targets: numbers of neurons in their populations.
        weights: in the unit of the synapse.
        delays: from a spike to its arrival (ms).

    """

    sources: Int[np.ndarray, " connections"]
    targets: Int[np.ndarray, " connections"]
    weights: Shaped[np.ndarray, " connections"]
    delays: Float[np.ndarray, " connections"]


@dataclass(frozen=True)
class Wiring:
    """The connections of one projection, made when they are asked for and the same each time.

    Attributes:
        projection: of the network.
        shape: numbers of sources and targets.
        unit: of the weights.

    """

    projection: Projection
    shape: tuple[int, int]
    unit: str
    _job: NetworkJob
    _wire: Wire

    def parts(self) -> Iterator[Connections]:
        """Yield all connections, about a million at a time: a projection of any size needs little memory."""
        n, make = pieces(self._job, self._wire)
        for k in range(n):
            yield self._connections(make(k))

    def all(self) -> Connections:
        """Return all connections at once."""
        none = Connections(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, self._job.dtype), np.empty(0))
        return Connections(*(np.concatenate(arrays) for arrays in zip(none, *self.parts(), strict=True)))

    def matrix(self) -> Any:
        """Return the weights as a ``scipy.sparse.csr_array`` of sources (rows) and targets (columns); those of several connections of a pair are added."""
        from scipy import sparse  # noqa: PLC0415 - takes 0.3 s, and the rest does without it

        found = self.all()
        matrix = sparse.csr_array((found.weights, (found.sources, found.targets)), shape=self.shape)
        matrix.sum_duplicates()
        return matrix

    def _connections(self, piece: Piece) -> Connections:
        sources, later = np.divmod(piece.segments, piece.delays)
        steps = later + piece.shortest - self._wire.latency
        weights = piece.weights
        if weights is None:
            weights = np.full(len(piece.targets), self._wire.weight, self._job.dtype)
        return Connections(sources + piece.begin, piece.targets, weights, np.round(steps * self._job.dt, 9))

    def __repr__(self) -> str:
        return f"Wiring({self.projection.source} → {self.projection.target}, {self.shape[0]} x {self.shape[1]} neurons, weights in {self.unit})"


def wiring(
    network: Network, *, dt: float | str, key: int | None = None, dialect: str | Dialect | None = None, dtype: str | None = None
) -> tuple[Wiring, ...]:
    """Return the connections of each projection of a network, in the order of ``network.projections``.

    The arguments are those of ``simulate``, and the connections are those of a run with the same ones: dt makes whole steps of delays, the key names
    the random numbers, the dialect and dtype say in which precision weights are drawn.

    >>> import hillock as hk
    >>> cells, rule = hk.Population(hk.cells.LIF(), 3), hk.connections.Matrix([[0.0, 1.5, 0.0], [0.5, 0.0, 2.0], [0.0, 0.0, 0.0]])
    >>> net = hk.Network({"E": cells}, [hk.Projection("E", "E", hk.synapses.Delta(), rule, delay="1 ms")])
    >>> found = wiring(net, dt=0.1)[0].all()
    >>> found.sources, found.targets, found.weights, found.delays
    (array([0, 1, 1]), array([1, 0, 2], dtype=int32), array([1.5, 0.5, 2. ], dtype=float32), array([1., 1., 1.]))

    Raises:
        TypeError: it is no network.
        NetworkError: it cannot be run so.
        ValueError: something is drawn at random, and no key was given.

    """
    require_network(network, "wiring")
    step = check_dt(milliseconds(dt, "dt"))
    job = network_job(
        network, duration=step, dt=step, record={}, every=1, of=None, key=key, dialect=dialect, integrator=None, dtype=dtype, surrogate=None, steps=1
    )
    return tuple(_wiring(network, projection, job, wire) for projection, wire in zip(network.projections, job.wires, strict=True))


def _wiring(network: Network, projection: Projection, job: NetworkJob, wire: Wire) -> Wiring:
    target = network.populations[projection.target]
    if isinstance(projection.synapse, AbstractSynapse):
        unit = projection.synapse.weight_unit
    else:
        assert isinstance(target, Population)
        assert isinstance(target.cell, AbstractReceivingStep)
        unit = target.cell.ports()[projection.synapse]
    return Wiring(projection, job.sizes(wire)[:2], unit, job, wire)
