"""Named arrays in one npz file: written whole or not at all, read without pickle and without believing what the file announces."""

import math
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from jaxtyping import Shaped

from hillock._memory import physical_memory
from hillock.recording._atomic import replacing
from hillock.recording._missing import RecordingError

_PIECE = 2**24
# What a damaged archive can lead zipfile into: also seeks to nowhere (OSError, ValueError) and members that look encrypted (RuntimeError).
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, NotImplementedError, RuntimeError)


def write(path: Path, arrays: Mapping[str, Shaped[np.ndarray, "..."]]) -> None:
    """Write arrays to an npz file."""
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "x", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array) if array.ndim else array, allow_pickle=False)


def read(path: Path, wanted: Callable[[str], bool] = lambda _: True) -> dict[str, Shaped[np.ndarray, "..."]]:
    """Return the arrays of an npz file whose names are wanted.

    Nothing is unpickled, and nothing is read before the sizes that the file announces were compared with the memory there is.

    Raises:
        FileNotFoundError: there is no such file.
        RecordingError: the file is damaged, or no npz file.

    """
    with _opened(path) as archive:
        members = [member for member in archive.infolist() if wanted(_name(member))]
        _check_members(members, path)
        return {_name(member): read_member(archive, member, path) for member in members}


def sizes(path: Path) -> dict[str, int]:
    """Return the bytes of each array of an npz file, of which nothing is read.

    Raises:
        FileNotFoundError: there is no such file.
        RecordingError: the file is damaged, or no npz file.

    """
    with _opened(path) as archive:
        return {_name(member): member.file_size for member in archive.infolist()}


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open an npz file; raise RecordingError where it turns out to be damaged."""
    if not path.is_file():
        raise FileNotFoundError(f"There is no file '{path}'.")
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            raise RecordingError(f"'{path}' is not a recording of hillock: it is not an npz file.")
        try:
            with zipfile.ZipFile(file) as archive:
                yield archive
        except RecordingError:
            raise
        except _DAMAGE as error:
            raise RecordingError(f"'{path}' is damaged: {str(error).rstrip('.')}.") from None


def _name(member: zipfile.ZipInfo) -> str:
    return member.filename.removesuffix(".npy")


def text_of(arrays: Mapping[str, Shaped[np.ndarray, "..."]], name: str) -> str | None:
    """Return the text that an array of no dimensions holds; None where there is no such array, or it holds something else."""
    found = arrays.get(name)
    return None if found is None or found.dtype.kind != "U" or found.ndim else str(found)


def _check_members(members: list[zipfile.ZipInfo], path: Path) -> None:
    """Raise RecordingError if the members would not fit into memory, or are packed as numpy never does.

    The reader holds each member to the size that is announced.
    """
    for member in members:
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RecordingError(f"'{path}' is damaged: {member.filename} is packed in an unknown way.")
    wanted, there = sum(member.file_size for member in members), physical_memory()
    if wanted > 0.8 * there:
        raise RecordingError(f"'{path}' holds {wanted / 1e9:.1f} GB and this machine has {there / 1e9:.1f} GB. Read parts of it with np.load.")


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> Shaped[np.ndarray, "..."]:
    """Return one array, after its header was found to agree with the size of the member; nothing is unpickled."""
    damaged = f"'{path}' is damaged: {member.filename} "
    with archive.open(member) as stream:
        try:
            version = np.lib.format.read_magic(stream)
            read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
            shape, fortran, dtype = read_header(stream)
        except (ValueError, KeyError):
            raise RecordingError(f"{damaged}is not a plain array.") from None
        if dtype.hasobject:
            raise RecordingError(f"{damaged}holds Python objects, which are not read.")
        size = member.file_size - stream.tell()
        if min(shape, default=0) < 0 or size != math.prod(shape) * dtype.itemsize:
            raise RecordingError(f"{damaged}should hold an array of shape {shape} and has {size} bytes.")
        data = memoryview(bytearray(size))
        for at in range(0, size, _PIECE):
            data[at : at + _PIECE] = stream.read(_PIECE)
        stream.read(1)  # the end of the member, where its checksum is compared
    return np.frombuffer(data, dtype).reshape(shape, order="F" if fortran else "C")
