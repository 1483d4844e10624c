"""From a projection to rows: for every source, and every delay, the connections to the neurons of each thread.

A projection is made in pieces, each a range of sources, with random numbers that depend on nothing but the piece; in a piece connections are
ordered by source, delay and target before their weights are drawn. So the network is the same for any number of threads.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int, Shaped

from hillock._threads import in_parallel
from hillock.connections import AbstractValue, Purpose
from hillock.connections import Rows as Connections
from hillock.engines.network._base import NetworkJob, Wire
from hillock.lowering import Places, Rows
from hillock.network import NetworkError


class Piece(NamedTuple):
    """Connections of a range of sources, ordered by source, delay and target.

    Attributes:
        begin: the first source.
        sources: how many.
        segments: (source - begin)·delays + (delay - shortest) of each connection.
        shortest, delays: the first delay (steps), and how many follow each other.
        targets, weights: of each connection; weights are None where all have the same.

    """

    begin: int
    sources: int
    segments: Int[np.ndarray, " connections"]
    shortest: int
    delays: int
    targets: Int[np.ndarray, " connections"]
    weights: Shaped[np.ndarray, " connections"] | None


def pieces(job: NetworkJob, wire: Wire) -> tuple[int, Any]:
    """Return how many pieces a projection has, and the function that makes the k-th."""
    rows = wire.connect.rows(*job.sizes(wire), job.draws(wire))
    return len(rows.pieces), partial(_piece, job, wire, rows)


def _piece(job: NetworkJob, wire: Wire, rows: Connections, k: int) -> Piece:
    (begin, end), (counts, targets, order) = rows.pieces[k], rows.piece(k)
    source = np.repeat(np.arange(end - begin, dtype=np.uint64), counts)
    if isinstance(wire.delay, int):
        shortest, delays, segments = wire.delay, 1, source
        sorting = None
    else:
        steps = _delays(job, wire, begin, source, targets, order, k)
        shortest = int(steps.min(initial=2**31)) if len(steps) else wire.least + wire.latency
        delays = int(steps.max()) - shortest + 1 if len(steps) else 1
        segments = source * np.uint64(delays) + (steps - shortest).astype(np.uint64)
        key = (segments << np.uint64(32)) | targets.astype(np.uint64)
        if order is None and not isinstance(wire.weight, np.ndarray):
            key.sort()
            sorting = None
        else:
            sorting = np.argsort(key, kind="stable")
            key = key[sorting]
        segments, targets = key >> np.uint64(32), (key & np.uint64(0xFFFFFFFF)).astype(np.int32)
    weights = _weights(job, wire, begin, segments // np.uint64(delays), targets, order if sorting is None or order is None else order[sorting], k)
    return Piece(begin, end - begin, segments.astype(np.int64), shortest, delays, targets, weights)


def _delays(
    job: NetworkJob, wire: Wire, begin: int, source: np.ndarray, targets: np.ndarray, order: np.ndarray | None, k: int
) -> Int[np.ndarray, " connections"]:
    """Return the delay of each connection of a piece in steps, latency included."""
    if isinstance(wire.delay, AbstractValue):
        ms = wire.delay.sample(job.draws(wire).generator(Purpose.DELAYS, k), len(targets), np.float32)
    else:
        ms = _chosen(wire, "delay", wire.delay, begin, source, targets, order)
    steps = np.floor(ms / job.dt + 0.5).astype(np.int64)
    if len(steps) and steps.min() < wire.least:
        raise NetworkError(
            f"{wire.where}: delay must be ≥ {wire.least * job.dt:g} ms, {wire.least} steps of dt, and one of {float(ms.min()):.3g} ms was drawn. "
            f"Give the distribution low={wire.least * job.dt:g}."
        )
    return steps + wire.latency


def _weights(
    job: NetworkJob, wire: Wire, begin: int, source: np.ndarray, targets: np.ndarray, order: np.ndarray | None, k: int
) -> Shaped[np.ndarray, " connections"] | None:
    if isinstance(wire.weight, AbstractValue):
        return wire.weight.sample(job.draws(wire).generator(Purpose.WEIGHTS, k), len(targets), np.dtype(job.dtype).type)
    if isinstance(wire.weight, np.ndarray):
        return np.ascontiguousarray(_chosen(wire, "weight", wire.weight, begin, source, targets, order).astype(job.dtype))
    return None


def _chosen(
    wire: Wire, what: str, values: np.ndarray, begin: int, source: np.ndarray, targets: np.ndarray, order: np.ndarray | None
) -> Shaped[np.ndarray, " connections"]:
    """Return the user's value of each connection: from a list in the order of the rule's, or from a matrix (sources, targets)."""
    if values.ndim == 2:
        return values[source.astype(np.int64) + begin, targets]
    assert order is not None, what
    return values[order]


def build(job: NetworkJob, wire: Wire, places: Places, threads: int) -> Rows:
    """Return the rows of a projection, made by several threads."""
    count, make = pieces(job, wire)
    shares = places.shares[wire.target]
    bases = [places.first_sum(wire.target, wire.port, t) for t in range(len(shares))]
    expected = wire.connect.synapses(*job.sizes(wire))
    parts = [_Part(share.first, share.last, base, places.index, expected / max(len(shares), 1)) for share, base in zip(shares, bases, strict=True)]
    for piece in _in_order(count, make, threads):
        for part in parts:
            part.add(piece)
    shortest = min((low for part in parts for _, low, _ in part.tables), default=wire.least + wire.latency)
    longest = max((low + table.shape[1] for part in parts for _, low, table in part.tables), default=shortest + 1)
    delays = np.arange(shortest, longest, dtype=np.int64)
    weight = None if isinstance(wire.weight, AbstractValue | np.ndarray) else float(wire.weight)
    n = job.members[wire.source].n
    return Rows(wire.source, delays, weight, [part.finished(n, shortest, len(delays), wire.where) for part in parts])


def _in_order(count: int, make: Any, threads: int) -> Iterator[Piece]:
    """Make pieces by several threads, and yield them in order."""
    for begin in range(0, count, threads):
        batch: list[Any] = [None] * min(threads, count - begin)

        def one(j: int, begin: int = begin, batch: list[Any] = batch) -> None:
            batch[j] = make(begin + j)

        in_parallel([partial(one, j) for j in range(len(batch))], threads)
        yield from batch


class _Part:
    """The connections to the neurons of one thread, as they come in."""

    def __init__(self, first: int, last: int, base: int, index: str, expected: float):
        self.first, self.last, self.base, self.index = first, last, base, index
        self.room = int(expected * 1.05) + 4096
        self.n = 0
        self.targets = np.empty(self.room, index)
        self.weights: np.ndarray | None = None
        self.tables: list[tuple[int, int, np.ndarray]] = []

    def add(self, piece: Piece) -> None:
        mine = (piece.targets >= self.first) & (piece.targets < self.last)
        targets = piece.targets[mine]
        counts = np.bincount(piece.segments[mine], minlength=piece.sources * piece.delays).astype(np.uint32)
        self.tables.append((piece.begin, piece.shortest, counts.reshape(piece.sources, piece.delays)))
        end = self.n + len(targets)
        if end > self.room:
            self.room = max(end, int(1.25 * self.room))
            self.targets = _enlarged(self.targets, self.n, self.room)
            self.weights = None if self.weights is None else _enlarged(self.weights, self.n, self.room)
        self.targets[self.n : end] = targets + self.base
        if piece.weights is not None:
            if self.weights is None:
                self.weights = np.empty(self.room, piece.weights.dtype)
            self.weights[self.n : end] = piece.weights[mine]
        self.n = end

    def finished(self, sources: int, shortest: int, delays: int, where: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        if self.n >= 2**32:
            raise NetworkError(f"{where}: {self.n:.3g} connections for one thread are more than 2**32. Use more threads, or divide the projection.")
        counts = np.zeros((sources, delays), np.uint32)
        for begin, low, table in self.tables:
            counts[begin : begin + len(table), low - shortest : low - shortest + table.shape[1]] = table
        self.tables.clear()
        ends = np.zeros(counts.size + 1, np.uint32)
        np.cumsum(counts.reshape(-1), out=ends[1:], dtype=np.uint32)
        return ends, self.targets, self.weights


def _enlarged(array: np.ndarray, used: int, room: int) -> np.ndarray:
    larger = np.empty(room, array.dtype)
    larger[:used] = array[:used]
    return larger
