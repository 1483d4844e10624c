"""What a job is to a kernel: a program for one neuron's step, traced once, and the numbers that it works on.

A model is traced once for all values of its parameters; what was traced is remembered by structure, shapes and dtypes.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr

from hillock import lowering
from hillock._population import neuron_axes
from hillock._types import Tree
from hillock.dialects import AbstractCoupledStep, AbstractReceivingStep, AbstractStep
from hillock.engines._base import Carry, Feed, Job
from hillock.engines._neuron import Setting, advance, cast, like, plan_of, prepare, start
from hillock.lowering import Inputs, Kernel, Program, Roles, Symbol, Table, Unsupported
from hillock.stimuli import AbstractStimulus

_MOST_REMEMBERED = 256
_TRACES: dict[Hashable, Any] = {}
_FORMS: dict[Hashable, Any] = {}

Axes = list[int | None]
"""The neuron axis of each leaf of a setting; None where it is the same for all neurons."""


def computed(job: Job) -> tuple[Carry, Setting, Axes]:
    """Return where a run begins, what its steps work with, and the neuron axis of each leaf of that, all computed by NumPy."""
    arguments = (job.step, job.stimulus, job.feeds, np.float64(job.dt))
    traced, tree, axes = _remembered(_TRACES, lambda: _trace_setup(job, arguments), (*_kinds(arguments), job.neurons, job.dtype))
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
    return Traces(arguments, setup, made, _trace_step(job, setting, axes, carry, 0), carry)


def form_of(job: Job, setting: Setting, axes: Axes, carry: Carry, window: int = 0, pours: bool = False) -> "Form":
    """Return the form of a job, remembered for jobs that differ in numbers only.

    Args:
        job, setting, axes, carry: what is run.
        window: for how many steps at once a network knows what arrives; 0 where there is no network, and nothing does.
        pours: whether what arrives may be added straight to what is carried.

    """
    inner = jax.tree.map(lambda leaf: np.zeros(np.shape(leaf)[1:], leaf.dtype), carry)
    leaves, structure = jax.tree.flatten(setting)
    kinds = tuple((np.shape(x)[:-1] if axis is not None else np.shape(x), x.dtype, axis) for x, axis in zip(leaves, axes, strict=True))
    key = (structure, kinds, *_kinds(inner), job.dtype, job.record, job.surrogate, min(job.neurons, 2), window, pours)
    return _remembered(_FORMS, lambda: Form(job, setting, axes, carry, window, pours), key)


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


class _Facts(NamedTuple):
    """What is known of the numbers of a run, and makes its program shorter."""

    zeros: frozenset[Symbol]  # inputs that are 0
    begins_at_zero: tuple[bool, ...]  # for each carried number
    short: frozenset[Symbol]  # inputs that are counts one may add up


class Form:
    """The program of one neuron's step, and which leaves of a setting its inputs are."""

    def __init__(self, job: Job, setting: Setting, axes: Axes, carry: Carry, window: int, pours: bool):
        leaves = jax.tree.leaves(setting)
        inner = [np.shape(leaf)[:-1] if axis is not None else np.shape(leaf) for leaf, axis in zip(leaves, axes, strict=True)]
        given = [Table(leaf.dtype, shape) if shape else lowering.symbols((), leaf.dtype) for leaf, shape in zip(leaves, inner, strict=True)]
        carried = [lowering.symbols(np.shape(leaf)[1:], leaf.dtype) for leaf in jax.tree.leaves(carry)]
        step, lane = Symbol(np.int32), Symbol(np.int32)
        inflow = tuple(Table(np.dtype(job.dtype), (window,)) for _ in _ports(job.step, window))
        traced = _trace_step(job, setting, axes, carry, window)
        self.program = lowering.lower(traced, [*given, *carried, *inflow, *(lowering.as_array(number) for number in (lane, step))])
        flat = tuple(symbol for array in carried for symbol in array.ravel())
        self.program, direct = lowering.poured(self.program, flat, inflow) if pours else (self.program, (None,) * len(inflow))
        used = self.program.inputs()
        self._places: dict[str, list[int]] = {name: [] for name in Inputs._fields}
        roles: dict[str, list] = {name: [] for name in Inputs._fields}
        for k, (part, axis) in enumerate(zip(given, axes, strict=True)):
            atom = part if isinstance(part, Table) else part[()]
            if atom in used:
                kind = ("tables" if axis is None else "lane_tables") if isinstance(part, Table) else ("uniform" if axis is None else "lanes")
                roles[kind].append(atom)
                self._places[kind].append(k)
        left = tuple(table for table, where in zip(inflow, direct, strict=True) if where is None)
        parts = {name: tuple(atoms) for name, atoms in roles.items()}
        self.roles = Roles(**parts, carried=flat, step=step, lane=lane, inflow=left, direct=direct)  # type: ignore[arg-type]
        self._kernels: dict[Hashable, Kernel] = {}

    def kernel(self, neurons: int, dtype: str, inputs: Inputs, zero: tuple[bool, ...] = ()) -> Kernel:
        """Return the kernel for so many neurons, built once; ``zero`` says which of the carried numbers begin at 0."""
        shape = lowering.shape_for(neurons, dtype, self.program, self.roles, inputs, lowering.host())
        facts = self._facts(inputs, zero)
        if (shape, facts) not in self._kernels:
            self._kernels[shape, facts] = Kernel(*self._fitted(facts), shape)
        return self._kernels[shape, facts]

    def fitted(self, inputs: Inputs, zero: tuple[bool, ...] = ()) -> tuple[Program, Roles]:
        """Return the program as a kernel runs it, made short by what is known of the numbers."""
        return self._fitted(self._facts(inputs, zero))

    def _facts(self, inputs: Inputs, zero: tuple[bool, ...]) -> _Facts:
        given = dict(zip((*self.roles.uniform, *self.roles.lanes), (*inputs.uniform, *inputs.lanes), strict=True))
        zeros = frozenset(symbol for symbol in self.roles.uniform if symbol.dtype.kind == "f" and given[symbol] == 0)
        counts = {symbol: np.asarray(value) for symbol, value in given.items() if symbol.dtype.kind == "i"}
        short = frozenset(symbol for symbol, value in counts.items() if value.min() >= 0 and value.max() <= lowering.LONGEST_COUNT)
        finite = all(np.isfinite(value) for value in inputs.uniform)
        return _Facts(zeros, tuple(is_zero and finite and k not in self.roles.direct for k, is_zero in enumerate(zero)), short)

    def _fitted(self, facts: _Facts) -> tuple[Program, Roles]:
        program, roles = self.program, self.roles
        if any(facts.begins_at_zero):
            program, still = lowering.stilled(program, roles.carried, facts.begins_at_zero, facts.zeros, roles.uniform)
            roles = roles._replace(still=still)
        return lowering.until_steps(program, roles, facts.short)

    def inputs(self, setting: Setting) -> Inputs:
        """Return the numbers of a setting that the kernel wants."""
        leaves: list[Any] = [np.asarray(leaf) for leaf in jax.tree.leaves(setting)]
        return Inputs(**{kind: [leaves[k] for k in places] for kind, places in self._places.items()})


def _ports(step: AbstractStep, window: int) -> Mapping[str, str]:
    return step.ports() if window and isinstance(step, AbstractReceivingStep) else {}


def _trace_step(job: Job, setting: Setting, axes: Axes, carry: Carry, window: int) -> ClosedJaxpr:
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
    inflow = tuple(jax.ShapeDtypeStruct((window,), job.dtype) for _ in _ports(setting.step, window))
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
