"""Sinabs' LIF layer with an adaptive threshold."""

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


class ALIFState(NamedTuple):
    """Membrane potential, synaptic current and adaptation."""

    v: Scalar
    i_syn: Scalar
    b: Scalar


class _Decays(NamedTuple):
    mem: Scalar
    part: Scalar
    syn: Scalar
    adapt: Scalar
    rise: Scalar


class ALIF(AbstractStep):
    """Sinabs' ``ALIF``, bit for bit up to the last bit of exp, which is rounded correctly here.

    Rule::

        alpha = exp(-1/tau)
        i_syn = alpha_syn (i_syn + input)               the input itself without tau_syn
        i_syn = (1 - alpha_mem) i_syn                   not without norm_input
        v = alpha_mem v + i_syn
        n_spikes = [v ≥ threshold], v = v - n_spikes threshold; options as in LIF
        b = alpha_adapt b + (1 - alpha_adapt) n_spikes
        threshold = spike_threshold + adapt_scale b

    v, b and ``threshold`` are recorded after the step, so row k of the threshold is what step k + 1 tests.

    When: to repeat a network of Sinabs exactly, where neurons should adapt.

    Limits: those of ``LIF``. With tau_syn and norm_input the current that is carried on is the scaled one: it decays by
    alpha_syn (1 - alpha_mem) per step, so the synapse forgets almost at once. Sinabs' documentation has b return to 0 with each spike; its code,
    and so this, does not. Its recorder shows v, i_syn and the threshold one step ahead, before the reset; hillock's does not. Fed step by step,
    Sinabs forgets i_syn between calls; this is one call over the whole sequence.

    >>> import hillock as hk
    >>> neuron = hk.dialects.sinabs.ALIF(tau_mem=20.0, tau_adapt=50.0)
    >>> hk.simulate(neuron, hk.stimuli.Constant(2.5), duration=50, dt=1).isi()
    array([11., 11., 11.])

    Reference: Bellec, Salaj, Subramoney, Legenstein & Maass (2018), arXiv:1803.09574, eqs. 1-2; Sheik, Lenz, Bauer & Kuepelioglu (2023), Sinabs,
    doi:10.5281/zenodo.8385545.
    """

    dialect: ClassVar[Dialect] = dialect

    tau_mem: Param = param(unit="1", doc="membrane time constant in steps", above=0.0)
    tau_adapt: Param = param(unit="1", doc="time constant of adaptation in steps", above=0.0)
    tau_syn: Param = param(0.0, "1", "synaptic time constant in steps; None for no synapse", low=0.0)
    adapt_scale: Param = param(1.8, "1", "threshold per adaptation")
    spike_threshold: Param = param(1.0, "1", "threshold before any spike", above=0.0)
    min_v_mem: Param = param(-inf, "1", "lowest potential after a step; None for none")
    reset_value: Param = param(0.0, "1", "what MembraneReset adds")
    subtract_value: Param = param(0.0, "1", "what MembraneSubtract takes off for each spike; None for the threshold")
    spike_fn: str = eqx.field(static=True, default="SingleSpike")
    reset_fn: str = eqx.field(static=True, default="MembraneSubtract")
    norm_input: bool = eqx.field(static=True, default=True)

    def __post_init__(self):
        take_none(self)

    def __check_init__(self):
        check_options(self)

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "i_syn": "1", "b": "1", "n_spikes": "1", "threshold": "1"}

    def init(self) -> ALIFState:
        return ALIFState(v=0.0, i_syn=0.0, b=0.0)

    def prepare(self, dt: Scalar) -> _Decays:
        mem, adapt = decay(self.tau_mem), decay(self.tau_adapt)
        return _Decays(mem, 1.0 - mem, decay(self.tau_syn), adapt, 1.0 - adapt)

    def __call__(self, prepared: _Decays, state: ALIFState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[ALIFState, Spike, Recordable]:
        i_syn = synapse(prepared.syn, self.tau_syn, state.i_syn, i)
        i_syn = rounded(prepared.part * i_syn) if self.norm_input else rounded(i_syn)
        v = rounded(prepared.mem * state.v) + i_syn
        threshold = self._threshold(state.b)
        spike, count = fire(self.spike_fn, v, threshold, surrogate)
        new = ALIFState(
            v=after(self.reset_fn, v, count, threshold, Reset(self.reset_value, self.subtract_value, self.min_v_mem)),
            i_syn=i_syn,
            b=rounded(prepared.adapt * state.b) + rounded(prepared.rise * count),
        )
        return new, spike, {**new._asdict(), "n_spikes": count, "threshold": self._threshold(new.b)}

    def _threshold(self, b: Scalar) -> Scalar:
        return self.spike_threshold + rounded(self.adapt_scale * b)
