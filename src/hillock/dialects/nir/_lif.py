"""NIR's leaky integrate-and-fire node."""

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.cells import Voltage
from hillock.dialects.nir._node import AbstractNode, time_unit


class LIF(AbstractNode):
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

    tau: Param = param(unit="1", doc="membrane time constant, in time_unit", above=0.0)
    r: Param = param(unit="1", doc="resistance")
    v_leak: Param = param(unit="1", doc="resting potential")
    v_threshold: Param = param(unit="1", doc="threshold")
    v_reset: Param = param(0.0, "1", "potential after a spike")
    v_init: Param = param(0.0, "1", "potential at the start")
    time_unit: str | None = time_unit()

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=(self.v_leak - state.v + self.r * i) / self.ms(self.tau))

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_threshold

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)
