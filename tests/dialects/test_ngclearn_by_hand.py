"""ngc-learn's cells against plain loops in single precision, with parameters and currents that nobody recorded.

The loops below are written from the package's equations and the order in which XLA, on a processor with fused multiply-add, rounds
them; they share no line with hillock.
"""

import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk

ngclearn = hk.dialects.ngclearn
STEPS = 400
F = np.float32


def fma(a, b, c):
    """The product of two 24-bit numbers is exact in the 64 bits of an extended double; so is the sum, nearly always."""
    return F(np.longdouble(a) * np.longdouble(b) + np.longdouble(c))


def xla_exp(x):
    """XLA's exponential is not always the nearest number, and ngc-learn's is XLA's."""
    return F(jnp.exp(x))


def euler(slope, x, tau, dt):
    return fma(slope(x) * (F(1) / tau), dt, x)


def midpoint(slope, x, tau, dt):
    return fma(slope(fma(slope(x) * (F(1) / tau), dt * F(0.5), x)) * (F(1) / tau), dt, x)


INTEGRATE = {"euler": euler, "rk2": midpoint}


def product(integration_type, a, b):
    """A product that both evaluations of the midpoint method use is rounded; Euler's is fused."""
    return (lambda c: fma(a, b, c)) if integration_type == "euler" else (lambda c: F(a * b) + c)


def lif(current, dt, p, integration_type):
    v, rfr, theta = p["v_rest"], p["refract_time"], F(0)
    decay = xla_exp(-dt / p["tau_theta"])
    for i in current:
        drive = i * p["resist_m"] if rfr >= p["refract_time"] else F(0)
        threshold = theta + p["thr"]
        v = INTEGRATE[integration_type](lambda x, drive=drive: fma(p["v_rest"] - x, p["conduct_leak"], drive), v, p["tau_m"], dt)
        s = v > threshold
        theta = fma(theta, decay, p["theta_plus"] if s else F(0))
        v, rfr = (p["v_reset"], F(0)) if s else (v, rfr + dt)
        v = max(v, p["v_min"])
        yield s, v, theta


def slif(current, dt, p, integration_type):
    v, rfr, thr = F(0), p["refract_time"], p["thr"]
    for i in current:
        awake = rfr >= p["refract_time"]
        v = fma(fma(i, p["resist_m"], -v) * (F(1) / p["tau_m"]), dt, v) if awake else v
        s = v > thr
        thr = fma(-thr, p["thr_leak"], thr + (p["thr_gain"] if s else F(0)))
        v, rfr = (F(0), dt) if s else (v, rfr + dt)
        yield s or not awake, v, thr


def integrate_and_fire(current, dt, p, integration_type):
    v, rfr = p["v_rest"], p["refract_time"]
    for i in current:
        drive = i * p["resist_m"] if rfr >= p["refract_time"] else F(0)
        v = INTEGRATE[integration_type](lambda x, drive=drive: drive, v, p["tau_m"], dt)
        s = v > p["thr"]
        v, rfr = (p["v_reset"], F(0)) if s else (v, rfr + dt)
        v = max(v, p["v_rest"])
        yield s, v, rfr


def adex(current, dt, p, integration_type):
    v, w, step = p["v0"], p["w0"], INTEGRATE[integration_type]
    for i in current:
        drive, adaptation = product(integration_type, p["resist_m"], i), product(integration_type, -p["resist_m"], w)
        coupling = product(integration_type, v - p["v_rest"], p["a"])

        def slope(x, drive=drive, adaptation=adaptation):
            e = xla_exp((x - p["intrinsic_mem_thr"]) * (F(1) / p["v_sharpness"]))
            return drive(adaptation(fma(p["v_sharpness"], e, -(x - p["v_rest"]))))

        v, w = step(slope, v, p["tau_m"], dt), step(lambda x, coupling=coupling: coupling(-x), w, p["tau_w"], dt)
        s = v > p["thr"]
        v, w = (p["v_reset"], w + p["b"]) if s else (v, w)
        yield s, v, w


