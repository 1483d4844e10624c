"""The documentation says what there is, and what it says is true: every name, command, link, table and code block."""

import ast
import importlib
import inspect
import pkgutil
import re
import shlex
from pathlib import Path
from types import ModuleType

import jax
import pytest

import hillock as hk
from hillock.cli import app, main

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = [path for path in sorted(DOCS.rglob("*.md")) if not {"generated", "_build"} & set(path.parts)]
EXECUTED = [path for path in PAGES if "{code-cell}" in path.read_text(encoding="utf-8")]


def public(module: ModuleType) -> list[tuple[str, str]]:
    """Return (module, name) of everything a module offers, and of what the modules among that offer."""
    found = []
    for name in exports(module):
        value = getattr(module, name)
        found += [(module.__name__, name), *(public(value) if inspect.ismodule(value) else [])]
    return found


def exports(module: ModuleType) -> list[str]:
    """Return the names that a module offers: what a package's ``__init__`` re-exports, or what a file itself defines."""
    if module is hk:
        return list(hk.__all__)
    if hasattr(module, "__path__"):
        return [name for _, name in reexports(module)]
    own = [name for name, value in vars(module).items() if getattr(value, "__module__", None) == module.__name__]
    return [name for name in own if not name.startswith("_") and not name.endswith("State")]


def reexports(package: ModuleType) -> list[tuple[str, str]]:
    """Return (module, name) of every ``from module import name as name``, in the order of the file."""
    tree = ast.parse(inspect.getsource(package))
    return [(node.module or "", alias.name) for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names if alias.asname]


NAMES = sorted(set(public(hk)))
PACKAGES = sorted(name for _, name, is_package in pkgutil.walk_packages(hk.__path__, "hillock.") if is_package)


@pytest.fixture(scope="module")
def generated():
    """The pages that are made from the code, but for the one that simulates."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS))
        pages = importlib.import_module("generate").PAGES
    return {name: "" if name == "dialects.md" else page() for name, page in pages.items()}


def test_every_public_name_has_a_docstring():
    found = {f"{module}.{name}": getattr(importlib.import_module(module), name) for module, name in NAMES}
    undocumented = [name for name, value in found.items() if (callable(value) or inspect.ismodule(value)) and not inspect.getdoc(value)]
    assert undocumented == []


def test_every_public_name_is_in_the_documentation(generated):
    text = "\n".join([*(page.read_text(encoding="utf-8") for page in PAGES), *generated.values()])
    whole = re.findall(r"automodule:: (\S+)\n   :members:", text)  # of these every name is in
    missing = [f"{module}.{name}" for module, name in NAMES if module not in whole and not re.search(rf"(`|\.|# |\n|:: ){name}\b", text)]
    assert missing == []


@pytest.mark.parametrize("name", PACKAGES)
def test_exports_are_sorted(name):
    lines = reexports(importlib.import_module(name))
    assert lines == sorted(lines, key=lambda line: (line[0], not line[1].isupper(), not line[1][0].isupper(), line[1]))


def test_every_command_is_in_the_documentation():
    text = (DOCS / "experiments.md").read_text(encoding="utf-8")
    commands = [name for name in app if not name.startswith("-")]
    assert len(commands) >= 6
    assert [name for name in commands if f"`hillock {name}`" not in text] == []


def test_every_flag_is_explained_in_its_help():
    found = {f"{name} {argument.name}": argument.parameter.help for name in app if not name.startswith("-") for argument in arguments(name)}
    assert [flag for flag, text in found.items() if not text] == []


def arguments(command: str):
    return app[command].assemble_argument_collection(parse_docstring=True).filter_by(show=True)


def test_every_recorded_case_is_in_one_column_of_the_table(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    table = importlib.import_module("golden_table")
    for row in table.ROWS:
        found = table.counts(row)  # complains about a case in no column, or in two
        assert found["recorded"] == sum(found.values()) - found["recorded"]


def test_translated_names_are_those_of_the_neurons_and_of_the_cells(monkeypatch):
    monkeypatch.syspath_prepend(str(DOCS))
    translations = importlib.import_module("translations")
    catalogue = hk.experiment.catalogue.all_models()
    for name, pairs in translations.NAMES.items():
        cell = translations.CELLS.get(name, hk.cells.LIF)
        ours = [our.split(" = ")[0] for text in pairs.values() for our in text.split(", ")]
        assert set(pairs) <= set(catalogue[name].__dataclass_fields__), name
        assert set(ours) <= set(cell.__dataclass_fields__), name


def test_links_lead_somewhere(generated):
    pages = [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    links = [(page, target) for page in pages for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))]
    local = [(page, target) for page, target in links if "://" not in target]
    made = {DOCS / "generated" / name for name in generated}
    assert [f"{page.name}: {target}" for page, target in local if not (page.parent / target).exists() and (page.parent / target) not in made] == []


def test_no_file_holds_a_path_of_somebodys_machine():
    ignored = {".git", ".hypothesis", ".ruff_cache", ".import_linter_cache", "__pycache__", "_build", "generated", "build", "dist"}
    ignored |= {config.parent.name for config in ROOT.glob("*/pyvenv.cfg")}  # virtual environments, whatever they are called
    texts = [path for path in ROOT.rglob("*") if path.suffix in {".py", ".md", ".toml", ".json", ".css", ""} and path.is_file()]
    own = [path for path in texts if not ignored & set(path.relative_to(ROOT).parts)]
    place = re.compile(r"(?<![\w.:/])/(?:work|root|home|Users|opt)/\w")
    assert [str(path) for path in own if place.search(path.read_text(encoding="utf-8"))] == []


def test_the_code_in_the_readme_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    execute(blocks)


@pytest.mark.slow
@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_the_code_in_a_page_runs(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    execute(cells(path))


@pytest.mark.neuro
def test_the_laboratory_formats_are_as_their_page_says(tmp_path, monkeypatch):
    for package in ("neo", "pynapple", "pynwb"):
        pytest.importorskip(package, reason="needs the neuro extra")
    monkeypatch.chdir(tmp_path)
    page = DOCS / "formats.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    assert "to_nwb" in blocks[0]
    execute([cells(page)[0], *blocks])


def cells(path: Path) -> list[str]:
    """Return the code cells of a page."""
    return re.findall(r"```\{code-cell\} \w+\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL)


def execute(blocks: list[str]) -> None:
    """Run code blocks one after the other, with JAX set up as it is for everybody, and the two magics that the pages use."""
    names: dict[str, object] = {}
    with jax.numpy_dtype_promotion("standard"), jax.numpy_rank_promotion("allow"):
        for block in blocks:
            if block.startswith("%%writefile "):
                first, _, rest = block.partition("\n")
                Path(first.removeprefix("%%writefile ")).write_text(rest, encoding="utf-8")
            elif block.startswith("!hillock "):
                for line in block.splitlines():
                    command, fails, _ = line.removeprefix("!hillock ").partition(" || ")
                    assert main(shlex.split(command)) == (1 if fails else 0), command
            else:
                exec(compile(block, "page", "exec"), names)
