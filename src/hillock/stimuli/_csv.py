"""Comma-separated numbers, with or without a line of names."""

import re
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Self, TextIO

import numpy as np

from hillock.stimuli._columns import AbstractFile, Columns, FileError


class CsvFile(AbstractFile):
    """A text file; columns without names are called '0', '1', and so on."""

    @classmethod
    def open(cls, path: Path) -> Self:
        """Return a file after a look at its first line."""
        with path.open(encoding="utf-8-sig") as file:
            cells = [cell.strip().strip('"') for cell in file.readline().split(",")]
        if cells == [""]:
            raise FileError(f"{path} is empty.")
        try:
            [float(cell) for cell in cells]
        except ValueError:
            return cls(path, cells, 2)
        return cls(path, [str(k) for k in range(len(cells))], 1)

    def size(self, wanted: Sequence[str]) -> float:
        shortest = 2  # characters of a number and its comma, which become 8 bytes
        return 8.0 * self.path.stat().st_size / shortest * len(wanted) / len(self.names)

    def read(self, wanted: Sequence[str]) -> Columns:
        index = [self.names.index(name) for name in wanted]
        try:
            with self.path.open(encoding="utf-8-sig") as file, warnings.catch_warnings():
                warnings.simplefilter("ignore", UserWarning)  # that there are no rows is said by the caller
                rows = np.loadtxt(self._lines(file), delimiter=",", skiprows=self.first_line - 1, usecols=index, ndmin=2, comments=None)
        except FileError:
            raise
        except UnicodeDecodeError:
            raise FileError(f"{self.path} is not text. Samples are read from CSV (text) or npz files.") from None
        except ValueError as error:
            raise FileError(self._explain(str(error))) from None
        return {name: rows[:, k] for k, name in enumerate(wanted)}

    def _lines(self, file: TextIO) -> Iterator[str]:
        """Yield the lines; only the last may be empty, so that row and line numbers agree."""
        empty = 0
        for number, line in enumerate(file, 1):
            if line.strip():
                if empty:
                    raise FileError(f"{self.path} has an empty line {empty}. Remove it, or restore what was there.")
                yield line
            else:
                empty = empty or number

    def _explain(self, message: str) -> str:
        """Return what numpy says is wrong, by line and name of column."""
        found = re.search(r"string '(.*)' to float64 at row (\d+), column (\d+)", message)
        if found:
            text, row, column = found[1], int(found[2]), int(found[3])
            return f"{self.path} has {text!r} instead of a number in {self.row(row)}, column {self.names[column - 1]!r}."
        found = re.search(r"index \d+ at row (\d+) with (\d+) columns", message)
        if found:
            return f"{self.path} has {found[2]} instead of {len(self.names)} columns in {self.row(int(found[1]) - 1)}."
        return f"{self.path} cannot be read as comma-separated numbers: {message.rstrip('.')}."
