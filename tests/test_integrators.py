import functools
import re
from typing import NamedTuple

import jax
import jax.numpy as jnp
import mpmath
import numpy as np
import pytest
from scipy.integrate import solve_ivp
from scipy.linalg import expm

import hillock as hk
from hillock import integrators
from hillock._param import param
from hillock._types import Param, Scalar

# Steps longer than time constants, and currents that never fire a cell, are what is tested here.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


class ThreeState(NamedTuple):
    v: Scalar
    x: Scalar
    y: Scalar


class Cascade(hk.cells.AbstractCell):
    """A membrane behind two filters, with a constant force: linear, three variables, no coupling back."""

    tau_v: Param = param(10.0, "ms", "membrane")
    tau_x: Param = param(5.0, "ms", "second filter")
    tau_y: Param = param(2.0, "ms", "first filter")
    t_ref: Param = param(0.0, "ms", "refractory time")

    def init(self):
        return ThreeState(v=1.0, x=-2.0, y=0.5)

    def drift(self, state, i):
        return ThreeState(v=(state.x - state.v + 3.0) / self.tau_v, x=(state.y - state.x) / self.tau_x, y=(i - state.y) / self.tau_y)

    def excess(self, state):
        return state.v - 1e6

    def reset(self, state):
        return state


class Square(hk.cells.AbstractCell):
    """The simplest flow that is not linear."""

    t_ref: Param = param(0.0, "ms", "refractory time")

    def init(self):
        return hk.cells.Voltage(v=0.1)

    def drift(self, state, i):
        return hk.cells.Voltage(v=state.v * state.v + i)

    def excess(self, state):
        return state.v - 1e6

    def reset(self, state):
        return state


def end(cell, integrator, i, duration, dt):
    """Return the final state, in double precision."""
    names = list(cell.init()._fields)
    rec = hk.simulate(cell, hk.stimuli.Constant(i), duration=duration, dt=dt, record=names, integrator=integrator, dtype="float64")
    return np.array([rec[name][-1, 0] for name in names])


@functools.cache
def solved(cell, i, duration):
    """Return the final state by an adaptive solver of order 8."""

    @jax.jit
    def rates(x):
        return jnp.stack(jax.tree.leaves(cell.drift(type(cell.init())(*x), i)))

    with jax.enable_x64(True):
        start = np.array([float(x) for x in cell.init()])
        run = solve_ivp(lambda t, x: np.asarray(rates(x)), (0, duration), start, method="DOP853", rtol=1e-13, atol=1e-13)
    return run.y[:, -1]


def reference(matrix, force, start, t):
    """Return the solution of x' = matrix x + force at time t with 50 digits."""
    with mpmath.workdps(50):
        n = len(start)
        whole = mpmath.zeros(n + 1)
        for row in range(n):
            for column in range(n):
                whole[row, column] = mpmath.mpf(matrix[row][column]) * t
            whole[row, n] = mpmath.mpf(force[row]) * t
        return np.array([float(x) for x in (mpmath.expm(whole) * mpmath.matrix([*start, 1]))[:n]])


# Steps are small enough for the leading term of the error, large enough for the error to stay above rounding.
@pytest.mark.parametrize(
    ("integrator", "steps"),
    [
        (integrators.Euler(), (2**-8, 2**-9)),
        (integrators.ExponentialEuler(), (2**-8, 2**-9)),
        (integrators.Heun(), (2**-7, 2**-8)),
        (integrators.Midpoint(), (2**-7, 2**-8)),
        (integrators.RK4(), (2**-5, 2**-6)),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, integrators.AbstractIntegrator) else "",
)
@pytest.mark.parametrize(("cell", "i"), [(hk.cells.HodgkinHuxley(), 1.5), (hk.cells.FitzHughNagumo(), 0.25)], ids=["HodgkinHuxley", "FitzHughNagumo"])
def test_error_falls_with_the_order_of_the_integrator(integrator, steps, cell, i):
    exact = solved(cell, i, 4.0)
    errors = [np.abs(end(cell, integrator, i, 4.0, dt) - exact).max() for dt in steps]
    assert errors[1] > 1e-12  # above rounding
    assert np.log2(errors[0] / errors[1]) == pytest.approx(integrator.order, abs=0.1)


def test_exact_is_the_matrix_exponential_for_a_coupled_pair():
    cell, i, dt = hk.cells.ResonateAndFire(v_th=10.0), 0.3, 2.5
    got = end(cell, integrators.Exact(), i, 10 * dt, dt)
    flow = np.array([[cell.b, cell.omega, 0.0], [-cell.omega, cell.b, i], [0.0, 0.0, 0.0]])
    np.testing.assert_allclose(got, (expm(flow * 10 * dt) @ [0.0, 0.0, 1.0])[:2], rtol=1e-12)


