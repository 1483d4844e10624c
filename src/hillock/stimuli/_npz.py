"""Arrays in an npz file; nothing in it is unpickled."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Self

import numpy as np

from hillock.stimuli._columns import AbstractFile, Columns, FileError


class NpzFile(AbstractFile):
    """An archive of arrays, each a column, or several."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Return a file after a look at its list of arrays."""
        try:
            with np.load(path, allow_pickle=False) as file:
                return cls(path, list(file.files), 0)
        except (ValueError, OSError, zipfile.BadZipFile):
            raise FileError(f"{path} is not an npz file.") from None

    def size(self, wanted: Sequence[str]) -> float:
        with zipfile.ZipFile(self.path) as file:
            return float(sum(file.getinfo(f"{name}.npy").file_size for name in wanted))

    def read(self, wanted: Sequence[str]) -> Columns:
        columns = {}
        with np.load(self.path, allow_pickle=False) as file:
            for name in wanted:
                try:
                    array = file[name]
                except ValueError:  # a pickled object
                    array = np.zeros(0, object)
                if array.dtype.kind not in "iuf" or array.ndim not in (1, 2):
                    raise FileError(f"{self.path} has no numbers of shape (samples,) or (samples, neurons) in {name!r}.")
                columns[name] = array.astype(float)
        return columns
