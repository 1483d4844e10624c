"""Sinabs' leaky integrate-and-fire layer."""

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


class LIFState(NamedTuple):
    """Membrane potential and synaptic current."""

    v: Scalar
    i_syn: Scalar


class _Decays(NamedTuple):
    mem: Scalar
    part: Scalar
    syn: Scalar


class LIF(AbstractStep):
    """Sinabs' ``LIF``, bit for bit up to the last bit of exp, which is rounded correctly here.

    Rule::

        alpha = exp(-1/tau)
        i_syn = alpha_syn (i_syn + input)               the input itself without tau_syn
        v = alpha_mem v + (1 - alpha_mem) i_syn         + i_syn without norm_input
        MultiSpike         n_spikes = floor(v/spike_threshold) where v ≥ spike_threshold
        SingleSpike        n_spikes = [v ≥ spike_threshold]
        MembraneSubtract   v = v - n_spikes spike_threshold
        MembraneReset      v = v [n_spikes = 0] + reset_value
        v is at least min_v_mem

    A step with spikes is one spike of the recording; how many it had is the trace ``n_spikes``.

    When: to repeat a network of Sinabs exactly. ``hillock.cells.LIF`` with ``dialect="sinabs"`` is the same order of a step for a cell in mV and
    ms, driven like norm_input.

    Limits: there is no time in it, dt only names the steps, and time constants count them. ``MembraneReset`` adds its value at every step, also
    to neurons that did not fire, as Sinabs does: 0 is the only value that resets. A subtract_value of 0 is taken as left out. Gradients flow
    through spikes, not through n_spikes. No refractory time.

    >>> import hillock as hk
    >>> rec = hk.simulate(hk.dialects.sinabs.LIF(tau_mem=5.0), hk.stimuli.Constant(8.0), duration=5, dt=1, record=["n_spikes"])
    >>> rec.spike_steps, rec["n_spikes"][:, 0]
    (array([0, 1, 2, 3, 4]), array([1., 1., 2., 1., 1.], dtype=float32))

    Reference: Sheik, Lenz, Bauer & Kuepelioglu (2023), Sinabs, doi:10.5281/zenodo.8385545.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_mem: Param = param(unit="1", doc="membrane time constant in steps", above=0.0)
    tau_syn: Param = param(0.0, "1", "synaptic time constant in steps; None for no synapse", low=0.0)
    spike_threshold: Param = param(1.0, "1", "threshold", above=0.0)
    min_v_mem: Param = param(-inf, "1", "lowest potential after a step; None for none")
    reset_value: Param = param(0.0, "1", "what MembraneReset adds")
    subtract_value: Param = param(0.0, "1", "what MembraneSubtract takes off for each spike; None for the threshold")
    spike_fn: str = eqx.field(static=True, default="MultiSpike")
    reset_fn: str = eqx.field(static=True, default="MembraneSubtract")
    norm_input: bool = eqx.field(static=True, default=True)

    def __post_init__(self):
        take_none(self)

    def __check_init__(self):
        check_options(self)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "n_spikes": "1", "threshold": "1"}

    def init(self) -> LIFState:
        return LIFState(v=0.0, i_syn=0.0)

    def prepare(self, dt: Scalar) -> _Decays:
        mem = decay(self.tau_mem)
        return _Decays(mem, 1.0 - mem, decay(self.tau_syn))

    def __call__(self, prepared: _Decays, state: LIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[LIFState, Spike, Recordable]:
        i_syn = synapse(prepared.syn, self.tau_syn, state.i_syn, i)
        v = rounded(prepared.mem * state.v) + (rounded(prepared.part * i_syn) if self.norm_input else rounded(i_syn))
        spike, count = fire(self.spike_fn, v, self.spike_threshold, surrogate)
        v = after(self.reset_fn, v, count, self.spike_threshold, Reset(self.reset_value, self.subtract_value, self.min_v_mem))
        return LIFState(v, i_syn), spike, {"v": v, "i_syn": i_syn, "n_spikes": count, "threshold": self.spike_threshold}
