"""Arrays for vectors."""

import numpy as np
import pytest

from hillock.lowering._arrays import aligned


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "bool"])
@pytest.mark.parametrize("shape", [0, 1, 17, (3, 16), (0, 5)])
def test_they_begin_with_a_line_of_memory_and_are_ordinary_otherwise(shape, dtype):
    array = aligned(shape, dtype)
    assert array.size == 0 or array.ctypes.data % 64 == 0
    assert (array.shape, array.dtype) == (np.empty(shape).shape, np.dtype(dtype))
    array[...] = 1
    assert array.flags.c_contiguous
    assert array.all()
