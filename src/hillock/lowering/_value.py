"""Numbers in LLVM's text, computed with by Python's operators: ``x * y + 1.0`` appends a product and a sum to a ``Code``.

A ``Value`` is one number or, with lanes, one number for each of several neurons; the same code serves both. Nothing here is
approximate: products and sums are rounded one by one, and are fused only where ``fma`` says so.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

from hillock.lowering._kinds import BITS, SUFFIX, suffix, vector_type

if TYPE_CHECKING:
    from hillock.lowering._text import Code

Number = Union["Value", float, int, bool]


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A number, or one per lane, that code computes."""

    code: "Code"
    name: str
    kind: str
    lanes: int = 0

    @property
    def type(self) -> str:
        """The type as LLVM writes it."""
        return vector_type(self.kind, self.lanes)

    @property
    def is_float(self) -> bool:
        return self.kind in SUFFIX

    @property
    def bits(self) -> int:
        """How many bits one number has."""
        return BITS[self.kind]

    def __add__(self, other: Number) -> "Value":
        return self._binary("fadd" if self.is_float else "add", other)

    def __sub__(self, other: Number) -> "Value":
        return self._binary("fsub" if self.is_float else "sub", other)

    def __mul__(self, other: Number) -> "Value":
        return self._binary("fmul" if self.is_float else "mul", other)

    def __truediv__(self, other: Number) -> "Value":
        return self._binary("fdiv", other)

    def __radd__(self, other: Number) -> "Value":
        return self + other

    def __rmul__(self, other: Number) -> "Value":
        return self * other

    def __rsub__(self, other: Number) -> "Value":
        return self.like(other) - self

    def __rtruediv__(self, other: Number) -> "Value":
        return self.like(other) / self

    def __neg__(self) -> "Value":
        return self.code.emit(f"fneg {self.type} {self.name}", self.kind, self.lanes) if self.is_float else self.like(0) - self

    def __and__(self, other: Number) -> "Value":
        return self._binary("and", other)

    def __or__(self, other: Number) -> "Value":
        return self._binary("or", other)

    def __xor__(self, other: Number) -> "Value":
        return self._binary("xor", other)

    def __invert__(self) -> "Value":
        return self ^ (True if self.kind == "i1" else -1)

    def __lshift__(self, other: Number) -> "Value":
        return self._binary("shl", other)

    def __rshift__(self, other: Number) -> "Value":
        """Shift right and keep the sign."""
        return self._binary("ashr", other)

    def shift_right_logical(self, other: Number) -> "Value":
        return self._binary("lshr", other)

    def divide(self, other: Number, signed: bool = True) -> "Value":
        """Divide whole numbers, towards 0; the divisor must not be 0."""
        return self._binary("sdiv" if signed else "udiv", other)

    def remainder(self, other: Number, signed: bool = True) -> "Value":
        """Return what is left of a division, with the sign of the first; a whole divisor must not be 0."""
        return self._binary("frem" if self.is_float else "srem" if signed else "urem", other)

    def __lt__(self, other: Number) -> "Value":
        return self.compare("lt", other)

    def __le__(self, other: Number) -> "Value":
        return self.compare("le", other)

    def __gt__(self, other: Number) -> "Value":
        return self.compare("gt", other)

    def __ge__(self, other: Number) -> "Value":
        return self.compare("ge", other)

    def eq(self, other: Number) -> "Value":
        return self.compare("eq", other)

    def ne(self, other: Number) -> "Value":
        return self.compare("ne", other)

    def compare(self, rule: str, other: Number, signed: bool = True) -> "Value":
        """Compare by lt, le, gt, ge, eq or ne; NaN is equal to nothing and neither less nor greater."""
        if self.is_float:
            rule = {"ne": "une"}.get(rule, f"o{rule}")
        elif rule not in {"eq", "ne"}:
            rule = f"{'s' if signed else 'u'}{rule}"
        a, b = self._match(other)
        return self.code.emit(f"{'fcmp' if self.is_float else 'icmp'} {rule} {a.type} {a.name}, {b.name}", "i1", a.lanes)

    def like(self, number: Number) -> "Value":
        """Return a number as a constant of this kind, for every lane."""
        return number if isinstance(number, Value) else self.code.constant(number, self.kind, self.lanes)

    def as_bits(self) -> "Value":
        """Return the bits of a floating-point number as a whole number."""
        return self._convert("bitcast", f"i{self.bits}")

    def as_float(self) -> "Value":
        """Return the floating-point number that has these bits."""
        return self._convert("bitcast", {32: "float", 64: "double"}[self.bits])

    def to(self, kind: str, signed: bool = True) -> "Value":
        """Convert to another kind; a floating-point number is cut towards 0, kept within range, and NaN becomes 0."""
        if kind == self.kind:
            return self
        wider = BITS[kind] > self.bits
        if kind == "i1":
            return self.ne(0)
        if self.is_float and kind in SUFFIX:
            return self._convert("fpext" if wider else "fptrunc", kind)
        if self.is_float:
            return self._cut(kind, signed)
        signed = signed and self.kind != "i1"
        if kind in SUFFIX:
            return self._convert("sitofp" if signed else "uitofp", kind)
        return self._convert(("sext" if signed else "zext") if wider else "trunc", kind)

    def splat(self, lanes: int) -> "Value":
        """Return a number of its own for every lane."""
        if self.lanes or not lanes:
            return self
        if not self.name.startswith("%"):
            return Value(self.code, f"splat ({self.kind} {self.name})", self.kind, lanes)
        vector = vector_type(self.kind, lanes)
        first = self.code.emit(f"insertelement {vector} poison, {self.type} {self.name}, i64 0", self.kind, lanes)
        return self.code.emit(f"shufflevector {vector} {first.name}, {vector} poison, <{lanes} x i32> zeroinitializer", self.kind, lanes)

    def _cut(self, kind: str, signed: bool) -> "Value":
        """Convert to whole numbers within range; LLVM's own saturating conversion takes the lanes one by one."""
        low, high = (-(2 ** (BITS[kind] - 1)), 2 ** (BITS[kind] - 1) - 1) if signed else (0, 2 ** BITS[kind] - 1)
        above, below = self >= float(high + 1), self <= float(low)
        inside = where(above | below | self.compare("ne", self), 0.0, self)
        cut = inside._convert(f"fpto{'s' if signed else 'u'}i", kind)
        return where(above, high, where(below, low, cut))

    def _convert(self, how: str, kind: str) -> "Value":
        return self.code.emit(f"{how} {self.type} {self.name} to {vector_type(kind, self.lanes)}", kind, self.lanes)

    def _match(self, other: Number) -> tuple["Value", "Value"]:
        lanes = max(self.lanes, other.lanes) if isinstance(other, Value) else self.lanes
        a, b = self.splat(lanes), other.splat(lanes) if isinstance(other, Value) else self.like(other)
        return a, b if b.lanes == lanes else b.splat(lanes)

    def _binary(self, name: str, other: Number) -> "Value":
        a, b = self._match(other)
        return self.code.emit(f"{name} {a.type} {a.name}, {b.name}", self.kind, a.lanes)


