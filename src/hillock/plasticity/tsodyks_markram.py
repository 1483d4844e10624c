"""Short-term depression and facilitation."""

from typing import NamedTuple

import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.plasticity._base import AbstractShortTerm


class TsodyksMarkramState(NamedTuple):
    """Of the last spike: the fraction of resources that it released, and what it found available."""

    u: Scalar
    x: Scalar


class TsodyksMarkram(AbstractShortTerm):
    """Short-term plasticity: a spike releases a part of the synapse's resources, which come back; each release makes the next one larger.

    At a spike, Δ after the one before::

        x ← 1 + (x - u x - 1) exp(-Δ/tau_rec)
        u ← U + u (1 - U) exp(-Δ/tau_fac)

    and it arrives with the weight w u x. Before the first spike all is at rest, so that one arrives with w U: the weight of a connection is
    what a release of everything would do.

    When: cortical synapses. U near 0.5 with tau_rec ≫ tau_fac depresses, and passes on changes of a rate rather than the rate; U near 0.1 with
    tau_fac ≫ tau_rec facilitates, and passes on bursts. A time constant of 0 ms switches its half off.

    Limits: releases are averages, neither random nor in quanta. Firing at r for long, a spike comes to find
    u = U/(1 - (1 - U) e_fac) and x = (1 - e_rec)/(1 - (1 - u) e_rec), with e = exp(-1/(r tau)).

    >>> import hillock as hk
    >>> hk.plasticity.TsodyksMarkram(U=0.15, tau_rec="130 ms", tau_fac="670 ms").tau_fac
    670.0

    Reference: Tsodyks, Uziel & Markram (2000), J. Neurosci. 20:RC50, doi:10.1523/JNEUROSCI.20-01-j0003.2000; from spike to spike as in
    Maass & Markram (2002), Neural Networks 15:155, eqs. 4 and 5, doi:10.1016/S0893-6080(01)00144-7.
    """

    U: Param = param(0.5, "1", "fraction of the resources that a first spike releases", low=0.0, high=1.0)
    tau_rec: Param = param(800.0, "ms", "time constant with which resources come back; at 0 ms there is no depression", low=0.0)
    tau_fac: Param = param(0.0, "ms", "time constant with which facilitation is lost; at 0 ms there is none", low=0.0)

    def init(self) -> TsodyksMarkramState:
        return TsodyksMarkramState(0.0, 1.0)  # of a spike that released nothing

    def release(self, state: TsodyksMarkramState, interval: Scalar) -> tuple[TsodyksMarkramState, Scalar]:
        x = 1.0 + (state.x - state.u * state.x - 1.0) * _decay(interval, self.tau_rec)
        u = self.U + state.u * (1.0 - self.U) * _decay(interval, self.tau_fac)
        return TsodyksMarkramState(u, x), u * x


def _decay(interval: Scalar, tau: Param) -> Scalar:
    """Return what is left of something after a time; nothing at all where it has no time constant, even at once."""
    lasts = jnp.asarray(tau) > 0.0
    return jnp.where(lasts, jnp.exp(-interval / jnp.where(lasts, tau, 1.0)), 0.0)
