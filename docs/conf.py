"""Configuration of the documentation; pages of cells, stimuli and dialects are generated from the code before each build."""

import importlib.metadata
import logging
import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import generate

os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # pages run the command hillock
logging.getLogger("traitlets").setLevel(logging.WARNING)
generate.main(Path(__file__).parent / "generated")

project = "hillock"
release = importlib.metadata.version("hillock")
extensions = ["sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax", "myst_nb"]
exclude_patterns = ["_build", "images", "static"]
html_theme = "furo"
html_title = f"hillock {release}"
autodoc_typehints = "none"
napoleon_google_docstring = True
nb_execution_mode = "force"
nb_execution_in_temp = True
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True
myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 2
suppress_warnings = ["mystnb.unknown_mime_type"]
html_static_path = ["static"]
html_css_files = ["wide.css"]
