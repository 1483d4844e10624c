"""Arrays for vectors: they begin where a line of memory does, so that no vector lies in two."""

import numpy as np

_LINE = 64  # bytes


def aligned(shape: int | tuple[int, ...], dtype: np.typing.DTypeLike) -> np.ndarray:
    """Return a new array, not yet written to."""
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    room = np.empty(size + _LINE, np.uint8)
    begin = -room.ctypes.data % _LINE
    return room[begin : begin + size].view(dtype).reshape(shape)
