"""What an explanation says is what closed forms and simulations say."""

import jax
import numpy as np
import pytest

import hillock as hk
from hillock.analysis import lif_rate
from hillock.integrators import RK4, Euler, ExponentialEuler, Heun
from hillock.stimuli import Constant, GaussianNoise, Pulses, Sine, Step

LIF, AdEx, IntegrateAndFire = hk.cells.LIF, hk.cells.AdEx, hk.cells.IntegrateAndFire


def kinds(why):
    return [finding.kind for finding in why.findings]


def taus(why):
    return {constant.name: constant.tau for constant in why.time_constants}


def test_the_missing_current_of_an_lif_is_its_rheobase_less_the_input():
    cell = LIF(v_th=-52.0, r_m=80.0, i_e=0.02)
    why = hk.explain(cell, Constant(0.1), dt=0.1, duration=200)
    np.testing.assert_allclose(why.rheobase, 13.0 / 80.0 - 0.02)
    np.testing.assert_allclose(why.missing_current, 13.0 / 80.0 - 0.02 - 0.1, atol=1e-8)  # the input is recorded in single precision
    assert why.rheobase_is_exact
    assert kinds(why) == ["silent"]
    assert why.silent_fraction == 1


def test_the_distance_from_threshold_is_that_of_the_exponential_rise():
    """After 100 ms v is at v_rest + r_m i (1 - exp(-100/20)); single precision at 65 mV is good to 1e-5 mV a step."""
    why = hk.explain(LIF(), Constant(0.1), dt=0.1, duration=100)
    highest = -65 + 10 * (1 - np.exp(-5))
    np.testing.assert_allclose(why.highest_v, highest, atol=1e-3)
    np.testing.assert_allclose(why.gap, -50 - highest, atol=1e-3)


def test_what_is_advised_against_silence_makes_the_cell_fire():
    why = hk.explain(LIF(), Constant(0.1), dt=0.1, duration=500)
    assert why.findings[0].change == "a current above 0.15 nA, v_th below -55 mV, or r_m above 150 MΩ."
    runs = [(LIF(), 0.1501), (LIF(v_th=-55.01), 0.1), (LIF(r_m=150.1), 0.1)]
    for cell, current in runs:
        assert len(hk.simulate(cell, Constant(current), duration=500, dt=0.1).spike_steps)
    with pytest.warns(hk.Doubt, match="below the rheobase"):
        assert not len(hk.simulate(LIF(v_th=-54.99), Constant(0.1), duration=500, dt=0.1).spike_steps)


def test_the_steady_rate_of_an_lif_is_its_closed_form():
    why = hk.explain(LIF(), Constant(0.3), dt=0.1, duration=100)
    np.testing.assert_allclose(why.steady_rate, lif_rate(LIF(), 0.3))
    assert why.steady_rate_is_exact
    interval = 1000 / why.late_rate  # that of the simulation is up to dt longer
    assert np.all((1000 / why.steady_rate <= interval) & (interval <= 1000 / why.steady_rate + 0.1 + 1e-9))
    np.testing.assert_allclose(why.first_spike, np.ceil(200 * np.log(2)) / 10)  # 20 ms · ln 2, on the grid
    assert kinds(why) == ["spiking"]


def test_the_refractory_part_is_t_ref_by_the_interval():
    cell = LIF(t_ref=5.0)
    why = hk.explain(cell, Constant(1.0), dt=0.1, duration=100)
    climb = 20 * np.log(100 / 85)
    np.testing.assert_allclose(why.refractory_fraction, 5 / (5 + climb))
    assert why.saturated.all()
    assert kinds(why) == ["saturated", "spiking"]


@pytest.mark.parametrize("t_ref", [0.0, 2.0])
def test_no_current_makes_a_cell_fire_faster_than_the_limit_and_a_huge_one_reaches_it(t_ref):
    cell = LIF(t_ref=t_ref)
    why = hk.explain(cell, Constant(40.0), dt=1.0, duration=300)
    np.testing.assert_allclose(why.rate_limit, 1000 / (t_ref + 1.0))
    np.testing.assert_allclose(why.late_rate, why.rate_limit)
    assert why.saturated_fraction == 1
    assert "saturated" in kinds(why)


def test_the_time_constants_of_an_lif_are_those_it_declares():
    why = hk.explain(LIF(tau_m=17.0, tau_theta=80.0, theta_plus=1.0), Constant(0.3), dt=0.1, duration=10)
    found = taus(why)
    np.testing.assert_allclose([found["LIF.tau_m"], found["v around rest"]], 17.0)
    np.testing.assert_allclose([found["LIF.tau_theta"], found["theta around rest"]], 80.0)


