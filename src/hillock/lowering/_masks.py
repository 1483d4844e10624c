"""From bit masks to events: the bits that are set, listed by row, then column."""

import ctypes
from collections.abc import Callable
from functools import cache

import numpy as np
from jaxtyping import Int, UInt64

from hillock.lowering._cache import object_code
from hillock.lowering._machine import Linked, host

Events = tuple[Int[np.ndarray, " spikes"], Int[np.ndarray, " spikes"]]
"""Step and neuron of some spikes."""

_PLACES = [[k for k in range(8) if bits >> k & 1] for bits in range(256)]
_TABLE = ", ".join("<8 x i8> <" + ", ".join(f"i8 {k}" for k in (*places, *[0] * 8)[:8]) + ">" for places in _PLACES)

_TEXT = f"""
declare i64 @llvm.ctpop.i64(i64)
declare i8 @llvm.ctpop.i8(i8)
declare i64 @llvm.cttz.i64(i64, i1 immarg)

; For each byte, the places of the bits that are set.
@places = private unnamed_addr constant [256 x <8 x i8>] [{_TABLE}]

; List row (counted from %first) and column of every bit that is set in rows %begin to %end of masks: rows of %stride words, of which %used
; hold columns, the last of them those in %last; seven words behind the last row are read too. It goes on after the %n that are listed
; already, and stops before a row that might not fit into %room; %progress is the row it came to, and the number then listed.
; What a processor cannot guess costs it most: which words have bits, and how many. So the words of a row that have any are listed first, in
; %words, without a branch; then each as if it had four bits. What is written too much is written over by the next, which takes four numbers
; more than a row has, and eight words.
define void @list(ptr noalias %masks, i64 %begin, i64 %end, i64 %stride, i64 %used, i64 %last, i64 %first, i64 %listed, i64 %room,
                  ptr noalias %out_rows, ptr noalias %out_columns, ptr noalias %words, ptr noalias %progress) {{
entry:
  %final = sub i64 %used, 1
  %final32 = trunc i64 %final to i32
  %final_group = lshr i64 %final, 3
  %final_place = and i64 %final, 7
  %final_place8 = trunc i64 %final_place to i8
  %above = sub i8 7, %final_place8
  %in_final_group = lshr i8 -1, %above
  %widest64 = shl i64 %used, 6
  %widest = add i64 %widest64, 4
  %highest = sub i64 %room, %widest
  br label %check
check:
  %r = phi i64 [ %begin, %entry ], [ %r1, %row_done ]
  %n_row = phi i64 [ %listed, %entry ], [ %n_row_end, %row_done ]
  %more_rows = icmp slt i64 %r, %end
  %fits = icmp sle i64 %n_row, %highest
  %goes_on = and i1 %more_rows, %fits
  br i1 %goes_on, label %row, label %finish
row:
  %start = mul i64 %r, %stride
  %row_masks = getelementptr i64, ptr %masks, i64 %start
  %number = add i64 %r, %first
  %one_number = insertelement <4 x i64> poison, i64 %number, i64 0
  %numbers = shufflevector <4 x i64> %one_number, <4 x i64> poison, <4 x i32> zeroinitializer
  br label %group
group:
  %g = phi i64 [ 0, %row ], [ %g1, %group ]
  %some_words = phi i64 [ 0, %row ], [ %more_some, %group ]
  %w0 = shl i64 %g, 3
  %at0 = getelementptr i64, ptr %row_masks, i64 %w0
  %eight = load <8 x i64>, ptr %at0, align 8
  %any = icmp ne <8 x i64> %eight, zeroinitializer
  %any8 = bitcast <8 x i1> %any to i8
  %is_final_group = icmp eq i64 %g, %final_group
  %valid8 = select i1 %is_final_group, i8 %in_final_group, i8 -1
  %some = and i8 %any8, %valid8
  %some64 = zext i8 %some to i64
  %to_places = getelementptr <8 x i8>, ptr @places, i64 %some64
  %places8 = load <8 x i8>, ptr %to_places
  %places = zext <8 x i8> %places8 to <8 x i32>
  %w032 = trunc i64 %w0 to i32
  %one_w0 = insertelement <8 x i32> poison, i32 %w032, i64 0
  %w0s = shufflevector <8 x i32> %one_w0, <8 x i32> poison, <8 x i32> zeroinitializer
  %indices = add <8 x i32> %places, %w0s
  %to_words = getelementptr i32, ptr %words, i64 %some_words
  store <8 x i32> %indices, ptr %to_words, align 4
  %some_set8 = call i8 @llvm.ctpop.i8(i8 %some)
  %some_set = zext i8 %some_set8 to i64
  %more_some = add i64 %some_words, %some_set
  %g1 = add i64 %g, 1
  %more_groups = icmp sle i64 %g1, %final_group
  br i1 %more_groups, label %group, label %listing
listing:
  %is_empty = icmp eq i64 %more_some, 0
  br i1 %is_empty, label %row_done, label %word
word:
  %m = phi i64 [ 0, %listing ], [ %m1, %word_done ]
  %n = phi i64 [ %n_row, %listing ], [ %n_next, %word_done ]
  %to_word = getelementptr i32, ptr %words, i64 %m
  %w = load i32, ptr %to_word, align 4
  %w64 = zext i32 %w to i64
  %at = getelementptr i64, ptr %row_masks, i64 %w64
  %all = load i64, ptr %at
  %is_final = icmp eq i32 %w, %final32
  %valid = select i1 %is_final, i64 %last, i64 -1
  %bits = and i64 %all, %valid
  %base = shl i32 %w, 6
  %set = call i64 @llvm.ctpop.i64(i64 %bits)
  %n_next = add i64 %n, %set
  %n4 = add i64 %n, 4
  %to_rows = getelementptr i64, ptr %out_rows, i64 %n
  store <4 x i64> %numbers, ptr %to_rows, align 8
  %p0 = call i64 @llvm.cttz.i64(i64 %bits, i1 false)
  %m0 = sub i64 %bits, 1
  %b1 = and i64 %bits, %m0
  %p1 = call i64 @llvm.cttz.i64(i64 %b1, i1 false)
  %m10 = sub i64 %b1, 1
  %b2 = and i64 %b1, %m10
  %p2 = call i64 @llvm.cttz.i64(i64 %b2, i1 false)
  %m2 = sub i64 %b2, 1
  %b3 = and i64 %b2, %m2
  %p3 = call i64 @llvm.cttz.i64(i64 %b3, i1 false)
  %m3 = sub i64 %b3, 1
  %b4 = and i64 %b3, %m3
  %v0 = insertelement <4 x i64> poison, i64 %p0, i64 0
  %v1 = insertelement <4 x i64> %v0, i64 %p1, i64 1
  %v2 = insertelement <4 x i64> %v1, i64 %p2, i64 2
  %v3 = insertelement <4 x i64> %v2, i64 %p3, i64 3
  %positions = trunc <4 x i64> %v3 to <4 x i32>
  %one_base = insertelement <4 x i32> poison, i32 %base, i64 0
  %bases = shufflevector <4 x i32> %one_base, <4 x i32> poison, <4 x i32> zeroinitializer
  %columns = add <4 x i32> %positions, %bases
  %to_columns = getelementptr i32, ptr %out_columns, i64 %n
  store <4 x i32> %columns, ptr %to_columns, align 4
  %is_done = icmp eq i64 %b4, 0
  br i1 %is_done, label %word_done, label %bit
bit:
  %left = phi i64 [ %b4, %word ], [ %left1, %bit ]
  %k = phi i64 [ %n4, %word ], [ %k1, %bit ]
  %position = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %position32 = trunc i64 %position to i32
  %column = add i32 %base, %position32
  %to_row = getelementptr i64, ptr %out_rows, i64 %k
  store i64 %number, ptr %to_row
  %to_column = getelementptr i32, ptr %out_columns, i64 %k
  store i32 %column, ptr %to_column
  %k1 = add i64 %k, 1
  %less = sub i64 %left, 1
  %left1 = and i64 %left, %less
  %again = icmp ne i64 %left1, 0
  br i1 %again, label %bit, label %word_done
word_done:
  %m1 = add i64 %m, 1
  %more_words = icmp slt i64 %m1, %more_some
  br i1 %more_words, label %word, label %row_done
row_done:
  %n_row_end = phi i64 [ %n_row, %listing ], [ %n_next, %word_done ]
  %r1 = add i64 %r, 1
  br label %check
finish:
  store i64 %r, ptr %progress
  %to_count = getelementptr i64, ptr %progress, i64 1
  store i64 %n_row, ptr %to_count
  ret void
}}
"""


