"""Pages in a real browser, headless, with nothing on the network to reach."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.explorer import Page, explore

_CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
_QUIET = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """A browser; tests that need one are skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the browser extra: pip install '.[browser]'")
    found = next(filter(None, map(shutil.which, _CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium is installed; on Debian: apt-get install chromium")
    with playwright.sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=list(_QUIET))
        yield browser
        browser.close()


@dataclass
class Shown:
    """A page in a tab, with all that it complained of and asked for."""

    tab: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def settle(self) -> "Shown":
        """Wait until the curve and the exact spikes are complete and nothing has moved for a while."""
        for _ in range(200):  # its policy forbids the tab to evaluate what is asked again and again
            self.tab.wait_for_timeout(250)
            unfinished = any("…" in self.text(name) for name in ("rheobase", "error"))
            if self.text("problems") or (not unfinished and self.text("spike-times")):
                return self
        raise TimeoutError("The page did not come to rest.")

    def text(self, name: str) -> str:
        return self.tab.eval_on_selector(f"#{name}", "one => one.textContent")

    def put(self, parameter: str, value: float) -> "Shown":
        """Type a number beside a slider."""
        self.tab.fill(f'[data-name="{parameter}"] input[type=text]', str(value))
        return self.settle()

    def choose(self, menu: str, label: str) -> "Shown":
        self.tab.select_option(f"#{menu}", label=label)
        return self.settle()

    def open(self, name: str) -> "Shown":
        """Unfold the part of the page that holds an element."""
        self.tab.eval_on_selector(f"#{name}", "one => { one.closest('details').open = true; }")
        return self

    def redrawn(self, what: str) -> list[float]:
        """Return what the page tells of its next redraw: ``rates`` of the f-I curve or ``exact`` spikes."""
        listen = "new Promise(done => { document.addEventListener('hillock:redraw', e => done(e.detail), { once: true }); rival.dispatchEvent(new Event('change')); })"
        return self.tab.evaluate(listen)[what]

    def spikes(self) -> np.ndarray:
        found = self.text("spike-times")
        return np.array([] if found == "none" else found.split(), float)


@pytest.fixture
def show(chromium, tmp_path) -> Iterator[Callable[..., Shown]]:
    """Return a function that opens a page; at the end nothing may have gone wrong in it, and nothing have been asked from elsewhere."""
    opened: list[Shown] = []

    def show(page: Page, link: str = "", **options: Any) -> Shown:
        path = page.save(tmp_path / "page.html")
        shown = Shown(chromium.new_page(**({"viewport": {"width": 1280, "height": 900}} | options)))
        shown.tab.on("console", lambda message: shown.complaints.append(message.text))
        shown.tab.on("pageerror", lambda error: shown.complaints.append(str(error)))
        shown.tab.on("request", lambda request: shown.requests.append(request.url))
        shown.tab.goto(f"{path.as_uri()}#{link}")
        opened.append(shown)
        return shown.settle()

    yield show
    for shown in opened:
        shown.tab.close()
        assert shown.complaints == []
        assert [url for url in shown.requests if not url.startswith(("file:", "blob:", "data:"))] == []


@pytest.fixture(scope="session")
def lif() -> Page:
    return explore(hk.cells.LIF())


@pytest.fixture(scope="session")
def izhikevich() -> Page:
    return explore(hk.cells.Izhikevich(), dialects=["hillock"])
