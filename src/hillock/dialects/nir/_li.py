"""NIR's leaky integrator."""

import jax.numpy as jnp

from hillock._param import param
from hillock._types import Param, Scalar
from hillock.cells import Voltage
from hillock.dialects.nir._node import AbstractNode, time_unit


class LI(AbstractNode):
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

    tau: Param = param(unit="1", doc="membrane time constant, in time_unit", above=0.0)
    r: Param = param(unit="1", doc="resistance")
    v_leak: Param = param(unit="1", doc="resting potential")
    v_init: Param = param(0.0, "1", "potential at the start")
    time_unit: str | None = time_unit()

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=(self.v_leak - state.v + self.r * i) / self.ms(self.tau))

    def excess(self, state: Voltage) -> Scalar:
        return jnp.full_like(state.v, -jnp.inf)

    def reset(self, state: Voltage) -> Voltage:
        return state
