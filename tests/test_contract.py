"""A slip in a cell or stimulus of the user's own is one sentence."""

import math
import re
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

import hillock as hk
from hillock.cells import Voltage


class Pair(NamedTuple):
    v: float
    w: float


class Nameless(NamedTuple):
    u: float


RIGHT = {
    "init": lambda self: Voltage(v=0.0),
    "drift": lambda self, state, i: Voltage(v=(i - state.v) / self.tau),
    "excess": lambda self, state: state.v - 1.0,
    "reset": lambda self, state: Voltage(v=0.0),
}


def run(**wrong):
    body = {**RIGHT, **wrong}

    class Mine(hk.cells.AbstractCell):
        tau: hk.Param = hk.param(10.0, "ms", "time constant", above=0.0)
        t_ref: hk.Param = hk.param(0.0, "ms", "refractory time", low=0.0, on_grid=True)

        init = body["init"]
        drift = body["drift"]
        excess = body["excess"]
        reset = body["reset"]

    return hk.simulate(Mine(tau=[10.0, 20.0]), hk.stimuli.Constant(2.0), duration=20, dt=0.1)


def refusal(**wrong) -> str:
    with pytest.raises(TypeError) as caught:
        run(**wrong)
    return str(caught.value)


def test_a_cell_that_keeps_to_the_contract_runs():
    np.testing.assert_allclose(run().times(0)[0], math.ceil(10 * math.log(2) / 0.1) * 0.1)


NOTHING: Any = None
INIT = "Mine.init must return a NamedTuple with a field v, such as hillock.cells.Voltage(v=0.0), got"


@pytest.mark.parametrize(
    ("method", "function", "sentence"),
    [
        ("init", lambda self: [0.0], f"{INIT} a list."),
        ("init", lambda self: {"v": 0.0}, f"{INIT} a dict."),
        ("init", lambda self: 0.0, f"{INIT} 0.0."),
        ("init", lambda self: None, f"{INIT} None."),
        ("init", lambda self: Nameless(0.0), f"{INIT} one with u."),
        ("init", lambda self: Voltage(0), "Mine.init must return floating-point numbers, got v = 0, which would stay whole. Write 0.0."),
        ("init", lambda self: Voltage(jnp.zeros(3)), "Mine.init must return one floating-point number for v, got an array of shape (3,)."),
        ("init", lambda self: Voltage(NOTHING), "Mine.init must return one floating-point number for v, got None."),
        ("drift", lambda self, state, i: Pair(0.0, 0.0), "Mine.drift must return Voltage(v), as init does, got Pair(v, w)."),
        ("drift", lambda self, state, i: i - state.v, "Mine.drift must return Voltage(v), as init does, got one number."),
        ("drift", lambda self, state, i: (i - state.v,), "Mine.drift must return Voltage(v), as init does, got a tuple."),
        ("drift", lambda self, state, i: None, "Mine.drift must return Voltage(v), as init does, got None."),
        (
            "drift",
            lambda self, state, i: Voltage(jnp.ones(3)),
            "Mine.drift must return Voltage(v), as init does, got Voltage(v) with an array of shape (3,).",
        ),
        ("reset", lambda self, state: 0.0, "Mine.reset must return Voltage(v), as init does, got one number."),
        (
            "excess",
            lambda self, state: jnp.full(3, state.v),
            "Mine.excess must return one number, how far the state is above threshold, got an array of shape (3,).",
        ),
        (
            "excess",
            lambda self, state: state.v > 1.0,
            "Mine.excess must return one number, how far the state is above threshold, got one truth value.",
        ),
        ("excess", lambda self, state: state, "Mine.excess must return one number, how far the state is above threshold, got Voltage(v)."),
        ("excess", lambda self, state: None, "Mine.excess must return one number, how far the state is above threshold, got None."),
    ],
)
def test_a_wrong_result_is_refused_in_one_sentence(method, function, sentence):
    assert refusal(**{method: function}) == sentence


@pytest.mark.parametrize(
    "drift",
    [
        lambda self, state, i: Voltage(1.0) if state.v > 0 else Voltage(0.0),
        lambda self, state, i: Voltage(max(state.v, 0.0)),
        lambda self, state, i: Voltage(math.exp(state.v)),
        lambda self, state, i: Voltage(np.exp(state.v)),
    ],
    ids=["if", "max", "math", "numpy"],
)
def test_code_that_needs_the_value_is_told_what_to_use(drift):
    assert re.match(r"Mine\.drift looks at a value that is known only while running\. Use jnp\.where in place of if, ", refusal(drift=drift))


@pytest.mark.parametrize("init", [lambda self: Voltage(self.tau if self.tau > 10 else 0.0), lambda self: Voltage(math.sin(self.tau))])
def test_a_beginning_may_depend_on_parameters_as_all_else_does(init):
    assert re.match(r"Mine\.init looks at a value that is known only while running\. Use jnp\.where in place of if, ", refusal(init=init))


def test_a_mistake_that_python_explains_is_left_to_python():
    with pytest.raises(AttributeError, match="taum"):
        run(drift=lambda self, state, i: Voltage(self.taum))


class Peeking(hk.stimuli.AbstractStimulus):
    level: hk.Param = hk.param(1.0, "nA", "current")

    def init(self):
        return 1.0 if self.level > 0 else 0.0

    def sample(self, state, at):
        return state, state


def test_so_may_that_of_a_stimulus():
    with pytest.raises(TypeError, match=r"^Peeking\.init looks at a value that is known only while running\. Use jnp\.where"):
        hk.simulate(hk.cells.LIF(), Peeking(), duration=1, dt=0.1)


class Own(hk.stimuli.AbstractStimulus):
    kind: str = eqx.field(static=True)

    def init(self):
        return 0.0

    def sample(self, state, at):
        answers = {"one": 1.0, "alone": (), "state": ((state, state), 1.0), "many": (state, jnp.ones(3)), "whole": (at.step, 1.0)}
        return answers[self.kind]


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("one", "Own.sample must return two things, the next state and the current, got one number."),
        ("alone", "Own.sample must return two things, the next state and the current, got a tuple."),
        ("state", "Own.sample must return a state like that of init, 0.0, got a tuple."),
        ("whole", "Own.sample must return a state like that of init, 0.0, got one whole number."),
        ("many", "Own.sample must return the current as one number, got an array of shape (3,)."),
    ],
)
def test_a_stimulus_of_ones_own_is_asked_too(kind, sentence):
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.1) + Own(kind), duration=1, dt=0.1)


def test_text_in_a_field_is_declared_static():
    class Named(Own):
        title: str = "mine"

    sentence = "Named.title must be a number, got 'mine'. Declare what is no number as title = equinox.field(static=True)."
    with pytest.raises(TypeError, match=f"^{re.escape(sentence)}$"):
        hk.simulate(hk.cells.LIF(), Named("many"), duration=1, dt=0.1)
