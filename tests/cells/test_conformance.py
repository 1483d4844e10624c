"""What must be true of every cell: found by introspection, so that a new cell is tested with no edit here."""

import functools
import inspect

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock._param import declarations, defaults
from hillock._units import to_number
from hillock.cells import AbstractCell

# The search for a drive also tries currents below rheobase, on purpose; a warning about them is not what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

CELLS = [kind for kind in vars(hk.cells).values() if inspect.isclass(kind) and issubclass(kind, AbstractCell) and not inspect.isabstract(kind)]
each_cell = pytest.mark.parametrize("kind", CELLS, ids=lambda kind: kind.__name__)

DT = 0.05
CURRENTS = 1e-3 * 2.0 ** np.arange(20)  # nA; always as many neurons, so that every run of a cell shares one compiled program


def run(cell, currents, duration=50.0, dt=DT, **more):
    stimulus = hk.stimuli.Constant(np.broadcast_to(currents, CURRENTS.shape))
    return hk.simulate(cell, stimulus, duration=duration, dt=dt, record=["v"], dtype="float64", **more)


@functools.cache
def drive(kind):
    """Return the first current, doubling from 1 pA, at which a cell fires at least twice in 200 ms."""
    return CURRENTS[np.argmax(run(kind(), CURRENTS, duration=200.0, check_finite=False).counts() >= 2)]


def numbers(kind):
    """Return the default of every parameter that is one number."""
    return {name: float(value) for name, value in defaults(kind).items() if declarations(kind)[name].ndim == 0}


def states(kind, n):
    """Return n states around the initial one, as arrays, and n currents."""
    with jax.enable_x64(True):
        scale = 1.0 + 0.01 * jnp.arange(n, dtype=jnp.float64)
        return jax.tree.map(lambda x: jnp.asarray(x, jnp.float64) * scale, kind().init()), drive(kind) * scale


def same(one, other):
    """Assert that two trees agree to rounding; 10⁻¹⁰ leaves room for the cancellation of ionic currents."""
    jax.tree.map(functools.partial(np.testing.assert_allclose, rtol=1e-12, atol=1e-10), one, other)


@each_cell
def test_every_cell_fires_when_driven(kind):
    counts = run(kind(), drive(kind), duration=200.0).counts()
    assert (counts >= 2).all()


@each_cell
def test_every_parameter_has_a_unit_and_a_meaning(kind):
    for name, declared in declarations(kind).items():
        assert to_number(f"1 {declared.unit}" if declared.unit != "1" else "1", declared.unit) == 1.0, name
        assert declared.doc, name
    assert declarations(kind)["t_ref"].on_grid


@each_cell
def test_the_docstring_says_equations_use_limits_and_source(kind):
    parts = ["Flow::", "Threshold", "Reset", "When:", "Limits:", ">>>", "Reference:", "doi:10."]
    found = [(inspect.getdoc(kind) or "").find(part) for part in parts]
    assert -1 not in found
    assert found == sorted(found)


@each_cell
def test_every_preset_makes_a_cell(kind):
    for name, values in kind.presets.items():
        assert all(getattr(kind.preset(name), key) == value for key, value in values.items())


@each_cell
def test_state_keeps_its_structure_and_dtype(kind):
    with jax.enable_x64(True):
        cell, state = (jax.tree.map(lambda x: jnp.asarray(x, jnp.float32), tree) for tree in (kind(), kind().init()))
        for new in (cell.drift(state, jnp.float32(0.1)), cell.reset(state)):
            assert type(new) is type(state)
            assert all(jnp.shape(x) == () and jnp.result_type(x) == jnp.float32 for x in jax.tree.leaves(new))
        assert cell.excess(state).dtype == jnp.float32
        assert "v" in state._fields


@each_cell
def test_drift_is_the_same_compiled_and_not(kind):
    state, i = jax.tree.map(lambda x: x[1], states(kind, 2))
    with jax.enable_x64(True):
        same(jax.jit(lambda state, i: kind().drift(state, i))(state, i), kind().drift(state, i))


