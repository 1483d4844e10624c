"""One neuron with the same nominal parameters in every dialect: what the simulators themselves do, and what hillock does.

The neuron has tau 20 ms, resistance 1, threshold 1, rest and reset 0; it is driven by 1.5 from t = 0. The documentation prints what
``measured`` returns; the tests hold it to ``TABLE``.
"""

from typing import NamedTuple

import numpy as np

import hillock as hk


class Row(NamedTuple):
    """What the neuron does in one dialect."""

    first: int  # step of the first spike at dt = 1 ms
    interval: int  # in steps, at dt = 1 ms without refractoriness
    refractory: int | None  # the same with t_ref = 5 ms; None where the simulator has none
    fine: int | None  # with t_ref = 2 ms at dt = 0.1 ms
    highest: float  # v recorded at dt = 1 ms without refractoriness
    start: tuple[float, float, float]  # v in the first three rows


# Measured on the simulators themselves; hillock, nir, and arbor and neuron, which have no grid, by their definition (exact: 21.97 ms, and
# 21.97 ms + t_ref).
EXACT, EULER = (0.0732, 0.1427, 0.2089), (0.075, 0.1463, 0.2139)
TABLE = {
    "arbor": Row(21, 22, 27, 240, 0.9751, EXACT),
    "bindsnet": Row(21, 22, 27, 240, 0.9751, EXACT),
    "brainpy": Row(21, 22, 27, 240, 0.9751, EXACT),
    "brainpy_state": Row(21, 22, 26, 239, 1.0010, EXACT),
    "brian2": Row(21, 22, 26, 239, 0.9751, (0.0, 0.0732, 0.1427)),
    "genn": Row(21, 22, 27, 240, 0.9751, EXACT),
    "hillock": Row(21, 22, 27, 240, 0.9751, EXACT),
    "lava": Row(21, 22, 27, 240, 0.9892, EULER),
    "nengo": Row(21, 22, 27, 240, 0.9751, EXACT),  # Nengo's own neuron has 239 now and then where dt = 0.1 ms
    "nest": Row(21, 22, 27, 240, 0.9751, EXACT),
    "neuron": Row(21, 22, 27, 240, 0.9751, EXACT),
    "ngclearn": Row(21, 22, 27, 240, 0.9892, EULER),
    "nir": Row(21, 22, None, None, 0.9751, EXACT),
    "norse": Row(21, 22, 27, 240, 0.9892, EULER),
    "rockpool": Row(21, 22, None, None, 0.9755, EXACT),
    "sinabs": Row(21, 22, None, None, 0.9755, EXACT),
    "snntorch": Row(21, 23, None, None, 1.0129, EXACT),
    "spikingjelly": Row(21, 22, None, None, 0.9892, EULER),
    "spyx": Row(21, 23, None, None, 1.0129, EXACT),  # Spyx itself reports the crossing of step 21 in step 22, as the stamp here says
    "tensorflow_notebook": Row(22, 23, 28, 241, 1.0147, EULER),
}


def measured(name: str) -> Row:
    """Return the row of a dialect as hillock gives it."""
    plain = _run(name)
    v = plain["v"][:, 0]
    rests = TABLE[name].refractory is not None
    return Row(
        first=int(plain.spike_steps[0]),
        interval=_interval(plain),
        refractory=_interval(_run(name, t_ref=5.0)) if rests else None,
        fine=_interval(_run(name, t_ref=2.0, dt=0.1)) if rests else None,
        highest=float(v.max()),
        start=(float(v[0]), float(v[1]), float(v[2])),
    )


def nominal(t_ref: float = 0.0, **changes: float) -> hk.cells.LIF:
    """Return the neuron, some parameters changed."""
    return hk.cells.LIF(**{"tau_m": 20.0, "r_m": 1.0, "v_rest": 0.0, "v_reset": 0.0, "v_th": 1.0, "t_ref": t_ref, **changes})


def _run(name: str, t_ref: float = 0.0, dt: float = 1.0) -> hk.Recording:
    """Run it. In NEST its current is its own, I_e, which acts at once; a generator's acts a step later."""
    i, i_e = (0.0, 1.5) if name == "nest" else (1.5, 0.0)
    return hk.simulate(nominal(t_ref, i_e=i_e), hk.stimuli.Constant(i), duration=300, dt=dt, dialect=name, record=["v"])


def _interval(rec: hk.Recording) -> int:
    (interval,) = set(np.diff(rec.spike_steps).tolist())  # one, from spike to spike
    return interval
