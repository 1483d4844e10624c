"""Arrivals that are added straight to what a lane carries: a program that only adds them to one number need not fetch them from elsewhere."""

from collections import Counter
from collections.abc import Sequence

from hillock.lowering._program import Operation, Program, Symbol, Table, pruned


def poured(program: Program, carried: Sequence[Symbol], inflow: Sequence[Table]) -> tuple[Program, tuple[int | None, ...]]:
    """Return a program that finds arrivals in what it carries, and to which carried number each table's are to be added; None for those it fetches.

    A table of one entry is done without if its number is used once, in a sum with a carried number that is used nowhere else.
    """
    uses = Counter(a for o in program.operations for a in o.arguments if isinstance(a, Symbol)) + Counter(
        a for a in program.outputs if isinstance(a, Symbol)
    )
    loads = {o.arguments[0]: o for o in program.operations if o.name == "load" and o.arguments[0] in inflow}
    sums = {a: o for o in program.operations if o.name == "add" for a in o.arguments if isinstance(a, Symbol)}
    looped = {a for o in program.operations if o.name == "while" for a in o.arguments}
    found: list[int | None] = []
    same: dict[Symbol, Symbol] = {}
    for table in inflow:
        load = loads.get(table)
        total = sums.get(load.result) if load is not None and uses[load.result] == 1 else None
        other = next((a for a in total.arguments if a is not load.result), None) if total is not None and load is not None else None
        fits = (
            total is not None
            and total.result not in looped
            and table.shape == (1,)
            and isinstance(other, Symbol)
            and other in carried
            and uses[other] == 1
            and other not in same.values()
        )
        found.append(carried.index(other) if fits else None)  # type: ignore[arg-type]
        if fits:
            assert total is not None
            same[total.result] = other  # type: ignore[assignment]
    if not same:
        return program, tuple(found)
    operations = [o for o in program.operations if o.result not in same]
    replaced = [_with(o, same) for o in operations]
    outputs = tuple(same.get(a, a) if isinstance(a, Symbol) else a for a in program.outputs)
    return pruned(Program(tuple(replaced), outputs)), tuple(found)


def _with(operation: Operation, same: dict[Symbol, Symbol]) -> Operation:
    arguments = tuple(same.get(a, a) if isinstance(a, Symbol) else a for a in operation.arguments)
    return operation._replace(arguments=arguments)
