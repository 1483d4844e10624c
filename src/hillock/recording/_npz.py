"""The npz format: plain arrays and one JSON text, without pickle; ``np.load`` opens it anywhere.

The arrays are named as in ``_plain``; the text is the array ``recording``, of no dimensions.
"""

import math
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from hillock._memory import physical_memory
from hillock.recording._atomic import replacing
from hillock.recording._plain import from_plain, to_plain
from hillock.recording._recording import Recording, RecordingError

_HEAD = "recording"
_PIECE = 2**24
# What a damaged archive can lead zipfile into: also seeks to nowhere (OSError, ValueError) and members that look encrypted (RuntimeError).
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, NotImplementedError, RuntimeError)


def save(rec: Recording, path: Path) -> None:
    """Write a recording to an npz file."""
    text, arrays = to_plain(rec)
    with replacing(path) as temporary, zipfile.ZipFile(temporary, "x", zipfile.ZIP_STORED) as archive:
        for name, array in {_HEAD: np.array(text), **arrays}.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.ascontiguousarray(array) if array.ndim else array, allow_pickle=False)


def load(path: Path) -> Recording:
    """Return the recording in an npz file.

    Nothing is unpickled, and nothing is read before the sizes that the file announces were compared with the memory there is.

    Raises:
        RecordingError: the file is damaged, or not a recording.

    """
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            raise RecordingError(f"'{path}' is not a recording of hillock: it is not an npz file.")
        try:
            with zipfile.ZipFile(file) as archive:
                _check_members(archive, path)
                arrays = {member.filename.removesuffix(".npy"): read_member(archive, member, path) for member in archive.infolist()}
        except RecordingError:
            raise
        except _DAMAGE as error:
            raise RecordingError(f"'{path}' is damaged: {str(error).rstrip('.')}.") from None
    head = arrays.pop(_HEAD, None)
    if head is None or head.dtype.kind != "U" or head.ndim:
        raise RecordingError(f"'{path}' is not a recording of hillock.")
    return from_plain(str(head), arrays, f"'{path}'")


def _check_members(archive: zipfile.ZipFile, path: Path) -> None:
    """Raise RecordingError if the members would not fit into memory, or are packed as numpy never does.

    The reader holds each member to the size that is announced.
    """
    for member in archive.infolist():
        if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise RecordingError(f"'{path}' is damaged: {member.filename} is packed in an unknown way.")
    wanted, there = sum(member.file_size for member in archive.infolist()), physical_memory()
    if wanted > 0.8 * there:
        raise RecordingError(f"'{path}' holds {wanted / 1e9:.1f} GB and this machine has {there / 1e9:.1f} GB. Read parts of it with np.load.")


def read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> np.ndarray:
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
