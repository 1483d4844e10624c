"""Recordings made by hand, for tests of what can be done with recordings."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from hillock.recording import Recording


def from_trains(trains, duration=100.0, dt=0.1, **more):
    """Return a recording with these spike times (ms), one list per neuron."""
    events = sorted((round(t / dt) - 1, neuron) for neuron, times in enumerate(trains) for t in times)
    steps, who = np.array([*zip(*events, strict=True)], int).reshape(2, -1)
    return Recording(steps, who.astype(np.int32), {}, round(duration / dt), dt, len(trains), **more)


@st.composite
def recordings(draw):
    """Any recording: also without spikes, without traces, of chosen neurons, continued, thinned, interrupted, swept."""
    steps, neurons, every, first = (draw(st.integers(low, high)) for low, high in ((0, 20), (1, 4), (1, 3), (0, 1000)))
    train = draw(hnp.arrays(bool, (steps, neurons)))
    at, who = np.nonzero(train)
    names = draw(st.lists(st.sampled_from(["v", "i", "threshold", "w", "neuron", "trace_neuron", "time"]), unique=True))
    of = draw(st.none() | st.sets(st.integers(0, neurons - 1), min_size=1).map(lambda chosen: np.array(sorted(chosen))))
    columns = neurons if of is None else len(of)
    precision = draw(st.sampled_from([np.float32, np.float64]))
    values = st.floats(width=32, allow_subnormal=False)
    labels = draw(st.lists(st.sampled_from(["cell.tau_m", "i", "amplitude", "neuron"]), unique=True))
    return Recording(
        at + first,
        who.astype(np.int32),
        {name: draw(hnp.arrays(precision, (steps // every, columns), elements=values)) for name in names},
        steps,
        draw(st.sampled_from([0.1, 0.25, 1.0, 0.001])),
        neurons,
        every=every,
        of=of,
        stamp=draw(st.sampled_from([0, 1])),
        first_step=first,
        units={name: {"v": "mV", "i": "nA", "threshold": "mV"}.get(name, "1") for name in names},
        labels={name: draw(hnp.arrays(np.float64, neurons, elements=st.floats(-1e6, 1e6))) for name in labels},
        provenance={"dialect": "hillock", "stop": float("inf"), "list": [1, 2.5, None, "µS"], "created": "2026-01-02T03:04:05+00:00"},
        complete=draw(st.booleans()),
    )


def assert_same(a, b):
    """Compare everything of two recordings but where a run could go on."""
    for name in ("steps", "dt", "neurons", "every", "stamp", "first_step", "units", "provenance", "complete"):
        assert getattr(a, name) == getattr(b, name), name
    np.testing.assert_array_equal(a.spike_steps, b.spike_steps)
    np.testing.assert_array_equal(a.spike_neurons, b.spike_neurons)
    assert (a.of is None) == (b.of is None)
    np.testing.assert_array_equal(a.columns, b.columns)
    for held, back in ((a.traces, b.traces), (a.labels, b.labels)):
        assert list(held) == list(back)
        for name in held:
            np.testing.assert_array_equal(held[name], back[name])
            assert held[name].dtype == back[name].dtype
