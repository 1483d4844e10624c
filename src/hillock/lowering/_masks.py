"""From bit masks to events: the bits that are set, listed by row, then column."""

import ctypes
from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Int, UInt64

from hillock.lowering._cache import object_code
from hillock.lowering._lanes import load, store
from hillock.lowering._machine import Linked, host
from hillock.lowering._routine import Routine
from hillock.lowering._value import Value, where

Events = tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]
"""Step and neuron of some spikes."""

_BITS = np.arange(256)[:, None] >> np.arange(8) & 1
_PLACES = np.argsort(1 - _BITS, axis=1, kind="stable").astype(np.uint8)
"""For each byte, first the places of the bits that are set."""


_MOST_ROWS = 512  # of one word each, that are listed together


def _text() -> str:
    """Return the text of two functions that list row (counted from ``first``) and column of every bit that is set in some rows of masks.

    A row has ``stride`` words, of which ``used`` hold columns, the last of them those in ``last``; seven words behind the last row are read
    too. Each goes on after what is ``listed``, and stops before what might not fit into the ``room``; ``progress`` is the row it came to,
    and the number then listed.

    What a processor cannot guess costs it most: which words have bits, and how many. So the words of a stretch that have any are listed
    first, without a branch; then each as if it had four bits. What is written too much is written over by the next, which takes four numbers
    more than a stretch has, and eight words. A stretch is a row, or many rows of one word.
    """
    code = Routine()
    for name in ("list_rows", "list_words"):
        _write_list(code, name, of_one_word=name == "list_words")
    return code.module(code.lines)


def _write_list(code: Routine, name: str, *, of_one_word: bool) -> None:
    given = dict.fromkeys(("begin", "end", "stride", "used", "last", "first", "listed", "room"), "i64")
    arrays = dict.fromkeys(("rows", "columns", "words", "progress"), "target")
    with code.function(name, masks="ptr", places="ptr", **given, **arrays) as arguments:
        masks, places, begin, end, stride, used, last, first, listed, room, rows, columns, words, progress = arguments
        row, n = code.variable(begin), code.variable(listed)
        most = code.number(64 * _MOST_ROWS) if of_one_word else used * 64
        with code.as_long_as(lambda: (row.get() < end) & (n.get() <= room - (most + 4))):
            here, left = code.at(masks, "i64", row.get() * stride), end - row.get()
            count = where(left < _MOST_ROWS, left, _MOST_ROWS) if of_one_word else used
            some = _list_words(code, here, count - 1, places, words)
            with code.loop(0, some) as k:
                word = load(code, words, "i32", k).to("i64")
                number, column = (row.get() + word, code.number(0)) if of_one_word else (row.get(), word * 64)
                valid = last if of_one_word else where(word.eq(used - 1), last, -1)
                bits = code.word(here, word) & valid
                _list_bits(code, bits, number + first, column.to("i32"), rows, columns, n.get())
                n.set(n.get() + _count(bits))
            row.set(row.get() + (count if of_one_word else 1))
        store(code, row.get(), progress)
        store(code, n.get(), progress, 1)


def _list_words(code: Routine, here: Value, final: Value, places: Value, words: Value) -> Value:
    """List the words up to the ``final`` one that have any bits, eight looked at at once, and return their number."""
    found = code.variable(0)
    with code.loop(0, (final >> 3) + 1) as group:
        any_bits = load(code, here, "i64", group * 8, 8).ne(0)
        which = code.emit(f"bitcast {any_bits.type} {any_bits.name} to i8", "i8", 0).to("i64", signed=False)
        which = which & where(group.eq(final >> 3), (code.number(2) << (final & 7)) - 1, 255)
        store(code, load(code, places, "i8", which * 8, 8).to("i32", signed=False) + (group * 8).to("i32"), words, found.get())
        found.set(found.get() + _count(which))
    return found.get()


def _list_bits(code: Routine, bits: Value, row: Value, column: Value, rows: Value, columns: Value, at: Value) -> None:
    """List the bits of a word, the first of which stands for a column."""
    four, left = Value(code, "poison", "i64", 4), bits
    for k in range(4):
        four = code.emit(f"insertelement {four.type} {four.name}, i64 {_lowest(left).name}, i64 {k}", "i64", 4)
        left = left & (left - 1)
    store(code, row.splat(4), rows, at)
    store(code, four.to("i32") + column, columns, at)
    with code.when(left.ne(0)):
        rest, place = code.variable(left), code.variable(at + 4)
        with code.as_long_as(lambda: rest.get().ne(0)):
            store(code, row, rows, place.get())
            store(code, _lowest(rest.get()).to("i32") + column, columns, place.get())
            rest.set(rest.get() & (rest.get() - 1))
            place.set(place.get() + 1)


def _count(bits: Value) -> Value:
    return bits.code.call("llvm.ctpop.i64", "i64", 0, bits)


def _lowest(bits: Value) -> Value:
    """Return the place of the lowest bit that is set; 64 if none is."""
    return bits.code.call("llvm.cttz.i64", "i64", 0, bits, bits.code.constant(False, "i1"))


def room_for_masks(rows: int, words: int) -> UInt64[np.ndarray, "rows words"]:
    """Return room for rows of masks, to be written to, and for what listing reads behind them."""
    return np.empty(rows * words + 7, np.uint64)[: rows * words].reshape(rows, words)


class EventList:
    """A list of events, with room for more, from masks for which ``room_for_masks`` was made."""

    def __init__(self, masks: UInt64[np.ndarray, "steps words"], n: int):
        self.masks, self.n, self.count = masks, n, 0
        self.rows, self.columns = np.empty(0, np.int64), np.empty(0, np.int32)
        used = -(-n // 64)
        self.most = 64 * (_MOST_ROWS if masks.shape[1] == 1 else used) + 4  # that a stretch may have
        self.words = np.empty(max(_MOST_ROWS, used) + 8, np.int32)
        self.progress = np.zeros(2, np.int64)

    def fill(self, first: int, begin: int, end: int) -> None:
        """List what is set in some rows, the first of all rows being step ``first``."""
        stride, used, last = self.masks.shape[1], -(-self.n // 64), (1 << ((self.n - 1) % 64 + 1)) - 1
        signed = last - (1 << 64 if last >> 63 else 0)
        function = _linked("list_words" if stride == 1 else "list_rows")
        self.progress[:] = begin, 0
        while True:
            row, count = self.progress.tolist()
            if row == end:
                self.count = count
                return
            if len(self.rows) - count < self.most:
                self._grow(count)
            arrays = (x.ctypes.data for x in (self.rows, self.columns, self.words, self.progress))
            function(self.masks.ctypes.data, _PLACES.ctypes.data, row, end, stride, used, signed, first, count, len(self.rows), *arrays)

    def _grow(self, count: int) -> None:
        room = 2 * len(self.rows) + self.most
        for name in ("rows", "columns"):
            old = getattr(self, name)
            new = np.empty(room, old.dtype)
            new[:count] = old[:count]
            setattr(self, name, new)

    def events(self) -> Events:
        """Return what is listed; it is overwritten when the list is filled again."""
        return self.rows[: self.count], self.columns[: self.count]


@cache
def _linked(name: str) -> Callable[..., None]:
    text, pointer, whole = _text(), ctypes.c_void_p, ctypes.c_int64
    return Linked(object_code(text, host(), lambda: text)).function(name, *[pointer] * 2, *[whole] * 8, *[pointer] * 4)
