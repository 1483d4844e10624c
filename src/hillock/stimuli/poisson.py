"""Charges that arrive at random."""

import math

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._param import param, require_below
from hillock._trace import is_traced
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractLimited, AbstractStimulus, Moment

# With at most one event expected per step, 13 or more have a probability of 6.4e-11, less than half of 2⁻³², the smallest that 32 random
# bits can tell from 0. The terms after the twentieth add less than one part in 10⁷ to the last tail.
_MOST_EVENTS = 12
_TERMS = 20


class Poisson(AbstractStimulus, AbstractLimited):
    """Charges arriving as a Poisson process of a given rate, for start ≤ t < stop: pulses, or shot noise.

    Rule::

        i(t) = Σ over events at tₖ ≤ t of charge/tau exp(-(t - tₖ)/tau)

    averaged exactly over each step, events being at the start of their step. With tau = 0 the whole charge flows in one step:
    i = charge·count/dt. Either way the mean is rate·charge, and the variance is rate·charge² tanh(dt/(2 tau))/dt, which is Campbell's
    rate·charge²/(2 tau) as dt goes to 0.

    When: the bombardment of a neuron by many presynaptic ones of known rate, one by one; OrnsteinUhlenbeck is its limit for many small charges.

    Limits: at most one event expected per step, else it says so. Shot noise begins empty and takes a few tau to become
    stationary. The gradient with respect to the rate is 0: counts are whole numbers.

    >>> import hillock as hk
    >>> hk.stimuli.Poisson("800 Hz", charge="0.5 pC", tau="2 ms").rate
    800.0

    Reference: Campbell's theorem: Papoulis (1991), Probability, Random Variables, and Stochastic Processes, sect. 16-3.
    """

    rate: Param = param(unit="Hz", doc="events per second", low=0.0)
    charge: Param = param(unit="pC", doc="charge that each event delivers")
    tau: Param = param(0.0, "ms", "decay time of the current after an event", low=0.0)
    start: Param = param(0.0, "ms", "when it begins", on_grid=True)
    stop: Param = param(math.inf, "ms", "when it ends; the current of the last events decays", on_grid=True)

    def __check_init__(self):
        require_below(self, "start", "stop", or_equal=True)

    def init(self) -> State:
        return 0.0  # charge that has arrived but not yet flowed (pC)

    def sample(self, state: State, at: Moment) -> tuple[State, Scalar]:
        on = at.during(self.start, self.stop) & (at.step >= 0)
        charge = state + jnp.where(on, self.charge * self._count(at), 0.0)
        lasts = jnp.asarray(self.tau) > 0.0
        part = -jnp.expm1(-at.dt / jnp.where(lasts, self.tau, 1.0))  # of the charge, in one step
        flows = jnp.where(lasts, charge * part, charge)
        return charge - flows, flows / at.dt

    def _count(self, at: Moment) -> Float[Array, ""]:
        """Return the number of events in a step by inversion: how many of P(N ≥ 1), P(N ≥ 2), ... exceed a uniform number."""
        tails = _tails(self.rate * at.dt / 1000.0)
        u = at.uniform(at.step)
        return sum((u < tail).astype(u.dtype) for tail in tails)  # type: ignore[return-value]

    def check(self, dt: float, duration: float) -> None:
        if is_traced(self.rate):
            return
        rate = float(np.max(self.rate))
        expected = rate * dt / 1000.0
        if expected > 1.0:
            parts = math.ceil(expected)
            raise ValueError(
                f"Poisson.rate must be ≤ {1000.0 / dt:g} Hz at dt = {dt:g} ms, one event per step, got {rate:g} Hz. "
                f"Use dt ≤ {1000.0 / rate:g} ms, or the sum of {parts} Poisson stimuli of {rate / parts:g} Hz each."
            )


def _tails(expected: Scalar) -> list[Float[Array, ""]]:
    """Return P(N ≥ 1), P(N ≥ 2), ... for N Poisson-distributed, each a sum of positive terms, smallest first."""
    terms = [jnp.exp(-jnp.asarray(expected))]
    for k in range(1, _TERMS + 1):
        terms.append(terms[-1] * expected / k)
    tails, total = [], jnp.zeros_like(terms[0])
    for term in reversed(terms[1:]):
        total = total + term
        tails.append(total)
    return tails[::-1][:_MOST_EVENTS]
