"""A neuron of one's own: fifteen lines, and it works everywhere the built-in ones do."""

import hillock as hk


class Leaky(hk.cells.AbstractCell):
    """A leaky cell whose threshold is 1.

    Flow::

        tau_m dv/dt = -v + i
    """

    tau_m: hk.Param = hk.param(10.0, "ms", "membrane time constant", above=0.0)
    t_ref: hk.Param = hk.param(2.0, "ms", "refractory time", low=0.0, on_grid=True)

    def init(self):
        return hk.cells.Voltage(v=0.0)

    def drift(self, state, i):
        return hk.cells.Voltage(v=(i - state.v) / self.tau_m)

    def excess(self, state):
        return state.v - 1.0

    def reset(self, state):
        return hk.cells.Voltage(v=0.0)


if __name__ == "__main__":
    for dialect in ("hillock", "ngclearn", "nest", "brian2"):
        rec = hk.simulate(Leaky(), hk.stimuli.Constant(1.5), duration=50, dt=0.1, dialect=dialect)
        print(f"{dialect:10s} spike times (ms): {rec.spike_times}")
