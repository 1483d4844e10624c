"""NIR, the Neuromorphic Intermediate Representation: differential equations, and no step at all.

A NIR node fixes an equation, a threshold and a reset; the step, the unit of time and the state at the start are left to whoever runs it.
The dialect is therefore the equation itself: exact flow in double precision, spikes at the end of the step in which they happen. The
nodes are cells under NIR's own names, so that they run in any dialect, which shows what becomes of a NIR file in the tool of that name.
"""

from typing import Any, ClassVar

import equinox as eqx
import jax.numpy as jnp

from hillock._param import ParameterError, Parametrized, param
from hillock._types import Param, Scalar
from hillock.cells import AbstractCell, Voltage
from hillock.dialects._base import Dialect
from hillock.dialects._choices import Unsupported

dialect = Dialect(
    name="nir",
    summary="the differential equation itself: exact flow in double precision, test for v > v_threshold, reset to v_reset; no refractory time",
    count=Unsupported(),
    stamp=1,
    dtype="float64",
)

_MS = {"ms": 1.0, "s": 1000.0}


def time_unit() -> Any:
    """Declare the unit of a node's time."""
    return eqx.field(static=True, default=None, kw_only=True)


def _check_time_unit(node: Parametrized, unit: str | None) -> None:
    """Raise ParameterError unless the unit of time was said: a guess is wrong by a factor of 1000."""
    if unit not in _MS:
        name, got = type(node).__name__, "nothing" if unit is None else repr(unit)
        raise ParameterError(
            f"{name}.time_unit must be 'ms' or 's', got {got}. A NIR file does not say which, and its writers differ; ask the writer."
        )


class LIF(AbstractCell):
    """NIR's ``LIF`` node: leaky integrate-and-fire.

    Flow::

        tau dv/dt = v_leak - v + r i

    Threshold: v > v_threshold. Reset: v ← v_reset.

    When: to run a NIR file as it is written. Everything NIR leaves open is an argument: ``time_unit`` of tau ("ms" or "s"; most writers
    use s), and v_init, which is 0 as all writers assume.

    Limits: no refractory time, no adaptation: NIR has neither. Spikes fall on the grid, up to one dt late, and lateness adds up.

    >>> import hillock as hk
    >>> node = hk.dialects.nir.LIF(tau=0.02, r=1, v_leak=0, v_threshold=1, time_unit="s")
    >>> hk.simulate(node, hk.stimuli.Constant(1.5), duration=50, dt=0.1, dialect="nir").spike_times  # exactly: 21.97, 43.94
    array([22., 44.])

    Reference: Pedersen et al. (2024), Nat. Commun. 15:8122, doi:10.1038/s41467-024-52259-9.
    """

    t_ref: ClassVar[Param] = 0.0

    tau: Param = param(unit="1", doc="membrane time constant, in time_unit", above=0.0)
    r: Param = param(unit="1", doc="resistance")
    v_leak: Param = param(unit="1", doc="resting potential")
    v_threshold: Param = param(unit="1", doc="threshold")
    v_reset: Param = param(0.0, "1", "potential after a spike")
    v_init: Param = param(0.0, "1", "potential at the start")
    time_unit: str | None = time_unit()

    def __check_init__(self):
        _check_time_unit(self, self.time_unit)

    def init(self) -> Voltage:
        return Voltage(v=self.v_init)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=(self.v_leak - state.v + self.r * i) / (self.tau * _MS[str(self.time_unit)]))

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_threshold

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)


class IF(AbstractCell):
    """NIR's ``IF`` node: a perfect integrator.

    Flow::

        dv/dt = r i

    Threshold: v > v_threshold. Reset: v ← v_reset.

    When: to run a NIR file as it is written; r i is per ``time_unit``. Tools that add r i at every step, as several do on import, run the
    node faster by 1/dt.

    Limits: v drifts with any input and never forgets.

    >>> import hillock as hk
    >>> node = hk.dialects.nir.IF(r=1, v_threshold=1, time_unit="s")
    >>> hk.simulate(node, hk.stimuli.Constant(60.0), duration=40, dt=0.1, dialect="nir").spike_times  # exactly: 16.67, 33.33
    array([16.7, 33.4])

    Reference: Pedersen et al. (2024), Nat. Commun. 15:8122, doi:10.1038/s41467-024-52259-9.
    """

    t_ref: ClassVar[Param] = 0.0

    r: Param = param(unit="1", doc="resistance, per time_unit")
    v_threshold: Param = param(unit="1", doc="threshold")
    v_reset: Param = param(0.0, "1", "potential after a spike")
    v_init: Param = param(0.0, "1", "potential at the start")
    time_unit: str | None = time_unit()

    def __check_init__(self):
        _check_time_unit(self, self.time_unit)

    def init(self) -> Voltage:
        return Voltage(v=self.v_init)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=self.r * i / _MS[str(self.time_unit)])

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_threshold

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)


class LI(AbstractCell):
    """NIR's ``LI`` node: a leaky integrator, which never fires.

    Flow::

        tau dv/dt = v_leak - v + r i

    When: as the read-out of a network, whose potential is the answer.

    Limits: linear; there is no threshold.

    >>> import hillock as hk
    >>> node = hk.dialects.nir.LI(tau=20, r=1, v_leak=0, time_unit="ms")
    >>> rec = hk.simulate(node, hk.stimuli.Constant(1.5), duration=20, dt=20, record=["v"], dialect="nir")
    >>> float(rec["v"][0, 0].round(6))  # 1.5 (1 - 1/e)
    0.948181

    Reference: Pedersen et al. (2024), Nat. Commun. 15:8122, doi:10.1038/s41467-024-52259-9.
    """

    t_ref: ClassVar[Param] = 0.0

    tau: Param = param(unit="1", doc="membrane time constant, in time_unit", above=0.0)
    r: Param = param(unit="1", doc="resistance")
    v_leak: Param = param(unit="1", doc="resting potential")
    v_init: Param = param(0.0, "1", "potential at the start")
    time_unit: str | None = time_unit()

    def __check_init__(self):
        _check_time_unit(self, self.time_unit)

    def init(self) -> Voltage:
        return Voltage(v=self.v_init)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=(self.v_leak - state.v + self.r * i) / (self.tau * _MS[str(self.time_unit)]))

    def excess(self, state: Voltage) -> Scalar:
        return jnp.full_like(state.v, -jnp.inf)

    def reset(self, state: Voltage) -> Voltage:
        return state
