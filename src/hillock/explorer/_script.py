"""A neuron as JavaScript: what the page runs, made from the same traces as what the engines run."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax
import numpy as np
from jax.extend.core import ClosedJaxpr

from hillock._population import parameters
from hillock.engines import Job
from hillock.engines._traced import traces_of
from hillock.lowering import Roles, Symbol, Table, as_array, symbols
from hillock.lowering._interpreter import Array, atoms_of
from hillock.lowering._javascript_loop import Simulation, simulation
from hillock.lowering._javascript_program import lower

_SHORT = 16  # numbers of an array that are written out where they are used


def simulator(job: Job) -> str:
    """Return one neuron on one stimulus as a JavaScript expression, which needs nothing else on the page.

    Its value is an object of

    - ``names``: names of the parameters that can be changed, such as "LIF.tau_m": those of one number each;
    - ``recorded``: names of the traces, those of ``job.record``;
    - ``stamp``: a spike in step k, and row k of a trace, is at (k + stamp)·dt;
    - ``setup(parameters, dt)``: ``{state, constants}``, the state before the first step and what does not change from step to step;
    - ``run(parameters, dt, key, steps, record = recorded, from = null)``: ``{traces, spikes, end}``. ``traces`` holds a Float64Array of
      ``steps`` numbers for each name in ``record``; where that is empty, a step does less. ``spikes`` is an Int32Array of the steps that have
      a spike, ``end`` is ``{step, state}``; with the end of another run as ``from`` it goes on where that one stopped.

    ``parameters`` is an object of numbers by name, all of ``names`` among them; ``dt`` is in ms; ``key`` is a whole number below 2⁵³.
    Parameters are not checked here: what Python refuses gives some result or NaN.

    Raises:
        ValueError: a job of more than one neuron or of thinned traces, or two parameters of the same name.
        Unsupported: the neuron does something that has no JavaScript; the message names the operation and the line.

    """
    if job.neurons != 1:
        raise ValueError(f"Job.neurons must be 1 for a script, got {job.neurons}. Give every parameter one value.")
    if job.every != 1:
        raise ValueError(f"Job.every must be 1 for a script, got {job.every}. Leave steps out when drawing.")
    return simulation(_simulation(job))


def _simulation(job: Job) -> Simulation:
    """Trace a job and give its numbers names."""
    step, stimulus = jax.tree.map(_double, (job.step, job.stimulus))  # as the numbers are that a page hands over
    traces, hints = traces_of(replace(job, step=step, stimulus=stimulus)), dict[Symbol, str]()
    named, given = _given(traces.arguments[:3], hints)
    dt, key = Symbol(np.float64), (Symbol(np.uint32), Symbol(np.uint32))
    hints[dt] = "dt"
    setup = lower(traces.setup, [*given, as_array(dt)])
    made = _arrays(setup.outputs, traces.setup)
    for path, array in zip(_paths(traces.made), made, strict=True):
        _call(hints, path, array)
    n = len(jax.tree.leaves(traces.carry))
    tables: dict[Table, np.ndarray] = {}
    setting = [*(_constant(array, tables) for array in made[n:]), as_array(dt), *map(as_array, key), np.asarray(job.first_neuron, np.int32)]
    carried = [symbols(np.shape(leaf)[1:], leaf.dtype) for leaf in jax.tree.leaves(traces.carry)]
    names = [name for path, array in zip(_paths(jax.tree.structure(traces.carry)), carried, strict=True) for name in _names(path, array)]
    lane, step = Symbol(np.int32), Symbol(np.int32)
    program = lower(traces.step, [*setting, *carried, as_array(lane), as_array(step)])
    for name, atom in zip(names, program.outputs, strict=False):
        if isinstance(atom, Symbol):
            hints.setdefault(atom, f"{name}_next")
    uniform = dict.fromkeys(a for a in (*named.values(), dt, *setup.outputs, *key) if isinstance(a, Symbol))
    flat = tuple(symbol for array in carried for symbol in array.ravel())
    roles = Roles(tuple(uniform), tuple(tables), (), (), flat, step, lane)
    start = [atom for array in made[:n] for atom in atoms_of(array)]
    return Simulation(named, dt, key, setup, start, program, roles, tables, names, job.record, hints, {"stamp": job.step.dialect.stamp})


def _double(leaf: Any) -> Any:
    number = np.asarray(leaf)
    return number.astype(np.float64) if number.dtype.kind == "f" else leaf


def _given(modules: tuple, hints: dict[Symbol, str]) -> tuple[dict[str, Symbol], list[np.ndarray]]:
    """Return a symbol for each parameter of one number, by its name, and what the leaves of some modules are: those symbols, or numbers."""
    leaves, tree = jax.tree.flatten(modules)
    marks = [object() for _ in leaves]
    step, stimulus, _ = jax.tree.unflatten(tree, marks)
    names = {mark: name for module in (step, stimulus) for name, mark, _ in parameters(module)}
    named: dict[str, Symbol] = {}
    given = []
    for mark, leaf in zip(marks, map(np.asarray, leaves), strict=True):
        if mark not in names or leaf.size != 1 or leaf.dtype.kind != "f":
            given.append(leaf)
            continue
        name = names[mark]
        if name in named:
            raise ValueError(f"{name} is the name of two parameters. Use one of the two in a stimulus, or hk.stimuli.Sum, whose terms are counted.")
        array = symbols(leaf.shape, leaf.dtype)
        named[name] = array.ravel()[0]
        hints[named[name]] = name.rpartition(".")[2]
        given.append(array)
    return named, given


def _arrays(atoms: Sequence[Any], traced: ClosedJaxpr) -> list[np.ndarray]:
    """Return the outputs of a program in the shapes of the results of what it was made from."""
    rest, arrays = iter(atoms), []
    for aval in traced.out_avals:
        shape, dtype = aval.shape, aval.dtype  # type: ignore[attr-defined]
        found = [next(rest) for _ in range(int(np.prod(shape)))]
        array = np.empty(len(found), object if any(isinstance(a, Symbol) for a in found) else dtype)
        array[:] = found
        arrays.append(array.reshape(shape))
    return arrays


def _constant(array: np.ndarray, tables: dict[Table, np.ndarray]) -> Array:
    """Return what a step is handed: symbols and numbers as they are, and a long array of numbers as a table."""
    if array.dtype == object or array.size <= _SHORT:
        return array
    table = Table(array.dtype, array.shape)
    tables[table] = array
    return table


def _paths(tree: Any) -> list[str]:
    """Return a name for each leaf of a tree: the last name on the way to it, and the numbers after that."""
    marked = jax.tree.unflatten(tree, range(tree.num_leaves))
    found = []
    for path, _ in jax.tree_util.tree_leaves_with_path(marked):
        words = [jax.tree_util.keystr((part,), simple=True) for part in path]
        start = max((k for k, word in enumerate(words) if not word.isdigit()), default=0)
        found.append("_".join(words[start:]))
    return found


def _names(path: str, array: np.ndarray) -> list[str]:
    return [path] if array.size == 1 else [f"{path}_{k}" for k in range(array.size)]


def _call(hints: dict[Symbol, str], path: str, array: np.ndarray) -> None:
    """Call what an array holds by its place, unless it has a name."""
    for name, atom in zip(_names(path, array), array.ravel(), strict=True):
        if isinstance(atom, Symbol):
            hints.setdefault(atom, name)