def test_the_time_constant_of_an_exponential_cell_at_rest_is_that_of_its_slope():
    """At the rest v* of tau_m v' = v_rest - v + delta_t e^x the slope is (e^x - 1)/tau_m, with delta_t e^x = v* - v_rest."""
    cell = hk.cells.ExponentialIF()
    why = hk.explain(cell, Constant(0.0), dt=0.1, duration=500)
    steps = np.float64(-65.0)
    for _ in range(100):  # the fixed point, by iterating v ← v_rest + delta_t exp(...), a contraction below v_t
        steps = -65.0 + 3.48 * np.exp((steps + 59.9) / 3.48)
    slope = (steps + 65.0) / 3.48 - 1
    np.testing.assert_allclose(taus(why)["v around rest"], -10.0 / slope, rtol=1e-9)
    np.testing.assert_allclose(why.input_resistance, -100.0 / slope, rtol=1e-9)


@pytest.mark.parametrize(("integrator", "limit"), [(Euler(), 2.0), (Heun(), 2.0), (RK4(), 2.785293563405282)])
def test_the_longest_stable_dt_is_the_one_of_the_textbook(integrator, limit):
    why = hk.explain(LIF(t_ref=0.0, tau_theta=1e3), Constant(0.1), dt=1.0, duration=10, integrator=integrator)
    np.testing.assert_allclose(why.longest_dt, limit * 20.0, rtol=1e-5)


def test_exact_flow_is_stable_at_any_dt():
    assert hk.explain(LIF(), Constant(0.1), dt=0.1, duration=10).longest_dt == np.inf
    assert hk.explain(LIF(), Constant(0.1), dt=0.1, duration=10, integrator=ExponentialEuler()).longest_dt == np.inf


def test_a_dt_beyond_stability_is_found_and_one_below_is_not():
    at = {dt: hk.explain(LIF(t_ref=0.0), Constant(0.1), dt=dt, duration=50 * dt, integrator=Euler()) for dt in (1.0, 44.0)}
    assert [any("swings ever wider" in finding.says for finding in why.findings) for why in at.values()] == [False, True]


def test_forward_euler_acts_like_a_shorter_time_constant():
    """One step multiplies the distance by 1 - dt/tau, as exp(-dt/tau') does for tau' = -dt/ln(1 - dt/tau)."""
    why = hk.explain(LIF(t_ref=0.0), Constant(0.3), dt=5.0, duration=100, integrator=Euler())
    (membrane,) = [constant for constant in why.time_constants if constant.name == "LIF.tau_m"]
    np.testing.assert_allclose(membrane.acts_like, -5.0 / np.log(0.75))
    assert membrane.steps == 4


def test_the_input_resistance_and_the_potential_held_are_those_of_ohms_law():
    why = hk.explain(LIF(r_m=[50.0, 80.0]), Constant(0.1), dt=0.1, duration=10)
    np.testing.assert_allclose(why.input_resistance, [50.0, 80.0])
    np.testing.assert_allclose(why.steady_v, [-60.0, -57.0])


def test_a_cell_without_a_leak_has_no_input_resistance():
    why = hk.explain(IntegrateAndFire(), Constant(0.3), dt=0.1, duration=100)
    assert np.isnan(why.input_resistance).all()
    np.testing.assert_allclose(why.steady_rate, 1000 * 0.3 / (0.2 * 15))  # i/(c_m (v_th - v_reset))


def test_adaptation_separates_the_rate_at_onset_from_the_adapted_one():
    why = hk.explain(AdEx(), Constant(1.0), dt=0.1, duration=200)
    np.testing.assert_allclose(why.onset_rate, 1000 / 13.7)  # AdEx's docstring has the same run
    last = hk.simulate(AdEx(), Constant(1.0), duration=3000, dt=0.1).isi()[-1]
    np.testing.assert_allclose(why.late_rate, 1000 / last, rtol=0.01)
    assert kinds(why) == ["adapting"]


def test_a_rheobase_without_closed_form_is_a_current_seen_to_fire_and_little_less_does_not():
    why = hk.explain(AdEx(), Constant(0.4), dt=0.1, duration=1000)
    assert not why.rheobase_is_exact
    (found,) = why.rheobase
    np.testing.assert_allclose(why.missing_current, found - 0.4, atol=1e-6)
    counts = hk.simulate(AdEx(), Constant([found - 2e-4, found]), duration=1000, dt=0.1).counts()
    assert list(counts > 0) == [False, True]


