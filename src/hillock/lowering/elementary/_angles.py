"""Angles brought near 0: x = q·π/2 + r with |r| ≤ π/4, exact enough for angles of any size.

Up to 2²⁰ the parts of π/2 are subtracted one by one, each so short that its multiple is exact (Cody & Waite 1980). Larger angles are
multiplied by those digits of 2/π that matter to them (Payne & Hanek 1983, doi:10.1145/1057600.1057602), in a function of its own that is
called only if a lane holds one.
"""

from math import inf

from hillock.lowering._kinds import vector_type
from hillock.lowering._text import Code
from hillock.lowering._value import Value
from hillock.lowering.elementary._floating import Pair, fast_two_sum, multiply_add, nearest_multiple, two_product, two_sum

LARGE = 2.0**20
_HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624871116645580e-21, 8.47842766036889956997e-32)
"""Three parts of 33 bits and the rest (FreeBSD's msun, e_rem_pio2.c)."""
_SHORT_HALF_PI = (_HALF_PI[0], 6.07710050650619224932e-11)
_HALF_PI_PAIR = (1.5707963267948966, 6.123233995736766e-17)
_DIGITS = 1161  # bits of 2/π: as many as the greatest number needs, in a window of 192


def near_zero(x: Value, *, short: bool = False) -> tuple[Pair, Value]:
    """Return r of positive angles in double precision, as a pair, and a whole number of which the last two bits are those of q.

    If short, r has about 40 right bits, and angles are expected to have no more than 24 bits.
    """
    k, shifted = nearest_multiple(x, 0.6366197723675814)
    first, *middle, last = _SHORT_HALF_PI if short else _HALF_PI
    high, low = x - k * first, 0.0
    for part in middle:
        high, lost = two_sum(high, -(k * part))
        low = low + lost
    high, low = fast_two_sum(high, multiply_add(k, -last, low))
    return _with_large(x, high, low, shifted.as_bits())


def _with_large(x: Value, high: Value, low: Value, q: Value) -> tuple[Pair, Value]:
    """Replace what was found for large angles."""
    code, lanes = x.code, x.lanes
    name, kind = f"with_large_angles.{lanes}", _triple(lanes)
    if name not in code.functions:
        code.functions["two_over_pi"] = f"@two_over_pi = internal constant i1216 {_two_over_pi()}"
        code.functions[f"large_angles.{lanes}"] = _large_angles(code, lanes)
        code.functions[name] = _inlined(code, lanes)
    found = code.fresh()
    given = ", ".join(f"{a.type} {a.name}" for a in (x, high, low, q))
    code.write(f"{found} = call {kind} @{name}({given})")
    high, low, q = (code.emit(f"extractvalue {kind} {found}, {i}", ("double", "double", "i64")[i], lanes) for i in range(3))
    return (high, low), q


def _triple(lanes: int) -> str:
    return f"{{{vector_type('double', lanes)}, {vector_type('double', lanes)}, {vector_type('i64', lanes)}}}"


def _is_large(x: Value) -> Value:
    return (x >= LARGE) & (x < inf)


def _inlined(outer: Code, lanes: int) -> str:
    """Return the test for large angles. It is a function, so that the code that calls it remains one basic block."""
    code, kind = Code(), _triple(lanes)
    double, whole = vector_type("double", lanes), vector_type("i64", lanes)
    large = _is_large(Value(code, "%x", "double", lanes))
    if lanes:
        large = code.call(f"llvm.vector.reduce.or.v{lanes}i1", "i1", 0, large)
    code.write(f"%one = insertvalue {kind} poison, {double} %high, 0")
    code.write(f"%two = insertvalue {kind} %one, {double} %low, 1")
    code.write(f"%given = insertvalue {kind} %two, {whole} %q, 2")
    code.branch(large, "rare", "done")
    code.label("rare")
    code.write(f"%found = call {kind} @large_angles.{lanes}({double} %x, {kind} %given)")
    code.jump("done")
    code.label("done")
    code.write(f"%result = phi {kind} [ %given, %entry ], [ %found, %rare ]")
    code.write(f"ret {kind} %result")
    head = f"{kind} @with_large_angles.{lanes}({double} %x, {double} %high, {double} %low, {whole} %q) alwaysinline"
    return _function(outer, head, code)


