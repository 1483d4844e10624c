"""Sinabs' integrate-and-fire layer."""

from collections.abc import Mapping
from math import inf
from typing import ClassVar, NamedTuple

import equinox as eqx

from hillock._arithmetic import rounded
from hillock._param import param
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.sinabs._dialect import dialect
from hillock.dialects.sinabs._rules import Reset, after, check_options, decay, fire, synapse, take_none
from hillock.surrogates import AbstractSurrogate


class IAFState(NamedTuple):
    """Membrane potential and synaptic current."""

    v: Scalar
    i_syn: Scalar


class IAF(AbstractStep):
    """Sinabs' ``IAF``, bit for bit; with tau_syn, up to the last bit of exp.

    Rule::

        i_syn = exp(-1/tau_syn) (i_syn + input)         the input itself without tau_syn
        v = v + i_syn
        spikes, resets, min_v_mem: as in LIF

    A step with spikes is one spike of the recording; how many it had is the trace ``n_spikes``.

    When: to repeat a network of Sinabs exactly, as those converted from networks without spikes.

    Limits: those of ``LIF``; nothing leaks.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.dialects.sinabs.IAF(), hk.stimuli.Constant(1.25), duration=5, dt=1, record=["n_spikes"])
    >>> rec["n_spikes"][:, 0]
    array([1., 1., 1., 2., 1.], dtype=float32)

    Reference: Sheik, Lenz, Bauer & Kuepelioglu (2023), Sinabs, doi:10.5281/zenodo.8385545.
    """

    dialect: ClassVar[Dialect] = dialect

    spike_threshold: Param = param(1.0, "1", "threshold", above=0.0)
    tau_syn: Param = param(0.0, "1", "synaptic time constant in steps; None for no synapse", low=0.0)
    min_v_mem: Param = param(-inf, "1", "lowest potential after a step; None for none")
    reset_value: Param = param(0.0, "1", "what MembraneReset adds")
    subtract_value: Param = param(0.0, "1", "what MembraneSubtract takes off for each spike; None for the threshold")
    spike_fn: str = eqx.field(static=True, default="MultiSpike")
    reset_fn: str = eqx.field(static=True, default="MembraneSubtract")

    def __post_init__(self):
        take_none(self)

    def __check_init__(self):
        check_options(self)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "n_spikes": "1", "threshold": "1"}

    def init(self) -> IAFState:
        return IAFState(v=0.0, i_syn=0.0)

    def prepare(self, dt: Scalar) -> Scalar:
        return decay(self.tau_syn)

    def __call__(self, prepared: Scalar, state: IAFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[IAFState, Spike, Recordable]:
        i_syn = synapse(prepared, self.tau_syn, state.i_syn, i)
        v = state.v + rounded(i_syn)
        spike, count = fire(self.spike_fn, v, self.spike_threshold, surrogate)
        v = after(self.reset_fn, v, count, self.spike_threshold, Reset(self.reset_value, self.subtract_value, self.min_v_mem))
        return IAFState(v, i_syn), spike, {"v": v, "i_syn": i_syn, "n_spikes": count, "threshold": self.spike_threshold}