def test_a_pulse_too_brief_says_how_much_stronger_it_must_be():
    """A pulse i of 2 ms moves v by r_m i (1 - exp(-2/20)); 15 mV are needed."""
    why = hk.explain(LIF(), Pulses([1.0], starts=[10], stops=[12]), dt=0.1, duration=50)
    np.testing.assert_allclose(why.strength, 15.0 / (100.0 * (1 - np.exp(-0.1))), rtol=1e-3)
    assert "not for long enough" in why.findings[0].says
    np.testing.assert_allclose(why.missing_current, 0.0)  # it is above the rheobase


def test_a_spike_after_the_end_is_told_from_silence():
    """The first spike comes after tau_m ln(15.1/0.1) ms."""
    why = hk.explain(LIF(), Constant(0.151), dt=0.1, duration=50)
    assert f"after {20 * np.log(151):.4g} ms, and the run ends at 50 ms" in why.findings[0].says
    assert len(hk.simulate(LIF(), Constant(0.151), duration=101, dt=0.1).spike_steps) == 1


def test_a_population_is_summed_up_by_fractions():
    why = hk.explain(LIF(), Constant(np.linspace(0.0, 0.3, 100)), dt=0.1, duration=1000)
    assert why.silent_fraction == 0.5  # half are below 0.15 nA; the first above, 0.1515 nA, fires after 92 ms
    assert len(why.looked) == 16
    assert "the 16 of 100 neurons that were looked at" in str(why)
    np.testing.assert_allclose(why.largest_current, np.linspace(0.0, 0.3, 100)[why.looked], atol=1e-7)


def test_per_neuron_parameters_go_with_the_neurons_looked_at():
    v_th = np.linspace(-60.0, -40.0, 50)
    why = hk.explain(LIF(v_th=v_th), Constant(0.2), dt=0.1, duration=100)
    np.testing.assert_allclose(why.rheobase, (v_th[why.looked] + 65.0) / 100.0)
    np.testing.assert_allclose(why.steady_rate, np.asarray(lif_rate(LIF(v_th=v_th), 0.2))[why.looked])


def test_a_run_that_overflows_is_explained():
    why = hk.explain(hk.cells.HodgkinHuxley(), Constant(10.0), dt=0.1, duration=10)
    assert kinds(why) == ["failure", "step"]
    assert why.recording is None
    assert "Use dt ≤ 0.055 ms" in str(why)


def test_noise_has_no_steady_rate():
    why = hk.explain(LIF(), GaussianNoise(0.1, 0.02), dt=0.1, duration=50, key=1)
    assert np.isnan([why.steady_rate[0], why.onset_rate[0], why.strength[0]]).all()
    with pytest.raises(ValueError, match="GaussianNoise draws random numbers"):
        hk.explain(LIF(), GaussianNoise(0.1, 0.02), dt=0.1, duration=50)


def test_a_replica_is_explained_by_what_it_does():
    why = hk.explain(hk.dialects.tensorflow_notebook.LIF(), Constant(0.5), dt=0.5, duration=100)
    np.testing.assert_allclose(why.rheobase, 1.0, atol=1e-3)  # v goes to i, and 1 is the threshold
    assert kinds(why)[0] == "silent"


ALL = [getattr(hk.cells, name) for name in dir(hk.cells) if isinstance(getattr(hk.cells, name), type)]
CELLS = [kind for kind in ALL if issubclass(kind, hk.cells.AbstractCell) and kind is not hk.cells.AbstractCell]


@pytest.mark.parametrize("kind", CELLS)
def test_every_cell_can_be_explained(kind):
    why = hk.explain(kind(), Sine(0.1, 40.0), dt=0.05, duration=25)
    assert why.findings
    assert all(line == line.rstrip() and len(line) <= 120 for line in str(why).splitlines())


@pytest.mark.parametrize("dialect", ["nest", "brian2", "ngclearn", "norse"])
def test_it_works_in_other_dialects(dialect):
    why = hk.explain(LIF(t_ref=0.0), Step(0.1, start=10), dt=0.1, duration=50, dialect=dialect)
    np.testing.assert_allclose(why.missing_current, 0.05, atol=1e-8)


def test_explaining_says_no_doubt_aloud():
    hk.explain(LIF(), Constant(0.1), dt=0.1, duration=10)  # warnings are errors in tests


def test_what_is_wrong_is_refused_before_any_work():
    with pytest.raises(TypeError, match="model must be a cell such as"):
        hk.explain("LIF", Constant(0.1), dt=0.1)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="stimulus must be a stimulus such as"):
        hk.explain(LIF(), 0.1, dt=0.1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="dt must be > 0 ms"):
        hk.explain(LIF(), Constant(0.1), dt=0.0)
    with pytest.raises(TypeError, match="explain looks at numbers"):
        jax.jit(lambda i: hk.explain(LIF(), Constant(i), dt=0.1).rate)(0.1)
