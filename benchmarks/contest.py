"""What is compared, as plain data: contenders, the groups in which they take turns, and how long a measurement should be."""

import json
from dataclasses import dataclass, field
from pathlib import Path

SCRIPTS = Path(__file__).parent / "contenders"


@dataclass(frozen=True)
class Contender:
    """One way to do a piece of work.

    Attributes:
        label: its name in the tables; the same in every group.
        peer: whose environment runs it: "hillock", or a name in ``environments.PEERS``.
        arguments: of that environment's Python.
        cache: hillock's cache of compiled programs: "cold" (an empty folder each time), "warm" (used before), or as it is.
        remark: in what it does less, more or other work than the rest.

    """

    label: str
    peer: str
    arguments: tuple[str, ...]
    cache: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Group:
    """Contenders that are measured in turn, so that all see the same machine.

    Attributes:
        title: what they do.
        contenders: in the order of the table.
        clock: "inside" the process around the run; process start to "exit"; process start to the "first line" that it prints.
        neurons: how many, for rates; 0 where seconds count.
        rounds: measurements of each; as many as the scale says if None.
        step: ms of the model's time; if it is given, the table tells how much longer a run takes than what it simulates.

    """

    title: str
    contenders: tuple[Contender, ...]
    clock: str = "inside"
    neurons: int = 0
    rounds: int | None = None
    step: float = 0.0


@dataclass(frozen=True)
class Benchmark:
    """Some groups under one heading."""

    name: str
    title: str
    groups: tuple[Group, ...]


@dataclass(frozen=True)
class Scale:
    """How much to measure: ``quick`` tells only whether everything works.

    Attributes:
        rounds: measurements of each contender.
        seconds: how long one measurement takes, about.
        least: steps that every measurement has, so that neurons fire.
        quick: leave out the largest populations.

    """

    rounds: int = 5
    seconds: float = 0.5
    least: int = 1000
    quick: bool = False


QUICK = Scale(rounds=2, seconds=0.1, least=200, quick=True)


@dataclass
class Result:
    """What came of a contender.

    Attributes:
        contender: who.
        trials: one mapping for each measurement: seconds, and for an inside clock steps and cores.
        facts: what it told about itself, and ``ready``: seconds from the start of its process until it could be measured.
        missing: why there are no trials.

    """

    contender: Contender
    trials: list[dict[str, float]] = field(default_factory=list)
    facts: dict[str, float] = field(default_factory=dict)
    missing: str = ""


def script(name: str, **options: object) -> tuple[str, ...]:
    """Return the arguments that run a script of contenders/ with options."""
    given = {key: value for key, value in options.items() if value is not None}
    return (str(SCRIPTS / name), *([json.dumps(given)] if given else []))
