"""The inverse of the error function.

Wichura 1988, algorithm AS 241 (doi:10.2307/2347330), which approximates the quantiles of the normal distribution by three ratios of
polynomials: erf⁻¹(x) = Φ⁻¹((1 + x)/2)/√2.
"""

from math import inf, nan

from hillock.lowering._floating import polynomial
from hillock.lowering._logarithms import log
from hillock.lowering._text import Value, absolute, copysign, square_root, where

_MIDDLE = (
    (
        3.3871328727963666080e0,
        1.3314166789178437745e2,
        1.9715909503065514427e3,
        1.3731693765509461125e4,
        4.5921953931549871457e4,
        6.7265770927008700853e4,
        3.3430575583588128105e4,
        2.5090809287301226727e3,
    ),
    (
        1.0,
        4.2313330701600911252e1,
        6.8718700749205790830e2,
        5.3941960214247511077e3,
        2.1213794301586595867e4,
        3.9307895800092710610e4,
        2.8729085735721942674e4,
        5.2264952788528545610e3,
    ),
)
_TAIL = (
    (
        1.42343711074968357734e0,
        4.63033784615654529590e0,
        5.76949722146069140550e0,
        3.64784832476320460504e0,
        1.27045825245236838258e0,
        2.41780725177450611770e-1,
        2.27238449892691845833e-2,
        7.74545014278341407640e-4,
    ),
    (
        1.0,
        2.05319162663775882187e0,
        1.67638483018380384940e0,
        6.89767334985100004550e-1,
        1.48103976427480074590e-1,
        1.51986665636164571966e-2,
        5.47593808499534494600e-4,
        1.05075007164441684324e-9,
    ),
)
_FAR_TAIL = (
    (
        6.65790464350110377720e0,
        5.46378491116411436990e0,
        1.78482653991729133580e0,
        2.96560571828504891230e-1,
        2.65321895265761230930e-2,
        1.24266094738807843860e-3,
        2.71155556874348757815e-5,
        2.01033439929228813265e-7,
    ),
    (
        1.0,
        5.99832206555887937690e-1,
        1.36929880922735805310e-1,
        1.48753612908506148525e-2,
        7.86869131145613259100e-4,
        1.84631831751005468180e-5,
        1.42151175831644588870e-7,
        2.04426310338993978564e-15,
    ),
)
_SQRT_HALF = 0.7071067811865476


def erf_inv(x: Value) -> Value:
    """Return the number whose error function is x; outside [-1, 1] NaN."""
    if x.kind == "float":
        return erf_inv(x.to("double")).to("float")
    size = absolute(x)
    middle = size <= 0.85
    r = square_root(-log((1.0 - size) * 0.5))
    far = r > 5.0
    above, below = _ratio(r - 1.6, _TAIL)
    above_far, below_far = _ratio(r - 5.0, _FAR_TAIL)
    above_middle, below_middle = _ratio(0.180625 - 0.25 * size * size, _MIDDLE)
    above = where(middle, above_middle * size * 0.5, where(far, above_far, above))
    below = where(middle, below_middle, where(far, below_far, below))
    result = where(size.eq(1.0), inf, above / below * _SQRT_HALF)
    return copysign(where(size > 1.0, nan, result), x)


def _ratio(x: Value, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> tuple[Value, Value]:
    return polynomial(x, coefficients[0]), polynomial(x, coefficients[1])
