"""How a cell's state is carried over one step of dt under constant input: objects with an order.

Every integrator advances all state variables together. What depends only on parameters is prepared once, in double precision,
before the loop; ``advance`` then does the rest at every step.
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from hillock._arithmetic import exprel
from hillock._trace import dependence, is_linear
from hillock._types import Scalar, State, Tree

if TYPE_CHECKING:  # to a type checker a class variable, at run time one that a leaf must give
    from typing import ClassVar as AbstractClassVar
else:
    from equinox import AbstractClassVar

Drift = Callable[[State, Scalar], State]
"""Time derivative per ms of a state under an input current."""


class AbstractIntegrator(eqx.Module):
    """One way to advance an ordinary differential equation by one step."""

    order: AbstractClassVar[int]

    @abstractmethod
    def prepare(self, drift: Drift, state: State, dt: Scalar) -> Tree:
        """Return what ``advance`` needs and does not change from step to step. ``state`` is an example."""

    @abstractmethod
    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        """Return the state ``dt`` ms later under the constant input ``i`` (nA)."""


class AbstractUnprepared(AbstractIntegrator):
    """A method that needs nothing but the drift."""

    def prepare(self, drift: Drift, state: State, dt: Scalar) -> Tree:
        return None


class Euler(AbstractUnprepared):
    """Forward Euler: x + dt·f(x)."""

    order = 1

    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        return _shift(state, dt, drift(state, i))


class Heun(AbstractUnprepared):
    """Heun's method, the explicit trapezoidal rule: two evaluations, order 2."""

    order = 2

    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        first = drift(state, i)
        second = drift(_shift(state, dt, first), i)
        return _shift(state, dt / 2, jax.tree.map(lambda a, b: a + b, first, second))


class Midpoint(AbstractUnprepared):
    """The explicit midpoint rule: two evaluations, order 2."""

    order = 2

    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        halfway = _shift(state, dt / 2, drift(state, i))
        return _shift(state, dt, drift(halfway, i))


class RK4(AbstractUnprepared):
    """The classical Runge–Kutta method: four evaluations, order 4."""

    order = 4

    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        k1 = drift(state, i)
        k2 = drift(_shift(state, dt / 2, k1), i)
        k3 = drift(_shift(state, dt / 2, k2), i)
        k4 = drift(_shift(state, dt, k3), i)
        return _shift(state, dt / 6, jax.tree.map(lambda a, b, c, d: a + 2 * (b + c) + d, k1, k2, k3, k4))


class ExponentialEuler(AbstractUnprepared):
    """Each variable relaxes exponentially, the others frozen: x + dt·φ(dt·∂f/∂x)·f, φ(z) = (eᶻ − 1)/z.

    Exact for a single linear variable, stable for the gates of Hodgkin–Huxley cells at any dt (Moore & Ramon 1974,
    J. Theor. Biol. 45:249); order 1 otherwise.
    """

    order = 1

    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        flat, tree = jax.tree.flatten(state)

        def rates(*x: Scalar) -> list[Scalar]:
            return jax.tree.leaves(drift(jax.tree.unflatten(tree, x), i))

        moved = []
        for k, x in enumerate(flat):

            def alone(y: Scalar, k: int = k) -> Scalar:
                return rates(*flat[:k], y, *flat[k + 1 :])[k]

            rate, slope = jax.jvp(alone, (x,), (jnp.ones_like(x),))
            moved.append(x + dt * exprel(dt * slope) * rate)
        return jax.tree.unflatten(tree, moved)


class _Propagator(NamedTuple):
    """x(t + dt) = states @ x(t) + constant + input·i, as nested tuples without the entries that are zero by structure."""

    states: tuple[tuple[Scalar | None, ...], ...]
    constant: tuple[Scalar | None, ...]
    input: tuple[Scalar | None, ...]


class Exact(AbstractIntegrator):
    """The matrix exponential of a linear drift: no error beyond rounding at any dt.

    Which entries of the propagator can be non-zero is read off the trace of the drift; variables that do not couple get
    scalar exponentials. There is no singularity where two time constants coincide.
    """

    order = 0  # no error to have an order

    def prepare(self, drift: Drift, state: State, dt: Scalar) -> Tree:
        flat, tree = jax.tree.flatten(state)
        n = len(flat)
        zeros = [jnp.zeros_like(jnp.asarray(x, jnp.result_type(float, dt))) for x in flat]

        def rates(*x: Scalar) -> list[Scalar]:
            return jax.tree.leaves(drift(jax.tree.unflatten(tree, x[:n]), x[n]))

        origin = (*zeros, jnp.zeros_like(zeros[0]))
        if not is_linear(drift, jax.tree.unflatten(tree, zeros), origin[n]):
            raise ValueError(
                "The integrator Exact needs a drift that is linear in the state and the input; this cell's is not. "
                "Use RK4() or ExponentialEuler(), or leave the integrator out."
            )
        coupled = dependence(rates, *origin)
        jacobian = jax.jacfwd(lambda x: tuple(rates(*x)))(origin)
        matrix = [[jacobian[row][column] for column in range(n + 1)] for row in range(n)]
        return _propagator(matrix, rates(*origin), coupled, dt)

    def advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        flat, tree = jax.tree.flatten(state)
        moved = []
        for row, constant, gain in zip(prepared.states, prepared.constant, prepared.input, strict=True):
            # what does not depend on the state comes first: under a constant input it is the same at every step
            terms = [gain * i] if gain is not None else []
            terms += [constant] if constant is not None else []
            terms += [factor * x for factor, x in zip(row, flat, strict=True) if factor is not None]
            moved.append(sum(terms[1:], terms[0]) if terms else jnp.zeros_like(i))
        return jax.tree.unflatten(tree, moved)


