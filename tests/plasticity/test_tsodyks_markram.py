"""Depression and facilitation against their closed forms."""

import math

import numpy as np
import pytest

from hillock._param import ParameterError
from hillock.plasticity import TsodyksMarkram


def worth(rule, times):
    """Return what each spike of a train (ms) is worth."""
    state, last, found = rule.init(), 0.0, []
    for t in times:
        state, factor = rule.release(state, t - last)
        last = t
        found.append(float(factor))
    return np.array(found)


@pytest.mark.parametrize("first", [0.0, 3.0, 1e6])
@pytest.mark.parametrize("rule", [TsodyksMarkram(), TsodyksMarkram(0.2, 100.0, 500.0)], ids=["depressing", "facilitating"])
def test_the_first_spike_is_worth_U_whenever_it_comes(rule, first):  # noqa: N802
    np.testing.assert_allclose(worth(rule, [first]), rule.U, rtol=1e-7)


def test_the_second_spike_finds_what_has_come_back():
    # The first left 1 - U; a fraction 1 - exp(-t/tau_rec) of what is missing has come back.
    expected = 0.4 * (1.0 - 0.4 * math.exp(-50.0 / 200.0))
    np.testing.assert_allclose(worth(TsodyksMarkram(0.4, 200.0), [10.0, 60.0])[1], expected, rtol=1e-6)


@pytest.mark.parametrize("rate", [5.0, 20.0, 100.0])
@pytest.mark.parametrize(("U", "tau_rec", "tau_fac"), [(0.5, 800.0, 0.0), (0.1, 100.0, 1000.0), (0.3, 200.0, 200.0), (0.3, 0.0, 500.0)])
def test_regular_firing_leads_to_the_steady_state(rate, U, tau_rec, tau_fac):  # noqa: N803
    interval = 1000.0 / rate
    rec, fac = (math.exp(-interval / tau) if tau else 0.0 for tau in (tau_rec, tau_fac))
    u = U / (1.0 - (1.0 - U) * fac)
    x = (1.0 - rec) / (1.0 - (1.0 - u) * rec)
    assert math.isclose(worth(TsodyksMarkram(U, tau_rec, tau_fac), np.arange(400) * interval)[-1], u * x, rel_tol=1e-4)


def test_depression_makes_the_release_per_second_independent_of_a_high_rate():
    # u x r -> 1/tau_rec, all that comes back being released; what is missing is of order 1/(r tau_rec), and here 1/160 at most, times 3/2.
    rates = np.array([200.0, 400.0])
    last = [worth(TsodyksMarkram(0.5, 800.0), np.arange(600) * 1000.0 / rate)[-1] for rate in rates]
    np.testing.assert_allclose(rates * last, 1.25, rtol=1e-2)


def test_facilitation_makes_spikes_worth_more_and_more():
    assert np.all(np.diff(worth(TsodyksMarkram(0.1, 0.0, 500.0), np.arange(10) * 10.0)) > 0)


def test_after_a_long_time_all_is_as_it_was():
    rule = TsodyksMarkram(0.3, 100.0, 100.0)
    np.testing.assert_allclose(worth(rule, [0.0, 5.0, 10.0, 5000.0])[-1], 0.3, rtol=1e-6)


@pytest.mark.parametrize("name", ["tau_rec", "tau_fac"])
def test_a_time_constant_of_0_is_the_limit_of_short_ones(name):
    times = [0.0, 2.0, 3.0, 10.0]
    zero, short = (worth(TsodyksMarkram(0.4, **{"tau_rec": 50.0, "tau_fac": 50.0, name: tau}), times) for tau in (0.0, 0.01))
    np.testing.assert_allclose(zero, short, rtol=1e-6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"U": 1.5}, "TsodyksMarkram.U must be ≥ 0 and ≤ 1, got 1.5."),
        ({"tau_rec": -1.0}, "TsodyksMarkram.tau_rec must be ≥ 0 ms, got -1 ms."),
        ({"tau_f": 1.0}, "TsodyksMarkram has no parameter 'tau_f'. Did you mean tau_fac?"),
    ],
)
def test_impossible_parameters_are_refused(given, message):
    with pytest.raises(ParameterError) as error:
        TsodyksMarkram(**given)
    assert str(error.value) == message
