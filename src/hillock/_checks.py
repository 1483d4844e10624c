"""What is checked before a run, each mistake in one sentence that says what to do."""

import operator
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from types import UnionType
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hillock._contract import check_cell, check_own_stimulus
from hillock._param import Parametrized
from hillock._population import neuron_axes, parameters, population_size
from hillock._time import whole_steps
from hillock._trace import dependence, is_traced
from hillock._types import Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, DialectStep, find
from hillock.engines import AbstractEngine, Exact, Scan, Simd
from hillock.integrators import AbstractIntegrator
from hillock.random import Key, make_key
from hillock.recording import End
from hillock.stimuli import AbstractLimited, AbstractStimulus, Moment
from hillock.surrogates import AbstractSurrogate, Hard

_MOST_STEPS = 2**31 - 1  # steps are 32-bit integers in every engine
_MOST_NEURONS = 2**31 - 1  # neurons too


def count_steps(duration: float, dt: float) -> int:
    if not (np.isfinite(duration) and duration > 0):
        raise ValueError(f"duration must be > 0 ms and finite, got {duration:g} ms.")
    if duration / dt > _MOST_STEPS:
        raise ValueError(f"duration = {duration:g} ms is {duration / dt:.3g} steps of dt = {dt:g} ms; one run takes at most {_MOST_STEPS}.")
    return int(whole_steps(duration, dt, "duration"))


def check_plain(value: Any, name: str) -> None:
    """Raise TypeError for a traced value where the compiled program depends on the number itself."""
    if is_traced(value):
        raise TypeError(
            f"{name} shapes the compiled program, so it cannot be an argument of jit, grad or vmap. "
            f"Close over it, or mark it static: jax.jit(f, static_argnames={name!r})."
        )


def whole_number(value: Any, name: str, low: int, high: int, rule: str) -> int:
    """Return a whole number, however it is written: 1000, 1e3 or np.int64(1000)."""
    check_plain(value, name)
    whole = isinstance(value, float | np.floating) and float(value).is_integer()
    try:
        number = low - 1 if isinstance(value, bool | np.bool_) else operator.index(int(value) if whole else value)  # pyright: ignore[reportArgumentType]
    except TypeError:
        number = low - 1
    if not low <= number <= high:
        raise ValueError(f"{name} must be a whole number {rule}, got {value!r}.")
    return number


def check_kind(value: Any, name: str, kind: type | UnionType, example: str) -> None:
    """Raise TypeError for an argument that is something else; a class where an instance belongs is met with the way to make one."""
    if not isinstance(value, kind):
        hint = f" Write {value.__name__}()." if isinstance(value, type) and issubclass(value, kind) else ""
        raise TypeError(f"{name} must be {example}, got {value!r}.{hint}")


def bind(model: Any, dialect: str | Dialect | None, integrator: AbstractIntegrator | None) -> AbstractStep:
    """Return the step of a model: a cell in a dialect, or a replica, which brings its own."""
    if dialect is not None:
        check_kind(dialect, "dialect", str | Dialect, "the name of a dialect such as 'nest'")
    if integrator is not None:
        check_kind(integrator, "integrator", AbstractIntegrator, "an integrator such as hillock.integrators.RK4()")
    if isinstance(model, AbstractStep):
        if dialect is not None and find(dialect) != model.dialect:
            raise ValueError(f"{type(model).__name__} is a neuron of the dialect {model.dialect.name} and runs in no other. Leave dialect out.")
        if integrator is not None:
            raise ValueError(f"{type(model).__name__} integrates by its own rule. Leave integrator out.")
        return model
    check_kind(model, "model", AbstractCell, "a cell such as hillock.cells.LIF()")
    check_cell(model)
    return find(dialect or "hillock").bind(model, integrator)


def check_stimulus(stimulus: Any, dt: float, duration: float) -> None:
    check_kind(stimulus, "stimulus", AbstractStimulus, "a stimulus such as hillock.stimuli.Constant(0.3)")
    for part in _parts(stimulus):
        if isinstance(part, AbstractStimulus):
            check_own_stimulus(part, dt)
        if isinstance(part, AbstractLimited):
            part.check(dt, duration)


def check_surrogate(surrogate: Any) -> AbstractSurrogate:
    if surrogate is not None:
        check_kind(surrogate, "surrogate", AbstractSurrogate, "a surrogate such as hillock.surrogates.ArcTan()")
    return surrogate or Hard()


def check_engine(engine: Any) -> AbstractEngine | None:
    """Return an engine given by name or as one; None where the choice is left to us."""
    if isinstance(engine, AbstractEngine):
        return engine
    known: dict[str, AbstractEngine | None] = {"auto": None, Simd.name: Simd(), Scan.name: Scan(), Exact.name: Exact()}
    if not isinstance(engine, str) or engine not in known:
        hint = f" Write {engine.__name__}()." if isinstance(engine, type) else ""
        raise ValueError(f"No engine named {engine!r}. Choose auto, simd, scan or exact.{hint}")
    return known[engine]


def check_traceable(engine: AbstractEngine | None) -> None:
    """Raise ValueError for an engine that cannot run on traced values."""
    if engine is not None and not isinstance(engine, Scan):
        instead = "Leave engine out, or use engine='scan'"
        instead += ", or hillock.spike_times, whose result can be differentiated." if isinstance(engine, Exact) else "."
        raise ValueError(f"The engine {engine.name} cannot run inside jit, grad or vmap. {instead}")


