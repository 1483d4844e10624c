"""The exact engine against closed forms, most of them in 50 digits, and against spike times that NEST finds inside its steps."""

import mpmath as mp
import numpy as np
import pytest

import hillock as hk
from hillock.stimuli import Constant, Ramp, Sine
from tests.dialects.golden import each
from tests.engines.exact_cells import Synapse, SynapticCurrent

pytestmark = pytest.mark.slow

CASES = 100


@pytest.fixture(autouse=True)
def _fifty_digits():
    with mp.workdps(50):
        yield


def exact(cell, stimulus, duration, dt, **options):
    return hk.simulate(cell, stimulus, duration=duration, dt=dt, engine="exact", **options)


def root(f, low, high):
    """Return the root of a rising function in its bracket, to about forty digits."""
    return mp.findroot(f, (low, high), solver="anderson", tol=1e-40, maxsteps=200, verify=False)


def random_lifs(seed):
    """Return parameters of LIFs whose current is 1.1 to 5 times what fires them; no time is a multiple of anything."""
    u = np.random.default_rng(seed).uniform
    v_rest, above, below = u(-75, -60, CASES), u(5, 20, CASES), u(-10, 4, CASES)
    p = {"tau_m": u(2, 40, CASES), "r_m": u(20, 200, CASES), "t_ref": u(0, 5, CASES), "v_rest": v_rest, "v_reset": v_rest + below}
    return {**p, "v_th": v_rest + above}, above / p["r_m"] * u(1.1, 5, CASES)


@pytest.mark.parametrize("dt", [0.7, 7.0])
def test_under_constant_current_every_interval_is_the_closed_form_to_a_trillionth(dt):
    """From v0 under v_inf = v_rest + r i the threshold is reached after tau ln((v_inf - v0)/(v_inf - v_th))."""
    p, i = random_lifs(1)
    rec = exact(hk.cells.LIF(**p), Constant(i), 140, dt)
    for k in range(CASES):
        tau, r, t_ref, rest, reset, th = (mp.mpf(float(p[name][k])) for name in ("tau_m", "r_m", "t_ref", "v_rest", "v_reset", "v_th"))
        v_inf = rest + r * mp.mpf(float(i[k]))
        first, interval = (tau * mp.log((v_inf - v0) / (v_inf - th)) for v0 in (rest, reset))
        times = rec.times(k)
        assert len(times) == int((140 - first) / (interval + t_ref)) + 1
        np.testing.assert_allclose(times, [float(first + n * (interval + t_ref)) for n in range(len(times))], rtol=1e-12)
        np.testing.assert_allclose(np.diff(times), float(interval + t_ref), rtol=1e-12)


@pytest.mark.filterwarnings("ignore:Under")  # some rest longer than they climb
def test_a_neuron_is_the_same_alone_and_in_a_crowd():
    p, i = random_lifs(1)
    everyone = exact(hk.cells.LIF(**p), Constant(i), 140, 7.0)
    for k in range(0, CASES, 10):
        alone = exact(hk.cells.LIF(**{name: float(values[k]) for name, values in p.items()}), Constant(float(i[k])), 140, 7.0)
        np.testing.assert_allclose(alone.times(), everyone.times(k), rtol=1e-14)


def test_an_adaptive_threshold_is_crossed_where_fifty_digits_say():
    """From v0 at time t0 on: v_inf + (v0 - v_inf) e^{-(t - t0)/tau_m} = v_th + theta0 e^{-(t - t0)/tau_theta}; left minus right only rises."""
    cell = hk.cells.LIF(theta_plus=3.0, tau_theta=37.0, t_ref=1.23)
    times, v0, theta, t, expected = exact(cell, Constant(0.45), 150, 2.5).spike_times, mp.mpf(-65), mp.mpf(0), mp.mpf(0), []
    while True:
        rise = root(lambda s, v0=v0, theta=theta: -20 + (v0 + 20) * mp.exp(-s / 20) + 50 - theta * mp.exp(-s / 37), 0, 300)
        if t + rise > 150:
            break
        expected.append(t + rise)
        t += rise + mp.mpf(1.23)
        theta = (theta * mp.exp(-rise / 37) + 3) * mp.exp(-mp.mpf(1.23) / 37)  # it decays during rest too
        v0 = mp.mpf(-65)
    assert len(expected) > 5
    np.testing.assert_allclose(times, [float(x) for x in expected], rtol=1e-13)


