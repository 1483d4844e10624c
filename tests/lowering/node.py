"""JavaScript run by Node, or by a browser without a window; and any function of numbers as the JavaScript that it becomes."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jax
import numpy as np
import pytest

from hillock.engines import Job
from hillock.explorer._script import simulator
from hillock.lowering import Symbol, as_array
from hillock.lowering._javascript_functions import called_in
from hillock.lowering._javascript_program import lower
from hillock.lowering._javascript_writer import Names, Writer

NODE = shutil.which("node") or shutil.which("nodejs")
BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

needs_javascript = pytest.mark.skipif(not (NODE or BROWSER), reason="needs Node or Chromium to run JavaScript: apt-get install nodejs")

_ARRAYS = {
    "f8": "Float64Array",
    "i1": "Int8Array",
    "u1": "Uint8Array",
    "i2": "Int16Array",
    "u2": "Uint16Array",
    "i4": "Int32Array",
    "u4": "Uint32Array",
    "i8": "BigInt64Array",
    "u8": "BigUint64Array",
}
_DTYPES = {name: f"<{dtype}" for dtype, name in _ARRAYS.items()}
_BYTES = """
const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
const textOf = (array) => { let s = ""; for (const b of new Uint8Array(array.buffer)) s += String.fromCharCode(b); return btoa(s); };
"""


def evaluate(script: str) -> Any:
    """Return what a script hands to ``answer``, as JSON can say it; arrays of numbers become arrays of NumPy."""
    packed = "ArrayBuffer.isView(v) ? { kind: v.constructor.name, text: textOf(v.slice()) } : v"
    whole = f"{_BYTES}\nconst answer = (x) => show(JSON.stringify(x, (k, v) => {packed}));\n{script}"
    text = _by_node(whole) if NODE else _by_browser(whole)
    return json.loads(text, object_hook=_unpacked)


def _by_node(script: str) -> str:
    assert NODE
    found = subprocess.run([NODE, "-"], input=f"const show = (x) => console.log(x);\n{script}", capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    return found.stdout


def _by_browser(script: str) -> str:
    page = "<!doctype html><meta charset=utf-8><pre id=out></pre><script>const show = (x) => { document.getElementById('out').textContent = x; };\n"
    assert BROWSER
    with TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        path.write_text(f"{page}{script}</script>", encoding="utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile", "--dump-dom", path.as_uri()]
        found = subprocess.run([BROWSER, *options], capture_output=True, text=True, check=True, timeout=120)
    return found.stdout.partition('<pre id="out">')[2].partition("</pre>")[0]


def _unpacked(found: dict[str, Any]) -> Any:
    if found.keys() != {"kind", "text"}:
        return found
    return np.frombuffer(base64.b64decode(found["text"]), _DTYPES[found["kind"]])


def numbers(job: Job, parameters: Mapping[str, float], steps: int, key: int = 0, record: str = "s.recorded", start: str = "null") -> Any:
    """Return what the script of a job makes of parameters: traces, spikes and end."""
    return evaluate(f"const s = {simulator(job)};\nanswer(s.run({json.dumps(parameters)}, {job.dt!r}, {key}, {steps}, {record}, {start}));")


def written(function: Callable[..., Any], *dtypes: Any) -> tuple[str, list[np.dtype]]:
    """Return a function of numbers of some types as a function ``f`` in JavaScript, and the types of its results."""
    with jax.enable_x64(True):
        traced = jax.make_jaxpr(function)(*(jax.ShapeDtypeStruct((), dtype) for dtype in dtypes))
    given = [Symbol(dtype) for dtype in dtypes]
    program, writer = lower(traced, [as_array(symbol) for symbol in given]), Writer(Names(), {}, {})
    names = [writer.name(symbol) for symbol in given]
    writer.write(program.operations, {a for a in program.outputs if isinstance(a, Symbol)})
    body = "\n".join([*writer.lines, f"  return [{', '.join(writer.value(a).text for a in program.outputs)}];"])
    text = "\n".join([*called_in(body), f"function f({', '.join(names)}) {{", body, "}"])
    return text, [aval.dtype for aval in traced.out_avals]  # type: ignore[attr-defined]


def run(function: Callable[..., Any], *columns: np.ndarray) -> list[np.ndarray]:
    """Return what a function makes of each number of some arrays of equal length: an array for each of its results."""
    text, dtypes = written(function, *(column.dtype for column in columns))
    arrays = ", ".join(f'new {_kind(c.dtype)}(bytesOf("{base64.b64encode(_plain(c).tobytes()).decode()}"))' for c in columns)
    made = ", ".join(f"new {_kind(dtype)}({len(columns[0])})" for dtype in dtypes)
    results = evaluate(
        f"{text}\nconst given = [{arrays}], made = [{made}], truths = {json.dumps([c.dtype == bool for c in columns])};\n"
        "const row = (k) => given.map((a, j) => (truths[j] ? a[k] === 1 : a[k]));\n"
        "for (let k = 0; k < given[0].length; k += 1) f(...row(k)).forEach((x, j) => { made[j][k] = x; });\nanswer(made);"
    )
    return [found.astype(dtype) for found, dtype in zip(results, dtypes, strict=True)]


def _kind(dtype: np.dtype) -> str:
    return _ARRAYS[{"f": "f8", "b": "u1"}.get(dtype.kind, f"{dtype.kind}{dtype.itemsize}")]


def _plain(column: np.ndarray) -> np.ndarray:
    return column.astype(np.float64) if column.dtype.kind == "f" else column
