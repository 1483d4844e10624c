"""What NIR's nodes share: a potential, no refractory time, and a unit of time that has to be said."""

from typing import Any, ClassVar

import equinox as eqx

from hillock._param import ParameterError
from hillock._types import Param, Scalar
from hillock.cells import AbstractCell, Voltage

_MS = {"ms": 1.0, "s": 1000.0}


def time_unit() -> Any:
    """Declare the unit of a node's time."""
    return eqx.field(static=True, default=None, kw_only=True)


class AbstractNode(AbstractCell):
    """A node of one variable, in the unit of time that its file was written in."""

    t_ref: ClassVar[Param] = 0.0

    v_init: eqx.AbstractVar[Param]
    time_unit: eqx.AbstractVar[str | None]

    def __check_init__(self):
        if self.time_unit not in _MS:
            name, got = type(self).__name__, "nothing" if self.time_unit is None else repr(self.time_unit)
            raise ParameterError(  # a guess is wrong by a factor of 1000
                f"{name}.time_unit must be 'ms' or 's', got {got}. A NIR file does not say which, and its writers differ; ask the writer."
            )

    def init(self) -> Voltage:
        return Voltage(v=self.v_init)

    def ms(self, time: Scalar = 1.0) -> Scalar:
        """Return a time of the node in ms."""
        return time * _MS[str(self.time_unit)]
