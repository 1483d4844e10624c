"""Elementary functions as vector code."""

from hillock.lowering._error_function import erf_inv as erf_inv
from hillock.lowering._exponentials import exp as exp
from hillock.lowering._exponentials import exp2 as exp2
from hillock.lowering._exponentials import expm1 as expm1
from hillock.lowering._exponentials import logistic as logistic
from hillock.lowering._exponentials import tanh as tanh
from hillock.lowering._logarithms import log as log
from hillock.lowering._logarithms import log1p as log1p
from hillock.lowering._powers import integer_pow as integer_pow
from hillock.lowering._powers import pow as pow
from hillock.lowering._trigonometry import cos as cos
from hillock.lowering._trigonometry import sin as sin
from hillock.lowering._trigonometry import tan as tan
