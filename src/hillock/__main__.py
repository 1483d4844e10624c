"""``python -m hillock`` is ``hillock``."""

import sys

from hillock.cli import main

if __name__ == "__main__":
    sys.exit(main())
