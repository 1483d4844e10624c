"""The simd engine: the trace of a step as vector machine code, neurons in the lanes, the loop over steps inside.

What does not change during a run (propagators, starting values) is computed from its trace by NumPy, so that nothing waits for another
compiler. The kernel takes parameters as arguments; it depends on the model's equations only, and is kept on disk.
"""

import os
from collections.abc import Callable, Hashable
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr

from hillock import lowering
from hillock._population import neuron_axes
from hillock._types import Tree
from hillock.dialects import AbstractCoupledStep, AbstractStep
from hillock.engines._base import AbstractEngine, AbstractRun, Carry, Chunk, Job
from hillock.engines._neuron import Setting, advance, cast, like, plan_of, prepare, start
from hillock.lowering import Bound, Extent, Inputs, Kernel, Roles, Symbol, Table, Unsupported
from hillock.stimuli import AbstractStimulus

_CHUNK_WORK = 2**27  # neurons · steps: some hundredths of a second
_CHUNK_BYTES = 2**24  # of traces: what a processor's last cache may hold
_CHUNK_STEPS = 2**20
_FEWEST_STEPS = 16  # of a large population: so many are worth loading its state
_ALONE = 2**18  # neurons · steps below which a second thread costs more than it brings


class Simd(AbstractEngine):
    """Runs on the processor's vector units, as many neurons at once as fit.

    Attributes:
        threads: how many work at once; all processors that this process may use by default. The result does not depend on it.

    """

    name: ClassVar[str] = "simd"
    threads: Any = eqx.field(static=True, default=None)

    def __check_init__(self):
        if self.threads is not None and (isinstance(self.threads, bool) or not isinstance(self.threads, int) or self.threads < 1):
            raise ValueError(f"Simd.threads must be a whole number ≥ 1, or None for all processors, got {self.threads!r}.")

    def open(self, job: Job) -> AbstractRun:
        """Return the run of a job, its kernel built or found.

        Raises:
            Unsupported: the step does something that has no machine code, or its neurons see each other.

        """
        return _Run(job, self.chunk(job), self.threads or processors())

    def listing(self, job: Job, machine: lowering.Machine | None = None) -> lowering.Listing:
        """Return the code of a job, to read; for this processor, or for another.

        Raises:
            Unsupported: it has none.

        """
        first, setting, axes = _computed(job)
        form = _form(job, setting, axes, first)
        machine = machine or lowering.host()
        shape = lowering.shape_for(job.neurons, job.dtype, form.program, form.roles, form.inputs(setting), machine)
        return lowering.listing_of(form.program, form.roles, shape, machine)

    def chunk(self, job: Job) -> int:
        steps = _CHUNK_WORK // job.neurons
        if job.record:
            steps = min(steps, int(_CHUNK_BYTES / job.row_bytes))
        return max(job.every, min(max(steps, _FEWEST_STEPS), _CHUNK_STEPS) // job.every * job.every)

    def bytes_per_neuron(self, job: Job, variables: int) -> float:
        """Three copies of the state (before, after, and padded to whole vectors), a bit per step, rows of traces."""
        chunk = self.chunk(job)
        return 3 * variables + chunk / 8 + chunk * job.row_bytes / job.neurons


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Run(AbstractRun):
    def __init__(self, job: Job, chunk: int, threads: int):
        self.job, self.chunk = job, chunk
        self.first, setting, axes = _computed(job)
        form = _form(job, setting, axes, self.first)
        small = job.neurons * chunk < _ALONE
        inputs = form.inputs(setting)
        self.bound = Bound(
            form.kernel(job.neurons, job.dtype, inputs),
            inputs,
            Extent(job.neurons, chunk, job.every, job.of),
            job.dtype,
            1 if small else threads,
        )

    def init(self) -> Carry:
        return self.first

    def run(self, carry: Carry, start: int, steps: int) -> tuple[Carry, Chunk]:
        leaves, tree = jax.tree.flatten(carry)
        columns = [column for leaf in leaves for column in _columns(np.asarray(leaf))]
        after = iter(self.bound.advance(columns, start, steps))
        moved = [_gathered([next(after) for _ in _columns(np.asarray(leaf))], np.shape(leaf)) for leaf in leaves]
        rows = self.bound.rows(steps // self.job.every)
        return jax.tree.unflatten(tree, moved), Chunk(self.bound.events(start, steps), dict(zip(self.job.record, rows, strict=True)))


def _columns(leaf: np.ndarray) -> list[np.ndarray]:
    """Return the numbers of a leaf of a state, one array of (neurons,) for each that a neuron has."""
    return [leaf] if leaf.ndim == 1 else list(leaf.reshape(len(leaf), -1).T)


def _gathered(columns: list[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    return columns[0] if len(shape) == 1 else np.stack(columns, axis=1).reshape(shape)


def _computed(job: Job) -> tuple[Carry, Setting, list[int | None]]:
    """Return where a run begins, what its steps work with, and the neuron axis of each leaf of that, all computed by NumPy."""
    arguments = (job.step, job.stimulus, np.float64(job.dt))
    traced, tree, axes = _remembered(_TRACES, lambda: _trace_setup(job, arguments), (*_kinds(arguments), job.neurons, job.dtype))
    leaves = lowering.evaluate(traced, jax.tree.leaves(arguments))
    carry, step, prepared, stimulus = jax.tree.unflatten(tree, leaves)
    return carry, Setting(step, prepared, stimulus, arguments[2], job.key), axes


def _trace_setup(job: Job, arguments: tuple) -> tuple[ClosedJaxpr, Any, list[int | None]]:
    found: list[Tree] = []

    def setup(step: AbstractStep, stimulus: AbstractStimulus, dt: Any) -> Tree:
        prepared, axes = prepare(step, neuron_axes(step), dt, job.dtype)
        found.append(axes)
        return start(step, stimulus, plan_of(job, 1)), cast(step, job.dtype), prepared, cast(stimulus, "float64")

    with jax.enable_x64(True):
        traced, shapes = jax.make_jaxpr(setup, return_shape=True)(*arguments)
    _, step, prepared, stimulus = shapes
    axes = [
        axis
        for part, of in ((step, neuron_axes(job.step)), (prepared, found[0]), (stimulus, neuron_axes(job.stimulus)))
        for axis in jax.tree.structure(part).flatten_up_to(of)
    ]
    return traced, jax.tree.structure(shapes), [*axes, None, None, None]


class _Form:
    """The program of one neuron's step, and which leaves of a setting its inputs are."""

    def __init__(self, job: Job, setting: Setting, axes: list[int | None], carry: Carry):
        leaves = jax.tree.leaves(setting)
        inner = [np.shape(leaf)[:-1] if axis is not None else np.shape(leaf) for leaf, axis in zip(leaves, axes, strict=True)]
        given = [Table(leaf.dtype, shape) if shape else lowering.symbols((), leaf.dtype) for leaf, shape in zip(leaves, inner, strict=True)]
        carried = [lowering.symbols(np.shape(leaf)[1:], leaf.dtype) for leaf in jax.tree.leaves(carry)]
        step, lane = Symbol(np.int32), Symbol(np.int32)
        traced = _trace_step(job, setting, axes, carry)
        self.program = lowering.lower(traced, [*given, *carried, *(lowering.as_array(number) for number in (lane, step))])
        used = self.program.inputs()
        self._places: dict[str, list[int]] = {name: [] for name in Inputs._fields}
        roles: dict[str, list] = {name: [] for name in Inputs._fields}
        for k, (part, axis) in enumerate(zip(given, axes, strict=True)):
            atom = part if isinstance(part, Table) else part[()]
            if atom in used:
                kind = ("tables" if axis is None else "lane_tables") if isinstance(part, Table) else ("uniform" if axis is None else "lanes")
                roles[kind].append(atom)
                self._places[kind].append(k)
        flat = tuple(symbol for array in carried for symbol in array.ravel())
        self.roles = Roles(**{name: tuple(atoms) for name, atoms in roles.items()}, carried=flat, step=step, lane=lane)
        self._kernels: dict[lowering.Shape, Kernel] = {}

    def kernel(self, neurons: int, dtype: str, inputs: Inputs) -> Kernel:
        """Return the kernel for so many neurons, built once."""
        shape = lowering.shape_for(neurons, dtype, self.program, self.roles, inputs, lowering.host())
        if shape not in self._kernels:
            self._kernels[shape] = Kernel(self.program, self.roles, shape)
        return self._kernels[shape]

    def inputs(self, setting: Setting) -> Inputs:
        """Return the numbers of a setting that the kernel wants."""
        leaves: list[Any] = [np.asarray(leaf) for leaf in jax.tree.leaves(setting)]
        return Inputs(**{kind: [leaves[k] for k in places] for kind, places in self._places.items()})


def _trace_step(job: Job, setting: Setting, axes: list[int | None], carry: Carry) -> ClosedJaxpr:
    """Return the trace of one step of one neuron: (setting, carry, neuron, step) -> carry, whether it fires, what is recorded."""
    plan = plan_of(job, 1)
    alone = _sees_only_itself(job, setting.step, carry)

    def one(setting: Setting, carry: Carry, neuron: Any, k: Any) -> tuple:
        after, fired, shown = advance(setting, carry, neuron, k, plan)
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
    with jax.enable_x64(True):
        return jax.make_jaxpr(one)(jax.tree.unflatten(tree, views), single, number, number)


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


_TRACES: dict[Hashable, Any] = {}
_FORMS: dict[Hashable, Any] = {}
_MOST_REMEMBERED = 256


def _remembered(memory: dict[Hashable, Any], make: Callable[[], Any], key: tuple) -> Any:
    """Return what was made for a key before, or make it."""
    if key not in memory:
        made = make()
        while len(memory) >= _MOST_REMEMBERED:
            memory.pop(next(iter(memory)), None)
        memory[key] = made
    return memory[key]


def _kinds(tree: Tree) -> tuple[Hashable, Hashable]:
    """Return what a trace of a tree depends on: its structure, and shapes and dtypes of its leaves."""
    leaves, structure = jax.tree.flatten(tree)
    return structure, tuple((np.shape(leaf), getattr(leaf, "dtype", type(leaf))) for leaf in leaves)


def _form(job: Job, setting: Setting, axes: list[int | None], carry: Carry) -> _Form:
    inner = jax.tree.map(lambda leaf: np.zeros(np.shape(leaf)[1:], leaf.dtype), carry)
    leaves, structure = jax.tree.flatten(setting)
    kinds = tuple((np.shape(x)[:-1] if axis is not None else np.shape(x), x.dtype, axis) for x, axis in zip(leaves, axes, strict=True))
    key = (structure, kinds, *_kinds(inner), job.dtype, job.record, job.surrogate, min(job.neurons, 2))
    return _remembered(_FORMS, lambda: _Form(job, setting, axes, carry), key)
