"""Elementary functions as vector code: no tables, no branches, any number of lanes, the same bits in each.

Special cases are those of C (annex F). The greatest errors, in units in the last place, over the whole range, subnormal numbers included; in
single precision measured at every number (at some 10⁸ pairs for pow and atan2), in double precision at some 10⁵:

    function   float32   float64
    atan           1.9       1.0
    atan2          2.0       1.9
    cbrt           1.0       1.0
    cos            0.6       1.2
    cosh           1.5       1.3
    erf            1.6       1.5
    erf_inv        1.8       2.8
    exp            1.0       1.0
    exp2           1.0       1.0
    expm1          1.6       1.5
    log            1.0       0.9
    log1p          1.3       1.2
    logistic       1.7       1.7
    pow            0.6       1.2
    sin            0.6       1.2
    sinh           1.7       1.6
    tan            0.6       2.5
    tanh           1.8       1.8

Where the processor has no fused multiply-add they are greater by half a unit or so.
"""

from hillock.lowering._arctangent import atan as atan
from hillock.lowering._arctangent import atan2 as atan2
from hillock.lowering._error_function import erf as erf
from hillock.lowering._error_function import erf_inv as erf_inv
from hillock.lowering._exponentials import cosh as cosh
from hillock.lowering._exponentials import exp as exp
from hillock.lowering._exponentials import exp2 as exp2
from hillock.lowering._exponentials import expm1 as expm1
from hillock.lowering._exponentials import logistic as logistic
from hillock.lowering._exponentials import sinh as sinh
from hillock.lowering._exponentials import tanh as tanh
from hillock.lowering._logarithms import log as log
from hillock.lowering._logarithms import log1p as log1p
from hillock.lowering._powers import cbrt as cbrt
from hillock.lowering._powers import integer_pow as integer_pow
from hillock.lowering._powers import pow as pow
from hillock.lowering._trigonometry import cos as cos
from hillock.lowering._trigonometry import sin as sin
from hillock.lowering._trigonometry import tan as tan
