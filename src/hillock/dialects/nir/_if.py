"""NIR's perfect integrate-and-fire node."""

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.cells import Voltage
from hillock.dialects.nir._node import AbstractNode, time_unit


class IF(AbstractNode):
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

    r: Param = param(unit="1", doc="resistance, per time_unit")
    v_threshold: Param = param(unit="1", doc="threshold")
    v_reset: Param = param(0.0, "1", "potential after a spike")
    v_init: Param = param(0.0, "1", "potential at the start")
    time_unit: str | None = time_unit()

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=self.r * i / self.ms())

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.v_threshold

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.v_reset)
