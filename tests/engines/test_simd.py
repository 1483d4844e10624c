"""The simd engine takes another road to the same spikes as the scan engine: any cell, stimulus, dialect and integrator, in any pieces."""

import inspect
import threading
import warnings
from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jax import lax

import hillock as hk
from hillock import dialects, integrators, stimuli
from hillock.dialects import AbstractStep
from hillock.engines import Simd, _form
from hillock.integrators import AbstractIntegrator
from tests.cells.test_conformance import CELLS
from tests.dialects.test_replicas import NEEDED, REPLICAS

# Some combinations are odd on purpose (an axon in a dialect with coarse steps), which is what the warnings say.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

STEPS = 10_000
ARRAYS = stimuli.Samples(np.random.default_rng(1).normal(1, 1, 1000), dt=1.0)
STIMULI = {
    "Constant": stimuli.Constant(1.0),
    "Step": stimuli.Step(1.0, start=10.0),
    "Pulses": stimuli.Pulses([1.0, 2.0], starts=[5.0, 50.0], stops=[40.0, 300.0]),
    "Ramp": stimuli.Ramp(0.0, 2.0, start=0.0, stop=500.0),
    "Sine": stimuli.Sine(1.0, 20.0, offset=0.5),
    "Chirp": stimuli.Chirp(1.0, 0.5, 20.0, stop=1000.0),
    "ExponentialChirp": stimuli.ExponentialChirp(1.0, 1.0, 50.0, stop=1000.0),
    "GaussianNoise": stimuli.GaussianNoise(1.0, 1.0),
    "OrnsteinUhlenbeck": stimuli.OrnsteinUhlenbeck(1.0, 0.5, tau=5.0),
    "Poisson": stimuli.Poisson(500.0, 2.0, tau=3.0),
    "PoissonSpikes": stimuli.PoissonSpikes(500.0),
    "Samples": ARRAYS,
    "Impulses": stimuli.Impulses(np.full(30, 3.0), times=30.0 * np.arange(30.0) + 0.05),
}
FEW = {name: STIMULI[name] for name in ("Step", "GaussianNoise")}
INTEGRATORS = [kind for _, kind in inspect.getmembers(integrators, inspect.isclass) if issubclass(kind, AbstractIntegrator)]
CONCRETE = [kind for kind in INTEGRATORS if not inspect.isabstract(kind) and not kind.__name__.startswith("Abstract")]

# nA at which a cell fires now and then.
DRIVE = {"FitzHughNagumo": 0.5, "HodgkinHuxley": 10.0, "IntegrateAndFire": 0.1, "Izhikevich": 10.0, "LIF": 0.3, "SLIF": 1.5}


def each_of(some, size):
    """Return a stimulus in which neuron k feels the k-th of some, so that one compiled program of the scan engine serves all."""
    return stimuli.Sum([np.eye(len(some))[k] * size * one for k, one in enumerate(some.values())])


def both(model, stimulus, **options):
    """Return the recordings of both engines."""
    return [hk.simulate(model, stimulus, engine=engine, key=3, dtype="float64", check_finite=False, **options) for engine in ("scan", "simd")]


def agree(kind, dialect, integrator, some):
    cell = kind(t_ref=0.0) if isinstance(dialects.find(dialect).count, dialects._choices.Unsupported) else kind()
    dt, alone = 0.02 if kind is hk.cells.HodgkinHuxley else 0.1, kind is hk.cells.SLIF
    for part in [{name: one} for name, one in some.items()] if alone else [some]:  # a population that sees itself does not run here
        stimulus = each_of(part, DRIVE.get(kind.__name__, 0.5))
        runs = both(cell, stimulus, duration=STEPS * dt, dt=dt, record=["v"], dialect=dialect, integrator=integrator)
        same(runs[0], runs[1], horizon=runs[0].spike_steps[:1].sum() + 1 if subtracts(dialect) and not is_linear(kind) else STEPS)


def same(scan, vector, horizon=STEPS, tolerance=1e-10):
    """Assert the same spikes, and traces that at first differ by roundings only.

    Later a cell's own dynamics may have amplified those. Where an explosive upstroke is reset by subtraction, what remains of it is all
    amplified rounding: such a run is compared up to its first spike, the horizon.
    """
    v = scan["v"]
    if not np.isfinite(v).all() or np.abs(v).max() > 1e4:
        return  # a run that overflows has no answer to agree on
    first = vector["v"][:100] - scan["v"][:100]
    assert np.abs(first[:horizon]).max() <= tolerance * max(1.0, np.abs(v).max())
    early = [run.spike_steps < horizon for run in (scan, vector)]
    np.testing.assert_array_equal(vector.spike_steps[early[1]], scan.spike_steps[early[0]])
    np.testing.assert_array_equal(vector.spike_neurons[early[1]], scan.spike_neurons[early[0]])


