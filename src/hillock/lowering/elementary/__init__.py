"""Elementary functions as vector code: any number of lanes, the same bits in each; no tables and no branches but for huge angles.

Special cases are those of C (annex F). The greatest errors, in units in the last place, over the whole range, subnormal numbers included; in
single precision measured at every number (at some 10⁸ pairs for pow and atan2), in double precision at some 10⁵:

    function   float32   float64
    atan           1.5       1.3
    atan2          1.7       1.6
    cbrt           1.0       1.0
    cos            0.6       1.2
    cosh           1.5       1.4
    erf            1.6       1.6
    erf_inv        1.8       3.1
    exp            1.0       1.0
    exp2           1.0       1.1
    expm1          1.6       1.6
    log            1.0       0.9
    log1p          1.3       1.3
    logistic       1.7       1.7
    pow            0.6       1.2
    sin            0.6       1.2
    sinh           1.7       1.7
    tan            0.6       2.6
    tanh           1.8       1.8

Where the processor has no fused multiply-add they are greater by up to 0.6.
"""

from hillock.lowering.elementary._arctangent import atan, atan2
from hillock.lowering.elementary._error_function import erf, erf_inv
from hillock.lowering.elementary._exponentials import cosh, exp, exp2, expm1, logistic, sinh, tanh
from hillock.lowering.elementary._logarithms import log, log1p
from hillock.lowering.elementary._powers import cbrt, integer_pow, pow  # noqa: A004  (C's and JAX's name)
from hillock.lowering.elementary._trigonometry import cos, sin, tan

__all__ = [
    "atan",
    "atan2",
    "cbrt",
    "cos",
    "cosh",
    "erf",
    "erf_inv",
    "exp",
    "exp2",
    "expm1",
    "integer_pow",
    "log",
    "log1p",
    "logistic",
    "pow",
    "sin",
    "sinh",
    "tan",
    "tanh",
]
