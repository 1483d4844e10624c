"""``hillock demo``: two experiments that others published, with their pictures."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from hillock._table import number, table
from hillock.cli._talk import say

_FOLDER = Path("hillock-demo")


def demo(*, output: Annotated[Path, Parameter(alias="-o")] = _FOLDER) -> None:
    """Run two published experiments as the original software runs them, and draw their pictures.

    They are ngc-learn's lecture 2B, a step of current into a leaky cell with an adaptive threshold, and the notebook "Leaky integrate and
    fire neuron with TensorFlow", square pulses and a random current into a leaky cell that rests after each spike.

    Args:
        output: Folder for the pictures; made if it does not exist.

    """
    from hillock import plot  # noqa: PLC0415  (JAX and matplotlib, which 'hillock --help' must not wait for)
    from hillock.cli import _picture, _published  # noqa: PLC0415

    output.mkdir(parents=True, exist_ok=True)
    lecture, notebook = _published.ngclearn_lecture(), _published.tensorflow_notebook()
    shown = [
        ("ngc-learn lecture 2B: step of current", "ngclearn-lecture-2b", lecture, 0),
        ("TensorFlow notebook: square pulses", "tensorflow-notebook-square", notebook, 0),
        ("TensorFlow notebook: random current", "tensorflow-notebook-random", notebook, 1),
    ]
    rows = []
    for title, _, rec, neuron in shown:
        times, intervals = rec.times(neuron), rec.isi(neuron)
        mean = float(intervals.mean()) if len(intervals) else float("nan")
        rows.append([title, str(len(times)), number(1000.0 * len(times) / rec.duration), number(mean), " ".join(f"{t:g}" for t in times)])
    say(table(["experiment", "spikes", "rate (Hz)", "mean ISI (ms)", "spike times (ms)"], rows, "<>>><"))
    for _, name, rec, neuron in shown:
        _picture.write(_picture.figure_of(plot.trace(rec, neuron=neuron)), output / f"{name}.png", dpi=80)
    say(f"\nPictures in {output.resolve()}: {', '.join(f'{name}.png' for _, name, _, _ in shown)}")