def subtracts(dialect):
    return isinstance(dialects.find(dialect).reset, dialects._choices.KeepOvershoot | dialects._choices.KeepRemainder)


def is_linear(kind):
    return isinstance(integrators.choose(kind().drift, kind().init()), integrators.Exact)


def fits(kind, integrator):
    return is_linear(kind) or integrator is not integrators.Exact


def turn(kind, dialect):
    """Return an integrator such that every two of cell, dialect and integrator meet somewhere."""
    able = [integrator for integrator in CONCRETE if fits(kind, integrator)]
    return able[(CELLS.index(kind) + dialects.names().index(dialect)) % len(able)]


def kinds_of_step():
    """Return one dialect of each order of a step; what is left out is prepared once (count), a comparison, or only how a run is told."""
    alike = {"name": "", "summary": "", "stamp": 0, "shows": "after", "at_least": False, "dtype": "float64"}
    alike |= {"integrator": None, "count": dialects._choices.WholeSteps()}
    orders = {repr(replace(dialects.find(name), **alike)): name for name in reversed(dialects.names())}
    return sorted(orders.values())


ORDERS = kinds_of_step()
OTHERS = [pytest.param(name, marks=pytest.mark.exhaustive) for name in dialects.names() if name not in ORDERS]


@pytest.mark.parametrize("dialect", [*ORDERS, *OTHERS])
@pytest.mark.parametrize("kind", CELLS, ids=lambda kind: kind.__name__)
def test_every_cell_fires_alike_in_every_dialect(kind, dialect):
    agree(kind, dialect, turn(kind, dialect)(), FEW)


@pytest.mark.slow
@pytest.mark.parametrize("kind", CELLS, ids=lambda kind: kind.__name__)
def test_every_cell_fires_alike_on_every_stimulus(kind):
    agree(kind, "hillock", None, STIMULI if kind is not hk.cells.SLIF else FEW)


