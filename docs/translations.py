"""What the parameters of other simulators' neurons are in hillock's most similar cell, where the name alone does not say it.

Names that differ in spelling only (thr, V_th, v_thresh) are found by ``hillock._aliases``. A sign of equality says how a value follows.
"""

from collections.abc import Mapping
from types import MappingProxyType

import hillock as hk

_LAVA = {"dv": "tau_m = dt/dv", "bias_mant": "i_e = bias_mant/(r_m dv)"}
_NENGO = {"tau_rc": "tau_m = 1000 tau_rc", "tau_ref": "t_ref = 1000 tau_ref"}
_NEST_IAF = {"C_m": "r_m = tau_m/C_m"}
_NORSE = {"tau_mem_inv": "tau_m = 1000/tau_mem_inv"}
_ROCKPOOL = {"tau_mem": "tau_m = 1000 tau_mem", "bias": "i_e = bias/(r_m (1 - exp(-dt/tau_m)))"}
_SPIKINGJELLY = {"tau": "tau_m = tau dt"}

CELLS: Mapping[str, type[hk.cells.AbstractCell]] = MappingProxyType(
    {
        "bindsnet.IFNodes": hk.cells.IntegrateAndFire,
        "bindsnet.IzhikevichNodes": hk.cells.Izhikevich,
        "brainpy.AdExIF": hk.cells.AdEx,
        "brainpy.ExpIF": hk.cells.ExponentialIF,
        "brainpy.Izhikevich": hk.cells.Izhikevich,
        "brian2.AdEx": hk.cells.AdEx,
        "genn.Izhikevich": hk.cells.Izhikevich,
        "nengo.Izhikevich": hk.cells.Izhikevich,
        "nest.aeif_cond_exp": hk.cells.AdEx,
        "nest.izhikevich": hk.cells.Izhikevich,
        "ngclearn.AdEx": hk.cells.AdEx,
        "ngclearn.IF": hk.cells.IntegrateAndFire,
        "ngclearn.Izhikevich": hk.cells.Izhikevich,
        "ngclearn.SLIF": hk.cells.SLIF,
        "nir.IF": hk.cells.IntegrateAndFire,
        "norse.LIFAdEx": hk.cells.AdEx,
        "sinabs.IAF": hk.cells.IntegrateAndFire,
        "spikingjelly.EIFNode": hk.cells.ExponentialIF,
        "spikingjelly.IFNode": hk.cells.IntegrateAndFire,
        "spikingjelly.IzhikevichNode": hk.cells.QuadraticIF,
        "spikingjelly.QIFNode": hk.cells.QuadraticIF,
        "spyx.IF": hk.cells.IntegrateAndFire,
    }
)
"""The most similar cell, if it is not LIF."""