def _large_angles(outer: Code, lanes: int) -> str:
    """Return the function that goes through the lanes and replaces what was found for large angles."""
    code, kind, double = Code(), _triple(lanes), vector_type("double", lanes)
    code.has_fma, code.has_scalef = outer.has_fma, outer.has_scalef
    code.write(f"%angles = alloca {double}")
    code.write(f"%results = alloca {kind}")
    code.write(f"store {double} %x, ptr %angles")
    code.write(f"store {kind} %given, ptr %results")
    code.jump("loop")
    code.label("loop")
    code.write("%lane = phi i64 [ 0, %entry ], [ %next, %end ]")
    place = code.emit("getelementptr double, ptr %angles, i64 %lane", "ptr", 0)
    x = code.emit(f"load double, ptr {place.name}", "double", 0)
    code.branch(_is_large(x), "reduce", "end")
    code.label("reduce")
    (high, low), q = _reduce_large(x)
    for i, value in enumerate((high, low, q)):
        place = code.emit(f"getelementptr {kind}, ptr %results, i64 0, i32 {i}{', i64 %lane' if lanes else ''}", "ptr", 0)
        code.write(f"store {value.type} {value.name}, ptr {place.name}")
    code.jump("end")
    code.label("end")
    code.write("%next = add i64 %lane, 1")
    code.branch(code.emit(f"icmp ult i64 %next, {max(lanes, 1)}", "i1", 0), "loop", "done")
    code.label("done")
    code.write(f"%result = load {kind}, ptr %results")
    code.write(f"ret {kind} %result")
    return _function(outer, f"{kind} @large_angles.{lanes}({double} %x, {kind} %given) noinline cold", code)


def _function(outer: Code, head: str, body: Code) -> str:
    outer.declarations.update(body.declarations)
    return "\n".join((f"define internal {head} {{", "entry:", *body.lines, "}"))


def _reduce_large(x: Value) -> tuple[Pair, Value]:
    """Return r and q of one large angle.

    It is m·2^e with whole m. Multiplied by the window of 192 bits of 2/π, whose first has the weight 2^(1 - e), m gives x·2/π modulo 4 in
    units of 2^-190. Windows begin at whole bytes, so m is shifted by up to 7 bits; nothing of the result's first 128 bits is lost.
    """
    code, bits = x.code, x.as_bits()
    exponent = bits.shift_right_logical(52)
    m = ((bits & ((1 << 52) - 1)) | (1 << 52)) << ((exponent + 2) & 7)
    byte = (2053 - exponent).shift_right_logical(3)
    place = code.emit(f"getelementptr i8, ptr @two_over_pi, i64 {byte.name}", "ptr", 0)
    code.write(f"%window = load i192, ptr {place.name}, align 1")
    code.write(f"%m = zext i64 {m.name} to i192")
    code.write("%turns = mul i192 %window, %m")
    code.write(f"%rounded = add i192 %turns, {1 << 189}")
    code.write("%quarter = lshr i192 %rounded, 190")
    code.write("%rest = shl i192 %turns, 2")  # as a signed number: from -½ to ½
    parts = []
    for i, (shift, at) in enumerate((("ashr", 144), ("lshr", 96), ("lshr", 48))):
        code.write(f"%shifted{i} = {shift} i192 %rest, {at}")
        part = code.emit(f"trunc i192 %shifted{i} to i64", "i64", 0)
        parts.append((part & ((1 << 48) - 1) if i else part).to("double") * 2.0 ** (at - 192))
    high, low = two_sum(parts[0], parts[1])
    high, low = fast_two_sum(high, low + parts[2])
    r, lost = two_product(high, _HALF_PI_PAIR[0])
    return fast_two_sum(r, lost + (high * _HALF_PI_PAIR[1] + low * _HALF_PI_PAIR[0])), code.emit("trunc i192 %quarter to i64", "i64", 0)


def _two_over_pi() -> int:
    """Return the first digits of 2/π in binary, by Machin's formula for π/4."""
    one = 1 << 1400

    def arctan_of_inverse(n: int) -> int:
        total, term, k = 0, one // n, 1
        while term:
            total += term // k if k % 4 == 1 else -(term // k)
            term //= n * n
            k += 2
        return total

    quarter = 4 * arctan_of_inverse(5) - arctan_of_inverse(239)
    return (one << _DIGITS - 1) // quarter
