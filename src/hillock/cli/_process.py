"""The command line as a process of its own, which ends without being taken apart."""

import atexit
import os
import sys
from contextlib import suppress
from typing import NoReturn

from hillock.cli._app import main


def process() -> NoReturn:
    """Run the command line and end the process with its exit code.

    Python frees every object of a process that ends, one by one, which takes as long as a short simulation. Here the operating system
    takes the memory back, after everybody who asked to be called at the end has been, and with all output written.
    """
    code = 1  # of an error that main does not know

    def end() -> None:
        for stream in filter(None, (sys.stdout, sys.stderr)):
            with suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()
        os._exit(code)

    atexit.register(end)  # the first, and so the last to be called
    code = main()
    sys.exit(code)
