"""Every neuron of every simulator is described in the same order, and shows what it says it shows."""

import warnings

import pytest

import hillock as hk
from hillock.dialects import AbstractStep
from hillock.experiment import catalogue

REPLICAS = {name: kind for dialect in hk.dialects.names() for name, kind in catalogue.replicas(dialect).items()}
everyone = pytest.mark.parametrize("name", REPLICAS)

# What has no default, and what only a choice makes runnable.
NEEDED = {
    "bindsnet.DiehlAndCookNodes": {"one_spike": False},
    "ngclearn.IF": {"tau_m": 10.0},
    "ngclearn.LIF": {"tau_m": 20.0},
    "ngclearn.SLIF": {"tau_m": 20.0, "resist_m": 1.0, "thr": 0.5, "thr_jitter": 0.0},
    "nir.IF": {"r": 1.0, "v_threshold": 1.0, "time_unit": "ms"},
    "nir.LI": {"tau": 20.0, "r": 1.0, "v_leak": 0.0, "time_unit": "ms"},
    "nir.LIF": {"tau": 20.0, "r": 1.0, "v_leak": 0.0, "v_threshold": 1.0, "time_unit": "ms"},
    "sinabs.ALIF": {"tau_mem": 20.0, "tau_adapt": 50.0},
    "sinabs.LIF": {"tau_mem": 20.0},
    "snntorch.Alpha": {"alpha": 0.9, "beta": 0.8},
    "snntorch.Lapicque": {"beta": 0.9},
    "snntorch.Leaky": {"beta": 0.9},
    "snntorch.RLeaky": {"beta": 0.9},
    "snntorch.Synaptic": {"alpha": 0.8, "beta": 0.9},
    "spyx.ALIF": {"beta": 0.9, "gamma": 0.9},
    "spyx.CuBaLIF": {"alpha": 0.8, "beta": 0.9},
    "spyx.LIF": {"beta": 0.9},
}


@everyone
def test_a_replica_is_described_in_the_order_of_the_house(name):
    text = REPLICAS[name].__doc__ or ""
    parts = ["::\n", "When:", "Limits:", ">>>", "Reference:"]
    places = [text.find(part) for part in parts]
    assert min(places) > 0, dict(zip(parts, places, strict=True))
    assert places == sorted(places)


@everyone
def test_a_replica_can_record_everything_it_names(name):
    dialect, kind = name.partition(".")[0], REPLICAS[name]
    model = kind(**NEEDED.get(name, {}))
    step = model if isinstance(model, AbstractStep) else hk.dialects.find(dialect).bind(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it stays silent is no matter here
        rec = hk.simulate(model, hk.stimuli.Constant(0.0), duration=2, dt=1, record=list(step.recordable()), dialect=dialect)
    assert list(rec.traces) == list(step.recordable())
    assert {"v", "threshold"} <= set(rec.traces)
    assert set(rec.units) == set(rec.traces)
