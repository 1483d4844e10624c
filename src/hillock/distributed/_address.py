"""Where the processes of a run meet, how many there are, and which of them this one is."""

import os
import re
from collections.abc import Mapping
from typing import NamedTuple

_OURS = {"coordinator": "HILLOCK_COORDINATOR", "processes": "HILLOCK_PROCESSES", "process": "HILLOCK_PROCESS_ID"}
_LAUNCHED = "HILLOCK_LAUNCHED"
_SLURM = {"nodes": "SLURM_STEP_NODELIST", "processes": "SLURM_STEP_NUM_TASKS", "process": "SLURM_PROCID"}
_PORTS = 4096  # from which a job of SLURM takes one, the last that there are
_FIRST_NAME = re.compile(r"([^,\[]+)(?:\[(\d+)[^\]]*\]([^,]*))?")


class Address(NamedTuple):
    """How one process finds the others.

    Attributes:
        coordinator: host and port at which process 0 waits for them.
        processes: how many there are.
        process: the number of this one, from 0.

    """

    coordinator: str
    processes: int
    process: int

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which ``launch`` tells a process."""
        return {_LAUNCHED: "1", **{name: str(value) for name, value in zip(_OURS.values(), self, strict=True)}}


def was_launched() -> bool:
    """Return whether ``launch`` started this process."""
    return _LAUNCHED in os.environ


def address(coordinator: str | None = None, processes: int | None = None, process: int | None = None) -> Address | None:
    """Return the address that is given; or else that of the environment: of ``launch``, or of a step of SLURM with several tasks.

    None where there is none, and this process is alone.

    Raises:
        ValueError: part of it is missing or wrong.

    """
    given = {"coordinator": coordinator, "processes": processes, "process": process}
    if any(value is not None for value in given.values()):
        return _checked(given, {name: name for name in given})
    ours = {name: os.environ.get(variable) for name, variable in _OURS.items()}
    if any(value is not None for value in ours.values()):
        return _checked(ours, _OURS)
    return of_slurm(os.environ)


def of_slurm(environment: Mapping[str, str]) -> Address | None:
    """Return the address of a task that ``srun`` started together with others; None where there are no others."""
    found = {name: environment.get(variable) for name, variable in _SLURM.items()}
    if found["processes"] in (None, "1"):
        return None
    numbers = [int(re.sub(r"\D", "", environment.get(name, "")) or 0) for name in ("SLURM_JOB_ID", "SLURM_STEP_ID")]
    port = 2**16 - _PORTS + (31 * numbers[0] + numbers[1]) % _PORTS
    host = None if found["nodes"] is None else f"{first_host(found['nodes'])}:{port}"
    return _checked({**found, "coordinator": host}, {**_SLURM, "coordinator": _SLURM["nodes"]})


def first_host(nodes: str) -> str:
    """Return the first of SLURM's list of hosts: of ``node[003-005,7],other`` it is node003."""
    found = _FIRST_NAME.match(nodes)
    if found is None:
        raise ValueError(f"SLURM_STEP_NODELIST must name a host, got {nodes!r}.")
    return "".join(part or "" for part in found.groups())


def _checked(given: Mapping[str, str | int | None], names: Mapping[str, str]) -> Address:
    for name in ("coordinator", "processes", "process"):
        if given[name] is None:
            raise ValueError(f"{names[name]} is missing. Every process needs all of {', '.join(names[one] for one in given)}.")
    host, _, port = str(given["coordinator"]).rpartition(":")
    if not host or not port.isdigit() or not 0 < int(port) < 2**16:
        raise ValueError(f"{names['coordinator']} must be host:port, such as node1:9876, got {given['coordinator']!r}.")
    count = _whole(given["processes"], names["processes"], 1, None)
    return Address(str(given["coordinator"]), count, _whole(given["process"], names["process"], 0, count - 1))


def _whole(value: str | int | None, name: str, low: int, high: int | None) -> int:
    text = str(value)
    rule = f"a whole number ≥ {low}" if high is None else f"a whole number from {low} to {high}"
    if isinstance(value, bool) or not text.isdigit() or int(text) < low or (high is not None and int(text) > high):
        raise ValueError(f"{name} must be {rule}, got {value!r}.")
    return int(text)
