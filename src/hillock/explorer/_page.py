"""The page: one HTML file with its style, its code, the programs of the neuron and all that it is told, and nothing from elsewhere."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

_CODE = ("model", "exact", "axes", "trace", "curves", "controls", "texts", "link", "exercise", "actions", "app")
_EQUATIONS = ("Flow", "Threshold", "Rule", "Step")  # how paragraphs of equations begin
_HEIGHT = 1080  # px, in a notebook


@dataclass(frozen=True)
class Page:
    """A page that shows itself in notebooks, and can be saved.

    Attributes:
        name: of the cell.
        html: the whole file.

    """

    name: str
    html: str = field(repr=False)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file, and return where it is."""
        path = Path(path)
        path.write_text(self.html, encoding="utf-8")
        return path

    def _repr_html_(self) -> str:
        title = html.escape(f"hillock: {self.name}")
        return (
            f'<iframe title="{title}" sandbox="allow-scripts allow-downloads" style="width: 100%; height: {_HEIGHT}px; border: 0" '
            f'loading="lazy" srcdoc="{html.escape(self.html)}"></iframe>'
        )


def write(told: Mapping[str, Any], programs: Mapping[str, Mapping[str, str]], slope: str, texts: Sequence[str]) -> Page:
    """Return the page.

    Args:
        told: what its code needs to know.
        programs: JavaScript by dialect and kind of input.
        slope: the program that walks over the phase plane.
        texts: paragraphs of the docstring.

    """
    name = told["cell"]["name"]
    equations = [text for text in texts[1:] if text.startswith(_EQUATIONS)]
    filled = {
        "TITLE": html.escape(f"{name} – hillock"),
        "NAME": html.escape(name),
        "FIRST_LINE": html.escape(texts[0].splitlines()[0]),
        "STYLE": _asset("style.css"),
        "EQUATIONS": html.escape("\n\n".join(equations)),
        "EQUATIONS_OPEN": " open" if equations else " hidden",
        "FOOTER": html.escape(f"Made with hillock {told['version']}. This page is complete: it loads nothing and sends nothing."),
        "PROGRAM": _program(told, programs, slope),
    }
    return Page(name, re.sub(r"@([A-Z_]+)@", lambda match: filled[match[1]], _asset("page.html")))


def _program(told: Mapping[str, Any], programs: Mapping[str, Mapping[str, str]], slope: str) -> str:
    """Return the code of the page. A program is a function that makes it, so that a browser reads only those that are used."""
    entries = [f"{_quoted(dialect)}: {{\n{_entries(kinds)}\n}}" for dialect, kinds in programs.items()]
    table = ",\n".join([*entries, f"slope: () => {slope}"])
    code = "\n".join(_asset(f"{name}.js") for name in _CODE)
    return f"const PAGE = {_quoted(told)};\nconst PROGRAMS = {{\n{table}\n}};\n{code}\nstart();"


def _entries(kinds: Mapping[str, str]) -> str:
    return ",\n".join(f"{_quoted(kind)}: () => {program}" for kind, program in kinds.items())


def _quoted(value: Any) -> str:
    """Return a value as JavaScript that may stand inside of a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _asset(name: str) -> str:
    return files("hillock.explorer").joinpath("static", name).read_text(encoding="utf-8")
