"""What holds for every synapse there is."""

import inspect

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hillock import synapses
from hillock.cells import state_units
from hillock.synapses import AbstractSynapse
from tests.synapses.tiny import after

KINDS = {
    name: kind
    for name, kind in inspect.getmembers(synapses, inspect.isclass)
    if issubclass(kind, AbstractSynapse) and not name.startswith("Abstract")
}
every_synapse = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
SPIKING = {name: kind for name, kind in KINDS.items() if kind is not synapses.GapJunction}  # through which current flows without a spike
every_spiking_synapse = pytest.mark.parametrize("kind", SPIKING.values(), ids=SPIKING)
VARIABLES = {kind: tuple(state_units(kind().init())) for kind in KINDS.values()}


def traces(kind, weight, arrivals, **settings):
    """Return the variables of a synapse, or what it makes of the potential where it has none: (variables, rows, neurons)."""
    names = [f"{name}_S" for name in VARIABLES[kind]] or ["v"]
    rec = after(kind(), weight, [*arrivals, []], record=names, **settings)
    return np.stack([rec[name][:, :-1] - rec[name][:, -1:] for name in names])  # the last neuron gets nothing


@every_spiking_synapse
def test_nothing_happens_before_a_spike_arrives(kind):
    changes = traces(kind, 0.01, [[5.0]])
    assert np.all(changes[:, :49] == 0.0)
    assert np.any(changes[:, 49] != 0.0)


@every_spiking_synapse
def test_spikes_add_up_whenever_they_arrive(kind):
    first, second, both = np.moveaxis(traces(kind, 0.01, [[1.0], [4.0], [1.0, 4.0]]), -1, 0)
    np.testing.assert_allclose(both, first + second, rtol=1e-12, atol=1e-13)


@every_spiking_synapse
def test_a_weight_twice_as_large_does_twice_as_much(kind):
    np.testing.assert_allclose(traces(kind, 0.02, [[1.0]]), 2.0 * traces(kind, 0.01, [[1.0]]), rtol=1e-12, atol=1e-13)


@every_spiking_synapse
def test_two_spikes_at_once_are_one_of_twice_the_weight(kind):
    np.testing.assert_allclose(traces(kind, 0.01, [[1.0, 1.0]]), traces(kind, 0.02, [[1.0]]), rtol=1e-12, atol=1e-13)


@every_spiking_synapse
def test_weights_are_read_in_the_unit_of_the_synapse(kind):
    base = kind.weight_unit.removeprefix("m").removeprefix("n").removeprefix("u")
    factor = {"m": 1e3, "n": 1e9, "u": 1e6}[kind.weight_unit[0]]
    np.testing.assert_allclose(traces(kind, f"{0.01 / factor:.12g} {base}", [[1.0]]), traces(kind, 0.01, [[1.0]]), rtol=1e-9)


@every_synapse
def test_variables_have_the_unit_of_the_weight(kind):
    assert set(state_units(kind().init()).values()) == ({kind.weight_unit} if VARIABLES[kind] else set())


@every_synapse
def test_state_keeps_its_structure_and_precision(kind):
    state = jax.tree.map(jnp.float32, kind().init())
    received, v = kind().receive(state, jnp.float32(-60.0), jnp.float32(0.5))
    for new in (kind().drift(state, jnp.float32(-60.0)), received):
        assert type(new) is type(state)
        assert all(jnp.asarray(x).dtype == jnp.float32 for x in new)
    assert jnp.asarray(v).dtype == jnp.float32


@every_synapse
def test_at_rest_a_synapse_neither_changes_nor_carries_current(kind):
    state = kind().init()
    assert float(kind().current(state, -60.0)) == 0.0
    assert all(float(x) == 0.0 for x in kind().drift(state, -60.0))


@every_synapse
def test_every_synapse_says_what_it_is_for_and_where_it_is_from(kind):
    text = kind.__doc__ or ""
    parts = ["Arrival:", "When:", "Limits:", ">>>", "Reference:"]
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts)
    assert all(part in text for part in parts)
