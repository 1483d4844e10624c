"""``hillock init``: a commented experiment file to start from."""

from importlib.resources import files
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hillock.cli._talk import say


def init(file: Path | None = None, /, *, network: Annotated[bool, Parameter(show_default=False)] = False) -> None:
    """Write a commented experiment file that runs as it is; a file that is there already is left alone.

    Args:
        file: What to call it; experiment.toml or network.toml by default.
        network: Write the file of a network.

    """
    template = "network_template.toml" if network else "template.toml"
    file = file or Path("network.toml" if network else "experiment.toml")
    text = files("hillock.cli").joinpath(template).read_text(encoding="utf-8")
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text.replace("{file}", str(file)))
    except FileExistsError:
        raise FileExistsError(f"{file} is there already. Name another file: hillock init other.toml.") from None
    say(f"Wrote {file}. Run it with: hillock run {file}")
