"""``python -m hillock`` is ``hillock``."""

from hillock.cli import process

if __name__ == "__main__":
    process()