@pytest.mark.parametrize(
    "taus",
    [(10.0, 5.0, 2.0), (5.0, 5.0, 5.0), (5.0, 5.0 + 1e-9, 2.0), (1e4, 1e-3, 1e-2), (1e-3, 1e4, 1e4), (1e-6, 1.0, 1e6)],
    ids=["different", "equal", "nearly equal", "stiff", "stiff and equal", "very stiff"],
)
def test_exact_has_fifty_digit_answers_for_any_time_constants(taus):
    tau_v, tau_x, tau_y = taus
    got = end(Cascade(*taus), integrators.Exact(), 2.0, 5.0, 0.5)
    matrix = [[-1 / tau_v, 1 / tau_v, 0], [0, -1 / tau_x, 1 / tau_x], [0, 0, -1 / tau_y]]
    np.testing.assert_allclose(got, reference(matrix, [3 / tau_v, 0, 2 / tau_y], [1.0, -2.0, 0.5], 5), rtol=1e-12, atol=1e-12)


def test_exact_does_not_depend_on_the_step():
    ends = [end(Cascade(), integrators.Exact(), 2.0, 12.0, dt) for dt in (0.1, 1.0, 12.0)]
    np.testing.assert_allclose(ends[0], ends[2], rtol=1e-13)
    np.testing.assert_allclose(ends[1], ends[2], rtol=1e-13)


def test_exact_refuses_a_flow_that_is_not_linear():
    sentence = (
        "The integrator Exact needs a drift that is linear in the state and the input; this cell's is not. "
        "Use RK4() or ExponentialEuler(), or leave the integrator out."
    )
    with pytest.raises(ValueError, match="^" + re.escape(sentence)):
        end(Square(), integrators.Exact(), 0.0, 1.0, 0.1)


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (hk.cells.IntegrateAndFire(), integrators.Exact),
        (hk.cells.LIF(), integrators.Exact),
        (hk.cells.ResonateAndFire(), integrators.Exact),
        (Cascade(), integrators.Exact),
        (Square(), integrators.RK4),
        (hk.cells.AdEx(), integrators.RK4),
    ],
    ids=lambda value: type(value).__name__,
)
def test_linear_cells_are_found_by_tracing(cell, kind):
    assert type(integrators.choose(cell.drift, cell.init())) is kind


@pytest.mark.parametrize("taus", [(5.0, 5.0, 5.0), (10.0, 5.0, 2.0)], ids=["equal", "different"])
def test_gradients_through_exact_are_finite_differences(taus):
    def final(taus):
        cell = Cascade(*taus)
        prepared = integrators.Exact().prepare(cell.drift, cell.init(), 1.5)
        return integrators.Exact().advance(prepared, cell.drift, cell.init(), 2.0, 1.5).v

    with jax.enable_x64(True):
        compiled, point = jax.jit(final), jnp.asarray(taus)
        gradient = np.array(jax.jit(jax.grad(final))(point))
        ends = [[float(compiled(point.at[k].add(h))) for h in (1e-5, -1e-5)] for k in range(3)]
    np.testing.assert_allclose(gradient, [(up - down) / 2e-5 for up, down in ends], rtol=1e-7, atol=1e-10)


def test_all_variables_advance_together():
    # Every rate is taken at the old state, (v, w) = (0, 1): w does not move. Advanced with the new v it would fall by (omega dt)² = 0.0025.
    cell = hk.cells.ResonateAndFire(b=0.0, omega=0.5)
    for integrator in (integrators.Euler(), integrators.ExponentialEuler()):
        state = type(cell.init())(v=0.0, w=1.0)
        after = integrator.advance(integrator.prepare(cell.drift, state, 0.1), cell.drift, state, 0.0, 0.1)
        assert (float(after.v), float(after.w)) == pytest.approx((0.05, 1.0), rel=1e-6)


def test_exponential_euler_is_exact_for_one_linear_variable():
    rec = hk.simulate(
        hk.cells.LIF(t_ref=0.0),
        hk.stimuli.Constant(0.14),
        duration=60,
        dt=6.0,
        record=["v"],
        integrator=integrators.ExponentialEuler(),
        dtype="float64",
    )
    np.testing.assert_allclose(rec["v"][:, 0], -65.0 + 14.0 * -np.expm1(-rec.t / 20.0), rtol=1e-13)


def test_exponential_euler_holds_stiff_gates_at_steps_where_euler_fails():
    # At rest the sodium gate relaxes at 4.2 per ms: Euler diverges beyond dt = 2/4.2 ms = 0.47 ms.
    cell = hk.cells.HodgkinHuxley(g_na=0.0, g_k=0.0)
    assert np.isfinite(end(cell, integrators.ExponentialEuler(), 0.0, 100.0, 1.0)).all()
    with pytest.raises(hk.SimulationError, match="became"):
        end(cell, integrators.Euler(), -5.0, 1000.0, 1.0)
