"""A sweep that several processes share: point k is run by process k modulo their number, and they meet in the folder of the sweep."""

import json
import secrets
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from hillock._sweep._store import Measures, Point, SweepError, kept
from hillock.distributed import Processes

_LOOK = 0.1  # s
_LATE = 30.0  # s after which a file that was written is seen on every machine


class Meeting:
    """What the processes of a sweep find out from each other.

    Raises:
        LostProcessError: one is no longer there.
        ValueError: they sweep something else, or one does not see the folder.

    """

    def __init__(self, folder: Path, points: Sequence[Point], company: Processes):
        self.folder, self.points, self.company = folder, points, company
        company.agree({"points of the sweep": json.dumps(points, default=repr)})
        company.share(folder)
        token = company.gather_bytes(secrets.token_hex(8).encode())[0].decode()
        self.marks = [folder / f".{token}-{p}" for p in range(company.count)]

    def whole(self, results: Sequence[Measures | None], errors: Mapping[int, str]) -> tuple[list[Measures | None], dict[int, str]]:
        """Wait for the other processes, however long they take, and return the results and errors of all.

        Raises:
            LostProcessError: one is no longer there.
            SweepError: what one wrote does not appear.

        """
        own = self.marks[self.company.number]
        own.touch()
        while not all(mark.exists() for mark in self.marks):
            time.sleep(_LOOK)
        messages = self.company.gather_bytes(json.dumps({str(k): error for k, error in errors.items()}).encode())
        own.unlink()
        failed = {int(k): error for message in messages for k, error in json.loads(message).items()}
        return [one if one is not None or k in failed else self._awaited(self.points[k]) for k, one in enumerate(results)], failed

    def _awaited(self, point: Point) -> Measures:
        """Return what another process kept of a point."""
        until = time.monotonic() + _LATE
        while (found := kept(self.folder, point)) is None:
            if time.monotonic() > until:
                raise SweepError(
                    f"store: '{self.folder}' does not show the point {point}, which another process ran. Choose a folder that it shares."
                )
            time.sleep(_LOOK)
        return found
