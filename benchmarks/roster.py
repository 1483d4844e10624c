"""The contenders that several benchmarks share, by the labels of the tables."""

from contest import Contender, Scale, script

SIMD_1 = "hillock simd, 1 thread"
SIMD_2 = "hillock simd, 2 threads"
SCAN = "hillock scan"
SCAN_1 = "hillock scan, held to 1 core"
SINGLE = "Brian2 C++ standalone, single"
DOUBLE = "Brian2 C++ standalone, double"
NEST = "NEST iaf_psc_delta"
NGCLEARN_SCAN = "ngc-learn scan"
NGCLEARN_WATCHED = "ngc-learn scan, spikes watched"
NGCLEARN_RUN = "ngc-learn run, step by step"
SNNTORCH = "snnTorch Leaky"
SNNTORCH_1 = "snnTorch Leaky, 1 thread"
NORSE = "Norse LIFBoxCell"
NORSE_1 = "Norse LIFBoxCell, 1 thread"
LIMIT = "limit, time-blocked"
LIMIT_PHILOX = "limit, time-blocked, Philox"

_ENGINES = {
    SIMD_1: {"engine": "simd", "threads": 1},
    SIMD_2: {"engine": "simd", "threads": 2},
    SCAN: {"engine": "scan"},
    SCAN_1: {"engine": "scan", "pinned": True},
}
_LESS = "no adapting threshold"


def hillock(scale: Scale, engine: str, neurons: int, *, label: str = "", **options: object) -> Contender:
    """Return a population of hillock under one of the labels above."""
    timing = {"seconds": scale.seconds, "least": scale.least}
    return Contender(label or engine, "hillock", script("hillock_cells.py", neurons=neurons, **_ENGINES[engine], **timing, **options))


def brian2(scale: Scale, precision: str, neurons: int, *, label: str = "", **options: object) -> Contender:
    """Return a population of Brian2."""
    dtype = {SINGLE: "float32", DOUBLE: "float64"}[precision]
    arguments = script("brian2_cells.py", neurons=neurons, dtype=dtype, target=scale.seconds, shortest=scale.least, **options)
    return Contender(label or precision, "brian2", arguments)


def nest(scale: Scale, neurons: int, **options: object) -> Contender:
    """Return a population of NEST."""
    arguments = script("nest_cells.py", neurons=neurons, seconds=scale.seconds, least=scale.least, **options)
    return Contender(NEST, "nest", arguments, remark=f"{_LESS}; double precision")


def ngclearn(scale: Scale, label: str, neurons: int) -> Contender:
    """Return a population of ngc-learn."""
    how = "run" if label == NGCLEARN_RUN else "scan"
    watched = True if label == NGCLEARN_WATCHED else None
    arguments = script("ngclearn_cells.py", neurons=neurons, how=how, watched=watched, seconds=scale.seconds, least=scale.least)
    return Contender(label, "ngclearn", arguments, remark="records nothing" if label == NGCLEARN_SCAN else "")


def torch(scale: Scale, label: str, neurons: int) -> Contender:
    """Return a population of a library for PyTorch."""
    peer = "norse" if label in {NORSE, NORSE_1} else "snntorch"
    threads = 1 if label in {SNNTORCH_1, NORSE_1} else None
    arguments = script(f"{peer}_cells.py", neurons=neurons, threads=threads, seconds=scale.seconds, least=scale.least)
    return Contender(label, peer, arguments, remark=f"{_LESS}, no refractory time; counts spikes only")


def limit(scale: Scale, label: str, neurons: int) -> Contender:
    """Return the program written by hand."""
    mode = "philox" if label == LIMIT_PHILOX else "plain"
    arguments = script("limit.py", neurons=neurons, mode=mode, seconds=scale.seconds, least=scale.least)
    noise = "; uniform noise" if label == LIMIT_PHILOX else ""
    return Contender(label, "limit", arguments, remark=f"{_LESS}; records nothing{noise}; 1 thread, C++ with intrinsics")
