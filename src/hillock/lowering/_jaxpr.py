"""From a jaxpr to numbers, where all is known, or to a program of what is left to do."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from jax.extend.core import ClosedJaxpr

from hillock.lowering import _array_rules, _control_rules
from hillock.lowering._interpreter import Array, Interpreter
from hillock.lowering._program import Program, pruned

_RULES = {**_array_rules.RULES, **_control_rules.RULES}


def evaluate(traced: ClosedJaxpr, arguments: Sequence[Any]) -> list[np.ndarray]:
    """Return what a traced function makes of numbers, without compiling anything.

    Raises:
        Unsupported: it does something that NumPy is not asked to do here.

    """
    with np.errstate(all="ignore"):
        return Interpreter(_RULES).closed(traced, [np.asarray(x) for x in arguments])


def lower(traced: ClosedJaxpr, arguments: Sequence[Array]) -> Program:
    """Return the program of a traced function; each argument is an array of numbers, of symbols, or a table.

    The outputs of the program are those of the function, arrays one number after the other.

    Raises:
        Unsupported: it does something that has no code.

    """
    interpreter = Interpreter(_RULES)
    with np.errstate(all="ignore"):
        outputs = interpreter.closed(traced, arguments)
    return pruned(Program(tuple(interpreter.operations), tuple(atom for array in outputs for atom in np.ravel(array))))
