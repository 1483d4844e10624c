"""The exact engine: from event to event instead of from step to step, in double precision."""

from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int

from hillock._population import neuron_axes
from hillock._trace import is_linear, zeros_of
from hillock._types import Tree
from hillock.cells import AbstractCoupled
from hillock.dialects import AbstractStep, DialectStep
from hillock.engines._base import AbstractEngine, AbstractRun, Carry, Chunk, Job, Rows
from hillock.engines._neuron import cast
from hillock.engines.exact._events import Log
from hillock.engines.exact._flow import AbstractFlow, Equations
from hillock.engines.exact._linear import linear_flow
from hillock.engines.exact._step import Setting, next_step, show, start
from hillock.engines.exact._step import stretch as stretch_of
from hillock.lowering import Unsupported
from hillock.random import Key
from hillock.stimuli import AbstractStimulus, Moment
from hillock.stimuli._series import hold

_CHUNK_BYTES = 32_000_000
_CHUNK_STEPS = 4096
_ROOM = 1024  # for events, at first
_MOST_EVENTS = 10_000  # of one neuron within a step: more is a neuron that fires without end


class Exact(AbstractEngine):
    """Runs cells in continuous time: spikes and refractoriness have real times, the grid is for jumps of the input and for recording.

    Attributes:
        grazing: in units of the distance to threshold (mV): a maximum that is nearer to the threshold is listed in ``rec.grazing``.

    """

    name: ClassVar[str] = "exact"
    grazing: float = 1e-6

    def open(self, job: Job) -> AbstractRun:
        return _Run(job, self)

    def chunk(self, job: Job) -> int:
        row = 8 * job.columns * len(job.record) / job.every
        return max(job.every, int(min(_CHUNK_STEPS, _CHUNK_BYTES / max(row, 1))) // job.every * job.every)

    def bytes_per_neuron(self, job: Job, variables: int) -> float:
        """Return what the series of a stretch take, and two of a chunk's rows."""
        return 64 * variables + 2 * self.chunk(job) * job.row_bytes / job.neurons


class Plan(NamedTuple):
    """The part of a job that shapes the compiled program."""

    neurons: int
    record: tuple[str, ...]
    every: int
    of: tuple[int, ...] | None
    chunk: int
    linear: bool
    grazing: float


class _Run(AbstractRun):
    def __init__(self, job: Job, engine: Exact):
        self.job, self.chunk = job, engine.chunk(job)
        with jax.enable_x64(True):
            self.plan = Plan(job.neurons, job.record, job.every, job.of, self.chunk, is_closed_form(job.step), engine.grazing)
        self.room = _ROOM

    def init(self) -> Carry:
        with jax.enable_x64(True):
            return _start(self.job.step, self.job.stimulus, self.plan)

    def run(self, carry: Carry, start: int, steps: int, into: Rows | None = None) -> tuple[Carry, Chunk]:
        job = self.job
        while True:
            with jax.enable_x64(True):
                after, logs, traces, ended, failed, stopped = _loop(
                    job.step, job.stimulus, carry, np.int32(start), np.int32(steps), (np.float64(job.dt), job.key), self.plan, self.room
                )
            if not ended:
                raise RunawayError(_runaway(bool(failed), start + int(stopped) - 1, job.dt))
            needed = max(int(log.total) for log in logs)
            if needed <= self.room:
                break
            self.room = 2 * needed
        spikes, grazes = (log.read() for log in logs)
        rows = {name: np.asarray(rows)[: steps // job.every] for name, rows in traces.items()}
        return after, Chunk(
            [(spikes.steps, spikes.neurons)], rows, offsets=[spikes.offsets], grazing=(grazes.steps, grazes.offsets, grazes.neurons, grazes.values)
        )


class RunawayError(RuntimeError):
    """A neuron that cannot be followed: it fires without end, or its state leaves all bounds."""


def _runaway(failed: bool, step: int, dt: float) -> str:
    where = f"in step {step} (t = {step * dt:g} ms)"
    if failed:
        return f"The state of a neuron leaves all bounds {where}. Check the parameters and the size of the input: does it have a threshold that is reached?"
    return (
        f"A neuron fires more than {_MOST_EVENTS} times {where}: its reset leaves it above threshold, or it is driven too hard. Give it a refractory time, "
        "or check v_reset and the size of the input."
    )


def is_closed_form(step: AbstractStep) -> bool:
    """Return whether the flow of a step's cell has a closed form.

    Raises:
        Unsupported: there is no cell whose flow could be followed.

    """
    if not isinstance(step, DialectStep):
        raise Unsupported("It is a rule of steps, not an equation in time.")
    if isinstance(step.cell, AbstractCoupled):
        raise Unsupported("Its neurons notice each other's spikes at the end of a step.")
    zero = zeros_of(step.cell.init)
    return is_linear(step.cell.drift, zero, 0.0) and is_linear(step.cell.excess, zero)


def flow_of(step: DialectStep, linear: bool) -> AbstractFlow:
    """Return the flow of one neuron."""
    equations = Equations(step, step.cell.init())
    if linear:
        return linear_flow(equations, step.rests)
    from hillock.engines.exact._adaptive import AdaptiveFlow  # noqa: PLC0415  (diffrax takes as long to load as a short run)

    return AdaptiveFlow(equations)


def setting_of(step: DialectStep, flow: AbstractFlow, stimulus: AbstractStimulus, grazing: float) -> Setting:
    """Return all that one neuron goes by."""
    return Setting(Equations(step, step.cell.init()), flow, stimulus, grazing)


@partial(jax.jit, static_argnames="plan")
def _start(step: DialectStep, stimulus: AbstractStimulus, plan: Plan) -> Carry:
    step, stimulus = cast((step, stimulus), "float64")

    def one(step: DialectStep, stimulus: AbstractStimulus, _: Any) -> Carry:
        return Carry(start(Equations(step, step.cell.init())), jax.tree.map(jnp.asarray, stimulus.init()))

    return jax.vmap(one, (neuron_axes(step), neuron_axes(stimulus), 0))(step, stimulus, jnp.arange(plan.neurons))


@partial(jax.jit, static_argnames=("plan", "room"))
def _loop(
    step: DialectStep,
    stimulus: AbstractStimulus,
    carry: Carry,
    first: Int[Array, ""],
    steps: Int[Array, ""],
    clock: tuple[Float[Array, ""], Key],
    plan: Plan,
    room: int,
) -> tuple[Carry, tuple[Log, Log], dict[str, Array], Bool[Array, ""], Bool[Array, ""], Int[Array, ""]]:
    """Run some steps by a clock (dt, and the key of random numbers).

    The last three of what is returned: whether every step came to its end, whether a state ran away, and the steps that were begun.
    """
    dt, key = clock
    step, stimulus = cast((step, stimulus), "float64")
    everyone = jnp.arange(plan.neurons, dtype=jnp.int32)
    flows = jax.vmap(lambda one, _: flow_of(one, plan.linear), (neuron_axes(step), 0))(step, everyone)
    columns = slice(None) if plan.of is None else np.array(plan.of)
    width = plan.neurons if plan.of is None else len(plan.of)

    def each(function: Callable[..., Tree], *arguments: Tree) -> Tree:
        """Return ``function(setting, neuron, ...)`` for every neuron."""

        def one(step: DialectStep, flow: AbstractFlow, stimulus: AbstractStimulus, *rest: Tree) -> Tree:
            return function(setting_of(step, flow, stimulus, plan.grazing), *rest)

        axes = (neuron_axes(step), 0, neuron_axes(stimulus), *(0 for _ in arguments))
        return jax.vmap(one, axes)(step, flows, stimulus, *arguments)

    def one_step(k: Int[Array, ""], so_far: tuple) -> tuple:
        (neurons, memory, _), logs, traces, _, failed = so_far

        def moment(neuron: Int[Array, ""]) -> Moment:
            return Moment(first + k, dt, key, neuron)

        memory, held = each(lambda setting, i, memory: hold(setting.stimulus, memory, moment(i)), everyone, memory)

        def stretch(state: tuple) -> tuple:
            neurons, s, logs, rounds, failed = state
            neurons, s, found = each(lambda setting, i, neuron, s, held: stretch_of(setting, neuron, s, held, moment(i)), everyone, neurons, s, held)
            spikes, grazes = logs
            logs = spikes.add(found.spike, first + k, s, found.excess), grazes.add(found.grazing, first + k, found.at, found.excess)
            return neurons, s, logs, rounds + 1, failed | found.failed.any()

        start = (neurons, jnp.zeros(plan.neurons), logs, jnp.zeros((), jnp.int32), failed)
        neurons, s, logs, _, failed = lax.while_loop(lambda state: (state[1] < dt).any() & (state[3] < _MOST_EVENTS) & ~state[4], stretch, start)
        neurons = jax.vmap(next_step)(neurons)
        shown = each(lambda setting, i, neuron, held: show(setting, neuron, held, moment(i)), everyone, neurons, held)
        row = k // plan.every  # overwritten until the last step of the row
        traces = {name: rows.at[row].set(shown[name][columns], mode="drop") for name, rows in traces.items()}
        return Carry(neurons, memory), logs, traces, (s >= dt).all() & ~failed, failed

    traces = {name: jnp.zeros((plan.chunk // plan.every, width)) for name in plan.record}
    begin = (carry, (Log.empty(room), Log.empty(room)), traces, jnp.ones((), bool), jnp.zeros((), bool))
    goes_on, move = lambda state: (state[0] < steps) & state[1][3], lambda state: (state[0] + 1, one_step(*state))
    begun, reached = lax.while_loop(goes_on, move, (jnp.zeros_like(steps), begin))
    return *reached, begun
