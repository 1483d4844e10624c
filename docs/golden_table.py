"""Prints how the recorded cases of the other simulators come out, as a Markdown table: ``python docs/golden_table.py``.

The counts are those of the tests themselves: each column is what one test in tests/dialects is run over.
"""

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.dialects import (
    golden,
    test_arbor,
    test_bindsnet,
    test_brainpy,
    test_brainpy_state,
    test_brian2,
    test_genn,
    test_lava,
    test_nengo,
    test_nest,
    test_neuron,
    test_ngclearn,
    test_norse,
    test_rockpool,
    test_sinabs,
    test_snntorch,
    test_spikingjelly,
    test_spyx,
    test_tensorflow_notebook,
)


class Row(NamedTuple):
    """One simulator: its books of recorded cases, and the tests (as pytest parametrizes them) that hold hillock to them."""

    name: str
    books: tuple[str, ...]
    bit_for_bit: tuple[Any, ...] = ()
    to_rounding: tuple[Any, ...] = ()
    generic: Any = None
    not_covered: Mapping[str, str] = {}


ROWS = (
    Row(
        "ngc-learn",
        ("ngclearn", "ngclearn_more"),
        bit_for_bit=(test_ngclearn.BIT_FOR_BIT, test_ngclearn.POPULATIONS),
        generic=test_ngclearn.GENERIC,
    ),
    Row(
        "TensorFlow notebook",
        ("tf_notebook",),
        bit_for_bit=(test_tensorflow_notebook.BIT_FOR_BIT,),
        generic=test_tensorflow_notebook.GENERIC,
    ),
    Row(
        "NEST",
        ("nest", "nest_more"),
        bit_for_bit=(test_nest.BIT_FOR_BIT,),
        to_rounding=(test_nest.TO_ROUNDING, test_nest.TO_TOLERANCE, test_nest.PRECISE),
        generic=test_nest.GENERIC,
    ),
    Row("Brian2", ("brian2",), to_rounding=(test_brian2.TO_ROUNDING, test_brian2.SYNAPTIC), generic=test_brian2.GENERIC),
    Row("snnTorch", ("snntorch",), bit_for_bit=(test_snntorch.BIT_FOR_BIT, test_snntorch.CLAMPED)),
    Row("Norse", ("norse",), bit_for_bit=(test_norse.BIT_FOR_BIT,)),
    Row("Nengo", ("nengo",), bit_for_bit=(test_nengo.BIT_FOR_BIT,), to_rounding=(test_nengo.TO_ROUNDING,), generic=test_nengo.GENERIC),
    Row("BindsNET", ("bindsnet",), bit_for_bit=(test_bindsnet.BIT_FOR_BIT,), generic=test_bindsnet.GENERIC),
    Row("GeNN", ("genn",), bit_for_bit=(test_genn.BIT_FOR_BIT,), generic=test_genn.GENERIC),
    Row("Lava", ("lava",), bit_for_bit=(test_lava.BIT_FOR_BIT,), generic=test_lava.GENERIC),
    Row("SpikingJelly", ("spikingjelly",), bit_for_bit=(test_spikingjelly.BIT_FOR_BIT,), generic=test_spikingjelly.GENERIC),
    Row("Sinabs", ("sinabs",), bit_for_bit=(test_sinabs.BIT_FOR_BIT,), generic=test_sinabs.GENERIC),
    Row("Spyx", ("spyx",), bit_for_bit=(test_spyx.BIT_FOR_BIT, test_spyx.CLAMPED), generic=test_spyx.GENERIC),
    Row("Rockpool", ("rockpool",), bit_for_bit=(test_rockpool.BIT_FOR_BIT,), generic=test_rockpool.GENERIC),
    Row("BrainPy", ("brainpy",), bit_for_bit=(test_brainpy.BIT_FOR_BIT,), generic=test_brainpy.GENERIC),
    Row("brainpy.state", ("brainpy_state",), bit_for_bit=(test_brainpy_state.BIT_FOR_BIT,), generic=test_brainpy_state.GENERIC),
    Row("NEURON", ("neuron",), to_rounding=(test_neuron.TO_ROUNDING, test_neuron.TO_TOLERANCE), generic=test_neuron.GENERIC),
    Row("Arbor", ("arbor",), to_rounding=(test_arbor.TO_ROUNDING,), generic=test_arbor.GENERIC),
)


def counts(row: Row) -> dict[str, int]:
    """Return how many cases there are, and in which column each of them falls.

    Raises:
        ValueError: a case is in no column, or in two.

    """
    recorded = [case.name for book in row.books for case in golden.cases(book)]
    columns = {"bit for bit": _names(row.bit_for_bit), "to rounding": _names(row.to_rounding), "not covered": list(row.not_covered)}
    found = Counter(name for names in columns.values() for name in names)
    wrong = sorted(set(recorded) ^ set(found)) + [name for name, times in found.items() if times > 1]
    if wrong:
        raise ValueError(f"{row.name}: each recorded case belongs in one column, but not {', '.join(wrong)}.")
    return {"recorded": len(recorded), **{column: len(names) for column, names in columns.items()}}


def table() -> str:
    """Return the table."""
    lines = [
        "| simulator | recorded cases | voltages bit for bit | to rounding | not covered | hillock's LIF in its dialect, same spike steps |",
        "|---|---|---|---|---|---|",
    ]
    for row in ROWS:
        found = counts(row)
        reasons = Counter(row.not_covered.values()).most_common()
        why = "<br>".join(f"{times}: {reason}" for reason, times in reasons) or "0"
        generic = str(len(_names((row.generic,)))) if row.generic else "-"
        cells = [f"{row.name} {_version(row)}".strip(), *(str(found[column]) for column in ("recorded", "bit for bit", "to rounding")), why, generic]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _names(marks: tuple[Any, ...]) -> list[str]:
    return [case.name for mark in marks for case in mark.args[1]]


def _version(row: Row) -> str:
    """Return the version of the package that was recorded; the first that a book names is the simulator's."""
    packages = json.loads((golden.FOLDER / f"{row.books[0]}.json").read_text(encoding="utf-8"))["packages"]
    name, version = next(iter(packages.items()))
    return f"(TensorFlow {version})" if name.startswith("tensorflow") else version


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
