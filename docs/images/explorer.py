"""Takes the pictures of the explorer: ``python docs/images/explorer.py``, with the browser extra and Chromium."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from hillock.cells import Izhikevich
from hillock.explorer import explore

HERE = Path(__file__).parent
CHATTERING = "Izhikevich.c=-50&Izhikevich.d=2&Constant.amplitude=10"

with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
    page = explore(Izhikevich()).save(Path(folder) / "izhikevich.html")
    browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    for colours in ("light", "dark"):
        tab = browser.new_page(viewport={"width": 1280, "height": 944}, color_scheme=colours)
        tab.goto(f"{page.as_uri()}#{CHATTERING}")
        tab.wait_for_timeout(3000)
        tab.screenshot(path=HERE / f"explorer_{colours}.png")
    browser.close()
