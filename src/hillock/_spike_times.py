"""Spike times as a differentiable function of parameters and input.

A spike is where the excess e of a neuron crosses 0, so its time t moves with a parameter p as dt/dp = -(∂e/∂p)/(∂e/∂t) (the implicit function
theorem); resets, rests and everything after follow by the chain rule. No surrogate is involved: these are the derivatives themselves.
"""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Float, Int

from hillock._checks import bind, check_grid, check_neurons, check_plain, check_stimulus, choose_key, count_steps, whole_number
from hillock._population import neuron_axes, population_size
from hillock._time import check_dt, milliseconds
from hillock._types import Tree
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, DialectStep
from hillock.engines._neuron import cast
from hillock.engines.exact._engine import flow_of, is_closed_form, setting_of
from hillock.engines.exact._flow import Equations
from hillock.engines.exact._step import next_step, start, stretch
from hillock.lowering import Unsupported
from hillock.random import Key
from hillock.stimuli import AbstractStimulus, Moment
from hillock.stimuli._series import hold

_GRAZING = 1e-9  # of the overshoot, in units of v: the derivative grows without bound as it goes to 0
_STRETCHES = 8  # from event to event, in one step of the grid


def spike_times(
    model: AbstractCell | AbstractStep,
    stimulus: AbstractStimulus,
    *,
    count: int,
    duration: float | str,
    dt: float | str,
    neurons: int | None = None,
    key: int | None = None,
    dialect: str | Dialect | None = None,
    stretches: int = _STRETCHES,
) -> Float[Array, "neurons count"]:
    """Return the times of the first ``count`` spikes of each neuron (ms), in continuous time, to be differentiated.

    Works under ``jax.grad``, ``jacfwd``, ``jit`` and ``vmap``, in double precision: set ``jax.config.update("jax_enable_x64", True)`` first.

    Args:
        model: a cell; a replica is refused, since it is a rule of steps.
        stimulus: the input current.
        count: how many spikes; every neuron must fire so often within ``duration``.
        duration, dt: ms. The input may jump at multiples of dt; spike times do not depend on it otherwise.
        neurons, key, dialect: as ``simulate`` takes them.
        stretches: the most events (spikes, ends of rest, bends of the input) that a step of dt can hold.

    Raises:
        ValueError: an argument is wrong.
        RuntimeError: a neuron fires less often, a spike grazes its threshold, so that its time has no derivative, or more happens in a step
            than ``stretches`` can hold; the message says which.

    >>> import hillock as hk, jax
    >>> with jax.enable_x64(True):
    ...     def first(i):
    ...         return hk.spike_times(hk.cells.LIF(), hk.stimuli.Constant(i), count=1, duration=50, dt=0.1)[0, 0]
    ...     print(round(float(jax.grad(first)(0.3)), 6))  # tau_m (1/i - 1/(i - 0.15))
    -66.666667

    """
    for name, value in (("dt", dt), ("duration", duration), ("count", count)):
        check_plain(value, name)
    if not jax.config.jax_enable_x64:  # type: ignore[attr-defined]
        raise ValueError("spike_times needs double precision. Call jax.config.update('jax_enable_x64', True), or use jax.enable_x64(True).")
    dt, duration = check_dt(milliseconds(dt, "dt")), milliseconds(duration, "duration")
    steps, count = count_steps(duration, dt), whole_number(count, "count", 1, 10**6, "from 1 to 1000000")
    stretches = whole_number(stretches, "stretches", 1, 10**6, "from 1 to 1000000")
    step = bind(model, dialect, None)
    check_stimulus(stimulus, dt, duration)
    check_grid((stimulus,), dt)
    try:
        linear = is_closed_form(step)
    except Unsupported as reason:
        raise ValueError(f"spike_times cannot follow {type(model).__name__}: {reason} Use a surrogate gradient of simulate.") from None
    assert isinstance(step, DialectStep)
    n = population_size(step, stimulus, neurons=check_neurons(neurons))
    times, trouble = _times(step, stimulus, jnp.asarray(dt), choose_key(key, stimulus, dt), (n, steps, count, stretches, linear))
    return _or_error(times, trouble, count, duration, stretches)


def _or_error(times: Array, trouble: tuple[Array, ...], count: int, duration: float, stretches: int) -> Array:
    few, grazes, crowded, failed = trouble
    times = eqx.error_if(times, failed, "The state of a neuron leaves all bounds before its spikes. Check the parameters and the size of the input.")
    times = eqx.error_if(times, crowded, f"More than {stretches} events happen in one step. Use a smaller dt, or a larger 'stretches'.")
    few_words = f"A neuron fires less than {count} times in {duration:g} ms: a spike that vanished has no time. Ask for fewer, or run longer."
    times = eqx.error_if(times, few, few_words)
    return eqx.error_if(times, grazes, "A spike grazes its threshold: its time has no derivative there. Change the parameters a little.")


@eqx.filter_jit
def _times(
    step: DialectStep, stimulus: AbstractStimulus, dt: Float[Array, ""], key: Key, plan: tuple[int, int, int, int, bool]
) -> tuple[Array, tuple[Array, ...]]:
    n, steps, count, stretches, linear = plan
    step, stimulus = cast((step, stimulus), "float64")

    def one(step: DialectStep, stimulus: AbstractStimulus, neuron: Int[Array, ""]) -> tuple[Array, ...]:
        setting = setting_of(step, flow_of(step, linear), stimulus, _GRAZING)

        def one_step(so_far: Tree, k: Int[Array, ""]) -> tuple[Tree, Any]:
            state, memory, times, fired, grazed, failed = so_far
            at = Moment(k, dt, key, neuron)
            memory, held = hold(stimulus, memory, at)

            def one_stretch(inner: Tree, _: Any) -> tuple[Tree, None]:
                state, s, times, fired, grazed, failed = inner
                state, s, event = stretch(setting, state, s, held, at)
                times = times.at[jnp.where(event.spike, fired, count)].set(at.t + s, mode="drop")
                grazed = grazed | (event.spike & event.grazing & (fired < count))
                return (state, s, times, fired + event.spike.astype(jnp.int32), grazed, failed | (event.failed & (fired < count))), None

            inner = (state, jnp.zeros(()), times, fired, grazed, failed)
            (state, s, times, fired, grazed, failed), _ = lax.scan(one_stretch, inner, length=stretches)
            return (next_step(state), memory, times, fired, grazed, failed), (s < dt) & (fired < count)

        begin = start(Equations(step, step.cell.init()))
        memory = jax.tree.map(jnp.asarray, stimulus.init())
        first = (begin, memory, jnp.zeros(count), jnp.zeros((), jnp.int32), *jnp.zeros(2, bool))
        (_, _, times, fired, grazed, failed), crowded = lax.scan(one_step, first, jnp.arange(steps, dtype=jnp.int32))
        return times, fired < count, grazed, crowded.any(), failed

    times, *trouble = jax.vmap(one, (neuron_axes(step), neuron_axes(stimulus), 0))(step, stimulus, jnp.arange(n, dtype=jnp.int32))
    few, grazes, crowded, failed = (flag.any() for flag in trouble)
    return times, (few & ~crowded & ~failed, grazes, crowded & ~failed, failed)
