"""Ports by number: populations that differ in nothing but the names of those that project to them are then traced, and compiled, once."""

from dataclasses import replace

from hillock.dialects import DialectStep
from hillock.engines._base import Carry, Job
from hillock.synapses import Receiver


def numbered(job: Job) -> Job:
    """Return a job whose ports, and the variables and traces that are called after them, have numbers in place of names."""
    step = job.step
    if not (isinstance(step, DialectStep) and isinstance(step.cell, Receiver)):
        return job
    ports = tuple(f"port{k}" for k in range(len(step.cell.ports)))
    alike = replace(step, cell=replace(step.cell, ports=ports))
    names = dict(zip(step.recordable(), alike.recordable(), strict=True)) if job.record else {}
    return replace(job, step=alike, record=tuple(names.get(name, name) for name in job.record))


def named(carry: Carry, job: Job) -> Carry:
    """Return what the numbered job carries under the names of the job itself."""
    step = job.step
    if not (isinstance(step, DialectStep) and isinstance(step.cell, Receiver)):
        return carry
    own = type(step.cell.init())
    return carry._replace(state=carry.state._replace(cell=own(*carry.state.cell)))
