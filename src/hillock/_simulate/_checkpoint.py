"""What a run of a network was made by, parameter by parameter, so that it goes on only as what it was."""

import dataclasses
import hashlib
import os
from collections.abc import Iterator, Mapping
from types import FunctionType
from typing import Any

import jax
import numpy as np

from hillock._checks import check_kind, check_start
from hillock.connections import Matrix
from hillock.dialects import AbstractStep, DialectStep
from hillock.engines.network import NetworkCarry, NetworkJob
from hillock.network import Network
from hillock.recording import End, NetworkEnd
from hillock.recording._carried import Leaves, structured
from hillock.recording._network_files import load_end

_MOST_LISTED = 8  # numbers; of longer arrays a digest is kept


def check_network_start(start: Any, steps: int) -> NetworkEnd | None:
    """Return where a run begins: the end of another, or what is kept of it at a path."""
    if isinstance(start, str | os.PathLike):
        start = load_end(start)
    if start is not None:
        check_kind(start, "start", NetworkEnd, "the end of a network's recording, rec.end, or the path of a file or folder that holds one")
        check_start(End(start.step, None, start.dt), steps)
    return start


def require_structure(start: End | NetworkEnd | None) -> None:
    """Raise ValueError for an end from a file, whose numbers have no structure yet, where a run on traced values begins."""
    if start is not None and isinstance(start.carry, Leaves):
        raise ValueError("An end that was read from a file begins no run inside jit, grad or vmap. Pass rec.end of a run in this process.")


def made_by(network: Network, job: NetworkJob) -> dict[str, str]:
    """Return what a run is made by, each parameter as text by its place in the network."""
    orders = {member.name: _order(member.job.step) for member in job.members if member.job is not None}
    whole = {"dtype": job.dtype, "key": job.seed, "network": network, "dialect": orders}
    return {where.removeprefix("network."): text for name, one in whole.items() for where, text in _described(one, name)}


def resumed(start: NetworkEnd, fresh: NetworkCarry, made: Mapping[str, str], dt: float) -> NetworkCarry:
    """Return what the first step of a run that goes on is made from.

    Raises:
        ValueError: it is not the same run; the message names the difference.

    """
    if start.dt != dt:
        raise ValueError(f"start is the end of a run at dt = {start.dt:g} ms, and this one has dt = {dt:g} ms. Use the same dt.")
    if start.made_by:
        for where in {**start.made_by, **made}:
            then, now = start.made_by.get(where, "none"), made.get(where, "none")
            if then != now:
                hint = "Use the same, or start=end.for_another() if it is meant to change."
                raise ValueError(f"start is the end of a run with {where} = {then}, and this one has {now}. {hint}")
    return structured(start.carry, fresh)


def _order(step: AbstractStep) -> dict[str, Any]:
    return {"order": step.dialect, "integrator": step.integrator if isinstance(step, DialectStep) else None}


def _described(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """Yield the place of each parameter inside a value, and the parameter as text that is the same in every process."""
    if isinstance(value, Matrix):
        for name in ("indptr", "indices", "data"):
            yield from _described(getattr(value.matrix, name), f"{where}.{name}")
    elif isinstance(value, Mapping):
        yield where, ", ".join(map(str, value)) or "none"
        for name, one in value.items():
            yield from _described(one, f"{where}.{name}")
    elif isinstance(value, list | tuple):
        yield where, f"{len(value)} of them"
        for k, one in enumerate(value):
            yield from _described(one, f"{where}[{k}]")
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        yield where, type(value).__qualname__
        for one in dataclasses.fields(value):
            yield from _described(getattr(value, one.name), f"{where}.{one.name}")
    else:
        yield where, _text(value)


def _text(value: Any) -> str:
    """Return a number, an array, or something else as text."""
    if isinstance(value, bool | int | float | str | None | np.generic | np.ndarray | jax.Array):
        array = np.asarray(value)
        if array.dtype.kind in "biuf" and array.size > _MOST_LISTED:
            return f"{array.dtype} of shape {array.shape} with digest {hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]}"
        return str(array.tolist())
    if isinstance(value, FunctionType | type):
        return f"{value.__module__}.{value.__qualname__}"
    return type(value).__qualname__ if type(value).__repr__ is object.__repr__ else repr(value)