@each_cell
def test_drift_of_many_is_the_drift_of_each(kind):
    many, currents = states(kind, 3)
    with jax.enable_x64(True):
        together = jax.vmap(kind().drift)(many, currents)
        for k in range(3):
            alone = kind().drift(jax.tree.map(lambda x, k=k: x[k], many), currents[k])
            same(jax.tree.map(lambda x, k=k: x[k], together), alone)


@each_cell
def test_a_spike_leaves_silent_neurons_alone(kind):
    first_driven = np.where(np.arange(len(CURRENTS)) == 0, drive(kind), 0.0)
    among, alone = (run(kind(), currents, duration=200.0) for currents in (first_driven, 0.0))
    assert among.counts()[0] > 0
    assert (among["v"][:, 1:] == alone["v"][:, 1:]).all()


@each_cell
def test_a_population_is_so_many_single_neurons(kind):
    factors = {name: 1.0 + np.arange(3) * (1.0 if declarations(kind)[name].on_grid else 0.01) for name in numbers(kind)}
    values = {name: x * factors[name] for name, x in numbers(kind).items()}
    settings = {"duration": 50.0, "dt": DT, "record": ["v"], "dtype": "float64"}
    together = hk.simulate(kind(**values), hk.stimuli.Constant(drive(kind)), **settings)
    for k in range(3):
        alone = run(kind(**{name: float(x[k]) for name, x in values.items()}), drive(kind))
        assert together.times(k).tolist() == alone.times(0).tolist()
        np.testing.assert_allclose(together["v"][:, k], alone["v"][:, 0], rtol=1e-9, atol=1e-9)


@each_cell
def test_first_spike_at_half_the_step_is_no_further_than_a_step(kind):
    first = [run(kind(), drive(kind), duration=200.0, dt=dt).times()[0] for dt in (DT, DT / 2)]
    assert abs(first[1] - first[0]) <= DT * 1.001


@each_cell
def test_a_run_continued_is_one_run(kind):
    whole, half = run(kind(), drive(kind), duration=100.0), run(kind(), drive(kind), duration=50.0)
    rest = run(kind(), drive(kind), duration=50.0, start=half.end)
    assert (np.concatenate([half["v"], rest["v"]]) == whole["v"]).all()
    assert np.concatenate([half.spike_steps, rest.spike_steps]).tolist() == whole.spike_steps.tolist()


@each_cell
def test_nothing_of_a_run_is_left_in_the_next(kind):
    cell = kind()
    first, second = (run(cell, drive(kind)) for _ in range(2))
    assert (first["v"] == second["v"]).all()


def final_v(kind, current, values):
    """Return v after 2 ms of a weak current, before any spike, with values put in place of the defaults, unchecked so as to straddle bounds."""
    cell = eqx.tree_at(lambda cell: [getattr(cell, name) for name in values], kind(), list(values.values()))
    chosen = hk.integrators.choose(cell.drift, cell.init())
    integrator = chosen if isinstance(chosen, hk.integrators.Exact) else hk.integrators.Euler()  # RK4 takes four times as long to compile
    stimulus = hk.stimuli.Constant(current)
    return hk.simulate(cell, stimulus, duration=2.0, dt=DT, record=["v"], integrator=integrator, dtype="float64")["v"][-1]


@each_cell
def test_gradient_of_the_potential_is_its_finite_difference(kind):
    point = {name: x for name, x in numbers(kind).items() if not declarations(kind)[name].on_grid}
    weak = 0.1 * drive(kind)
    with jax.enable_x64(True):
        gradient = jax.jit(jax.grad(lambda values: final_v(kind, weak, values)[0]))(jax.tree.map(jnp.asarray, point))
    step = 1e-5 * np.maximum(np.abs(list(point.values())), 0.01)
    offsets = np.concatenate([np.diag(step), -np.diag(step)], axis=1)  # a population: each parameter up, each parameter down
    v = final_v(kind, weak, {name: x + offset for (name, x), offset in zip(point.items(), offsets, strict=True)})
    difference = (v[: len(point)] - v[len(point) :]) / (2 * step)
    rounding = 100 * np.finfo(float).eps * np.abs(v).max() / step  # of v, in 40 steps
    for k, name in enumerate(point):
        assert float(gradient[name]) == pytest.approx(difference[k], rel=1e-6, abs=rounding[k]), name
