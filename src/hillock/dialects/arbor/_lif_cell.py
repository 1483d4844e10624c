"""Arbor's leaky integrate-and-fire cell."""
# ruff: noqa: N801

from hillock._param import param, require_below
from hillock._types import Param, Scalar
from hillock.cells import AbstractCell, Voltage

_MV_PER_MS = 1000.0  # nA/pF


class lif_cell(AbstractCell):
    """Arbor's ``lif_cell``: events move the potential at once, and it leaks away.

    Flow::

        tau_m dV/dt = E_L - V
        V = V + w/C_m at an event of weight w, which is lost within t_ref of a spike

    Threshold: V ≥ V_th. Reset: V ← E_R, where it stays for t_ref.

    When: to repeat an Arbor recipe exactly, with ``dialect="arbor"``, ``engine="exact"`` and ``Impulses``. ``hillock.cells.LIF`` has the same
    equations in MΩ and nA.

    Limits: E_L, E_R and V_m are below V_th: Arbor looks at the threshold only when an event arrives, and lets a potential stay above it until
    then. Arbor's cell has no input current; here the stimulus, in nA, may hold one besides the events.

    >>> import hillock as hk
    >>> events = hk.stimuli.Impulses([0.18, 0.18, 0.18], times=[1.0, 2.5, 3.5])  # 9 mV each; the third is lost: 1 ms after a spike
    >>> hk.simulate(hk.dialects.arbor.lif_cell(), events, duration=20, dt=1, dialect="arbor", engine="exact").spike_times
    array([2.5])

    Reference: Abi Akar et al. (2019), Proc. 27th Euromicro PDP, 274, doi:10.1109/EMPDP.2019.8671560; ``lif_cell_group.cpp`` of Arbor 0.12.2.
    """

    tau_m: Param = param(10.0, "ms", "membrane time constant", above=0.0)
    V_th: Param = param(10.0, "mV", "threshold")
    C_m: Param = param(20.0, "pF", "membrane capacitance", above=0.0)
    E_L: Param = param(0.0, "mV", "resting potential")
    E_R: Param = param(0.0, "mV", "potential after a spike")
    V_m: Param = param(0.0, "mV", "potential at the start")
    t_ref: Param = param(2.0, "ms", "refractory time", low=0.0, on_grid=True)

    def __check_init__(self):
        for name in ("E_L", "E_R", "V_m"):
            require_below(self, name, "V_th")

    def init(self) -> Voltage:
        return Voltage(v=self.V_m)

    def drift(self, state: Voltage, i: Scalar) -> Voltage:
        return Voltage(v=(self.E_L - state.v) / self.tau_m + _MV_PER_MS / self.C_m * i)

    def excess(self, state: Voltage) -> Scalar:
        return state.v - self.V_th

    def reset(self, state: Voltage) -> Voltage:
        return Voltage(v=self.E_R)
