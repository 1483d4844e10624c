"""Functions that add up what arrives: rows of connections to those that fired, and what lanes feel of each other all the time."""

from hillock.lowering._kinds import KINDS
from hillock.lowering._lanes import load
from hillock.lowering._routine import Routine
from hillock.lowering._value import Value
from hillock.lowering._words import BondPart, Part

INDICES = ("uint16", "uint32")
"""How the targets of connections may be stored."""


def adder(index: str, dtype: str, weighted: bool, scaled: bool) -> str:
    """Return the name of the function that adds up rows of one kind."""
    return f"add_{index}_{dtype}_{'each' if weighted else 'one'}{'_scaled' if scaled else ''}"


def bond(dtype: str) -> str:
    """Return the name of the function that adds up what lanes feel of each other."""
    return f"bond_{dtype}"


def write_adders(code: Routine, scaled: bool) -> None:
    """Write those for rows, scaled or not."""
    for dtype in ("float32", "float64"):
        for index in INDICES:
            for weighted in (False, True):
                _adder(code, index, dtype, weighted, scaled)


def write_bonds(code: Routine) -> None:
    """Write those for bonds."""
    for dtype in ("float32", "float64"):
        _bond(code, dtype)


QUEUE = 1024
"""Segments that are listed before they are added."""

_UNROLLED = 4
_LINES = 2  # of 64 bytes that are fetched ahead of a segment; what comes after them the processor foresees
_NEAR, _FAR = 6, 12  # so many segments ahead, a segment itself is fetched, and where it is


def _adder(code: Routine, index: str, dtype: str, weighted: bool, scaled: bool) -> None:
    """Write a function that adds the weights of some segments to the sums of their targets.

    Segments lie all over the memory. What it takes to get them is done ahead: while one is added, the next are on their way. Where they are
    scaled, each has a factor.
    """
    i, f = KINDS[index], KINDS[dtype]
    name, kinds = (
        adder(index, dtype, weighted, scaled),
        {"sums": "target", "queue": "ptr", "n": "i64", "part": "ptr", "weight": "i64", "factors": "ptr"},
    )
    with code.function(name, **kinds) as (sums, queue, n, part, bits, factors):
        ends, targets, weights = (code.pointer(part, k) for k in (Part.ENDS, Part.TARGETS, Part.WEIGHTS))
        one = (bits.to("i32") if dtype == "float32" else bits).as_float()

        def segment(k: Value) -> Value:
            return load(code, queue, "i32", k).to("i64", signed=False)

        def begin_of(place: Value) -> Value:
            return load(code, ends, "i32", place).to("i64", signed=False)

        def add(k: Value, factor: Value | None) -> None:
            target = load(code, targets, i, k).to("i64", signed=False)
            weight = load(code, weights, f, k) if weighted else one
            code.add(sums, f, target, weight if factor is None else weight * factor)

        with code.loop(0, n) as k:
            with code.when(k + _FAR < n):
                code.prefetch(code.at(ends, "i32", segment(k + _FAR)))
            with code.when(k + _NEAR < n):
                ahead = begin_of(segment(k + _NEAR))
                for line in range(_LINES):
                    code.prefetch(code.at(code.at(targets, i, ahead), "i8", 64 * line))
                    if weighted:
                        code.prefetch(code.at(code.at(weights, f, ahead), "i8", 64 * line))
            begin, end = begin_of(segment(k)), begin_of(segment(k) + 1)
            factor = load(code, factors, "double", k).to(f) if scaled else None
            whole = begin + (end - begin).divide(_UNROLLED) * _UNROLLED
            at = code.variable(begin)
            with code.as_long_as(lambda: at.get() < whole):
                for j in range(_UNROLLED):
                    add(at.get() + j, factor)
                at.set(at.get() + _UNROLLED)
            with code.loop(whole, end) as rest:
                add(rest, factor)


def _bond(code: Routine, dtype: str) -> None:
    """Write a function that adds to each lane of a thread the strength of each of its bonds times how far the other lane's number is from its own."""
    f = KINDS[dtype]
    with code.function(bond(dtype), sums="target", part="ptr", theirs="ptr", own="ptr") as (sums, part, theirs, own):
        first, last, base = (code.word(part, k) for k in (BondPart.FIRST, BondPart.LAST, BondPart.SUM))
        ends, sources, strengths = (code.pointer(part, k) for k in (BondPart.ENDS, BondPart.SOURCES, BondPart.STRENGTHS))
        with code.loop(first, last) as lane:
            begin, end = (load(code, ends, "i32", lane - first + k).to("i64", signed=False) for k in (0, 1))
            with code.when(begin < end):
                mine, total = load(code, own, f, lane), code.variable(code.constant(0.0, f))
                with code.loop(begin, end) as k:
                    other = load(code, theirs, f, load(code, sources, "i32", k).to("i64", signed=False))
                    total.set(total.get() + load(code, strengths, f, k) * (other - mine))
                code.add(sums, f, base + lane, total.get())
