"""What depends on what, and what is linear."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import hillock as hk
from hillock._arithmetic import fma, rounded
from hillock._trace import dependence, is_linear, is_traced


def test_dependence_tells_which_result_comes_from_which_argument():
    def function(a, b, c):
        return {"sum": a + b, "constant": 1.0, "last": c["x"]}

    found = dependence(function, 1.0, 2.0, {"x": 3.0})  # results in the order of their names: constant, last, sum
    np.testing.assert_array_equal(found, [[False, False, False], [False, False, True], [True, True, False]])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (jax.jit(lambda a, b: (b, a)), [[0, 1], [1, 0]]),  # nested calls are entered
        (lambda a, b: (jax.nn.relu(a), b), [[1, 0], [0, 1]]),
        (lambda a, b: (rounded(a), fma(b, b, b)), [[1, 0], [0, 1]]),
        (lambda a, b: (a * 0.0, b - b), [[1, 0], [0, 1]]),  # by structure, not by value
        (lambda a, b: (jnp.where(a > 0, 1.0, 2.0), b), [[1, 0], [0, 1]]),  # no derivative, but a dependence
        (lambda a, b: (lax.stop_gradient(a), b), [[1, 0], [0, 1]]),
    ],
)
def test_dependence_is_structural(function, expected):
    np.testing.assert_array_equal(dependence(function, np.float32(1.0), np.float32(2.0)), np.array(expected, bool))


@pytest.mark.parametrize(
    ("function", "least"),
    [
        (lambda a, b: lax.cond(a > 0, lambda y: (y, 2 * y), lambda y: (3 * y, y), b), [[1, 1], [1, 1]]),
        (lambda a, b: lax.while_loop(lambda s: s[0] < 3, lambda s: (s[0] + 1, 2 * s[1]), (a, b)), [[1, 0], [1, 1]]),  # a says how often
        (lambda a, b: lax.scan(lambda s, _: (s + a, s), b, length=3), [[1, 1], [1, 1]]),
    ],
)
def test_no_dependence_through_loops_and_branches_is_missed(function, least):
    found = dependence(function, np.float32(1.0), np.float32(2.0))
    assert np.all(found >= np.array(least, bool))


STACK = lambda x: jnp.stack([x, 2 * x])  # noqa: E731


@pytest.mark.parametrize(
    "function",
    [
        lambda x: 2.0 * x + 1.0,
        lambda x: x / 3.0 - (4.0 - x) * 5.0,
        lambda x: jnp.where(True, x, -x),
        jax.jit(lambda x: -x),
        lambda x: STACK(x) @ jnp.ones(2, x.dtype) + STACK(x).sum(),
        lambda x: STACK(x)[1],
        lambda x: jnp.exp(jnp.ones_like(x) * 2.0) * x,
        jnp.zeros_like,
    ],
)
def test_affine_functions_are_linear(function):
    assert is_linear(function, np.float32(1.0))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x * x,
        lambda x: 1.0 / x,
        jnp.sin,
        jnp.abs,
        # flat where they have a derivative, and yet not constant:
        jnp.floor,
        lambda x: jnp.where(x > 0, 1.0, 2.0),
        lambda x: (x > 0).astype(jnp.float32),
        lambda x: x.astype(jnp.int32).astype(jnp.float32),
        lax.stop_gradient,
        jax.nn.relu,
        lambda x: fma(x, x, x),
        lambda x: lax.fori_loop(0, 3, lambda _, y: y * y, x),
        lambda x: lax.cond(x > 0, lambda y: 2 * y, lambda y: y, x),
    ],
)
def test_other_functions_are_not_linear(function):
    assert not is_linear(function, np.float32(1.0))


def test_products_of_two_arguments_are_not_linear():
    assert not is_linear(lambda x, y: x * y, np.float32(1.0), np.float32(1.0))
    assert not is_linear(lambda pair: pair[0] * pair[1], (np.float32(1.0), np.float32(1.0)))
    assert is_linear(lambda x, y: x + 3 * y, np.float32(1.0), np.float32(1.0))


def test_a_cell_is_traced_once_for_all_values_of_its_parameters():
    traced = []

    class Counted(hk.cells.LIF):
        def drift(self, state, i):
            traced.append(self)
            return super().drift(state, i)

    for tau_m in (10.0, 20.0, 30.0):
        cell = Counted(tau_m=tau_m)
        assert is_linear(cell.drift, cell.init(), 0.0)
    assert len(traced) == 1


def test_the_published_linear_cells_are_linear_and_the_others_are_not():
    found = {}
    for name in ("LIF", "SLIF", "IntegrateAndFire", "ResonateAndFire", "QuadraticIF", "AdEx", "HodgkinHuxley"):
        cell = getattr(hk.cells, name)()
        state = jax.tree.map(lambda _: np.float32(0.0), cell.init())
        found[name] = is_linear(cell.drift, state, np.float32(0.0))
    assert [name for name, linear in found.items() if linear] == ["LIF", "SLIF", "IntegrateAndFire", "ResonateAndFire"]


def test_values_inside_jit_are_traced_and_others_are_not():
    seen = []
    jax.jit(lambda x: seen.append(is_traced({"a": x}, 1.0)) or x)(1.0)
    assert seen == [True]
    assert not is_traced({"a": jnp.ones(2)}, 1.0, None)
