"""The error function and its inverse.

erf(x) is its Taylor series up to 1; beyond, 1 - exp(-x²)·g(x), where g is a ratio of polynomials of x - 1 that agrees with the function at
Chebyshev's points, to 1.0e-9 and 1.4e-18 of the result.

Where erf⁻¹(x) is near x, and where it is near the root of a logarithm, it is that plus a correction so small that its own rounding counts
little. In single precision corrections are polynomials of least greatest relative error, by Remez's algorithm in 60 digits: 5.6e-9; in double
precision ratios of polynomials that agree with the function at Chebyshev's points, to 2.6e-17.
"""

from math import factorial, inf, nan, pi, sqrt

from hillock.lowering._value import Value, absolute, copysign, square_root, where
from hillock.lowering.elementary._exponentials import exp
from hillock.lowering.elementary._floating import multiply_add, polynomial, within
from hillock.lowering.elementary._logarithms import log, log_near_one, split

_SLOPE = 2 / sqrt(pi)
_ERF_TERMS = {"float": 11, "double": 19}
_COMPLEMENT = {
    "float": (
        (0.427583573373417673, 0.396651105912904263, 0.143093493349613948, 0.0196436772982261244),
        (1.0, 1.56662470793926803, 0.974648520289005039, 0.288388026338657063, 0.0348201793894595543),
    ),
    "double": (
        (
            0.427583576155807008,
            0.80635073442486534,
            0.708169689322014998,
            0.375330512551415222,
            0.130866837460000928,
            0.0307141905871737437,
            0.00474379133241051361,
            0.000442125296071335315,
            0.0000191358774949462087,
        ),
        (
            1.0,
            2.52479938288224373,
            2.90844579544687734,
            2.00995230452240755,
            0.92026112696328605,
            0.290207159718510381,
            0.0632225017019349753,
            0.00920875660630408383,
            0.000817564144011812776,
            0.000033917459747091058,
        ),
    ),
}
# of w - 2.5 < 2.5, and of √w - 3, where w = -log(1 - x²) (as in Giles 2012, doi:10.1016/B978-0-12-385963-1.00010-1)
_NEAR_X_SINGLE = (
    0.501409359,
    0.2466402861,
    -0.004177386774,
    -0.001252741878,
    0.0002183444343,
    -4.96334632e-6,
    -3.46270348e-6,
    4.661701922e-7,
    2.323254307e-8,
    -8.791019469e-9,
)
_NEAR_ROOT_SINGLE = (
    -0.1670232045,
    0.00167509473,
    0.009445701151,
    -0.007639560591,
    0.005682990854,
    -0.003586218279,
    0.00149641244,
    -7.81042683e-5,
    -0.000319223457,
    0.0001299474303,
)
# above and below the line, of 0.6084 - x², and of r - 1.4375 > 0, where r² = -log((1 - x)/2) (variables as in Wichura 1988, doi:10.2307/2347330)
_NEAR_X = (
    (
        0.111905578197275319,
        0.240384723040926249,
        -1.45385646992380169,
        -5.85169258436634315,
        -7.62237059783796265,
        -4.11060952741184857,
        -0.83341986047345166,
        -0.0417602304284404003,
    ),
    (
        1.0,
        7.79075881639608831,
        23.4903502111419674,
        34.6014693195118651,
        25.8871899114142409,
        9.28438102796383409,
        1.34162925812808266,
        0.0494904217037058059,
    ),
)
_NEAR_ROOT = (
    (
        -0.629688217328712688,
        -1.34278144736483983,
        -1.16790860430707247,
        -0.541133651901380747,
        -0.144563102272472762,
        -0.021971203296649744,
        -0.00173914448135056764,
        -0.0000602739043034300505,
        -6.34392612568668128e-7,
        -3.09495279733562588e-10,
    ),
    (
        1.0,
        2.51253210043199277,
        2.63546022640109776,
        1.51012277005300673,
        0.516829046725064872,
        0.10731035011614677,
        0.0129620202435700565,
        0.000822777794661967501,
        0.0000227271158622618458,
        1.80824225837887726e-7,
    ),
)


def erf(x: Value) -> Value:
    """Return the error function."""
    size, square = absolute(x), x * x
    series = polynomial(square, [(-1) ** n * _SLOPE / (factorial(n) * (2 * n + 1)) for n in range(_ERF_TERMS[x.kind])][1:])
    near = multiply_add(size, _SLOPE - 1.0, multiply_add(size * square, series, size))
    far = within(size, 1.0, 6.0)
    ratio = polynomial(far - 1.0, _COMPLEMENT[x.kind][0]) / polynomial(far - 1.0, _COMPLEMENT[x.kind][1])
    return copysign(where(size < 1.0, near, 1.0 - exp(-far * far) * ratio), x)


def erf_inv(x: Value) -> Value:
    """Return the number whose error function is x; outside [-1, 1] NaN."""
    size = absolute(x)
    inside = (_single if x.kind == "float" else _double)(size)
    return copysign(where(size < 1.0, inside, where(size.eq(1.0), x.like(inf), nan)), x)


def _single(x: Value) -> Value:
    """Return erf⁻¹(x) for positive numbers less than 1."""
    k, m = split(multiply_add(-x, x, 1.0) if x.code.has_fma else (1.0 - x) * (x + 1.0))
    w = -log_near_one(k, m - 1.0, more=2.5)
    near_x = w < 2.5
    root = square_root(w + 2.5)
    correction = where(near_x, polynomial(w, _NEAR_X_SINGLE), polynomial(root - 3.0, _NEAR_ROOT_SINGLE))
    return multiply_add(x, correction, where(near_x, x, x * root))


def _double(x: Value) -> Value:
    """Return erf⁻¹(x) for positive numbers less than 1."""
    near_x = x < 0.78
    root = square_root(-log((1.0 - x) * 0.5))
    v, r = 0.6084 - x * x, root - 1.4375
    above = where(near_x, x * polynomial(v, _NEAR_X[0]), polynomial(r, _NEAR_ROOT[0]))
    below = where(near_x, polynomial(v, _NEAR_X[1]), polynomial(r, _NEAR_ROOT[1]))
    return where(near_x, x, root) + above / below
