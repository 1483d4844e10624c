"""What a file with columns is, whatever its format."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

Columns = Mapping[str, Float[np.ndarray, "samples ..."]]
"""Numbers by the name of their column."""


class FileError(ValueError):
    """A file that is missing, too large, or does not hold what is asked of it."""


@dataclass(frozen=True)
class AbstractFile(ABC):
    """A file of one format, of which so far only the names of its columns are known.

    Attributes:
        path: where it is.
        names: of the columns.
        first_line: the line that row 0 stands in; 0 for a format without lines.

    """

    path: Path
    names: Sequence[str]
    first_line: int

    @abstractmethod
    def size(self, wanted: Sequence[str]) -> float:
        """Return how many bytes some columns may need."""

    @abstractmethod
    def read(self, wanted: Sequence[str]) -> Columns:
        """Return some of the columns.

        Raises:
            FileError: they do not hold numbers.

        """

    def row(self, index: int) -> str:
        """Return what a row is called in messages."""
        return f"line {index + self.first_line}" if self.first_line else f"index {index}"