def room_for_masks(rows: int, words: int) -> UInt64[np.ndarray, "rows words"]:
    """Return room for rows of masks, to be written to, and for what listing reads behind them."""
    return np.empty(rows * words + 7, np.uint64)[: rows * words].reshape(rows, words)


class EventList:
    """A list of events, with room for more, from masks for which ``room_for_masks`` was made."""

    def __init__(self, masks: UInt64[np.ndarray, "steps words"], n: int):
        self.masks, self.n, self.count = masks, n, 0
        self.rows, self.columns = np.empty(0, np.int64), np.empty(0, np.int32)
        self.words = np.empty(-(-n // 64) + 8, np.int32)
        self.progress = np.zeros(2, np.int64)

    def fill(self, first: int, begin: int, end: int) -> None:
        """List what is set in some rows, the first of all rows being step ``first``."""
        stride, used, last = self.masks.shape[1], -(-self.n // 64), (1 << ((self.n - 1) % 64 + 1)) - 1
        signed = last - (1 << 64 if last >> 63 else 0)
        self.progress[:] = begin, 0
        while True:
            row, count = self.progress.tolist()
            if row == end:
                self.count = count
                return
            if len(self.rows) - count < 64 * used + 4:
                self._grow(count)
            given = (self.masks.ctypes.data, row, end, stride, used, signed, first, count, len(self.rows))
            _lister()(*given, *(x.ctypes.data for x in (self.rows, self.columns, self.words, self.progress)))

    def _grow(self, count: int) -> None:
        room = 2 * len(self.rows) + 64 * -(-self.n // 64) + 4
        for name in ("rows", "columns"):
            old = getattr(self, name)
            new = np.empty(room, old.dtype)
            new[:count] = old[:count]
            setattr(self, name, new)

    def events(self) -> Events:
        """Return what is listed; it is overwritten when the list is filled again."""
        return self.rows[: self.count], self.columns[: self.count]


@cache
def _lister() -> Callable[..., None]:
    pointer, whole = ctypes.c_void_p, ctypes.c_int64
    linked = Linked(object_code(_TEXT, host(), lambda: _TEXT))
    return linked.function("list", pointer, *[whole] * 8, *[pointer] * 4)
