"""Kernels for processors that are not here, masks and their lists, and pieces of work."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import hillock as hk
from hillock._arithmetic import fma
from hillock._threads import in_parallel, ranges
from hillock.engines import simd
from hillock.lowering import Listing, Machine, listing
from hillock.lowering._masks import EventList, room_for_masks

MACHINES = {
    "a processor of 2003": Machine("x86_64-unknown-linux-gnu", "x86-64", "+sse2"),
    "one with short vectors": Machine("x86_64-unknown-linux-gnu", "nehalem", "+sse4.2"),
    "one with FMA": Machine("x86_64-unknown-linux-gnu", "haswell", "+avx2,+fma"),
    "one with long vectors": Machine("x86_64-unknown-linux-gnu", "skylake-avx512", "+avx512f,+avx512bw,+avx512dq,+avx512vl,+fma"),
    "Linux on ARM": Machine("aarch64-unknown-linux-gnu", "generic", "+neon"),
    "Apple's": Machine("arm64-apple-macosx11.0.0", "apple-m1", "+neon"),
}


def code_for(machine, model, stimulus) -> Listing:
    """Return the code of a neuron for another processor."""
    return hk.machine_code(model, stimulus, dt=0.1, record=["v"], machine=machine)


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_a_neuron_with_noise_compiles_for_every_kind_of_processor(machine):
    code = code_for(machine, hk.cells.AdEx(), hk.stimuli.GaussianNoise(0.5, 0.1))
    assert "steps" in code.assembly
    assert ("llvm.fma" in code.llvm) == machine.has_fma


def test_the_widest_registers_are_used():
    long = code_for(MACHINES["one with long vectors"], hk.cells.LIF(), hk.stimuli.Constant(0.3))
    arm = code_for(MACHINES["Linux on ARM"], hk.cells.LIF(), hk.stimuli.Constant(0.3))
    assert "zmm" in long.assembly
    assert ".4s" in arm.assembly


def test_without_fma_a_fused_sum_is_made_of_exact_ones():
    code = listing(fma, np.float32(1), np.float32(1), np.float32(1), machine=MACHINES["a processor of 2003"])
    assert "fused" in code.program
    assert "double" in code.llvm


@settings(max_examples=50, deadline=None)
@given(
    arrays(bool, st.tuples(st.integers(1, 20), st.integers(1, 1200)) | st.tuples(st.integers(1, 1200), st.integers(1, 20)), elements=st.booleans()),
    st.integers(0, 1000),
    st.integers(1, 5),
)
def test_every_bit_that_is_set_is_listed_once_in_order(bits, first, pieces):
    steps, n = bits.shape
    words = -(-n // 64)
    padded = np.zeros((steps, 64 * words), bool)
    padded[:, :n] = bits
    padded[:, n:] = True  # lanes that are no neurons
    masks = room_for_masks(steps, words)
    masks[:] = np.packbits(padded, axis=1, bitorder="little").view(np.uint64)
    listed, ends = [], np.linspace(0, steps, pieces + 1).astype(int)
    for begin, end in itertools.pairwise(ends):
        one = EventList(masks, n)
        one.fill(first, int(begin), int(end))
        listed += list(zip(*(part.tolist() for part in one.events()), strict=True))
    assert listed == [(first + k, j) for k, j in np.argwhere(bits).tolist()]


@pytest.mark.parametrize(("n", "threads"), [(1, 1), (1, 4), (7, 2), (1000, 3), (5, 100)])
def test_ranges_make_up_the_whole(n, threads):
    found = ranges(n, threads)
    assert [k for a, b in found for k in range(a, b)] == list(range(n))


def test_all_pieces_of_work_are_done_once_and_what_goes_wrong_is_told():
    done: list[int] = []
    in_parallel([lambda k=k: done.append(k) for k in range(100)], 4)
    assert sorted(done) == list(range(100))
    with pytest.raises(ZeroDivisionError):
        in_parallel([lambda: 1 // 0] * 3, 2)


def test_as_many_threads_as_processors_work_by_default():
    assert simd.processors() >= 1
