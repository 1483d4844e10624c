"""From a projection to rows: for every source, and every delay, the connections to the neurons of each thread.

A projection is made in pieces, each a range of sources, with random numbers that depend on nothing but the piece; in a piece connections are
ordered by source, delay and target before their weights are drawn. So the network is the same for any number of threads.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int, Shaped

from hillock._threads import in_parallel
from hillock.connections import AbstractValue, Purpose
from hillock.connections import Rows as Connections
from hillock.engines.network._base import NetworkJob, Wire
from hillock.lowering import Places, Rows, Share
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
    segments = np.repeat(np.arange(end - begin, dtype=np.int64), counts)
    shortest, delays = wire.delay if isinstance(wire.delay, int) else wire.least + wire.latency, 1
    if not isinstance(wire.delay, int) and len(targets):
        steps = _delays(job, wire, begin, segments, targets, order, k)
        shortest = int(steps.min())
        delays = int(steps.max()) - shortest + 1
        steps -= shortest
        segments *= delays
        segments += steps
        segments, targets, order = _sorted(segments, targets, order)
    weights = _weights(job, wire, begin, segments, delays, targets, order, k)
    return Piece(begin, end - begin, segments, shortest, delays, targets, weights)


def _sorted(
    segments: Int[np.ndarray, " connections"], targets: Int[np.ndarray, " connections"], order: Int[np.ndarray, " connections"] | None
) -> tuple[Int[np.ndarray, " connections"], Int[np.ndarray, " connections"], Int[np.ndarray, " connections"] | None]:
    """Sort connections by segment, then target, as one number of 64 bits; equal ones keep the order they have."""
    segments <<= 32
    segments |= targets
    if order is not None:
        sorting = np.argsort(segments, kind="stable")
        segments, order = segments[sorting], order[sorting]
    else:
        segments.sort()
    targets = segments.astype(np.int32)  # the lower half
    segments >>= 32
    return segments, targets, order


def _delays(
    job: NetworkJob, wire: Wire, begin: int, source: np.ndarray, targets: np.ndarray, order: np.ndarray | None, k: int
) -> Int[np.ndarray, " connections"]:
    """Return the delay of each connection of a piece in steps, latency included."""
    if isinstance(wire.delay, AbstractValue):
        ms = wire.delay.sample(job.draws(wire).generator(Purpose.DELAYS, k), len(targets), np.float32)
    else:
        ms = _chosen(wire, "delay", wire.delay, begin, source, targets, order)
    steps = np.floor(ms / job.dt + 0.5).astype(np.int32)
    if steps.min() < wire.least:
        rule = f"{wire.where}: delay must be ≥ {wire.least * job.dt:g} ms{', one step' if wire.least else ''}"
        if not isinstance(wire.delay, AbstractValue):
            raise NetworkError(f"{rule}, got {float(ms.min()):.3g} ms where neurons are joined.")
        raise NetworkError(f"{rule}, and one of {float(ms.min()):.3g} ms was drawn. Give the distribution low={wire.least * job.dt:g}.")
    steps += wire.latency
    return steps


def _weights(
    job: NetworkJob, wire: Wire, begin: int, segments: np.ndarray, delays: int, targets: np.ndarray, order: np.ndarray | None, k: int
) -> Shaped[np.ndarray, " connections"] | None:
    if isinstance(wire.weight, AbstractValue):
        return wire.weight.sample(job.draws(wire).generator(Purpose.WEIGHTS, k), len(targets), np.dtype(job.dtype).type)
    if isinstance(wire.weight, np.ndarray):
        return np.ascontiguousarray(_chosen(wire, "weight", wire.weight, begin, segments // delays, targets, order).astype(job.dtype))
    return None


def _chosen(
    wire: Wire, what: str, values: np.ndarray, begin: int, source: np.ndarray, targets: np.ndarray, order: np.ndarray | None
) -> Shaped[np.ndarray, " connections"]:
    """Return the user's value of each connection: from a list in the order of the rule's, or from a matrix (sources, targets)."""
    if values.ndim == 2:
        return values[source + begin, targets]
    assert order is not None, what
    return values[order]


class Split(NamedTuple):
    """The connections of a piece to the neurons of one thread.

    Attributes:
        begin, shortest: of the piece.
        counts: (sources, delays) connections.
        targets: the sums to which they add.
        weights: of each, or None.

    """

    begin: int
    shortest: int
    counts: Int[np.ndarray, "sources delays"]
    targets: Int[np.ndarray, " connections"]
    weights: Shaped[np.ndarray, " connections"] | None


def _split(piece: Piece, share: Share, base: int, index: str, whole: bool) -> Split:
    mine = slice(None) if whole else (piece.targets >= share.first) & (piece.targets < share.last)
    counts = np.bincount(piece.segments[mine], minlength=piece.sources * piece.delays).astype(np.uint32)
    targets = piece.targets[mine]
    targets = (targets + base).astype(index) if base else targets.astype(index)
    weights = None if piece.weights is None else piece.weights[mine]
    return Split(piece.begin, piece.shortest, counts.reshape(piece.sources, piece.delays), targets, weights)


def build(job: NetworkJob, wire: Wire, places: Places, threads: int) -> Rows:
    """Return the rows of a projection, made by several threads."""
    count, make = pieces(job, wire)
    lanes = places.shares[wire.target][-1].last
    shares = [places.shares[wire.target][t] for t in places.own]
    bases = [places.first_sum(wire.target, wire.port, t) for t in places.own]
    expected = wire.connect.synapses(*job.sizes(wire))
    parts = [_Part(places.index, expected * (share.last - share.first) / max(lanes, 1)) for share in shares]

    def one(k: int) -> list[Split]:
        piece = make(k)
        return [_split(piece, share, base, places.index, len(places.widths) == 1) for share, base in zip(shares, bases, strict=True)]

    for splits in _in_order(count, one, threads):
        for part, split in zip(parts, splits, strict=True):
            part.add(split)
    shortest = min((split.shortest for part in parts for split in part.tables), default=wire.least + wire.latency)
    longest = max((split.shortest + split.counts.shape[1] for part in parts for split in part.tables), default=shortest + 1)
    delays = np.arange(shortest, longest, dtype=np.int64)
    weight = None if isinstance(wire.weight, AbstractValue | np.ndarray) else float(wire.weight)
    n = job.members[wire.source].n
    return Rows(wire.source, delays, weight, [part.finished(n, shortest, len(delays), wire.where) for part in parts])


def _in_order(count: int, make: Callable[[int], list[Split]], threads: int) -> Iterator[list[Split]]:
    """Make pieces by several threads, and yield what they come to in order."""
    for begin in range(0, count, 2 * threads):
        batch: list[Any] = [None] * min(2 * threads, count - begin)

        def one(j: int, begin: int = begin, batch: list[Any] = batch) -> None:
            batch[j] = make(begin + j)

        in_parallel([partial(one, j) for j in range(len(batch))], threads)
        yield from batch


class _Part:
    """The connections to the neurons of one thread, as they come in."""

    def __init__(self, index: str, expected: float):
        self.room = int(expected * 1.02) + 4096
        self.n = 0
        self.targets = np.empty(self.room, index)
        self.weights: np.ndarray | None = None
        self.tables: list[Split] = []

    def add(self, split: Split) -> None:
        end = self.n + len(split.targets)
        if end > self.room:
            self.room = max(end, int(1.25 * self.room))
            self.targets = _enlarged(self.targets, self.n, self.room)
            self.weights = None if self.weights is None else _enlarged(self.weights, self.n, self.room)
        self.targets[self.n : end] = split.targets
        if split.weights is not None:
            if self.weights is None:
                self.weights = np.empty(self.room, split.weights.dtype)
            self.weights[self.n : end] = split.weights
        self.n = end
        self.tables.append(split._replace(targets=split.targets[:0], weights=None))

    def finished(self, sources: int, shortest: int, delays: int, where: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """Return where segments end, targets and weights."""
        if self.n >= 2**32:
            raise NetworkError(f"{where}: {self.n:.3g} connections for one thread are more than 2**32. Use more threads, or divide the projection.")
        counts = np.zeros((sources, delays), np.uint32)
        for begin, low, table, _, _ in self.tables:
            counts[begin : begin + len(table), low - shortest : low - shortest + table.shape[1]] = table
        self.tables.clear()
        ends = np.zeros(counts.size + 1, np.uint32)
        np.cumsum(counts.reshape(-1), out=ends[1:], dtype=np.uint32)
        return ends, self.targets[: self.n], self.weights if self.weights is None else self.weights[: self.n]


def _enlarged(array: np.ndarray, used: int, room: int) -> np.ndarray:
    larger = np.empty(room, array.dtype)
    larger[:used] = array[:used]
    return larger
