"""``describe`` and ``list``: what they say comes from docstrings and declarations."""

import pytest

import hillock as hk
from hillock._param import declarations
from hillock.experiment import catalogue

PARTS = [catalogue.all_synapses(), catalogue.all_rules(), catalogue.all_distributions(), catalogue.all_kernels(), catalogue.all_positions()]
NAMES = [
    *catalogue.all_models(),
    *catalogue.all_stimuli(),
    *catalogue.all_integrators(),
    *hk.dialects.names(),
    *(name for part in PARTS for name in part),
]


@pytest.mark.parametrize("name", sorted(set(NAMES)))  # a synapse and a kernel are both called Exponential
def test_everything_that_has_a_name_can_be_described(hillock, name):
    answer = hillock("describe", name)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith(name)


@pytest.mark.parametrize("name", [*catalogue.all_models(), *catalogue.all_stimuli()])
def test_every_parameter_is_described_with_unit_and_meaning(hillock, name):
    out = hillock("describe", name).out
    for parameter, declared in declarations(catalogue.find_anything(name)).items():
        line = next(line for line in out.splitlines() if line.split()[:1] == [parameter] and line.endswith(declared.doc))
        assert declared.unit == "1" or declared.unit in line


def test_describing_lif_shows_equations_defaults_ranges_states_and_reference(hillock):
    out = hillock("describe", "LIF").out
    for text in (
        "tau_m dv/dt = v_rest - v + r_m (i + i_e)",
        "tau_m       20       ms    > 0 ms               membrane time constant",
        "State: v, theta",
        "Can be recorded: v (mV), theta (mV), threshold (mV), i (nA)",
        "Neuronal Dynamics",
        "In Python: hk.cells.LIF",
    ):
        assert text in out


def test_presets_are_named(hillock):
    assert "Presets: RS, IB, CH, FS, LTS, TC, RZ" in hillock("describe", "Izhikevich").out


def test_a_cell_of_ones_own_can_be_described(hillock, own_cell):
    out = hillock("describe", f"{own_cell}:Leaky").out
    assert "Leaky cell of my own." in out
    assert "tau    10       ms    > 0 ms               time constant" in out


def test_a_misspelt_name_is_met_with_the_nearest(hillock):
    answer = hillock("describe", "lif")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "Error: Nothing is named 'lif'. Did you mean LIF? 'hillock list' shows all names.\n"


def test_list_has_one_line_for_everything(hillock):
    answer = hillock("list")
    lines = [line.split()[0] for line in answer.out.splitlines() if line.startswith("  ")]
    assert (answer.code, answer.err) == (0, "")
    assert sorted(lines) == sorted(NAMES)


def test_a_cell_of_ones_own_with_a_slip_is_met_with_one_sentence(hillock, own_cell):
    own_cell.write_text(own_cell.read_text().replace("(i - state.v) / self.tau", "float(state.v)"))
    answer = hillock("describe", f"{own_cell.name}:Leaky")
    assert answer.code == 1
    assert answer.err.startswith("Error: Leaky.drift looks at a value that is known only while running. ")