def check_exact(dtype: Any, integrator: AbstractIntegrator | None, surrogate: AbstractSurrogate | None) -> None:
    """Raise ValueError for a choice that the exact engine leaves nobody."""
    for name, value, why in (
        ("integrator", integrator, "solves the equations themselves"),
        ("surrogate", surrogate, "locates spikes in continuous time"),
        ("dtype", None if check_dtype(dtype) == "float64" else dtype, "works in float64"),
    ):
        if value is not None:
            raise ValueError(f"The engine exact {why}: leave {name} out, or choose another engine.")


def check_start(start: Any, steps: int) -> int:
    """Return the step at which a run begins."""
    if start is None:
        return 0
    check_kind(start, "start", End, "the end of a recording, rec.end")
    if start.step + steps > _MOST_STEPS:
        raise ValueError(f"start is after {start.step} steps, and with {steps} more the run is longer than the {_MOST_STEPS} that can be counted.")
    return start.step


def _parts(module: Parametrized) -> Iterator[Parametrized]:
    yield module
    for value in vars(module).values():
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Parametrized):
                yield from _parts(item)


def check_grid(modules: Sequence[Parametrized], dt: float) -> None:
    """Raise TimeError if a time that must be a whole number of steps is not."""
    for module in modules:
        if isinstance(module, DialectStep) and not module.dialect.count.needs_grid():
            continue
        for where, value, declared in parameters(module):
            if declared.on_grid and not is_traced(value):
                whole_steps(np.asarray(value), dt, where, endless=True)


def check_record(record: Any, step: AbstractStep) -> tuple[str, ...]:
    if isinstance(record, str) or not isinstance(record, Iterable):
        hint = f" Write record=[{record!r}]." if isinstance(record, str) else " Leave it out to record no traces."
        raise TypeError(f"record must be a list of names, got {record!r}.{hint}")
    names, known = tuple(record), (*step.recordable(), "i")
    for name in names:
        if name not in known:
            near = get_close_matches(str(name).lower(), known, 1)
            hint = f" Did you mean {near[0]!r}?" if near else ""
            raise ValueError(f"{name!r} cannot be recorded.{hint} This model shows {', '.join(known)}.")
    return tuple(dict.fromkeys(names))


def check_neurons(neurons: Any) -> int | None:
    return None if neurons is None else whole_number(neurons, "neurons", 1, _MOST_NEURONS, f"from 1 to {_MOST_NEURONS}")


def check_every(every: Any, record: tuple[str, ...], steps: int) -> int:
    every = whole_number(every, "every", 1, _MOST_STEPS, "≥ 1")
    if record and every > steps:
        raise ValueError(f"every = {every} is more than the {steps} steps of the run: no row of a trace would be recorded. Use every ≤ {steps}.")
    return every


def check_of(of: Any, neurons: int) -> tuple[int, ...] | None:
    """Return the neurons whose traces are recorded; None for all."""
    if of is None:
        return None
    if isinstance(of, str) or not isinstance(of, Iterable):
        raise TypeError(f"of must be a list of neurons, got {of!r}. Write of=[{of!r}], or leave it out to record all.")
    chosen = [whole_number(k, "of", 0, neurons - 1, f"from 0 to {neurons - 1}") for k in of]
    if not chosen or len(set(chosen)) < len(chosen):
        raise ValueError("of must name at least one neuron, and each only once.")
    return tuple(sorted(chosen))


def check_dtype(asked: Any) -> str | None:
    """Return the name of a dtype, given by name or as numpy's or JAX's."""
    try:
        name = None if asked is None else np.dtype(asked).name
    except TypeError:
        name = ""
    if name not in (None, "float32", "float64"):
        raise ValueError(f"dtype must be 'float32' or 'float64', got {asked!r}.")
    return name


def choose_dtype(asked: Any, dialect: Dialect, trees: Tree, traced: bool) -> str:
    asked = check_dtype(asked)
    if not traced:
        return asked or dialect.dtype
    leaves = [leaf for leaf in jax.tree.leaves(trees) if is_traced(leaf)]
    found = str(np.result_type(*[leaf.dtype for leaf in leaves if jnp.issubdtype(leaf.dtype, jnp.floating)], np.float32))
    if asked == "float64" and not jax.config.jax_enable_x64:  # type: ignore[attr-defined]
        raise ValueError("dtype='float64' inside jit, grad or vmap needs jax.config.update('jax_enable_x64', True).")
    return asked or found


def choose_key(key: Any, stimulus: AbstractStimulus, dt: float) -> Key:
    if key is not None:
        return make_key(key if is_traced(key) else whole_number(key, "key", 0, 2**64 - 1, "from 0 to 2**64 - 1"))
    if _is_random(stimulus, dt):
        raise ValueError(f"{type(stimulus).__name__} draws random numbers. Pass key=1, or any other whole number, to name them.")
    return make_key(0)


def _is_random(stimulus: AbstractStimulus, dt: float) -> bool:
    """Return whether a stimulus looks at the key, which tracing it shows."""
    key = make_key(0)
    return bool(dependence(_first_sample, key, np.int32(0), dt, stimulus)[:, : len(key)].any())


def _first_sample(key: Key, step: Any, dt: Any, stimulus: AbstractStimulus) -> Tree:
    def one(stimulus: AbstractStimulus) -> Tree:
        return stimulus.sample(stimulus.init(), Moment(step, dt, key, step))

    return jax.vmap(one, (neuron_axes(stimulus),), axis_size=population_size(stimulus))(stimulus)