NAMES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "arbor.lif_cell": {"C_m": "r_m = tau_m/C_m", "E_R": "v_reset"},
        "bindsnet.IFNodes": {"reset": "v_init, v_reset"},
        "bindsnet.IzhikevichNodes": {"rest": "v_init"},
        "brainpy.AdExIF": {"tau": "c_m = tau/R", "R": "g_l = 1/R"},
        "brainpy.Izhikevich": {"V_initializer": "v_init"},
        "brainpy_state.ALIF": {"tau_a": "tau_theta", "beta": "theta_plus"},
        "brian2.AdEx": {"tau": "c_m = tau/R", "R": "g_l = 1/R", "a": "a = a/R", "b": "b = b/R"},
        "brian2.LIF": {"tau_t": "tau_theta", "d_th": "theta_plus"},
        "genn.Izhikevich": {"V": "v_init"},
        "genn.LIF": {"C": "r_m = TauM/C"},
        "lava.LIF": _LAVA,
        "lava.LIFFixed": {"dv": "tau_m = 4096 dt/dv", "vth": "v_th = 64 vth"},
        "lava.LIFRefractory": {**_LAVA, "refractory_period": "t_ref = refractory_period dt"},
        "nengo.AdaptiveLIF": _NENGO,
        "nengo.Izhikevich": {
            "tau_recovery": "a",
            "coupling": "b",
            "reset_voltage": "c",
            "reset_recovery": "d",
            "voltage": "v_init",
        },
        "nengo.LIF": _NENGO,
        "nest.aeif_cond_exp": {"V_th": "v_t", "V_peak": "v_th"},
        "nest.iaf_cond_exp": {"C_m": "tau_m = C_m/g_L", "g_L": "r_m = 1/g_L"},
        "nest.iaf_psc_alpha": _NEST_IAF,
        "nest.iaf_psc_delta": _NEST_IAF,
        "nest.iaf_psc_exp": _NEST_IAF,
        "nest.izhikevich": {"V_m": "v_init"},
        "nest.mat2_psc_exp": {**_NEST_IAF, "omega": "v_th"},
        "neuron.IntFire1": {"tau": "tau_m, r_m"},
        "neuron.IntFire2": {"ib": "i_e = ib/r_m"},
        "ngclearn.AdEx": {"tau_m": "c_m = tau_m/resist_m", "resist_m": "g_l = 1/resist_m"},
        "ngclearn.IF": {"tau_m": "c_m = tau_m/resist_m", "resist_m": "c_m = tau_m/resist_m", "v_rest": "v_init"},
        "ngclearn.Izhikevich": {"tau_w": "a = 1/tau_w", "coupling_factor": "b", "v_reset": "c", "w_reset": "d", "v0": "v_init"},
        "ngclearn.SLIF": {"resist_inh": "r_inh", "inh_weights": "w_inh"},
        "nir.IF": {"r": "c_m = 1/r"},
        "norse.LIF": _NORSE,
        "norse.LIFAdEx": {
            "tau_mem_inv": "c_m = 1000 g_l/tau_mem_inv",
            "tau_ada_inv": "tau_w = 1000/tau_ada_inv",
            "adaptation_current": "a",
            "adaptation_spike": "b",
            "v_th": "v_t, v_th",
        },
        "norse.LIFBox": _NORSE,
        "norse.LIFRefrac": {**_NORSE, "rho_reset": "t_ref = rho_reset dt"},
        "norse.LSNN": {**_NORSE, "tau_adapt_inv": "tau_theta = 1000/tau_adapt_inv", "beta": "theta_plus"},
        "rockpool.LIF": _ROCKPOOL,
        "rockpool.LIFTorch": _ROCKPOOL,
        "sinabs.ALIF": {
            "tau_mem": "tau_m = tau_mem dt",
            "tau_adapt": "tau_theta = tau_adapt dt",
            "adapt_scale": "theta_plus = adapt_scale (1 - exp(-1/tau_adapt))",
        },
        "sinabs.LIF": {"tau_mem": "tau_m = tau_mem dt"},
        "snntorch.Lapicque": {"C": "tau_m = R C"},
        "snntorch.Leaky": {"beta": "tau_m = -dt/ln beta"},
        "snntorch.RLeaky": {"beta": "tau_m = -dt/ln beta"},
        "spikingjelly.EIFNode": {**_SPIKINGJELLY, "theta_rh": "v_t"},
        "spikingjelly.IFNode": {"v_reset": "v_init, v_reset"},
        "spikingjelly.IzhikevichNode": _SPIKINGJELLY,
        "spikingjelly.LIFNode": {**_SPIKINGJELLY, "v_reset": "v_rest, v_reset"},
        "spikingjelly.ParametricLIFNode": {"init_tau": "tau_m = init_tau dt", "v_reset": "v_rest, v_reset"},
        "spikingjelly.QIFNode": _SPIKINGJELLY,
        "spyx.ALIF": {"beta": "tau_m = -dt/ln beta", "gamma": "tau_theta = -dt/ln gamma, theta_plus = 1 - gamma"},
        "spyx.CuBaLIF": {"beta": "tau_m = -dt/ln beta"},
        "spyx.LIF": {"beta": "tau_m = -dt/ln beta"},
        "tensorflow_notebook.LIF": {"v_rest": "v_rest, v_reset"},
    }
)
"""Parameters whose name is not enough; 1000 turns 1/s into ms."""
