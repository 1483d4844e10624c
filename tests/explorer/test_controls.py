"""Sliders come from declarations: where they begin and end, what is legal, and which must be less than which."""

import math
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.experiment import catalogue
from hillock.explorer._controls import controls, nice, orders, round_up

CELLS = sorted(catalogue.all_cells())


def made(name: str) -> Any:
    kind: Any = catalogue.all_cells()[name]
    return kind()


@pytest.mark.parametrize("name", CELLS)
def test_every_parameter_of_every_cell_has_a_slider_that_holds_its_value_and_those_of_presets(name):
    kind: Any = catalogue.all_cells()[name]
    found = {c["label"]: c for c in controls(kind(), drive=1.0)}
    for preset in ({}, *kind.presets.values()):
        cell = kind(**preset)
        assert all(c["low"] <= getattr(cell, label) <= c["high"] for label, c in found.items())


@pytest.mark.parametrize("name", CELLS)
def test_every_place_of_a_slider_is_legal(name):
    for c in controls(made(name), drive=1.0):
        assert c["above"] is None or c["low"] > c["above"]
        assert c["least"] is None or c["low"] >= c["least"]
        assert c["most"] is None or c["high"] <= c["most"]
        assert 20 <= round((c["high"] - c["low"]) / c["step"]) <= 210


def test_a_slider_has_unit_and_meaning_of_its_declaration():
    tau = controls(hk.cells.LIF(), drive=1.0)[0]
    assert (tau["name"], tau["unit"], tau["doc"], tau["rule"]) == ("LIF.tau_m", "ms", "membrane time constant", "> 0 ms")


def test_what_must_be_less_than_what_is_asked_of_the_class():
    assert orders(hk.cells.LIF()) == [{"lower": "LIF.v_reset", "upper": "LIF.v_th", "equal": False}]
    assert orders(hk.stimuli.Step(0.3)) == [{"lower": "Step.start", "upper": "Step.stop", "equal": True}]
    assert {(o["lower"], o["upper"]) for o in orders(hk.cells.AdEx())} == {("AdEx.v_reset", "AdEx.v_th"), ("AdEx.v_t", "AdEx.v_th")}


def test_steps_and_ends_are_round_numbers():
    assert [nice(x) for x in (0.13, 1.0, 2.1, 70.0)] == [0.2, 1.0, 5.0, 100.0]
    assert [round_up(x) for x in (0.81, 0.9, 3.0, 42.0)] == [0.85, 0.9, 3.0, 45.0]
    assert math.isclose(nice(1e-7), 1e-7)


def test_a_population_is_refused():
    with pytest.raises(ValueError, match="tau_m") as error:
        controls(hk.cells.LIF(tau_m=np.array([10.0, 20.0])), drive=1.0)
    assert str(error.value) == "LIF.tau_m must be one number to be explored, got an array of shape (2,). Take one neuron of the population."
