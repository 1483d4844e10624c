"""Charges that arrive at random."""

import math

import jax.numpy as jnp

from hillock._param import param, require_below
from hillock._types import Param, Scalar, State
from hillock.stimuli._base import AbstractLimited, AbstractStimulus, Moment
from hillock.stimuli._counting import check_expected, count_events


class Poisson(AbstractStimulus, AbstractLimited):
    """Charges arriving as a Poisson process of a given rate, for start ≤ t < stop: pulses, or shot noise.

    Rule::

        i(t) = Σ over events at tₖ ≤ t of charge/tau exp(-(t - tₖ)/tau)

    averaged exactly over each step, events being at the start of their step. With tau = 0 the whole charge flows in one step:
    i = charge·count/dt. Either way the mean is rate·charge, and the variance is rate·charge² tanh(dt/(2 tau))/dt, which is Campbell's
    rate·charge²/(2 tau) as dt goes to 0.

    When: the bombardment of a neuron by many presynaptic ones of known rate, one by one; OrnsteinUhlenbeck is its limit for many small charges.

    Limits: at most a hundred events expected per step, else it says so. Shot noise begins empty and takes a few tau to become
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
        charge = state + jnp.where(on, self.charge * count_events(self.rate, at), 0.0)
        lasts = jnp.asarray(self.tau) > 0.0
        part = -jnp.expm1(-at.dt / jnp.where(lasts, self.tau, 1.0))  # of the charge, in one step
        flows = jnp.where(lasts, charge * part, charge)
        return charge - flows, flows / at.dt

    def check(self, dt: float, duration: float) -> None:
        check_expected("Poisson", self.rate, dt)
