"""``hillock init``: a commented experiment file to start from."""

from importlib.resources import files
from pathlib import Path

from hillock.cli._talk import say

_DEFAULT = Path("experiment.toml")


def init(file: Path = _DEFAULT, /) -> None:
    """Write a commented experiment file that runs as it is; a file that is there already is left alone.

    Args:
        file: What to call it.

    """
    text = files("hillock.cli").joinpath("template.toml").read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text.replace("{file}", str(file)))
    except FileExistsError:
        raise FileExistsError(f"{file} is there already. Name another file: hillock init other.toml.") from None
    say(f"Wrote {file}. Run it with: hillock run {file}")
