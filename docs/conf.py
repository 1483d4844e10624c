"""Configuration of the documentation; pages of cells and the dialect tables are generated from the code before each build."""

import sys
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import generate

generate.main(Path(__file__).parent / "generated")

project = "hillock"
release = version("hillock")
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax", "myst_nb"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"hillock {release}"
autodoc_typehints = "none"
napoleon_google_docstring = True
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
myst_enable_extensions = ["colon_fence", "dollarmath"]
suppress_warnings = ["mystnb.unknown_mime_type"]