def _propagator(matrix: list[list[Scalar]], offset: list[Scalar], coupled: Bool[np.ndarray, "rows columns"], dt: Scalar) -> _Propagator:
    """Integrate x' = A x + c·i + b over dt, where ``matrix`` is [A c] and ``offset`` is b."""
    n = len(offset)
    reach = coupled[:, :n] | np.eye(n, dtype=bool)
    for _ in range(n):  # transitive closure: where powers of A can be non-zero
        reach |= (reach.astype(int) @ reach.astype(int)) > 0
    if (reach == np.eye(n, dtype=bool)).all():
        decay = [jnp.exp(matrix[k][k] * dt) for k in range(n)]
        gain = [dt * exprel(matrix[k][k] * dt) for k in range(n)]
        states = tuple(tuple(decay[row] if row == column else None for column in range(n)) for row in range(n))
        driven = tuple(gain[k] * matrix[k][n] if coupled[k, n] else None for k in range(n))
        return _Propagator(states, tuple(gain[k] * offset[k] for k in range(n)), driven)
    zero = jnp.zeros_like(jnp.asarray(offset[0]))
    rows = [[*matrix[row], offset[row]] for row in range(n)] + [[zero] * (n + 2)] * 2
    flow = _exponential(jnp.stack([jnp.stack([jnp.asarray(x) for x in row]) for row in rows]) * dt)
    by_input = reach @ coupled[:, n]
    states = tuple(tuple(flow[row, column] if reach[row, column] else None for column in range(n)) for row in range(n))
    return _Propagator(states, tuple(flow[row, n + 1] for row in range(n)), tuple(flow[row, n] if by_input[row] else None for row in range(n)))


_TERMS = 18  # of the Taylor series: for a norm of 1, the first neglected one is 1/19! < 10⁻¹⁷
_SQUARINGS = 40  # at most: good for rates up to 2⁴⁰ per step


def _exponential(matrix: Float[Array, "n n"]) -> Float[Array, "n n"]:
    """Return the matrix exponential by scaling, Taylor series and squaring (Moler & Van Loan 2003, method 3).

    ``jax.scipy.linalg.expm`` gives the same and takes five times as long to compile. What is squared is exp(A) - 1, since in
    (1 + E)² = 1 + (2 E + E²) the slow variables of a stiff cell, where E is small, keep their digits. The number of squarings follows the
    norm; each stage is selected, not branched on, so that the result can be differentiated and mapped over neurons.
    """
    norm = jnp.max(jnp.sum(jnp.abs(jax.lax.stop_gradient(matrix)), axis=1))
    squarings = jnp.clip(jnp.ceil(jnp.log2(jnp.maximum(norm, 1e-30))), 0, _SQUARINGS)
    scaled = matrix * 2.0**-squarings
    identity = jnp.eye(matrix.shape[0], dtype=matrix.dtype)

    def add_term(k: Int[Array, ""] | int, series: Float[Array, "n n"]) -> Float[Array, "n n"]:  # Horner's rule, from the last term to the first
        return identity + scaled @ series / jnp.asarray(_TERMS - k).astype(matrix.dtype)

    def square(k: Int[Array, ""] | int, less_one: Float[Array, "n n"]) -> Float[Array, "n n"]:
        return jnp.where(k < squarings, 2 * less_one + less_one @ less_one, less_one)

    return identity + jax.lax.fori_loop(0, _SQUARINGS, square, scaled @ jax.lax.fori_loop(0, _TERMS - 1, add_term, identity))


def choose(drift: Drift, state: State) -> AbstractIntegrator:
    """Return Exact for a linear drift and RK4 for any other. ``state`` is an example."""
    return Exact() if is_linear(drift, state, 0.0) else RK4()


def _shift(state: State, dt: Scalar, rates: State) -> State:
    return jax.tree.map(lambda x, rate: x + dt * rate, state, rates)
