"""Names for the shapes that appear in every signature."""

from collections.abc import Mapping
from typing import Annotated, Any

from jaxtyping import Array, Bool, Float

Tree = Any
"""Any pytree of arrays."""

State = Any
"""State of one neuron: a NamedTuple of scalars with a field ``v``."""

Scalar = Float[Array, ""] | float
"""One floating-point number, traced or not."""

Millivolts = Annotated[Scalar, "mV"]
Nanoamperes = Annotated[Scalar, "nA"]
Milliseconds = Annotated[Scalar, "ms"]
"""State variables with a unit: ``v: Millivolts``. Without one, ``Scalar``, a variable is a plain number."""

Flag = Bool[Array, ""] | bool
"""One truth value, traced or not."""

Spike = Float[Array, ""] | float
"""1.0 where a neuron fires, 0.0 where it does not."""

Param = Any
"""A parameter as a user gives it: a number, one number per neuron, ``"20 ms"`` or a quantity."""

Recordable = Mapping[str, Scalar]
"""Everything of one neuron that can be recorded in one step, by name."""
