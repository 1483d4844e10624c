"""The neurons that all contenders simulate, as numbers: ms, mV, nA, MΩ, nF, µS, the same in every simulator that has the term.

Each neuron of a population has its own constant current, spread evenly over a range, so that no two fire in step.
"""

DT = 0.1  # ms, of every cell but Hodgkin and Huxley's
DT_HODGKIN_HUXLEY = 0.05  # ms

LIF = {"tau_m": 20.0, "r_m": 100.0, "v_rest": -65.0, "v_reset": -65.0, "v_th": -50.0, "t_ref": 2.0, "tau_theta": 100.0, "theta_plus": 1.0}
LIF_CURRENT = (0.2, 0.3)  # nA; 0.15 is where firing begins
LIF_NOISE = 0.5  # nA, the standard deviation of what is drawn in every step: 2.5 mV of membrane potential
FI_CURRENT = (0.1, 0.5)  # nA

ADEX = {
    "c_m": 0.281,
    "g_l": 0.03,
    "v_rest": -70.6,
    "v_t": -50.4,
    "delta_t": 2.0,
    "tau_w": 144.0,
    "a": 0.004,
    "b": 0.0805,
    "v_reset": -70.6,
    "v_th": 20.0,
}  # Brette & Gerstner (2005), table 1
ADEX_CURRENT = (0.8, 1.2)  # nA

IZHIKEVICH = {"a": 0.02, "b": 0.2, "c": -65.0, "d": 8.0, "v_th": 30.0}  # Izhikevich (2003), regular spiking
IZHIKEVICH_CURRENT = (8.0, 12.0)  # mV/ms, the published unit-free current

HODGKIN_HUXLEY = {"c_m": 1.0, "g_na": 120.0, "g_k": 36.0, "g_l": 0.3, "v_na": 50.0, "v_k": -77.0, "v_l": -54.387, "v_rest": -65.0, "v_th": 0.0}
HODGKIN_HUXLEY_CURRENT = (7.0, 12.0)  # nA on 10⁻³ cm²


def spread(current: tuple[float, float], neurons: int) -> list[float]:
    """Return a current for each neuron, evenly spread."""
    lowest, highest = current
    return [lowest + (highest - lowest) * n / neurons for n in range(neurons)]
