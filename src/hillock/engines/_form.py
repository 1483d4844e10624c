"""The form of a job: the program of one neuron's step, and where its inputs come from; jobs that differ in numbers only share it."""

from collections.abc import Hashable
from typing import Any, NamedTuple

import jax
import numpy as np

from hillock import lowering
from hillock._memo import kinds_of, remembered
from hillock.engines._base import Carry, Job
from hillock.engines._neuron import Setting
from hillock.engines._traced import Axes, ports, trace_step
from hillock.lowering import Inputs, Kernel, Program, Roles, Symbol, Table

_FORMS: dict[Hashable, Any] = {}


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
    key = (structure, kinds, *kinds_of(inner), job.dtype, job.record, job.surrogate, min(job.neurons, 2), window, pours)
    return remembered(_FORMS, lambda: Form(job, setting, axes, carry, window, pours), key)


class _Facts(NamedTuple):
    """What is known of the numbers of a run, and makes its program shorter."""

    finite: frozenset[Symbol]  # inputs that are finite numbers
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
        inflow = tuple(Table(np.dtype(job.dtype), (window,)) for _ in ports(job.step, window))
        traced = trace_step(job, setting, axes, carry, window)
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
        self.window = window
        self._kernels: dict[Hashable, Kernel] = {}

    def kernel(self, neurons: int, dtype: str, inputs: Inputs, zero: tuple[bool, ...] = ()) -> Kernel:
        """Return the kernel for so many neurons, built once; ``zero`` says which of the carried numbers begin at 0."""
        shape = lowering.shape_for(neurons, dtype, self.program, self.roles, inputs, lowering.host(), single=self.window == 1)
        facts = self._facts(inputs, zero)
        if (shape, facts) not in self._kernels:
            self._kernels[shape, facts] = Kernel(*self._fitted(facts), shape)
        return self._kernels[shape, facts]

    def fitted(self, inputs: Inputs, zero: tuple[bool, ...] = ()) -> tuple[Program, Roles]:
        """Return the program as a kernel runs it, made short by what is known of the numbers."""
        return self._fitted(self._facts(inputs, zero))

    def _facts(self, inputs: Inputs, zero: tuple[bool, ...]) -> _Facts:
        given = dict(zip((*self.roles.uniform, *self.roles.lanes), (*inputs.uniform, *inputs.lanes), strict=True))
        floats = {symbol: given[symbol] for symbol in self.roles.uniform if symbol.dtype.kind == "f"}
        counts = {symbol: np.asarray(value) for symbol, value in given.items() if symbol.dtype.kind == "i"}
        return _Facts(
            finite=frozenset(symbol for symbol, value in floats.items() if np.isfinite(value)),
            zeros=frozenset(symbol for symbol, value in floats.items() if value == 0),
            begins_at_zero=tuple(is_zero and k not in self.roles.direct for k, is_zero in enumerate(zero)),
            short=frozenset(symbol for symbol, value in counts.items() if value.min() >= 0 and value.max() <= lowering.LONGEST_COUNT),
        )

    def _fitted(self, facts: _Facts) -> tuple[Program, Roles]:
        roles = self.roles
        program, still = lowering.stilled(self.program, roles.carried, facts.begins_at_zero, facts.zeros, facts.finite)
        program, roles = lowering.marked(program, facts.finite), roles._replace(still=still)
        return lowering.until_steps(program, roles, facts.short)

    def inputs(self, setting: Setting) -> Inputs:
        """Return the numbers of a setting that the kernel wants."""
        leaves: list[Any] = [np.asarray(leaf) for leaf in jax.tree.leaves(setting)]
        return Inputs(**{kind: [leaves[k] for k in places] for kind, places in self._places.items()})
