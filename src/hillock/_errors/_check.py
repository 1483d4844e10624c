"""A run and its solution, one after the other."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hillock._errors._measure import measure, settles
from hillock._errors._solution import Reference, Run, Solution, choose_reference, not_settled
from hillock.engines import AbstractEngine, Job
from hillock.recording import End, Recording


def check_check(check: Any, traced: bool, start: End | None, exact: bool) -> None:
    """Raise ValueError for a check of errors that is not there, or has nothing to be made of."""
    if check is None:
        return
    if check != "exact":
        raise ValueError(f"There is no check {check!r}. Use check='exact', or leave it out.")
    if exact:
        raise ValueError("The engine exact is what a run is checked against. Leave check out, or choose another engine.")
    if traced:
        raise ValueError("check compares spikes, whose number is not known inside jit, grad or vmap. Leave it out there.")
    if start is not None:
        raise ValueError("check solves a run from its beginning, and start continues another. Leave one of them out.")


def checked(job: Job, steps: int, main: Callable[[Job], Recording], run: Run) -> Recording:
    """Return what ``main`` records of a job, with its errors; ``run`` runs what they are measured by.

    Raises:
        ValueError: the errors cannot be told.

    """
    reference = choose_reference(job, run, steps)
    shows_v = "v" in job.record or "v" not in job.step.recordable()
    rec = main(job if shows_v else replace(job, record=(*job.record, "v")))
    asked = replace(rec, traces={name: rec.traces[name] for name in job.record}, units={name: rec.units[name] for name in job.record})
    if not rec.complete:
        return asked
    try:
        solution, nearly = _solve(reference, run, steps)
    except KeyboardInterrupt:
        warnings.warn("Interrupted while it was checked; the recording is whole, but without errors.", stacklevel=3)
        return asked
    dialect = job.step.dialect
    errors = measure(rec, solution, dialect)
    if nearly is not None and not settles(errors, measure(rec, nearly, dialect), job.dt, rec.duration):
        raise not_settled(job.step, job.dt)
    return replace(asked, errors=errors, provenance={**rec.provenance, "errors": errors.plain()})


def _solve(reference: Reference, run: Run, steps: int) -> tuple[Solution, Solution | None]:
    """Return the solution and the one with one halving less; an interruption is one of all."""

    def whole(job: Job, engine: AbstractEngine | None, steps: int, start: End | None) -> Recording:
        rec = run(job, engine, steps, start)
        if not rec.complete:
            raise KeyboardInterrupt
        return rec

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Interrupted after")  # which is said of a recording that is handed back
        return reference.solve(whole, steps), reference.nearly(whole, steps)
