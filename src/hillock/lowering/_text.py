"""LLVM's text of a module, which grows as values are computed with."""

import struct
from collections.abc import Sequence

import numpy as np

from hillock.lowering._kinds import BITS, SUFFIX, vector_type
from hillock.lowering._value import Value


class Code:
    """The text of one module: a body that grows at the end, and declarations of what it calls.

    Attributes:
        has_fma: whether a product and a sum can be rounded once.
        has_scalef: whether vectors of 64 bytes can be multiplied by powers of two.

    """

    def __init__(self, has_fma: bool = True, has_scalef: bool = False) -> None:
        self.lines: list[str] = []
        self.declarations: dict[str, str] = {}
        self.functions: dict[str, str] = {}
        self.has_fma, self.has_scalef = has_fma, has_scalef
        self.block = "entry"  # the basic block that is being written
        self._count = 0

    def label(self, name: str) -> None:
        """Begin a basic block."""
        self.lines.append(f"{name}:")
        self.block = name

    def jump(self, target: str) -> None:
        """End a basic block."""
        self.write(f"br label %{target}")

    def branch(self, condition: Value, yes: str, no: str) -> None:
        """End a basic block in one of two ways."""
        self.write(f"br i1 {condition.name}, label %{yes}, label %{no}")

    def fresh(self, hint: str = "") -> str:
        """Return a name that nothing has yet."""
        self._count += 1
        return f"%{hint or 'x'}{self._count}"

    def emit(self, text: str, kind: str, lanes: int) -> Value:
        """Append one instruction and return its result."""
        name = self.fresh()
        self.lines.append(f"  {name} = {text}")
        return Value(self, name, kind, lanes)

    def write(self, text: str) -> None:
        """Append an instruction without a result."""
        self.lines.append(f"  {text}")

    def constant(self, number: float | int | bool | np.generic, kind: str, lanes: int = 0) -> Value:
        """Return a constant, the same for every lane."""
        text = _literal(number, kind)
        return Value(self, f"splat ({kind} {text})" if lanes else text, kind, lanes)

    def call(self, function: str, kind: str, lanes: int, *arguments: Value) -> Value:
        """Call an intrinsic or a function of this module by its name without @."""
        types = ", ".join(a.type for a in arguments)
        if function not in self.functions:
            self.declarations[function] = f"declare {vector_type(kind, lanes)} @{function}({types})"
        given = ", ".join(f"{a.type} {a.name}" for a in arguments)
        return self.emit(f"call {vector_type(kind, lanes)} @{function}({given})", kind, lanes)

    def module(self, functions: Sequence[str]) -> str:
        """Return the text of the module: declarations, helper functions, and the functions given."""
        return "\n".join([*self.declarations.values(), *self.functions.values(), *functions, ""])


def _literal(number: float | int | bool | np.generic, kind: str) -> str:
    if kind == "i1":
        return "true" if number else "false"
    if kind in SUFFIX:
        value = np.float32(number) if kind == "float" else np.float64(number)
        return "0x" + struct.pack(">d", float(value)).hex().upper()
    bits = BITS[kind]
    whole = int(number) & ((1 << bits) - 1)
    return str(whole - (1 << bits) if whole >> (bits - 1) else whole)