@pytest.mark.parametrize("dt", [0.5, 20.0])
@pytest.mark.parametrize(("final", "amplitude"), [(1.3, 0.0), (0.0, 0.9), (0.8, 0.7)])
def test_charge_is_counted_through_bends_off_the_grid_and_through_ups_and_downs(final, amplitude, dt):
    """0.2 nF by 15 mV are 3 pC: the n-th spike is where the charge, 0.4 nA t + ramp + sine, which may also fall, first reaches n times that."""
    current = Ramp(0.4, 0.4 + final, start=3.37, stop=11.113) + Sine(amplitude, 50.0)
    rec = exact(hk.cells.IntegrateAndFire(), current, 80, dt)

    def charge(t, cos=mp.cos, w=2 * mp.pi * 50 / 1000):
        bent, flat = min(max(t - 3.37, 0), 11.113 - 3.37), max(t - 11.113, 0)
        return 0.4 * t + final * (bent**2 / 2 / (11.113 - 3.37) + flat) + amplitude * (1 - cos(w * t)) / w

    t = np.linspace(0, 80, 8001)
    q = np.array([charge(x, np.cos, 0.1 * np.pi) for x in t])
    brackets = [(t[k - 1], t[k]) for n in range(1, int(q.max() / 3) + 1) for k in [int(np.argmax(q >= 3 * n))]]
    expected = [float(root(lambda s, n=n: charge(s) - 3 * n, *map(mp.mpf, ends))) for n, ends in enumerate(brackets, 1)]
    assert len(expected) > 8
    np.testing.assert_allclose(rec.spike_times, expected, rtol=1e-12)


def test_leaky_neurons_under_sines_fire_first_where_fifty_digits_say():
    """From rest, with r = 1 + (w tau)²: (v - v_rest)/(r_m a) = (sin(wt) - w tau cos(wt) + w tau e^{-t/tau})/r."""
    random = np.random.default_rng(3)
    tau, hertz, reach = random.uniform(3, 40, CASES), random.uniform(1, 400, CASES), random.uniform(0.05, 0.95, CASES)
    w = 2 * np.pi * hertz / 1000
    t = np.linspace(0, 1000, 20_001)[None, :] / hertz[:, None]  # the first cycle, where the first and greatest maximum is
    shape = (np.sin(w[:, None] * t) + (w * tau)[:, None] * (np.exp(-t / tau[:, None]) - np.cos(w[:, None] * t))) / (1 + (w * tau) ** 2)[:, None]
    threshold = reach * shape.max(axis=1)
    first = np.argmax(shape > threshold[:, None], axis=1)
    cell = hk.cells.LIF(tau_m=tau, r_m=1.0, v_rest=0.0, v_reset=-1.0, v_th=threshold)
    rec = exact(cell, Sine(1.0, hertz), float(np.ceil(t[np.arange(CASES), first].max())), 1.0)
    for k in range(CASES):
        a, b, level = mp.mpf(float(tau[k])), 2 * mp.pi * mp.mpf(float(hertz[k])) / 1000, mp.mpf(float(threshold[k]))

        def distance(s, a=a, b=b, level=level):
            return (mp.sin(b * s) + a * b * (mp.exp(-s / a) - mp.cos(b * s))) / (1 + (a * b) ** 2) - level

        assert rec.times(k)[0] == pytest.approx(float(root(distance, t[k, first[k] - 1], t[k, first[k]])), abs=1e-11)


def synaptic_cases(seed):
    """Return 100 pairs of time constants, ten of them equal and ten nearly so, and how far up the peak of the potential the threshold is."""
    random = np.random.default_rng(seed)
    tau_m, tau_s, height = random.uniform(2, 40, CASES), random.uniform(0.5, 60, CASES), random.uniform(0.02, 0.99, CASES)
    tau_s[:10] = tau_m[:10]
    tau_s[10:20] = tau_m[10:20] * (1 + 10.0 ** -np.arange(4, 14))
    height[20:30] = 1 - 10.0 ** -np.linspace(2, 6, 10)
    return tau_m, tau_s, height


def exponential_response(t, tau_m, tau_s):
    """v(t) of tau_m v' = -v + e^{-t/tau_s}."""
    if tau_m == tau_s:
        return t / tau_m * mp.exp(-t / tau_m)
    return tau_s / (tau_s - tau_m) * (mp.exp(-t / tau_s) - mp.exp(-t / tau_m))