@pytest.mark.exhaustive
@pytest.mark.parametrize("integrator", CONCRETE, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("dialect", ORDERS)
@pytest.mark.parametrize("kind", CELLS, ids=lambda kind: kind.__name__)
def test_every_combination_there_is_fires_alike(kind, dialect, integrator):
    if not fits(kind, integrator):
        pytest.skip("Exact is for linear cells only")
    agree(kind, dialect, integrator(), STIMULI)


def test_every_exported_stimulus_takes_part():
    composed = {"Scaled", "Sum"}  # which make up the others
    exported = {name for name, x in vars(stimuli).items() if inspect.isclass(x) and issubclass(x, stimuli.AbstractStimulus)}
    assert {name for name in exported if not name.startswith("Abstract")} - composed == set(STIMULI)


@pytest.mark.parametrize("name", REPLICAS)
def test_every_replica_fires_alike(name):
    dialect, kind = name.partition(".")[0], REPLICAS[name]
    model = kind(**NEEDED.get(name, {}))
    size = 100.0 if dialect == "nest" else 1.5
    some = {"Constant": STIMULI["Constant"], "GaussianNoise": stimuli.GaussianNoise(1.0, 1.0)}
    alone = name == "ngclearn.SLIF"  # whose neurons see each other
    for stimulus in [size * one for one in some.values()] if alone else [each_of(some, size)]:
        own = {} if isinstance(model, AbstractStep) else {"dialect": dialect}
        # the substeps of one neuron are accepted or not at a tolerance, and its upstroke multiplies what that makes of a rounding
        tolerance = 1e-4 if name == "nest.aeif_cond_exp" else 1e-10
        scan, vector = both(model, stimulus, duration=200, dt=0.1, record=["v"], **own)
        same(scan, vector, tolerance=tolerance)


@pytest.mark.parametrize("name", ["GaussianNoise", "OrnsteinUhlenbeck", "Poisson"])
def test_random_currents_are_the_same_to_the_last_bit_of_single_precision(name):
    options = {"duration": 200, "dt": 0.1, "key": 11, "neurons": 100, "record": ["i"]}
    scan, vector = (hk.simulate(hk.cells.LIF(), STIMULI[name], engine=engine, **options)["i"] for engine in ("scan", "simd"))
    if name == "GaussianNoise":
        np.testing.assert_array_equal(vector, scan)
    else:  # a memory that decays by an exponential, whose last bit is each engine's own
        np.testing.assert_allclose(vector, scan, rtol=1e-6, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    tau_m=st.floats(2.0, 50.0),
    theta_plus=st.floats(0.0, 5.0),
    rests=st.integers(0, 30),
    neurons=st.sampled_from([1, 9, 300]),  # each a program of its own to the scan engine
    threads=st.integers(1, 4),
    cuts=st.lists(st.integers(1, 50), max_size=4),
    key=st.integers(0, 2**64 - 1),
)
def test_neither_numbers_nor_threads_nor_pieces_make_a_difference(tau_m, theta_plus, rests, neurons, threads, cuts, key):
    cell = hk.cells.LIF(tau_m=tau_m, theta_plus=theta_plus, t_ref=0.1 * rests)
    options = {"dt": 0.1, "key": key, "neurons": neurons, "dtype": "float64"}
    noise = stimuli.GaussianNoise(0.3, 0.6, interval=0.3)
    whole = hk.simulate(cell, noise, duration=20, engine="scan", **options)
    end, steps, who = None, [], []
    for piece in [*cuts, 200 - sum(cuts)]:
        part = hk.simulate(cell, noise, duration=0.1 * piece, start=end, engine=Simd(threads=threads), **options)
        end, steps, who = part.end, [*steps, *part.spike_steps], [*who, *part.spike_neurons]
    assert (steps, who) == (whole.spike_steps.tolist(), whole.spike_neurons.tolist())


@pytest.mark.parametrize("neurons", [1, 2, 8, 9, 63, 64, 65, 127, 128, 129, 1000])
def test_every_neuron_of_every_population_is_the_neuron_alone(neurons):
    amplitudes = np.linspace(0.2, 0.6, 1000)[:neurons]
    many = hk.simulate(hk.cells.LIF(theta_plus=1.0), stimuli.Constant(amplitudes), duration=50, dt=0.1, record=["v"], engine="simd")
    for k in {0, neurons // 2, neurons - 1}:
        alone = hk.simulate(hk.cells.LIF(theta_plus=1.0), stimuli.Constant(amplitudes[k]), duration=50, dt=0.1, record=["v"], engine="simd")
        np.testing.assert_array_equal(many["v"][:, k], alone["v"][:, 0])
        np.testing.assert_array_equal(many.times(k), alone.times())


def test_several_threads_of_a_user_do_not_disturb_each_other():
    def run(key):
        rec = hk.simulate(hk.cells.LIF(), stimuli.GaussianNoise(0.3, 0.5), duration=100, dt=0.1, neurons=500, key=key, engine="simd")
        found[key] = rec.spike_steps

    found = {}
    workers = [threading.Thread(target=run, args=(key,)) for key in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    together = dict(found)
    for key in range(8):
        run(key)
        np.testing.assert_array_equal(together[key], found[key])


def test_another_value_of_a_parameter_needs_no_other_kernel(monkeypatch):
    def run(tau_m, amplitude):
        return hk.simulate(hk.cells.LIF(tau_m=tau_m), stimuli.Constant(amplitude), duration=10, dt=0.1, engine="simd")

    run(20.0, 0.3)
    monkeypatch.setattr(_form, "Kernel", None)
    assert len(run(10.0, 0.5).spike_steps) > len(run(30.0, 0.4).spike_steps)


def test_a_divisor_too_large_for_its_reciprocal_is_divided_by():
    rec = hk.simulate(hk.cells.LIF(tau_theta=1e30, theta_plus=1.0), stimuli.Constant(0.5), duration=50, dt=0.1, integrator=integrators.Euler())
    scan = hk.simulate(
        hk.cells.LIF(tau_theta=1e30, theta_plus=1.0), stimuli.Constant(0.5), duration=50, dt=0.1, integrator=integrators.Euler(), engine="scan"
    )
    np.testing.assert_array_equal(rec.spike_steps, scan.spike_steps)


def test_what_is_differentiated_cannot_run_here():
    def last_v(amplitude):
        return hk.simulate(hk.cells.LIF(), stimuli.Constant(amplitude), duration=1, dt=0.1, record=["v"], engine="simd")["v"][-1, 0]

    with pytest.raises(ValueError, match=r"^The engine simd cannot run inside jit, grad or vmap. Leave engine out, or use engine='scan'\."):
        jax.grad(last_v)(0.1)


class Odd(hk.cells.AbstractCell):
    """A cell that asks for a function that has no machine code."""

    t_ref: hk.Param = hk.param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

    def init(self):
        return hk.cells.Voltage(v=0.5)

    def drift(self, state, i):
        return hk.cells.Voltage(v=i - lax.digamma(state.v + 2.0))

    def excess(self, state):
        return state.v - 1.0

    def reset(self, state):
        return hk.cells.Voltage(v=jnp.zeros_like(state.v))


def test_what_has_no_machine_code_runs_under_scan_and_says_so():
    rec = hk.simulate(Odd(), stimuli.Constant(1.0), duration=10, dt=0.1)
    assert rec.provenance["engine"] == "scan"
    told = rec.provenance["engine_reason"]
    assert told.startswith("simd cannot run it: The operation 'digamma' has no code (test_simd.py, line ")


def test_what_has_no_machine_code_is_refused_where_it_is_asked_for():
    sentence = r"^The engine simd cannot run Odd: The operation 'digamma' has no code \(test_simd.py, line \d+\)\. Use engine='scan'\.$"
    with pytest.raises(ValueError, match=sentence):
        hk.simulate(Odd(), stimuli.Constant(1.0), duration=10, dt=0.1, engine="simd")


def test_neurons_that_see_each_other_run_under_scan():
    rec = hk.simulate(hk.cells.SLIF(rho_b=0.1), stimuli.Constant([1.5, 1.6]), duration=10, dt=0.1)
    assert rec.provenance["engine_reason"] == "simd cannot run it: Its neurons notice each other's spikes within a step."
    alone = hk.simulate(hk.cells.SLIF(rho_b=0.1), stimuli.Constant(1.5), duration=10, dt=0.1)
    assert alone.provenance["engine_reason"] == "the fastest on a CPU"


@pytest.mark.parametrize("threads", [0, -1, 1.5, True, "2"])
def test_a_number_of_threads_that_is_none_is_refused(threads):
    with pytest.raises(ValueError, match=r"^Simd\.threads must be a whole number ≥ 1, or None for all processors, got "):
        Simd(threads=threads)


def test_a_number_that_is_none_is_found_with_its_first_step_and_neuron():
    class Runaway(Odd):
        def drift(self, state, i):
            return hk.cells.Voltage(v=i * state.v * state.v)

        def excess(self, state):
            return -jnp.ones_like(state.v)

    with pytest.raises(hk.SimulationError, match=r"^v of neuron 1 became inf in step \d+"):
        hk.simulate(Runaway(), stimuli.Constant([0.0, 9.0]), duration=50, dt=0.1, engine="simd")


def test_the_code_of_a_neuron_can_be_read():
    code = hk.machine_code(hk.cells.AdEx(), stimuli.GaussianNoise(0.5, 0.1), dt=0.1)
    assert "mulhi" in code.program
    assert "@llvm.fma" in code.llvm
    assert "kernel" in code.assembly


def test_a_neuron_without_code_is_refused():
    with pytest.raises(ValueError, match=r"^Odd has no machine code: The operation 'digamma' has no code \(test_simd.py, line \d+\)\.$"):
        hk.machine_code(Odd(), dt=0.1)


@pytest.mark.parametrize("engine", ["scan", "simd"])
@pytest.mark.parametrize("of", [[3], [0, 999], range(60, 70)])
def test_traces_of_chosen_neurons_are_those_of_all(engine, of):
    options = {"duration": 10, "dt": 0.1, "record": ["v", "i"], "key": 1, "neurons": 1000, "engine": engine, "every": 3}
    everything = hk.simulate(hk.cells.LIF(), stimuli.GaussianNoise(0.3, 0.3), **options)
    some = hk.simulate(hk.cells.LIF(), stimuli.GaussianNoise(0.3, 0.3), of=of, **options)
    np.testing.assert_array_equal(some["v"], everything["v"][:, list(of)])
    np.testing.assert_array_equal(some.columns, list(of))
    np.testing.assert_array_equal(some.spike_steps, everything.spike_steps)


def refusal(**options):
    with pytest.raises((ValueError, TypeError)) as caught, warnings.catch_warnings():
        hk.simulate(hk.cells.LIF(), stimuli.Constant(0.3), duration=10, dt=0.1, record=["v"], neurons=5, **options)
    return str(caught.value)


def test_neurons_that_are_not_there_are_refused():
    assert refusal(of=[5]) == "of must be a whole number from 0 to 4, got 5."
    assert refusal(of=3) == "of must be a list of neurons, got 3. Write of=[3], or leave it out to record all."
    assert refusal(of=[1, 1]) == "of must name at least one neuron, and each only once."
    assert refusal(of=[]) == "of must name at least one neuron, and each only once."


def test_a_variable_that_was_zero_so_far_counts_where_a_run_begins_elsewhere():
    """A threshold that does not adapt is left out of the kernel, until somebody raises it between two runs."""

    def raised(state):
        return state._replace(cell=state.cell._replace(theta=np.full_like(state.cell.theta, 5.0)))

    def later(engine):
        settings = {"duration": 30.0, "dt": 0.1, "record": ["v", "theta"], "dtype": "float64", "engine": engine}
        first = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), **settings)
        return hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), start=first.end.change(raised), **settings)

    simd, scan = later("simd"), later("scan")
    np.testing.assert_array_equal(simd.spike_steps, scan.spike_steps)
    np.testing.assert_allclose(simd["theta"], scan["theta"], rtol=1e-12)
    assert simd["theta"][0, 0] > 4.9


def test_a_variable_that_stays_zero_is_recorded_as_zero():
    rec = hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=30, dt=0.1, record=["theta", "threshold"])
    assert len(rec.spike_steps)
    assert (rec["theta"] == 0).all()
    assert (rec["threshold"] == -50).all()
