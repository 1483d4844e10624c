"""What elementary functions give for 0, infinity, NaN and outside their domain, as C's annex F has it."""

from math import inf, nan, pi

import numpy as np
import pytest

from tests.lowering.functions import PAIRS, REFERENCES, compiled

CASES = [
    *((name, x, x) for name in ("atan", "cbrt", "erf", "erf_inv", "expm1", "log1p", "sin", "sinh", "tan", "tanh") for x in (0.0, -0.0)),
    *((name, nan, nan) for name in REFERENCES if name not in PAIRS),
    *((name, inf, inf) for name in ("cbrt", "cosh", "exp", "exp2", "expm1", "log", "log1p", "sinh")),
    *((name, x, nan) for name in ("cos", "sin", "tan") for x in (inf, -inf)),
    *((name, x, 1.0) for name in ("cos", "cosh", "exp", "exp2") for x in (0.0, -0.0)),
    *((name, x, np.sign(x)) for name in ("erf", "tanh") for x in (inf, -inf, 40.0, -40.0)),
    *((name, -inf, -inf) for name in ("cbrt", "sinh")),
    *((name, -inf, 0.0) for name in ("exp", "exp2", "logistic")),
    *(("atan", x, np.sign(x) * pi / 2) for x in (inf, -inf, 1e30)),
    *(("erf_inv", x, nan) for x in (1.5, -1.5, inf, -inf, 1 + 2**-20)),
    *(("exp2", k, 2.0**k) for k in (-149.0, -126.0, -1.0, 1.0, 10.0, 127.0)),
    *(("log", x, nan) for x in (-1.0, -inf, -1e-30)),
    *(("log", x, -inf) for x in (0.0, -0.0)),
    *(("log1p", x, nan) for x in (-1 - 2**-20, -inf)),
    ("cosh", -inf, inf),
    ("erf_inv", 1.0, inf),
    ("erf_inv", -1.0, -inf),
    ("expm1", -inf, -1.0),
    ("log", 1.0, 0.0),
    ("log1p", -1.0, -inf),
    ("logistic", inf, 1.0),
    ("logistic", 0.0, 0.5),
]
POWERS = [
    (1.0, [(nan, 0.0), (0.0, 0.0), (inf, -0.0), (1.0, nan), (1.0, inf), (-1.0, inf), (-1.0, -inf), (-1.0, 2.0**60), (-1.0, 2.0**24 - 2)]),
    (-1.0, [(-1.0, 2.0**24 - 1), (-1.0, -3.0)]),
    (nan, [(nan, 1.0), (2.0, nan), (-1.5, 0.5), (-2.0, -1.25), (-1e-30, 0.1), (0.0, nan), (inf, nan)]),
    (
        inf,
        [
            (0.5, -inf),
            (2.0, inf),
            (-2.0, inf),
            (-0.5, -inf),
            (inf, 0.1),
            (-inf, 2.0),
            (-inf, 0.5),
            (inf, inf),
            (-10.0, 400.0),
            (0.0, -1.0),
            (0.0, -0.5),
            (-0.0, -2.0),
            (-0.0, -0.5),
            (-0.0, -inf),
            (0.0, -inf),
        ],
    ),
    (
        0.0,
        [
            (0.5, inf),
            (2.0, -inf),
            (-2.0, -inf),
            (inf, -0.1),
            (-inf, -2.0),
            (-inf, -0.5),
            (-inf, -inf),
            (-10.0, -400.0),
            (0.0, 1.0),
            (0.0, 0.5),
            (-0.0, 2.0),
            (-0.0, 0.5),
            (-0.0, inf),
            (0.0, inf),
        ],
    ),
    (-inf, [(-0.0, -1.0), (-0.0, -3.0), (-inf, 1.0), (-inf, 5.0), (-10.0, 401.0)]),
    (-0.0, [(-0.0, 1.0), (-0.0, 3.0), (-inf, -1.0), (-inf, -5.0), (-10.0, -401.0)]),
    (16.0, [(-2.0, 4.0), (4.0, 2.0), (256.0, 0.5)]),
    (-8.0, [(-2.0, 3.0), (-0.5, -3.0)]),
]
ANGLES = {
    0.0: [(0.0, 0.0), (0.0, 1.0), (0.0, inf), (1.0, inf)],
    pi: [(0.0, -0.0), (0.0, -1.0), (0.0, -inf), (1.0, -inf)],
    pi / 2: [(1.0, 0.0), (1.0, -0.0), (inf, 1.0), (inf, -1.0)],
    pi / 4: [(inf, inf), (1.0, 1.0), (2e38, 2e38), (1e-45, 1e-45)],
    3 * pi / 4: [(inf, -inf), (1.0, -1.0), (2e38, -2e38)],
    nan: [(nan, 1.0), (1.0, nan), (nan, inf)],
}
every_dtype = pytest.mark.parametrize("dtype", [np.float32, np.float64])


def same(got: np.ndarray, expected: np.ndarray) -> np.ndarray:
    return (got == expected) & (np.signbit(got) == np.signbit(expected)) | np.isnan(got) & np.isnan(expected)


@every_dtype
@pytest.mark.parametrize("name", sorted({name for name, _, _ in CASES}))
def test_special_cases_of_one_number(name, dtype):
    x, expected = np.array([case[1:] for case in CASES if case[0] == name], dtype).T.copy()
    assert np.all(same(compiled(name, dtype)(x, x), expected))


@every_dtype
@pytest.mark.parametrize(("expected", "pairs"), POWERS)
def test_special_cases_of_powers(expected, pairs, dtype):
    x, y = np.array(pairs, dtype).T.copy()
    assert np.all(same(compiled("pow", dtype)(x, y), expected))


@every_dtype
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("expected", ANGLES)
def test_special_cases_of_the_angle_of_a_point(expected, sign, dtype):
    y, x = np.array(ANGLES[expected], dtype).T.copy()
    assert np.all(same(compiled("atan2", dtype)(sign * y, x), dtype(sign * expected)))