def izhikevich(current, dt, p, integration_type):
    v, w, step = p["v0"], p["w0"], INTEGRATE[integration_type]
    for i in current:
        drive, recovery = product(integration_type, i, p["resist_m"]), product(integration_type, v, p["coupling_factor"])
        s = v > p["v_thr"]
        v_new = step(lambda x, drive=drive, w=w: drive(fma(x, F(5), (x * x) * F(0.04)) + F(140) - w), v, p["tau_m"], dt)
        w_new = step(lambda x, recovery=recovery: recovery(-x), w, p["tau_w"], dt)
        v, w = (p["v_reset"], w + p["w_reset"]) if s else (v_new, w_new)
        yield s, v, w


# For each cell: class, loop, what is shown besides v, ranges of the parameters, mean and width of the current.
MODELS = {
    "LIF": (
        ngclearn.LIF,
        lif,
        "thr_theta",
        {"tau_m": (5, 50), "resist_m": (0.5, 3), "thr": (-55, -50), "v_rest": (-70, -62), "v_reset": (-75, -58), "conduct_leak": (0.5, 1.5)}
        | {"tau_theta": (20, 300), "theta_plus": (0, 2), "refract_time": (0, 6), "v_min": (-80, -70)},
        (20, 30),
    ),
    "SLIF": (
        ngclearn.SLIF,
        slif,
        "thr",
        {"tau_m": (5, 50), "resist_m": (0.5, 3), "thr": (0.3, 0.8), "thr_gain": (0, 0.1), "thr_leak": (0, 0.02), "refract_time": (0, 6)},
        (0.8, 0.8),
    ),
    "IF": (
        ngclearn.IF,
        integrate_and_fire,
        "rfr",
        {"tau_m": (5, 50), "resist_m": (0.5, 3), "thr": (-55, -50), "v_rest": (-70, -62), "v_reset": (-75, -58), "refract_time": (0, 6)},
        (5, 20),
    ),
    "AdEx": (
        ngclearn.AdEx,
        adex,
        "w",
        {"tau_m": (8, 20), "resist_m": (0.7, 1.5), "tau_w": (50, 400), "v_sharpness": (3, 6), "intrinsic_mem_thr": (-58, -50), "thr": (-40, -30)}
        | {"v_rest": (-75, -68), "v_reset": (-78, -60), "a": (0, 0.5), "b": (0.3, 3), "v0": (-75, -65), "w0": (-1, 1)},
        (30, 20),
    ),
    "Izhikevich": (
        ngclearn.Izhikevich,
        izhikevich,
        "w",
        {"tau_m": (0.8, 1.5), "resist_m": (0.7, 1.5), "v_thr": (25, 35), "v_reset": (-68, -48), "tau_w": (10, 60), "w_reset": (2, 9)}
        | {"coupling_factor": (0.18, 0.26), "v0": (-70, -60), "w0": (-16, -12)},
        (12, 8),
    ),
}
OPTIONS = {"SLIF": {"thr_jitter": 0.0, "sticky_spikes": True}}


CASES = [(name, rule) for name in MODELS for rule in ("euler", "rk2") if (name, rule) != ("SLIF", "rk2")]  # SLIFCell knows Euler only


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("name", "integration_type"), CASES)
def test_any_parameters_give_what_the_equations_say_bit_for_bit(name, integration_type, seed):
    kind, loop, second, ranges, (mean, width) = MODELS[name]
    rng = np.random.default_rng(seed)
    parameters = {parameter: F(rng.uniform(*bounds)) for parameter, bounds in ranges.items()}
    dt, current = [0.1, 0.25, 0.3][seed - 1], rng.normal(mean, width, STEPS).astype(F)
    chosen = OPTIONS.get(name, {"integration_type": integration_type})
    cell = kind(**{parameter: float(value) for parameter, value in parameters.items()}, **chosen)
    samples = hk.stimuli.Samples(current.astype(float), dt=dt)
    rec = hk.simulate(cell, samples, duration=STEPS * dt, dt=dt, record=["v", second])
    spikes, v, other = zip(*loop(current, F(dt), parameters, integration_type), strict=True)
    assert np.any(spikes), "a silent neuron tests little"
    np.testing.assert_array_equal(rec.spike_steps, np.flatnonzero(spikes))
    np.testing.assert_array_equal(rec["v"][:, 0], np.array(v))
    np.testing.assert_array_equal(rec[second][:, 0], np.array(other))
