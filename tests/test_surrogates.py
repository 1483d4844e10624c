"""A surrogate fires like the step function and has the derivative it is published with."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hillock.surrogates import ArcTan, FastSigmoid, Hard, Triangle

SMOOTH = [FastSigmoid(slope=3.0), ArcTan(alpha=1.5), Triangle(width=0.5)]


def derivative(surrogate, x):
    return np.asarray(jax.vmap(jax.grad(lambda x: surrogate(x, at_least=False)))(jnp.asarray(x)))


@pytest.mark.parametrize("surrogate", [Hard(), *SMOOTH], ids=lambda s: type(s).__name__)
def test_every_surrogate_fires_as_the_step_function_does(surrogate):
    x = [-1.0, -1e-6, 0.0, 1e-6, 1.0]
    np.testing.assert_array_equal([surrogate(one, at_least=False) for one in x], [0, 0, 0, 1, 1])
    np.testing.assert_array_equal([surrogate(one, at_least=True) for one in x], [0, 0, 1, 1, 1])


def test_derivatives_are_those_of_the_functions_they_are_named_after():
    x = np.linspace(-2.0, 2.0, 41, dtype=np.float32)
    arctan = jax.vmap(jax.grad(lambda x: jnp.arctan(jnp.pi * 1.5 * x / 2.0) / jnp.pi))(x)
    np.testing.assert_allclose(derivative(ArcTan(alpha=1.5), x), arctan, rtol=1e-5)
    fast_sigmoid = jax.vmap(jax.grad(lambda x: x / (1.0 + 3.0 * jnp.abs(x))))(x)
    np.testing.assert_allclose(derivative(FastSigmoid(slope=3.0), x)[x != 0], fast_sigmoid[x != 0], rtol=1e-5)
    np.testing.assert_array_equal(derivative(Hard(), x), 0.0)


@pytest.mark.parametrize("surrogate", [ArcTan(), ArcTan(alpha=0.7), Triangle(), Triangle(width=3.0)], ids=repr)
def test_the_area_under_a_derivative_is_the_height_of_the_step(surrogate):
    x = np.linspace(-4000.0, 4000.0, 4_000_001, dtype=np.float32)  # beyond it, the arc tangent's tails hold 4/(π²·alpha·4000) < 2e-4
    area = derivative(surrogate, x).astype(float).sum() * 0.002
    assert area == pytest.approx(1.0, abs=5e-4)


def test_a_derivative_without_width_is_refused():
    with pytest.raises(ValueError, match=r"^Triangle\.width must be > 0, got 0\.$"):
        Triangle(width=0.0)
