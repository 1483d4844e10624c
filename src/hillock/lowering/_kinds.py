"""What LLVM calls kinds of numbers, and vectors of them."""

KINDS = {
    "float32": "float",
    "float64": "double",
    "int8": "i8",
    "uint8": "i8",
    "int16": "i16",
    "uint16": "i16",
    "int32": "i32",
    "uint32": "i32",
    "int64": "i64",
    "uint64": "i64",
    "bool": "i1",
}
"""LLVM's name of each dtype; the sign of whole numbers is in the operations."""

BITS = {"float": 32, "double": 64, "i1": 1, "i8": 8, "i16": 16, "i32": 32, "i64": 64}
SUFFIX = {"float": "f32", "double": "f64"}


def vector_type(kind: str, lanes: int) -> str:
    """Return the type of a number, or of one in each lane."""
    return f"<{lanes} x {kind}>" if lanes else kind


def suffix(kind: str, lanes: int) -> str:
    """Return the end of the name of an intrinsic for such numbers."""
    short = SUFFIX.get(kind, kind)
    return f"v{lanes}{short}" if lanes else short