def fma(a: Value, b: Number, c: Number) -> Value:
    """Return a·b + c, rounded once."""
    return _intrinsic("fma", a, b, c)


def where(condition: Value, yes: Number, no: Number) -> Value:
    """Return ``yes`` where the condition holds, else ``no``; one of the two must be a Value."""
    model = yes if isinstance(yes, Value) else no
    assert isinstance(model, Value)
    lanes = max(x.lanes for x in (condition, yes, no) if isinstance(x, Value))
    condition, a, b = condition.splat(lanes), model.like(yes).splat(lanes), model.like(no).splat(lanes)
    return model.code.emit(f"select {condition.type} {condition.name}, {a.type} {a.name}, {b.type} {b.name}", model.kind, lanes)


def absolute(x: Value) -> Value:
    """Return |x| of a floating-point number."""
    return _intrinsic("fabs", x)


def copysign(x: Value, sign: Number) -> Value:
    """Return |x| with the sign of the second."""
    return _intrinsic("copysign", x, sign)


def square_root(x: Value) -> Value:
    """Return the correctly rounded square root."""
    return _intrinsic("sqrt", x)


def floor(x: Value) -> Value:
    return _intrinsic("floor", x)


def ceil(x: Value) -> Value:
    return _intrinsic("ceil", x)


def truncate(x: Value) -> Value:
    return _intrinsic("trunc", x)


def nearest(x: Value) -> Value:
    """Return the nearest whole number, the even one of two, as a floating-point number."""
    return _intrinsic("rint", x)


def round_half_away(x: Value) -> Value:
    return _intrinsic("round", x)


def _intrinsic(name: str, x: Value, *others: Number) -> Value:
    lanes = max(a.lanes for a in (x, *others) if isinstance(a, Value))
    arguments = [x.splat(lanes), *(x.like(a).splat(lanes) for a in others)]
    return x.code.call(f"llvm.{name}.{suffix(x.kind, lanes)}", x.kind, lanes, *arguments)
