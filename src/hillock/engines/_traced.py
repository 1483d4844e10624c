"""What a job is to a kernel: a program for one neuron's step, traced once, and the numbers that it works on.

A model is traced once for all values of its parameters; what was traced is remembered by structure, shapes and dtypes.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr

from hillock import lowering
from hillock._memo import kinds_of, remembered
from hillock._population import neuron_axes
from hillock._types import Tree
from hillock.dialects import AbstractCoupledStep, AbstractReceivingStep, AbstractStep
from hillock.engines._base import Carry, Feed, Job
from hillock.engines._neuron import Setting, advance, cast, like, plan_of, prepare, start
from hillock.lowering import Unsupported
from hillock.stimuli import AbstractStimulus

_TRACES: dict[Hashable, Any] = {}

Axes = list[int | None]
"""The neuron axis of each leaf of a setting; None where it is the same for all neurons."""


def computed(job: Job) -> tuple[Carry, Setting, Axes]:
    """Return where a run begins, what its steps work with, and the neuron axis of each leaf of that, all computed by NumPy."""
    arguments = (job.step, job.stimulus, job.feeds, np.float64(job.dt))
    traced, tree, axes = remembered(_TRACES, lambda: _trace_setup(job, arguments), (*kinds_of(arguments), job.neurons, job.dtype))
    leaves = lowering.evaluate(traced, jax.tree.leaves(arguments))
    carry, step, prepared, stimulus, feeds = jax.tree.unflatten(tree, leaves)
    return carry, Setting(step, prepared, stimulus, feeds, arguments[3], job.key, np.int32(job.first_neuron)), axes


def _trace_setup(job: Job, arguments: tuple) -> tuple[ClosedJaxpr, Any, Axes]:
    found: list[Tree] = []

    def setup(step: AbstractStep, stimulus: AbstractStimulus, feeds: tuple[Feed, ...], dt: Any) -> Tree:
        prepared, axes = prepare(step, neuron_axes(step), dt, job.dtype)
        found.append(axes)
        return start(step, stimulus, plan_of(job, 1), feeds), cast(step, job.dtype), prepared, cast(stimulus, "float64"), cast(feeds, "float64")

    with jax.enable_x64(True):
        traced, shapes = jax.make_jaxpr(setup, return_shape=True)(*arguments)
    parts = zip(shapes[1:], (neuron_axes(job.step), found[0], neuron_axes(job.stimulus), neuron_axes(job.feeds)), strict=True)
    axes = [axis for part, of in parts for axis in jax.tree.structure(part).flatten_up_to(of)]
    return traced, jax.tree.structure(shapes), [*axes, *[None] * 4]


class Traces(NamedTuple):
    """The two traces of a job, for code that computes by itself what a kernel is handed.

    Attributes:
        arguments: step, stimulus, feeds and dt, as the job has them.
        setup: a function of their leaves, whose results are the leaves of what a run begins with and of the constants of its steps.
        made: the structure of those results: (carry, step, prepared, stimulus, feeds).
        step: (setting, carry, neuron, number of the step) -> carry, whether there is a spike, what is recorded.
        carry: where the run of the job begins.

    """

    arguments: tuple
    setup: ClosedJaxpr
    made: Any
    step: ClosedJaxpr
    carry: Carry


def traces_of(job: Job) -> Traces:
    """Return the traces of a job.

    Raises:
        Unsupported: its neurons notice each other.

    """
    carry, setting, axes = computed(job)
    arguments = (job.step, job.stimulus, job.feeds, np.float64(job.dt))
    setup, made, _ = _trace_setup(job, arguments)
    return Traces(arguments, setup, made, trace_step(job, setting, axes, carry, 0), carry)


def columns_of(carry: Tree) -> list[np.ndarray]:
    """Return the numbers of a carry, one array of (neurons,) for each that a neuron has."""
    return [column for leaf in map(np.asarray, jax.tree.leaves(carry)) for column in _columns(leaf)]


def with_columns(carry: Carry, columns: Sequence[np.ndarray]) -> Carry:
    """Return a carry of the same shape with other numbers."""
    leaves, tree = jax.tree.flatten(carry)
    left = iter(columns)
    return jax.tree.unflatten(tree, [_gathered([next(left) for _ in _columns(np.asarray(leaf))], np.shape(leaf)) for leaf in leaves])


def _columns(leaf: np.ndarray) -> list[np.ndarray]:
    return [leaf] if leaf.ndim == 1 else list(leaf.reshape(len(leaf), -1).T)


def _gathered(columns: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    return columns[0] if len(shape) == 1 else np.stack(columns, axis=1).reshape(shape)


def ports(step: AbstractStep, window: int) -> Mapping[str, str]:
    """Return the ports of a step at which something may arrive."""
    return step.ports() if window and isinstance(step, AbstractReceivingStep) else {}


def trace_step(job: Job, setting: Setting, axes: Axes, carry: Carry, window: int) -> ClosedJaxpr:
    """Return the trace of one step of one neuron: (setting, carry, inflow, neuron, step) -> carry, whether it fires, what is recorded."""
    plan = plan_of(job, 1)
    alone = _sees_only_itself(job, setting.step, carry)

    def one(setting: Setting, carry: Carry, inflow: tuple[Any, ...], neuron: Any, k: Any) -> tuple:
        arrivals = tuple(port[k % window] if window > 1 else port[0] for port in inflow)
        after, fired, shown = advance(setting, carry, neuron, k, plan, arrivals)
        if not alone:  # a population of one
            state, fired, shown = jax.tree.map(lambda x: jnp.asarray(x)[None], (after.state, fired.astype(job.dtype), shown))
            state, fired, shown = jax.tree.map(lambda x: x[0], setting.step.exchange(state, fired, shown))  # type: ignore[attr-defined]
            after = after._replace(state=state)
        return like(after, carry), fired > 0, [shown[name] for name in job.record]

    leaves, tree = jax.tree.flatten(setting)
    views = [
        jax.ShapeDtypeStruct(np.shape(leaf)[:-1] if axis is not None else np.shape(leaf), leaf.dtype) for leaf, axis in zip(leaves, axes, strict=True)
    ]
    single = jax.tree.map(lambda leaf: jax.ShapeDtypeStruct(np.shape(leaf)[1:], leaf.dtype), carry)
    number = jax.ShapeDtypeStruct((), np.int32)
    inflow = tuple(jax.ShapeDtypeStruct((window,), job.dtype) for _ in ports(setting.step, window))
    with jax.enable_x64(True):
        return jax.make_jaxpr(one)(jax.tree.unflatten(tree, views), single, inflow, number, number)


def _sees_only_itself(job: Job, step: AbstractStep, carry: Carry) -> bool:
    """Return whether no neuron notices another: the exchange at the end of a step hands on what it is given.

    Raises:
        Unsupported: several neurons notice each other.

    """
    if not isinstance(step, AbstractCoupledStep):
        return True
    spikes = jax.ShapeDtypeStruct((job.neurons,), job.dtype)
    with jax.enable_x64(True):
        traced = jax.make_jaxpr(step.exchange)(carry.state, spikes, dict.fromkeys(job.record, spikes)).jaxpr
    if list(traced.outvars) == list(traced.invars):
        return True
    if job.neurons > 1:
        raise Unsupported("Its neurons notice each other's spikes within a step.")
    return False
