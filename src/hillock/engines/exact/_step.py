"""What one neuron does during one step of the grid, event by event.

The grid is where inputs may jump and where states are recorded; nothing else depends on it. Within a step a neuron goes from stretch to stretch:
to its next spike, to the end of its rest, to where a series is no longer good, to the end of the step.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from hillock._types import Flag, Recordable, Scalar, Tree
from hillock.engines.exact._crossing import TERMS
from hillock.engines.exact._flow import MARGIN, AbstractFlow, Equations, Stretch
from hillock.stimuli import AbstractStimulus, Moment
from hillock.stimuli._series import reach, series, strike


class Neuron(NamedTuple):
    """One neuron between events.

    Attributes:
        x: its state, as a vector.
        resting: whether it is refractory.
        rest_steps, rest_until: whole steps before the one in which its rest ends, and when it does within that (ms).
        above: it is above threshold, and only an upward crossing is a spike.
        rising: its distance to threshold was shrinking when last seen.
        struck: the charge that arrives right now has arrived.

    """

    x: Float[Array, " variables"]
    resting: Bool[Array, ""]
    rest_steps: Int[Array, ""]
    rest_until: Scalar
    above: Bool[Array, ""]
    rising: Bool[Array, ""]
    struck: Bool[Array, ""]


class Happening(NamedTuple):
    """What a stretch ended with: a spike, a near miss of the threshold, or nothing worth telling.

    Attributes:
        spike: whether the neuron fired, at the end of the stretch.
        grazing: whether it nearly missed the threshold, or nearly reached it.
        at: when, since the start of the step (ms).
        excess: by how much it would have overshot (> 0) or fell short (< 0).
        failed: the state ran away.

    """

    spike: Bool[Array, ""]
    grazing: Bool[Array, ""]
    at: Scalar
    excess: Scalar
    failed: Bool[Array, ""]


class Setting(NamedTuple):
    """All that a neuron goes by: its equations, its flow, its input; ``grazing`` is how near (in units of the excess) is near."""

    equations: Equations
    flow: AbstractFlow
    stimulus: AbstractStimulus
    grazing: float


def start(equations: Equations) -> Neuron:
    """Return a neuron before its first step."""
    x, no = equations.pack(equations.example), jnp.zeros((), bool)
    return Neuron(x, no, jnp.zeros((), jnp.int32), jnp.zeros(()), _blocked(equations, x), no, no)


def stretch(setting: Setting, neuron: Neuron, s: Scalar, held: Tree, at: Moment) -> tuple[Neuron, Scalar, Happening]:
    """Follow a neuron from ``s`` ms after the start of the step, which is ``at``, to its next event; nothing happens after the step."""
    dialect = setting.equations.step.dialect
    last = neuron.resting & (neuron.rest_steps == 0)
    when, charge = strike(setting.stimulus, at, s, neuron.struck)
    struck = (when <= s) & ~(last & (neuron.rest_until <= s))
    last = last & (neuron.rest_until <= when)
    end = jnp.where(struck, s, jnp.minimum(jnp.where(last, neuron.rest_until, at.dt), when))
    neuron = _struck(setting.equations, neuron, jnp.where(struck, charge, 0.0))
    good = jnp.minimum(setting.flow.reach(neuron.resting), reach(setting.stimulus, at, s))
    whole = end - s <= good
    watched = ~neuron.resting | (not dialect.refractoriness.silences())
    excess = setting.equations.excess(neuron.x)
    touched = struck & (excess >= 0) if dialect.at_least else struck & (excess > 0)  # a flow passes through the threshold, a jump may end on it
    at_once = watched & ~neuron.above & (touched | ((excess > 0) & (not dialect.crossing)))
    drive = series(setting.stimulus, held, at, s, TERMS)
    asked = Stretch(neuron.x, drive, jnp.where(whole, end - s, good), neuron.resting, neuron.above, watched & ~at_once & (s < at.dt))
    passed = setting.flow(asked)
    fired = at_once | (passed.crossed & ~neuron.above)
    x = jnp.where(at_once, neuron.x, passed.x)
    stopped = at_once | passed.crossed
    then = jnp.where(stopped, s + jnp.where(at_once, 0.0, passed.elapsed), jnp.where(whole, end, s + asked.span))
    new = _after(setting.equations, neuron, jnp.where(fired, setting.equations.reset(x), x), then, fired, last & whole & ~stopped, at.dt)
    new = new._replace(
        above=jnp.where(passed.crossed & neuron.above, False, new.above),
        rising=~fired & (passed.slope > 0),
        struck=struck | (neuron.struck & (then == s)),
    )
    on = s < at.dt
    return _where(on, new, neuron), jnp.where(on, then, s), _happening(setting, neuron, asked, passed, s, then, fired & on, on)


def _struck(equations: Equations, neuron: Neuron, charge: Scalar) -> Neuron:
    """Return a neuron after a charge arrived (pC): it moves the state as a current would that flows for a moment."""
    _, gain = jax.jvp(lambda i: equations.rates(neuron.x, i, neuron.resting), (charge,), (jnp.ones(()),))  # at the charge: its sign may matter
    x = neuron.x + gain * charge
    return neuron._replace(x=x, above=neuron.above & (equations.excess(x) > -MARGIN))


def _after(equations: Equations, neuron: Neuron, x: Array, s: Scalar, fired: Any, released: Any, dt: Scalar) -> Neuron:
    """Return a neuron after an event at ``s``: it begins to rest, is released, or goes on."""
    cell = equations.cell
    free = _blocked(equations, x)
    if not equations.step.rests:
        return neuron._replace(x=x, above=jnp.where(fired, free, neuron.above))
    total = s + cell.t_ref
    steps = jnp.floor(jax.lax.stop_gradient(total) / dt)
    rests = fired & (cell.t_ref > 0)
    return neuron._replace(
        x=x,
        resting=rests | (neuron.resting & ~released),
        rest_steps=jnp.where(fired, steps.astype(jnp.int32), neuron.rest_steps),
        rest_until=jnp.where(fired, jnp.clip(total - steps * dt, 0.0, dt), neuron.rest_until),
        above=jnp.where(fired | released, free & ~rests, neuron.above),
    )


def next_step(neuron: Neuron) -> Neuron:
    """Return a neuron at the start of the next step."""
    return neuron._replace(rest_steps=jnp.maximum(neuron.rest_steps - 1, 0))


def show(setting: Setting, neuron: Neuron, held: Tree, at: Moment) -> Recordable:
    """Return what a recorder sees at the end of a step, and the current at its start."""
    state = setting.equations.unpack(neuron.x)
    threshold = state.v - setting.equations.excess(neuron.x)
    return {**state._asdict(), "threshold": threshold, "i": series(setting.stimulus, held, at, jnp.zeros(()), TERMS)[0]}


def _blocked(equations: Equations, x: Float[Array, " variables"]) -> Bool[Array, ""]:
    return jnp.asarray((equations.excess(x) > -MARGIN) & equations.step.dialect.crossing)


def _happening(setting: Setting, neuron: Neuron, asked: Stretch, passed: Any, s: Scalar, then: Scalar, fired: Any, on: Any) -> Happening:
    """Look for near misses: a turn inside the stretch or at its start, where the input jumped, and a spike with hardly any slope."""
    overshoot = jnp.where(passed.bend < 0, -0.5 * passed.slope**2 / jnp.minimum(passed.bend, -1e-300), jnp.inf)
    start = setting.equations.excess(neuron.x)
    turned = neuron.rising & (passed.onset <= 0) & asked.watched & ~neuron.above
    excess = jnp.where(fired & passed.crossed, overshoot, jnp.where(turned | fired, start, passed.peak))
    at = jnp.where(fired, then, jnp.where(turned, s, s + passed.peak_at))
    return Happening(fired, on & (jnp.abs(excess) < setting.grazing) & ~neuron.resting, at, excess, on & passed.failed)


def _where(condition: Flag, yes: Tree, no: Tree) -> Tree:
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)
