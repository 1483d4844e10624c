"""Lava's LIF process in the whole numbers of the Loihi chip."""

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from hillock._param import ParameterError, check_bounds, declarations, param
from hillock._trace import is_traced
from hillock._types import Param, Recordable, Scalar, Spike
from hillock.dialects._base import AbstractStep
from hillock.dialects._dialect import Dialect
from hillock.dialects.lava._dialect import dialect
from hillock.surrogates import AbstractSurrogate

_UNITY = 4096.0  # 2¹²: a decay of 1
_ALIGNED = 64.0  # 2⁶: by which input and threshold are shifted left
_LIMIT = 2.0**23  # u and v have 24 bits


class LIFFixedState(NamedTuple):
    """Voltage and current, whole numbers."""

    v: Scalar
    u: Scalar


class _Registers(NamedTuple):
    kept_u: Scalar
    kept_v: Scalar
    bias: Scalar
    threshold: Scalar


class LIFFixed(AbstractStep):
    """Lava's ``LIF`` with the tag ``fixed_pt``, bit for bit: what the Loihi chip computes.

    Rule::

        u = trunc(u (4096 - (du + 1))/4096) + 64 a_in                   wraps around at ±2²³
        v = trunc(v (4096 - dv)/4096) + u + bias_mant 2^bias_exp        stays within ±(2²³ - 1)
        spike if v > 64 vth:  v = 0

    a_in is the stimulus: whole numbers. u is recorded too; ``threshold`` is 64 vth.

    When: to know what a network will do on the chip before it is there, or why it does something else than in ``LIF``.

    Limits: dt only names the steps. u loses du + 1 parts of 4096, v only dv: du = 4095 forgets u at once, no dv forgets v at once. What is
    cut off makes both decay faster than they would, by up to 1 per step. The numbers are whole ones in double precision; single has too
    few digits for the products, so ``dtype="float32"`` is another rule. An input that is no whole number stops the run as not a number.

    >>> import hillock as hk
    >>> hk.simulate(hk.dialects.lava.LIFFixed(du=4095, dv=204, vth=64), hk.stimuli.Constant(5), duration=80, dt=1).spike_steps
    array([19, 39, 59, 79])

    Reference: Davies et al. (2018), IEEE Micro 38:82, doi:10.1109/MM.2018.112130359; ``lava/proc/lif`` of Lava 0.10.0.
    """

    dialect: ClassVar[Dialect] = dialect

    u: Param = param(0.0, "1", "current at the start", low=1 - _LIMIT, high=_LIMIT - 1)
    v: Param = param(0.0, "1", "voltage at the start", low=1 - _LIMIT, high=_LIMIT - 1)
    du: Param = param(0.0, "1", "parts of 4096 of the current lost per step, less 1", low=0.0, high=4095.0)
    dv: Param = param(0.0, "1", "parts of 4096 of the voltage lost per step", low=0.0, high=4095.0)
    bias_mant: Param = param(0.0, "1", "constant input to v, its digits", low=-4096.0, high=4095.0)
    bias_exp: Param = param(0.0, "1", "constant input to v, its power of two", low=0.0, high=7.0)
    vth: Param = param(10.0, "1", "threshold, in units of 64", low=0.0, high=131071.0)

    def __check_init__(self):
        for name in declarations(type(self)):
            check_bounds(self, name)
            value = getattr(self, name)
            if is_traced(value):
                continue
            broken = np.asarray(value)[np.asarray(value) % 1 != 0]
            if broken.size:
                raise ParameterError(f"LIFFixed.{name} must be a whole number, got {broken.flat[0]:g}. LIF takes any number.")

    def recordable(self) -> Mapping[str, str]:
        return {"v": "1", "u": "1", "threshold": "1"}

    def init(self) -> LIFFixedState:
        return LIFFixedState(v=self.v, u=self.u)

    def prepare(self, dt: Scalar) -> _Registers:
        bias = self.bias_mant * jnp.exp2(jnp.asarray(self.bias_exp))
        return _Registers(_UNITY - (self.du + 1.0), _UNITY - self.dv, jnp.round(bias), _ALIGNED * self.vth)

    def __call__(
        self, prepared: _Registers, state: LIFFixedState, i: Scalar, surrogate: AbstractSurrogate
    ) -> tuple[LIFFixedState, Spike, Recordable]:
        a_in = jnp.where(i == jnp.round(i), i, jnp.nan)
        u = _wrapped(_decayed(state.u, prepared.kept_u) + _ALIGNED * a_in)
        v = jnp.clip(_decayed(state.v, prepared.kept_v) + u + prepared.bias, 1.0 - _LIMIT, _LIMIT - 1.0)
        spike = surrogate(v - prepared.threshold, at_least=False)
        new = LIFFixedState(v=jnp.where(spike > 0, 0.0, v), u=u)
        return new, spike, {**new._asdict(), "threshold": prepared.threshold}


def _decayed(x: Scalar, kept: Scalar) -> Float[Array, ""]:
    """Return a number of which some parts of 4096 are kept, rounded towards 0; the product is exact, and so is the division."""
    product = x * kept / _UNITY
    return jnp.where(product < 0, jnp.ceil(product), jnp.floor(product))


def _wrapped(u: Scalar) -> Float[Array, ""]:
    """Return a current that is too large by one turn where it belongs."""
    above = jnp.where(u > _LIMIT, u - 2 * _LIMIT, u)
    return jnp.where(above <= -_LIMIT, u + 2 * _LIMIT, above)
