"""Records single neurons of NEST: ``python cases_nest.py FOLDER``, where nest-simulator is installed, writes FOLDER/nest_more.npz and .json.

What nest.npz leaves out: synapses of mat2_psc_exp, time constants that are equal or nearly so, inhibition of aeif_cond_exp, spikes into the published
form of the Izhikevich neuron, a lowest potential under jumps. Conventions and names are those of nest.json.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nest
import numpy as np

NEAR = 10 * (1 + 1e-9)
PSC = "C_m E_L I_e V_m V_reset V_th t_ref tau_m tau_syn_ex tau_syn_in"
STORED = {
    "mat2_psc_exp": ("C_m E_L I_e V_m alpha_1 alpha_2 omega t_ref tau_1 tau_2 tau_m tau_syn_ex tau_syn_in", "V_th"),
    "iaf_psc_exp": (PSC, "I_syn_ex I_syn_in"),
    "iaf_psc_alpha": (PSC, "I_syn_ex I_syn_in"),
    "iaf_psc_delta": ("C_m E_L I_e V_m V_min V_reset V_th t_ref tau_m refractory_input", ""),
    "iaf_cond_exp": ("C_m E_L E_ex E_in I_e V_m V_reset V_th g_L t_ref tau_syn_ex tau_syn_in", "g_ex g_in"),
    "aeif_cond_exp": (
        "C_m Delta_T E_L E_ex E_in I_e V_m V_peak V_reset V_th a b g_L gsl_error_tol t_ref tau_syn_ex tau_syn_in tau_w w",
        "w g_ex g_in",
    ),
    "izhikevich": ("I_e U_m V_m V_min V_th a b c d consistent_integration", "U_m"),
}
# name: model, parameters, dt (ms), steps, and of two trains of spikes the probability per step and the weight, excitatory and inhibitory.
Train = tuple[tuple[float, float], tuple[float, float]]
CASES: dict[str, tuple[str, dict[str, Any], float, int, Train]] = {
    "mat2_spikes": ("mat2_psc_exp", {"I_e": 250.0}, 0.1, 1500, ((0.08, 300.0), (0.04, -150.0))),
    "exp_nearly_equal_taus": ("iaf_psc_exp", {"tau_syn_ex": NEAR, "tau_syn_in": 9.0, "I_e": 200.0}, 0.1, 1000, ((0.1, 60.0), (0.1, -40.0))),
    "alpha_equal_taus": ("iaf_psc_alpha", {"tau_syn_ex": 10.0, "tau_syn_in": 10.0, "I_e": 300.0}, 0.5, 600, ((0.1, 120.0), (0.05, -80.0))),
    "alpha_nearly_equal_taus": ("iaf_psc_alpha", {"tau_syn_ex": NEAR, "tau_syn_in": 9.0, "I_e": 300.0}, 0.1, 1000, ((0.05, 40.0), (0.02, -30.0))),
    "delta_vmin_spikes": ("iaf_psc_delta", {"V_min": -71.0, "t_ref": 1.0, "I_e": 330.0}, 0.25, 800, ((0.12, 3.0), (0.1, -4.0))),
    "cond_exp_spikes_ei_dt0.5": ("iaf_cond_exp", {"I_e": 150.0, "t_ref": 3.0, "tau_syn_ex": 1.0}, 0.5, 400, ((0.3, 15.0), (0.2, -20.0))),
    "aeif_spikes_ei": ("aeif_cond_exp", {"I_e": 500.0, "t_ref": 2.0, "tau_syn_ex": 2.0, "tau_syn_in": 5.0}, 0.1, 1500, ((0.1, 12.0), (0.05, -10.0))),
    "izh_published_spikes_dt1": ("izhikevich", {"consistent_integration": False, "I_e": 3.0}, 1.0, 400, ((0.2, 6.0), (0.1, -4.0))),
}


def record(name: str, number: int) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Return what a case is, and its arrays."""
    model, params, dt, steps, train = CASES[name]
    nest.ResetKernel()
    nest.resolution = dt
    neuron = nest.Create(model, params=params)
    stored, extra = (names.split() for names in STORED[model])
    params = {key: neuron.get(key) for key in stored}
    if params.get("V_min", 0.0) < -1e300:
        params["V_min"] = None
    generator = np.random.default_rng([44, number])
    weights = sum(weight * (generator.random(steps) < probability) for probability, weight in train)
    stamps, on = dt * np.arange(1, steps + 1), np.flatnonzero(weights)
    meter = nest.Create("multimeter", params={"record_from": ["V_m", *extra], "interval": dt})
    recorder = nest.Create("spike_recorder")
    source = nest.Create("spike_generator", params={"spike_times": stamps[on], "spike_weights": weights[on]})
    for pre, post in ((meter, neuron), (neuron, recorder), (source, neuron)):
        nest.Connect(pre, post, syn_spec={"delay": dt})
    nest.Simulate((steps + 1) * dt)
    fired = np.asarray(recorder.events["times"])
    fired = fired[fired <= (steps + 1e-6) * dt]
    arrays = {"spikes_in": weights, "t": meter.events["times"], "v": meter.events["V_m"], "spike_times": fired}
    arrays |= {key: meter.events[key] for key in extra} | {"spike_steps": np.rint(fired / dt).astype(int)}
    spikes = {"kind": "spikes", "probability_and_weight": train, "seed": [44, number]}
    about = {"model": model, "params": params, "dt": dt, "steps": steps, "input_spikes": spikes}
    return about | {"options": {"via_I_e": True}, "covers": ["synaptic"], "n_spikes": len(fired)}, arrays


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    recorded = {name: record(name, number) for number, name in enumerate(CASES)}
    np.savez_compressed(folder / "nest_more.npz", **{f"{name}/{key}": x for name, (_, arrays) in recorded.items() for key, x in arrays.items()})  # type: ignore[arg-type]
    book = {"simulator": "nest", "set": "more", "packages": {"nest-simulator": version("nest-simulator"), "numpy": np.__version__}}
    cases = {name: about for name, (about, _) in recorded.items()}
    (folder / "nest_more.json").write_text(json.dumps(book | {"cases": cases}, indent=1) + "\n")
