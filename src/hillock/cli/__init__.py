"""The command line; nothing here imports JAX before a command needs it."""

from hillock.cli._app import app as app
from hillock.cli._app import main as main
from hillock.cli._process import process as process
