"""The elementary functions compiled one by one, and the numbers that they are tried at."""

import ctypes
from collections.abc import Callable
from functools import cache
from zlib import crc32

import mpmath as mp
import numpy as np

from hillock.lowering import elementary
from hillock.lowering._kinds import KINDS, vector_type
from hillock.lowering._machine import Linked, compile_object, flushing, host
from hillock.lowering._text import Code
from hillock.lowering._value import Value

REFERENCES: dict[str, Callable] = {
    "atan": mp.atan,
    "atan2": mp.atan2,
    "cbrt": lambda x: mp.sign(x) * mp.cbrt(abs(x)),
    "cos": mp.cos,
    "cosh": mp.cosh,
    "erf": mp.erf,
    "erf_inv": mp.erfinv,
    "exp": mp.exp,
    "exp2": lambda x: mp.power(2, x),
    "expm1": mp.expm1,
    "log": mp.log,
    "log1p": mp.log1p,
    "logistic": lambda x: 1 / (1 + mp.exp(-x)),
    "pow": mp.power,
    "sin": mp.sin,
    "sinh": mp.sinh,
    "tan": mp.tan,
    "tanh": mp.tanh,
}
"""Every function but integer_pow, as mpmath has it."""
PAIRS = ("atan2", "pow")
"""The functions of two numbers."""
WIDTHS = {"exp2": 2.0, "log": 2.0, "pow": 2.0, "erf_inv": 1.0, "sin": 20.0, "cos": 20.0, "tan": 20.0}
"""How far from 0 most of the numbers are; elsewhere up to 4."""


@cache
def compiled(name: str, dtype: type, *, lanes: int = 16, has_fma: bool = True, flush: bool = False) -> Callable:
    """Return a function of two arrays; functions of one number ignore the second."""
    function = getattr(elementary, name)
    return in_a_loop(function if name in PAIRS else lambda x, _: function(x), dtype, lanes, has_fma, flush)


def in_a_loop(function: Callable[[Value, Value], Value], dtype: type, lanes: int = 16, has_fma: bool = True, flush: bool = False) -> Callable:
    code, kind = Code(has_fma and host().has_fma, host().has_scalef), KINDS[np.dtype(dtype).name]
    code.jump("loop")
    code.label("loop")
    code.write("%i = phi i64 [ 0, %entry ], [ %next, %loop ]")
    places = [code.emit(f"getelementptr {kind}, ptr {array}, i64 %i", "ptr", 0) for array in ("%a", "%b", "%out")]
    result = function(*(code.emit(f"load {vector_type(kind, lanes)}, ptr {p.name}, align 8", kind, lanes) for p in places[:2]))
    code.write(f"store {result.type} {result.name}, ptr {places[2].name}, align 8")
    code.write(f"%next = add i64 %i, {lanes or 1}")
    code.branch(code.emit("icmp slt i64 %next, %n", "i1", 0), "loop", "done")
    code.label("done")
    code.write("ret void")
    return _linked(code, "flushed" if flush else "plain")


def _linked(code: Code, name: str) -> Callable:
    parameters, pointer = "ptr %a, ptr %b, ptr %out, i64 %n", ctypes.c_void_p
    body = "\n".join((f"define void @plain({parameters}) {{", "entry:", *code.lines, "}"))
    machine_code = compile_object(code.module([body, *flushing("flushed", "plain", parameters, host())]), host())
    function = Linked(machine_code).function(name, pointer, pointer, pointer, ctypes.c_int64)

    def call(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        whole = -(-a.size // 64) * 64  # no loop has more lanes
        padded = [np.resize(x, whole) for x in (a, b, a)]
        function(*(x.ctypes.data for x in padded), whole)
        return padded[2][: a.size]

    return call


def everywhere(random: np.random.Generator, dtype: type, n: int) -> np.ndarray:
    """Return numbers of all sizes, subnormal ones among them, and of both signs."""
    largest = np.array(np.finfo(dtype).max, dtype).view(f"i{dtype().itemsize}")
    return random.integers(0, largest, n, largest.dtype, endpoint=True).view(dtype) * random.choice(np.array([-1, 1], dtype), n)


def borders(dtype: type) -> np.ndarray:
    """Return numbers at which functions change: where results overflow and underflow, where polynomials meet, quarters of a turn."""
    info = np.finfo(dtype)
    limits = [float(x) for x in (info.max, info.tiny, info.smallest_subnormal)]
    powers = [info.maxexp, info.minexp, info.minexp - info.nmant]
    with mp.workdps(50):
        logarithms = [float(mp.log(x)) for x in limits]
        quarters = [float(int(k) * mp.pi / 2) for k in (*range(1, 200), *(2**n for n in range(8, 60)))]
    hardest = 6381956970095103 * 2.0**797 if dtype == np.float64 else 16367173 * 2.0**72  # nearest to a multiple of π/2 (Kahan 1983)
    meetings = [0.5, 0.75, 0.78, 1.0, 2.0, 2.0**20]
    exact = np.array([*limits, *powers, *logarithms, *quarters, hardest, *meetings], dtype)
    return np.concatenate([exact, np.nextafter(exact, dtype(0)), -exact])


@cache
def numbers(name: str, dtype: type, n: int = 1500) -> tuple[np.ndarray, np.ndarray]:
    """Return what a function is tried at: numbers of its domain, and others for those of two."""
    random = np.random.default_rng(crc32(name.encode()))
    near_one = 1 - random.uniform(0, 1, n // 3) * 2.0 ** random.integers(-50, 0, n // 3)
    x = np.concatenate([random.uniform(-1, 1, n) * WIDTHS.get(name, 4.0), near_one]).astype(dtype)
    x = np.concatenate([x, everywhere(random, dtype, n // 2), borders(dtype)])
    x = x[{"log": x > 0, "pow": (x > 0) & (x != 1), "log1p": x > -1, "erf_inv": np.abs(x) < 1}.get(name, np.isfinite(x))]
    y = random.uniform(-4, 4, x.size)
    if name == "pow":  # results of all sizes, somewhat too large and too small ones among them
        y *= 0.27 * np.finfo(dtype).maxexp / np.maximum(np.abs(np.log2(x.astype(np.float64))), 1e-3)
    elif name == "atan2":  # points in all directions, however far
        y[::2] *= x[::2] / 4
    return x, y.astype(dtype)


@cache
def exact(name: str, dtype: type) -> list[mp.mpf]:
    """Return the results in 50 digits."""
    with mp.workdps(50):
        x, y = ([mp.mpf(float(v)) for v in a] for a in numbers(name, dtype))
        return list(map(REFERENCES[name], x, y)) if name in PAIRS else list(map(REFERENCES[name], x))


def ulps(got: np.floating, exact: mp.mpf) -> float:
    """Return an error in units in the last place of the exact number; infinity counts as the first number that is too large."""
    info = np.finfo(got.dtype)
    limit = mp.ldexp(1, info.maxexp)
    a, b = (max(-limit, min(limit, x)) for x in (mp.mpf(float(got)), exact))
    exponent = min(max(int(mp.frexp(exact)[1]) - 1, info.minexp), info.maxexp - 1) if exact else info.minexp
    return float(mp.ldexp(abs(a - b), info.nmant - exponent))
