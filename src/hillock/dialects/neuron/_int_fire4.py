"""NEURON's integrate-and-fire cell for fast excitation and slow inhibition."""

from typing import ClassVar, NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax

from hillock._param import ParameterError, param, require_below
from hillock._trace import is_traced
from hillock._types import Param, Scalar
from hillock.cells import AbstractCell
from hillock.dialects.neuron._rules import THRESHOLD

_APART = 0.01  # ms between two time constants, NEURON's taueps: with equal ones its closed forms divide by 0
_HALVINGS = 40  # of the interval in which a peak lies; an error of its time counts squared in its height


class IntFire4State(NamedTuple):
    """Potential m, excitation e, and the two stages i1 and i2 of inhibition."""

    v: Scalar
    e: Scalar
    i1: Scalar
    i2: Scalar


class IntFire4(AbstractCell):
    """NEURON's ``IntFire4``: fast excitation by events of positive weight, slow inhibition by those of negative weight.

    Flow::

        taue de/dt = -e
        taui1 di1/dt = -i1
        di2/dt = -i2/taui2 + ai1 i1
        dm/dt = -m/taum + ae e + ai2 i2
        at an event of weight w: e = e + w if w > 0, else i1 = i1 + w

    ae, ai1 and ai2 are such that a single event of weight 1 takes m to 1, and one of weight -1 takes i2 and m to -1, at their peaks.

    Threshold: m > 1. Reset: m ← 0; currents go on.

    When: to repeat a NEURON script, with ``engine="exact"`` and ``Impulses``.

    Limits: taue < taui2, taui1 < taui2, and time constants at least 0.01 ms apart (taui1 and taue may be equal): NEURON changes others. NEURON
    fires as soon as it finds m > 1 - eps, with eps = 10⁻⁶: up to eps/(dm/dt) before the spikes here. No refractory time. Of events at the same
    time the sum counts; NEURON takes excitation and inhibition apart.

    >>> import hillock as hk
    >>> events = hk.stimuli.Impulses([0.5, 0.8], times=[2.0, 5.0])
    >>> hk.simulate(hk.dialects.neuron.IntFire4(), events, duration=20, dt=1, dialect="neuron", engine="exact").spike_times.round(4)
    array([9.0889])

    Reference: van Elburg & van Ooyen (2009), Neural Comput. 21:1913, doi:10.1162/neco.2009.07-08-815; ``intfire4.mod`` of NEURON 9.0.2.
    """

    t_ref: ClassVar[Param] = 0.0

    taue: Param = param(5.0, "ms", "decay time of excitation", low=2 * _APART)
    taui1: Param = param(10.0, "ms", "rise time of inhibition", low=3 * _APART)
    taui2: Param = param(20.0, "ms", "decay time of inhibition", low=4 * _APART)
    taum: Param = param(50.0, "ms", "membrane time constant", above=0.0)

    def __check_init__(self):
        require_below(self, "taue", "taui2")
        require_below(self, "taui1", "taui2")
        for pair in (("taue", "taui2"), ("taui1", "taui2"), ("taue", "taum"), ("taui1", "taum"), ("taui2", "taum")):
            _require_apart(self, *pair)

    def init(self) -> IntFire4State:
        return IntFire4State(v=0.0, e=0.0, i1=0.0, i2=0.0)

    def drift(self, state: IntFire4State, i: Scalar) -> IntFire4State:
        ke, ki1, ki2, km = 1 / self.taue, 1 / self.taui1, 1 / self.taui2, 1 / self.taum
        ae, ai1 = 1 / peak_of_two(ke, km), 1 / peak_of_two(ki1, ki2)
        ai2 = 1 / (ai1 * peak_of_three(ki1, ki2, km))
        none = jnp.zeros_like(i)
        return IntFire4State(
            v=ae * state.e + ai2 * state.i2 - km * state.v,
            e=jnp.where(i >= 0, i, none) - ke * state.e,
            i1=jnp.where(i >= 0, none, i) - ki1 * state.i1,
            i2=ai1 * state.i1 - ki2 * state.i2,
        )

    def excess(self, state: IntFire4State) -> Scalar:
        return state.v - THRESHOLD

    def reset(self, state: IntFire4State) -> IntFire4State:
        return state._replace(v=0.0)


def peak_of_two(a: Scalar, b: Scalar) -> Scalar:
    """Return the highest value (ms) of x₂ in x₁' = -a x₁, x₂' = x₁ - b x₂ from x₁ = 1, x₂ = 0, for two different rates (1/ms)."""
    at = jnp.log(a / b) / (a - b)
    return (jnp.exp(-b * at) - jnp.exp(-a * at)) / (a - b)


def peak_of_three(a: Scalar, b: Scalar, c: Scalar) -> Scalar:
    """Return the highest value (ms²) of the last of three such stages, for three different rates (1/ms).

    It is the density of a sum of three waiting times, which has one peak, at less than their mean, 1/a + 1/b + 1/c.
    """
    weights = (1 / ((b - a) * (c - a)), 1 / ((a - b) * (c - b)), 1 / ((a - c) * (b - c)))

    def sum_of(t: Scalar, powers: int) -> Scalar:
        return sum(((-k) ** powers * w * jnp.exp(-k * t) for k, w in zip((a, b, c), weights, strict=True)), jnp.zeros_like(t))

    def halve(_: int, between: tuple[Scalar, Scalar]) -> tuple[Scalar, Scalar]:
        low, high = between
        middle = 0.5 * (low + high)
        rises = sum_of(middle, 1) > 0
        return jnp.where(rises, middle, low), jnp.where(rises, high, middle)

    mean = jnp.asarray(1 / a + 1 / b + 1 / c)
    low, high = lax.fori_loop(0, _HALVINGS, halve, (jnp.zeros_like(mean), mean))
    return sum_of(0.5 * (low + high), 0)


def _require_apart(cell: IntFire4, one: str, other: str) -> None:
    """Raise ParameterError unless two time constants differ by what NEURON's closed forms need, for every neuron."""
    first, second = getattr(cell, one), getattr(cell, other)
    if is_traced(first, second):
        return
    near = np.abs(np.asarray(first, float) - np.asarray(second, float)) < _APART * (1 - 1e-9)  # 0.01 is no binary number
    if near.any():
        a, b = (float(np.broadcast_to(value, near.shape)[near].flat[0]) for value in (first, second))
        raise ParameterError(f"IntFire4.{one} and IntFire4.{other} must be ≥ {_APART:g} ms apart, got {a:g} ms and {b:g} ms. Choose others.")
