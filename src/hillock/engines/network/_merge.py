"""Projections of one population as one: fewer, longer rows.

A spike then looks up one segment per delay, whatever the number of populations that its neuron projects to. Where a memory lies is what its
reading costs, and most of the time of a large network is spent on that.
"""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from hillock._threads import in_parallel
from hillock.engines.network._base import NetworkJob, Wire
from hillock.lowering import Places, Rows

_AT_ONCE = 2**20  # connections that are moved together

PartOfRows = tuple[np.ndarray, np.ndarray, np.ndarray | None]


def merged_rows(job: NetworkJob, places: Places, threads: int, build: Callable[[NetworkJob, Wire, Places, int], Rows]) -> list[Rows]:
    """Return the rows of all projections, those merged that have the source in common and the weight, or weights of each connection."""
    groups: dict[tuple[int, float | None], list[Wire]] = {}
    plastic = []
    for wire in job.wires:
        if wire.plasticity is not None:  # each of its spikes has a factor of its own
            plastic.append(wire)
        elif wire.back is None:
            groups.setdefault((wire.source, wire.weight if isinstance(wire.weight, float) else None), []).append(wire)
    rows = [merge([build(job, wire, places, threads) for wire in wires], threads) for wires in groups.values()]
    return rows + [build(job, wire, places, threads)._replace(gain=k) for k, wire in enumerate(plastic)]


def merge(rows: Sequence[Rows], threads: int) -> Rows:
    """Return the connections of several projections of one population; a source's connections of one delay keep the order of the projections."""
    if len(rows) == 1:
        return rows[0]
    shortest = min(int(one.delays[0]) for one in rows)
    delays = np.arange(shortest, max(int(one.delays[-1]) for one in rows) + 1)
    places = [slice(int(one.delays[0]) - shortest, int(one.delays[-1]) - shortest + 1) for one in rows]
    parts = []
    for k in range(len(rows[0].parts)):
        parts.append(_merged([one.parts[k] for one in rows], places, len(delays), threads))
        for one in rows:
            one.parts[k] = _NOTHING  # what is merged gives its memory back
    return Rows(rows[0].source, delays, rows[0].weight, parts)


_NOTHING: PartOfRows = (np.zeros(1, np.uint32), np.empty(0, np.uint16), None)


def _merged(parts: Sequence[PartOfRows], places: Sequence[slice], delays: int, threads: int) -> PartOfRows:
    """Merge what one thread has; ``places`` says which of all delays each part has."""
    tables = []
    for (ends, _, _), place in zip(parts, places, strict=True):
        own = np.diff(ends).reshape(-1, place.stop - place.start)
        counts = np.zeros((len(own), delays), np.uint32)
        counts[:, place] = own
        tables.append(counts)
    ends = np.zeros(tables[0].size + 1, np.uint32)
    np.cumsum(np.sum(tables, axis=0, dtype=np.uint32).reshape(-1), out=ends[1:], dtype=np.uint32)
    targets = np.empty(int(ends[-1]), parts[0][1].dtype)
    weights = None if parts[0][2] is None else np.empty(len(targets), parts[0][2].dtype)
    rows = max(1, _AT_ONCE * len(tables[0]) // max(len(targets), 1))
    cuts = [(begin, min(begin + rows, len(tables[0]))) for begin in range(0, len(tables[0]), rows)]
    in_parallel([partial(_move, parts, tables, ends, targets, weights, begin, end) for begin, end in cuts], threads)
    return ends, targets, weights


def _move(
    parts: Sequence[PartOfRows],
    tables: Sequence[np.ndarray],
    ends: np.ndarray,
    targets: np.ndarray,
    weights: np.ndarray | None,
    begin: int,
    end: int,
) -> None:
    """Copy the connections of some sources to where they belong."""
    delays = tables[0].shape[1]
    free = ends[begin * delays : end * delays].astype(np.int64)  # the next place of each segment
    for (own_ends, own_targets, own_weights), table in zip(parts, tables, strict=True):
        own_delays = (len(own_ends) - 1) // len(table)
        first, last = int(own_ends[begin * own_delays]), int(own_ends[end * own_delays])
        counts = table[begin:end].reshape(-1)
        starts = np.cumsum(counts, dtype=np.int64) - counts  # of each segment among those that are moved
        to = np.repeat(free - starts, counts) + np.arange(last - first)
        targets[to] = own_targets[first:last]
        if weights is not None and own_weights is not None:
            weights[to] = own_weights[first:last]
        free += counts
