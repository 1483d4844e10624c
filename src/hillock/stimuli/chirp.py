"""Sines whose frequency changes, to find a neuron's resonance in one run."""

import jax.numpy as jnp
from jaxtyping import Array, Float

from hillock._arithmetic import exprel
from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractStimulus, Moment, sine_of_turns
from hillock.stimuli._series import AbstractSmooth, padded, reach_of, sine_series


class Chirp(AbstractStimulus, AbstractSmooth):
    """A sine whose frequency changes linearly in time, also called ZAP.

    Rule, for start ≤ t < stop, with s = t - start and T = stop - start (outside, i = offset)::

        i(t) = offset + amplitude sin(2π (f_first s + (f_last - f_first) s²/(2T)))

    When: the impedance |V(f)/I(f)| of a subthreshold neuron over a band of frequencies. ExponentialChirp spends the same time in every
    octave. Each step has the value at its start.

    Limits: frequencies above half the number of steps per second appear as lower ones; a resonance of width df is resolved if the sweep
    takes longer than (f_last - f_first)/df².

    >>> import hillock as hk
    >>> hk.stimuli.Chirp(0.1, 0.5, 20.0, stop="10 s").f_last
    20.0

    Reference: Puil, Gimbarzevsky & Miura (1986), J. Neurophysiol. 55:995, doi:10.1152/jn.1986.55.5.995.
    """

    amplitude: Param = param(unit="nA", doc="largest deviation from the offset")
    f_first: Param = param(unit="Hz", doc="frequency at the start", low=0.0)
    f_last: Param = param(unit="Hz", doc="frequency at the stop", low=0.0)
    stop: Param = param(unit="ms", doc="when it ends", on_grid=True)
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    offset: Param = param(0.0, "nA", "mean current, also before and after")

    def __check_init__(self):
        require_below(self, "start", "stop")

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        s, slope = at.since(self.start), (self.f_last - self.f_first) / (self.stop - self.start)
        wave = self.amplitude * sine_of_turns(s * (self.f_first + slope * s / 2.0) / 1000.0)
        return state, self.offset + jnp.where(at.during(self.start, self.stop), wave, 0.0)

    def series(self, at: Moment, s: Scalar, terms: int) -> Float[Array, " terms"]:
        since, slope = at.since(self.start) + s, (self.f_last - self.f_first) / (self.stop - self.start)
        turns = since * (self.f_first + slope * since / 2.0) / 1000.0
        phase = [turns - jnp.floor(turns), (self.f_first + slope * since) / 1000.0, slope / 2000.0]
        wave = self.amplitude * sine_series(2.0 * jnp.pi * padded(phase, terms))
        return padded([self.offset], terms) + jnp.where(at.during(self.start, self.stop), wave, 0.0)

    def reach(self, at: Moment, s: Scalar) -> Scalar:
        sweep = jnp.abs(self.f_last - self.f_first) / (self.stop - self.start) / 1000.0
        return reach_of(2.0 * jnp.pi * jnp.maximum(self.f_first, self.f_last) / 1000.0 + 5.0 * jnp.sqrt(2.0 * jnp.pi * sweep))


class ExponentialChirp(AbstractStimulus, AbstractSmooth):
    """A sine whose frequency changes exponentially in time: the same time in every octave.

    Rule, for start ≤ t < stop, with s = t - start, T = stop - start and c = ln(f_last/f_first) (outside, i = offset)::

        i(t) = offset + amplitude sin(2π f_first T (exp(c s/T) - 1)/c)

    When: bands of several octaves; see Chirp. Each step has the value at its start.

    Limits: frequencies above half the number of steps per second appear as lower ones. With f_last = f_first, where the formula is 0/0,
    it is a sine.

    >>> import hillock as hk
    >>> hk.stimuli.ExponentialChirp(0.1, 1.0, 100.0, stop="10 s").f_first
    1.0
    """

    amplitude: Param = param(unit="nA", doc="largest deviation from the offset")
    f_first: Param = param(unit="Hz", doc="frequency at the start", above=0.0)
    f_last: Param = param(unit="Hz", doc="frequency at the stop", above=0.0)
    stop: Param = param(unit="ms", doc="when it ends", on_grid=True)
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    offset: Param = param(0.0, "nA", "mean current, also before and after")

    def __check_init__(self):
        require_below(self, "start", "stop")

    def init(self) -> State:
        return ()

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        s, duration = at.since(self.start), self.stop - self.start
        # outside of the sweep the exponential could overflow and spoil the gradient
        octaves = jnp.log(self.f_last / self.f_first) * jnp.clip(s / duration, 0.0, 1.0)
        wave = self.amplitude * sine_of_turns(s * self.f_first * exprel(octaves) / 1000.0)
        return state, self.offset + jnp.where(at.during(self.start, self.stop), wave, 0.0)

    def series(self, at: Moment, s: Scalar, terms: int) -> Float[Array, " terms"]:
        since, duration = at.since(self.start) + s, self.stop - self.start
        growth = jnp.log(self.f_last / self.f_first) / duration
        done = jnp.clip(since / duration, 0.0, 1.0)
        turns = since * self.f_first * exprel(growth * duration * done) / 1000.0
        phase = [turns - jnp.floor(turns), self.f_first * jnp.exp(growth * duration * done) / 1000.0]
        while len(phase) < terms:
            phase.append(phase[-1] * growth / len(phase))
        wave = self.amplitude * sine_series(2.0 * jnp.pi * padded(phase, terms))
        return padded([self.offset], terms) + jnp.where(at.during(self.start, self.stop), wave, 0.0)

    def reach(self, at: Moment, s: Scalar) -> Scalar:
        fastest, growth = jnp.maximum(self.f_first, self.f_last) / 1000.0, jnp.abs(jnp.log(self.f_last / self.f_first)) / (self.stop - self.start)
        return reach_of(2.0 * jnp.pi * fastest + 5.0 * jnp.sqrt(2.0 * jnp.pi * fastest * growth) + 5.0 * growth)
