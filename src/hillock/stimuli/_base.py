"""What a stimulus is: the input of one neuron as a function of the step, sampled inside the loop.

A stimulus is asked for its value at a ``Moment``: step, dt, and the names (key, stream, neuron) under which random numbers are drawn.
It has no other memory than the state it returns. Stimuli are evaluated in double precision where the engine has it, because time
needs it, and rounded once.
"""

from abc import abstractmethod
from typing import NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jax import lax
from jaxtyping import Array, Int

from hillock import random
from hillock._param import ParameterError, Parametrized, param
from hillock._types import Param, Scalar, State

_LAST_STEP = 2.0**31 - 1


class Moment(NamedTuple):
    """Where and when a stimulus is sampled."""

    step: Int[Array, ""]
    dt: Scalar
    key: random.Key
    neuron: Int[Array, ""]
    stream: int = 0

    @property
    def t(self) -> Scalar:
        """Time at the start of the step (ms)."""
        return jnp.asarray(self.step).astype(jnp.result_type(self.dt)) * self.dt

    def since(self, start: Scalar) -> Scalar:
        """Return the time from ``start`` (ms, on the grid) to the start of the step: exact where both are many steps away from 0."""
        return (jnp.asarray(self.step).astype(jnp.result_type(self.dt)) - jnp.round(start / self.dt)) * self.dt

    def steps(self, duration: Scalar) -> Int[Array, ""]:
        """Return a duration (ms, checked to be on the grid) as whole steps; infinity is the largest step."""
        return jnp.clip(jnp.round(duration / self.dt), -_LAST_STEP - 1, _LAST_STEP).astype(jnp.int32)

    def periods(self, interval: Scalar) -> Int[Array, ""]:
        """Return how many whole intervals (ms, on the grid) have passed; before time 0 it is negative.

        Written as one quotient, which changes rarely: an engine computes what depends on nothing else once per interval.
        """
        length = jnp.maximum(self.steps(interval), 1)
        return lax.div(jnp.asarray(self.step) - jnp.where(jnp.asarray(self.step) < 0, length - 1, 0), length)

    def during(self, start: Scalar, stop: Scalar) -> Array:
        """Return whether start ≤ t < stop (ms)."""
        return (self.step >= self.steps(start)) & (self.step < self.steps(stop))

    def normal(self, index: Int[Array, ""]) -> Scalar:
        """Return the standard normal number with this index."""
        return random.normal(self.key, self.stream, self.neuron, index).astype(jnp.result_type(self.dt))

    def uniform(self, index: Int[Array, ""]) -> Scalar:
        """Return the number with this index, uniform on odd multiples of 2⁻³³ in (0, 1), as far as the precision goes."""
        word = random.word(self.key, self.stream, self.neuron, index)
        return (word.astype(jnp.result_type(self.dt)) + 0.5) * 2.0**-32

    def child(self, k: int) -> "Moment":
        """Return the same moment with a stream of its own for the k-th part of a composed stimulus."""
        return self._replace(stream=(self.stream * 65599 + k + 1) % 2**32)


def sine_of_turns(turns: Scalar, phase: Scalar = 0.0) -> Scalar:
    """Return sin(2π turns + phase); whole turns are taken off first, so that a million of them cost no precision."""
    return jnp.sin(2.0 * jnp.pi * (turns - jnp.floor(turns)) + phase)


class AbstractStimulus(Parametrized):
    """The input current (nA) of one neuron over time. ``a + b``, ``a - b``, ``-a`` and ``2.0 * a`` are stimuli too."""

    @abstractmethod
    def init(self) -> State:
        """Return the state before step 0: any pytree of numbers, ``()`` for a stimulus without memory."""

    @abstractmethod
    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        """Return the next state and the value during the step ``at.step``."""

    __array_ufunc__ = None  # so that numpy leaves ``np.float64(2) * stimulus`` to us

    def __add__(self, other: "AbstractStimulus") -> "Sum":
        return Sum((self, other)) if isinstance(other, AbstractStimulus) else NotImplemented

    def __sub__(self, other: "AbstractStimulus") -> "Sum":
        return Sum((self, Scaled(other, -1.0))) if isinstance(other, AbstractStimulus) else NotImplemented

    def __neg__(self) -> "Scaled":
        return Scaled(self, -1.0)

    def __mul__(self, factor: Param) -> "Scaled":
        return Scaled(self, factor)

    def __rmul__(self, factor: Param) -> "Scaled":
        return Scaled(self, factor)


class AbstractLimited(eqx.Module):
    """A stimulus that cannot serve every dt and duration."""

    @abstractmethod
    def check(self, dt: float, duration: float) -> None:
        """Raise ValueError if it cannot be sampled every ``dt`` ms for ``duration`` ms."""


class AbstractCounting(eqx.Module):
    """A stimulus whose value is a number of spikes in each step: for a Drive, which says what a spike does, and no current."""


def counting(stimulus: AbstractStimulus) -> tuple[bool, ...]:
    """Return whether a stimulus counts spikes; of a sum, whether each of its terms does."""
    if isinstance(stimulus, Sum):
        return tuple(found for term in stimulus.terms for found in counting(term))
    return counting(stimulus.stimulus) if isinstance(stimulus, Scaled) else (isinstance(stimulus, AbstractCounting),)


class Sum(AbstractStimulus):
    """Several stimuli at once; each draws its own random numbers.

    When: written as ``a + b`` or ``a - b``; a list of any length is ``Sum(terms)``.

    >>> import hillock as hk
    >>> (hk.stimuli.Constant(0.3) - 2 * hk.stimuli.Step(0.1, start=50)).terms[0]
    Constant(amplitude=0.3)
    """

    terms: tuple[AbstractStimulus, ...] = eqx.field(converter=tuple)

    def __check_init__(self):
        if not self.terms:
            raise ParameterError("Sum.terms must hold at least one stimulus, got none.")
        for k, term in enumerate(self.terms):
            if not isinstance(term, AbstractStimulus):
                raise ParameterError(f"Sum.terms must be stimuli, got {term!r} at index {k}. A constant current is Constant(0.3).")

    def init(self) -> State:
        return tuple(term.init() for term in self.terms)

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        pairs = [term.sample(own, at.child(k)) for k, (term, own) in enumerate(zip(self.terms, state, strict=True))]
        return tuple(own for own, _ in pairs), sum(value for _, value in pairs)


class Scaled(AbstractStimulus):
    """A stimulus times a number, or times one number per neuron.

    When: written as ``2 * a``, or ``[0.1, 0.2] * a`` for two neurons.

    >>> import hillock as hk
    >>> 2 * hk.stimuli.Constant(0.3)
    Scaled(stimulus=Constant(amplitude=0.3), factor=2.0)
    """

    stimulus: AbstractStimulus
    factor: Param = param(1.0, "1", "what the stimulus is multiplied by")

    def init(self) -> State:
        return self.stimulus.init()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        state, value = self.stimulus.sample(state, at)
        return state, self.factor * value
