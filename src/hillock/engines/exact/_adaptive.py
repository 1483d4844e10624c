"""The flow of a nonlinear cell: an adaptive Runge-Kutta method of order 8 by diffrax, with the crossing located in its interpolant."""

from typing import Any

import diffrax
import equinox as eqx
import jax.numpy as jnp
import optimistix
from jaxtyping import Array, Bool, Float

from hillock._types import Scalar
from hillock.engines.exact._crossing import value
from hillock.engines.exact._flow import MARGIN, AbstractFlow, Equations, Passage, Stretch

# Of the error of a step, relative and in units of the state; spike times then err by less than 10⁻⁹ ms wherever the threshold is crossed at 0.01 mV/ms or faster.
_RELATIVE, _ABSOLUTE = 1e-12, 1e-12
# An upstroke that ends in 10⁻¹² ms has ended: where an exponential carries it, its last part is shorter than what double precision tells apart.
_SOON = 1e-12
_MOST_STEPS = 10_000  # within one step of the grid


class AdaptiveFlow(AbstractFlow):
    """The flow of any cell."""

    equations: Equations

    def reach(self, resting: Bool[Array, ""]) -> Scalar:
        return jnp.inf

    def __call__(self, stretch: Stretch) -> Passage:
        equations = self.equations
        length = jnp.where(stretch.span > 0, stretch.span, 1.0)  # a stretch of no length is passed at a standstill

        def rates(t: Any, x: Any, args: Any = None) -> Float[Array, " variables"]:
            resting = stretch.resting if equations.step.rests else False
            moving = equations.rates(x, value(stretch.input, t), resting)
            return jnp.where(stretch.span > 0, moving, 0.0)  # a neuron that waits for others in mid-upstroke would blow up

        def distance(t: Scalar, y: Float[Array, " variables"], args: Any, **_: Any) -> Scalar:
            """Return about how long ago the threshold was crossed (ms)."""
            excess, slope = equations.excess(y), self._slopes(rates, t, y)[0]
            ago = jnp.where(stretch.above, -excess - MARGIN, excess) / (1.0 + jnp.abs(slope))
            return jnp.where(stretch.watched, ago + _SOON, -1.0)

        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(rates),
            diffrax.Dopri8(),
            t0=0.0,
            t1=length,
            dt0=None,
            y0=stretch.x,
            stepsize_controller=diffrax.PIDController(rtol=_RELATIVE, atol=_ABSOLUTE),
            saveat=diffrax.SaveAt(t1=True),
            event=diffrax.Event(distance, optimistix.Newton(rtol=1e-12, atol=1e-12), direction=True),
            max_steps=_MOST_STEPS,
            throw=False,
        )
        assert solution.ys is not None
        assert solution.ts is not None
        crossed = jnp.asarray(solution.event_mask) & (stretch.span > 0)
        x, elapsed = solution.ys[0], solution.ts[0]
        x, elapsed = jnp.where(stretch.span > 0, x, stretch.x), jnp.where(stretch.span > 0, elapsed, 0.0)
        v = list(equations.example._fields).index("v")
        x = jnp.where(crossed & ~stretch.above, x.at[v].add(-equations.excess(x)), x)
        onset, _ = self._slopes(rates, 0.0, stretch.x)
        slope, bend = self._slopes(rates, elapsed, x)
        return Passage(x, elapsed, crossed, onset, slope, bend, -jnp.inf, 0.0, failed=~diffrax.is_okay(solution.result))

    def _slopes(self, rates: Any, t: Scalar, x: Float[Array, " variables"]) -> tuple[Scalar, Scalar]:
        """Return first and second derivative of the excess along the flow."""

        def first(t: Scalar, x: Float[Array, " variables"]) -> Scalar:
            return eqx.filter_jvp(self.equations.excess, (x,), (rates(t, x),))[1]

        return eqx.filter_jvp(first, (jnp.asarray(t, float), x), (jnp.ones(()), rates(t, x)))