def alpha_response(t, tau_m, tau_s):
    """v(t) of tau_m v' = -v + (t/tau_s) e^{1 - t/tau_s}."""
    if tau_m == tau_s:
        return mp.e / 2 * (t / tau_m) ** 2 * mp.exp(-t / tau_m)
    q = 1 / (tau_s - tau_m)  # (p + q t) e^{1 - t/tau_s} is one solution
    p = -tau_m * q * tau_s / (tau_s - tau_m)
    return mp.e * ((p + q * t) * mp.exp(-t / tau_s) - p * mp.exp(-t / tau_m))


EXPONENTIAL, ALPHA = (exponential_response, lambda t, tau: mp.exp(-t / tau)), (alpha_response, lambda t, tau: t / tau * mp.exp(1 - t / tau))


def test_driven_by_a_synapse_two_hundred_cells_fire_first_where_fifty_digits_say():
    """The potential only rises to its peak, where it meets the current; the crossing is the one root before. Near the peak rounding moves it by more."""
    tau_m, tau_s, height = (np.tile(x, 2) for x in synaptic_cases(4))
    kinds = [EXPONENTIAL] * CASES + [ALPHA] * CASES
    cases = [(*kind, mp.mpf(float(m)), mp.mpf(float(s))) for kind, m, s in zip(kinds, tau_m, tau_s, strict=True)]
    peaks = [root(lambda t, v=v, i=i, m=m, s=s: v(t, m, s) - i(t, s), m / 1000, 3 * (m + s)) for v, i, m, s in cases]
    v_th = np.array([float(h * v(t, m, s)) for h, t, (v, _, m, s) in zip(height, peaks, cases, strict=True)])
    is_alpha = np.arange(2 * CASES) >= CASES
    cell = Synapse(i_syn=1.0 * ~is_alpha, rise=np.e * is_alpha, tau_m=tau_m, tau_s=tau_s, v_th=v_th)
    rec = exact(cell, Constant(0.0), float(np.ceil(float(max(peaks)))), 1.0)
    for k, (v, _, m, s) in enumerate(cases):
        expected = root(lambda t, v=v, m=m, s=s, k=k: v(t, m, s) - mp.mpf(float(v_th[k])), mp.mpf(0), peaks[k])
        assert rec.times(k)[0] == pytest.approx(float(expected), abs=1e-11 / np.sqrt(1 - height[k]))


def nest_cell(case):
    p = case.params
    return hk.cells.LIF(
        tau_m=p["tau_m"],
        r_m=1000 * p["tau_m"] / p["C_m"],
        v_rest=p["E_L"],
        v_reset=p["V_reset"],
        v_th=p["V_th"],
        t_ref=p["t_ref"],
        i_e=p["I_e"] / 1000,
    )


@pytest.mark.parametrize("dt", [None, 25.0])
@each("nest", "iaf_psc_exp_ps", "iaf_psc_delta_ps", "iaf_psc_alpha_ps", without=("delta_ps_off_grid_spikes",))  # jumps of v: see test_impulses.py
def test_spikes_are_where_nest_finds_them_inside_its_steps(case, dt):
    """Recorded spikes of NEST arrive one step after they were sent. Its grid may be ours or a coarse one."""
    times, weights = arrivals(case)
    current = SynapticCurrent(weights / 1000, times, tau=case.params.get("tau_syn_ex", 2.0), alpha=float("alpha" in case.model))
    rec = exact(nest_cell(case), current, case.steps * case.dt, dt or case.dt, record=["v"])
    np.testing.assert_allclose(rec.spike_times, case["spike_times"], rtol=0, atol=1e-6)
    if dt is None:
        np.testing.assert_allclose(rec["v"][:, 0], case["v"][: len(rec["v"])], rtol=0, atol=1e-6)


def arrivals(case):
    if "spike_in_times" in case:
        times, weights = case["spike_in_times"] + case.dt, case["spike_in_weights"]
    elif "spikes_in" in case:
        sent = np.flatnonzero(case["spikes_in"])
        times, weights = (sent + 2) * case.dt, case["spikes_in"][sent]
    else:
        times, weights = np.zeros(0), np.zeros(0)
    return tuple(np.pad(x, (0, 100 - len(x))) for x in (times, weights))  # of one length, for one compiled program
