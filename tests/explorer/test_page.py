"""The page as a file: complete, harmless, and made of what the user gave; and the command that writes it."""

import re
import webbrowser
from html.parser import HTMLParser
from pathlib import Path

import pytest

import hillock as hk
from hillock.cli import main
from hillock.explorer import Page, explore

OWN_CELL = '''
import hillock as hk


class Leaky(hk.cells.LIF):
    """Leaky cell of my own."""
'''


class Addresses(HTMLParser):
    """All that a page would load."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "data", "action")]


@pytest.fixture(scope="module")
def page():
    return explore(hk.cells.LIF(), dialects=["hillock"])


def test_a_page_loads_nothing(page):
    addresses = Addresses()
    addresses.feed(page.html)
    assert addresses.found == ["data:,"]
    assert "default-src 'none'" in page.html
    assert not re.search(r"https?://|\bfetch\(|XMLHttpRequest|WebSocket|\beval\(|new Function", page.html)


def test_a_page_is_saved_as_it_is(page, tmp_path):
    assert page.save(tmp_path / "lif.html").read_text(encoding="utf-8") == page.html


def test_a_notebook_shows_the_page_in_a_box_without_rights(page):
    shown = page._repr_html_()
    assert shown.startswith('<iframe title="hillock: LIF" sandbox="allow-scripts allow-downloads"')
    assert shown.count("<") == 2  # the box itself: what is in it is quoted


def test_the_representation_is_short(page):
    assert repr(page) == "Page(name='LIF')"


def test_names_and_texts_of_users_are_escaped():
    kind = type("</script><b>", (hk.cells.IntegrateAndFire,), {"__doc__": "A <i>cell</i>.", "__module__": __name__})
    text = explore(kind(), dialects=["hillock"]).html
    assert "</script><b>" not in text
    assert "<i>" not in text
    assert "&lt;/script&gt;&lt;b&gt;" in text


def test_a_class_will_do():
    assert isinstance(explore(hk.cells.LIF, dialects=["hillock"]), Page)


def test_a_neuron_of_another_simulator_brings_its_order_of_a_step():
    text = explore(hk.dialects.nest.iaf_psc_delta()).html
    assert '"python": "hk.dialects.nest.iaf_psc_delta"' in text
    assert '"ownDialect": "nest"' in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            (hk.cells.LIF(v_th=[-50.0, -40.0]),),
            "LIF.v_th must be one number to be explored, got an array of shape (2,). Take one neuron of the population.",
        ),
        (
            (hk.cells.LIF(), hk.stimuli.Constant(0.1) + hk.stimuli.Constant(0.2)),
            "The explorer takes one stimulus as it is, got Sum. Give one of its terms, without a factor.",
        ),
        (
            (hk.cells.LIF(), hk.stimuli.Pulses([0.1, 0.2], [0.0, 10.0], [5.0, 15.0])),
            "The explorer takes equal pulses at equal intervals, at most 8. Write Pulses.train(amplitude, count=5, ...).",
        ),
        (
            (type("Step", (hk.cells.LIF,), {"start": hk.param(1.0, "ms", "none"), "__annotations__": {"start": hk.Param}})(),),
            "Step.start is a parameter of the cell and of a stimulus. Give the class of the cell another name.",
        ),
    ],
    ids=["population", "sum", "unequal pulses", "name"],
)
def test_what_cannot_be_explored_is_said_before_any_work(arguments, says):
    with pytest.raises((ValueError, TypeError)) as error:
        explore(*arguments, dialects=["hillock"])
    assert str(error.value) == says


def test_the_command_writes_a_page(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["explore", "LIF", "-o", "lif.html", "--set", "cell.tau_m=31", "--dialects", "nest"]) == 0
    assert capsys.readouterr().out == "page  lif.html\n"
    text = Path("lif.html").read_text(encoding="utf-8")
    assert '"label": "tau_m", "unit": "ms", "doc": "membrane time constant", "value": 31.0' in text


def test_the_command_opens_the_browser(monkeypatch, capsys):
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", lambda address: opened.append(address) or True)
    assert main(["explore", "LIF", "--dialects", "hillock"]) == 0
    path = Path(capsys.readouterr().out.removeprefix("page  ").strip())
    assert opened == [path.as_uri()]
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_the_command_takes_a_cell_of_ones_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("mycell.py").write_text(OWN_CELL, encoding="utf-8")
    assert main(["explore", "mycell.py:Leaky", "-o", "leaky.html", "--dialects", "hillock"]) == 0
    text = Path("leaky.html").read_text(encoding="utf-8")
    assert '"imports": ["from mycell import Leaky"], "word": "mycell.py:Leaky"' in text


def test_the_command_takes_an_experiment_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    lines = ['duration = "50 ms"', "dt = 0.05", "key = 3", 'dialect = "nest"', '[cell]\ntype = "LIF"', '[[stimulus]]\ntype = "Step"\namplitude = 0.4']
    Path("mine.toml").write_text("\n".join(lines), encoding="utf-8")
    assert main(["explore", "mine.toml", "-o", "mine.html", "--dialects", "nest"]) == 0
    assert '"run": {"duration": 50.0, "dt": 0.05, "key": 3, "kind": "Step"}' in Path("mine.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--set", "cell.tau_m=10,20"], "The explorer shows one neuron, and LIF has 2. Leave out neurons, lists and sweeps."),
        (["--dtype", "float32"], "The page computes in float64, got --dtype float32. Leave it out."),
    ],
    ids=["sweep", "precision"],
)
def test_the_command_refuses_what_the_page_has_not(words, says, capsys):
    assert main(["explore", "LIF", "-o", "no.html", *words]) == 2
    assert capsys.readouterr().err == f"Error: {says} See hillock --help.\n"
    assert not Path("no.html").exists()
