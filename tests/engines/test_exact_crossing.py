"""The search for a first crossing: polynomials whose roots are known, close pairs, touches, and random ones checked at all of their turns."""

from fractions import Fraction
from math import factorial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from numpy.polynomial.polynomial import polyder, polyroots, polyval

from hillock.engines.exact._crossing import TERMS, bounds, first_positive

_search = jax.jit(first_positive)
_search_all = jax.jit(jax.vmap(first_positive))


@pytest.fixture(autouse=True)
def _double_precision():
    with jax.enable_x64(True):
        yield


def polynomial(*roots, factor=1, rest=(1,)):
    """Return the coefficients of factor · Π (r - root) · Σ restₖ rᵏ, expanded in whole numbers and rounded once."""
    c = [Fraction(factor) * Fraction(x) for x in rest]
    for root in roots:
        c = [a - Fraction(root) * b for a, b in zip([Fraction(0), *c], [*c, Fraction(0)], strict=True)]
    return np.array([float(x) for x in c] + [0.0] * (TERMS - len(c)))


def first(c):
    """Return where a polynomial first becomes positive, or None."""
    found, r = _search(jnp.asarray(c), jnp.asarray(True))
    return float(r) if found else None


@pytest.mark.parametrize("root", [1e-12, 0.1, 1 / 3, 0.5, 0.75, 0.999, 1 - 1e-12])
def test_a_single_root_is_found_to_rounding(root):
    assert first(polynomial(root, rest=(1, 2, 3))) == pytest.approx(root, abs=4e-16)


@pytest.mark.parametrize("apart", [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
@pytest.mark.parametrize("root", [0.123, 0.5, 0.7654321])
def test_a_short_excursion_above_zero_is_not_missed(root, apart):
    """Near the root the slope is about ``apart``: coefficients rounded by some 10⁻¹⁶ move it by 10⁻¹⁶/apart."""
    c = polynomial(root, Fraction(root) + Fraction(apart), factor=-1)
    assert first(c) == pytest.approx(root, abs=4e-16 / apart)


@pytest.mark.parametrize("root", [0.25, 0.5, 0.8125, 0.3, 0.7])
def test_a_maximum_is_told_from_none_by_a_trillionth(root):
    c = polynomial(root, root, factor=-1)
    assert first(c - 1e-13 * np.eye(TERMS)[0]) is None
    assert first(c + 1e-12 * np.eye(TERMS)[0]) == pytest.approx(root - 1e-6, abs=1e-9)  # 10⁻¹² = (r - root)², less rounding of c


@pytest.mark.parametrize("root", [0.25, 0.5, 0.8125])  # nothing is rounded on the way
def test_to_touch_zero_from_below_is_no_crossing(root):
    assert first(polynomial(root, root, factor=-1)) is None


def test_the_first_of_many_crossings_is_found_not_any_of_them():
    """A comb of sixteen roots at 1/17, 2/17, ...; coefficients are rounded, which moves a root by their rounding over the slope."""
    c = polynomial(*(Fraction(k, 17) for k in range(1, 17)), factor=-(2**40))
    moved = 2.0**-52 * polyval(1 / 17, np.abs(c)) / polyval(1 / 17, polyder(c))
    assert first(c) == pytest.approx(1 / 17, abs=float(4 * moved))
    assert moved < 1e-9


@pytest.mark.parametrize(("c", "r"), [([0.0, 1.0], 0.0), ([0.0, -1.0, 2.0], 0.5), ([-1.0, 1.0, 2.0**-52], 1.0), ([0.0, 0.0, 0.0, 5.0], 0.0)])
def test_a_root_on_the_border_counts_where_the_polynomial_rises_from_it(c, r):
    assert first(np.pad(c, (0, TERMS - len(c)))) == pytest.approx(r, abs=1e-15)


@pytest.mark.parametrize("c", [[0.0], [-1.0], [-1.0, 1.0], [0.0, -1.0], [0.0, -1.0, 1.0], [np.nan], [0.0, np.nan]])
def test_what_is_never_positive_has_no_crossing(c):
    assert first(np.pad(c, (0, TERMS - len(c)))) is None


def test_what_is_not_wanted_is_not_found():
    assert not _search(jnp.asarray(polynomial(0.5)), jnp.asarray(False)).found


def series_of_stretches(count):
    """Return polynomials as stretches make them: terms fall like 2⁻ᵏ/k!, or oscillate, or graze; below zero at first."""
    random = np.random.default_rng(20)
    k = np.arange(TERMS)
    falling = np.array([3.0**n / factorial(n) for n in k])
    c = random.normal(size=(count, TERMS)) * np.where(random.random((count, 1)) < 0.5, falling, 1.0)
    c[:, 0] = -np.abs(c[:, 0]) * 10.0 ** random.uniform(-6, 0, count)
    return c


def turns(c, end):
    """Return the real parts of all roots of the derivative between 0 and ``end``: where a maximum can be, whether or not it is real."""
    places = polyroots(polyder(c)).real
    return places[(places > 0) & (places < end)]


def test_before_the_crossing_that_is_found_no_turn_of_two_thousand_polynomials_is_positive():
    every = series_of_stretches(2000)
    found, r = _search_all(jnp.asarray(every), jnp.ones(len(every), bool))
    assert 500 < int(found.sum()) < 1900  # both happen
    for c, crossed, place in zip(every, np.asarray(found), np.asarray(r), strict=True):
        rounding = 2.0**-48 * np.abs(c).sum()
        ends = [place * (1 - 1e-9)] if crossed else [1.0]
        assert max(polyval([*turns(c, place), *ends], c)) < rounding
        if crossed:
            assert abs(polyval(place, c)) < rounding
            assert polyval(place, polyder(c)) > -TERMS * rounding  # it rises


def test_bernsteins_coefficients_bound_the_polynomial():
    for c in series_of_stretches(50):
        low, high = bounds(jnp.asarray(c)).min(), bounds(jnp.asarray(c)).max()
        values = polyval(np.linspace(0, 1, 1001), c)
        rounding = 2.0**-48 * np.abs(c).sum()
        assert low - rounding <= values.min() <= values.max() <= high + rounding


@pytest.mark.slow
def test_the_root_moves_with_the_coefficients_as_the_implicit_function_theorem_says():
    """Of r² = a the derivative is dr/da = 1/(2r); a is minus the first coefficient."""
    slope = jax.jacfwd(lambda c: first_positive(c, jnp.asarray(True)).r)(jnp.asarray(polynomial(0.5, -0.5)))
    np.testing.assert_allclose(slope[:3], [-1.0, -0.5, -0.25], rtol=1e-15)
