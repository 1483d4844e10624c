"""NEST's leaky integrate-and-fire neuron for exponential currents."""
# ruff: noqa: N801

from typing import ClassVar

import numpy as np

from hillock._arithmetic import rounded
from hillock._param import ParameterError, param, require_below
from hillock._trace import is_traced
from hillock._types import Param, Scalar
from hillock.dialects._base import Dialect
from hillock.dialects.nest._dialect import CeilSteps, dialect
from hillock.dialects.nest._exponential import exp
from hillock.dialects.nest._iaf_psc import AbstractIafPsc, IafConstants


class iaf_psc_exp(AbstractIafPsc):
    """NEST's ``iaf_psc_exp`` with its deterministic threshold, bit for bit.

    Rule::

        P = exp(-dt/tau_m),  y = V_m - E_L
        unless refractory:  y = (tau_m/C_m (1 - P)) (I + I_e) + P y
        spike if y ≥ V_th - E_L:  y = V_reset - E_L, refractory for t_ref, rounded to 0.001 ms, then up to whole steps

    When: to repeat a NEST script exactly. While synapses are not modelled, it differs from ``iaf_psc_delta`` in the last bits only.

    Limits: spikes fall on the grid, up to one dt late.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.nest.iaf_psc_exp(I_e="500 pA"), hk.stimuli.Constant(0), duration=40, dt=0.1).spike_times
    array([13.9, 29.8])

    Reference: Rotter & Diesmann (1999), Biol. Cybern. 81:381, section 3.1, doi:10.1007/s004220050570.
    """

    dialect: ClassVar[Dialect] = dialect

    C_m: Param = param(250.0, "pF", "membrane capacitance", above=0.0)
    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    E_L: Param = param(-70.0, "mV", "resting potential")
    V_m: Param = param(-70.0, "mV", "potential at the start")
    V_th: Param = param(-55.0, "mV", "threshold")
    V_reset: Param = param(-70.0, "mV", "potential after a spike")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0)
    I_e: Param = param(0.0, "pA", "constant current")
    tau_syn_ex: Param = param(2.0, "ms", "time constant of excitatory synapses (no effect yet)", above=0.0)
    tau_syn_in: Param = param(2.0, "ms", "time constant of inhibitory synapses (no effect yet)", above=0.0)
    delta: Param = param(0.0, "mV", "width of the stochastic threshold: must be 0", low=0.0)
    rho: Param = param(0.01, "1/s", "rate at a stochastic threshold (no effect)", low=0.0)

    def __check_init__(self):
        require_below(self, "V_reset", "V_th")
        if not is_traced(self.delta) and np.any(np.asarray(self.delta) > 0):
            raise ParameterError(f"iaf_psc_exp.delta must be 0 mV, got {np.max(self.delta):g} mV. The stochastic threshold is not modelled.")

    def prepare(self, dt: Scalar) -> IafConstants:
        keep = exp(-dt / self.tau_m)
        return IafConstants(rounded(self.tau_m / self.C_m) * (1 - keep), keep, CeilSteps()(self.t_ref, dt))

    def flow(self, prepared: IafConstants, y: Scalar, current: Scalar) -> Scalar:
        return rounded(prepared.keep * y) + rounded(prepared.drive * current)
