"""Where the operations of a program are done: as rarely as they may.

What is the same for all lanes and steps is done once; what differs between lanes only, once per block of lanes; what differs between steps
only, by scalars; and what changes now and then, such as noise that is drawn once per millisecond, behind a test whether what it comes
from has changed.
"""

from collections.abc import Mapping
from typing import NamedTuple

from hillock.lowering import elementary
from hillock.lowering._program import Operation, Program, Symbol, Table

_WORTH_A_TEST = 12  # operations on lanes; a test whether they must be done again costs about as much as three

_WEIGHTS = {"while": 100} | dict.fromkeys(elementary.__all__, 12)  # operations that one of a program comes to


class Roles(NamedTuple):
    """What the inputs of a program are to a kernel.

    The outputs of the program are the next values of ``carried``, whether a lane fires, and what it shows.
    """

    uniform: tuple[Symbol, ...]  # one number for all lanes
    tables: tuple[Table, ...]  # an array for all lanes
    lanes: tuple[Symbol, ...]  # one number per lane
    lane_tables: tuple[Table, ...]  # an array of (entries, lanes)
    carried: tuple[Symbol, ...]  # one number per lane, handed from step to step
    step: Symbol  # number of the step
    lane: Symbol  # number of the lane
    inflow: tuple[Table, ...] = ()  # arrays of (entries, lanes) that somebody adds to between calls; each entry is read once, and then 0
    still: frozenset[int] = frozenset()  # which of the carried numbers are always 0
    elapsed: Symbol | None = None  # number of the step within a call
    counting: frozenset[int] = frozenset()  # which of the carried numbers are counts, kept as the step of the call at which they reach 0
    direct: tuple[int | None, ...] = ()  # for each way in, the carried number to which what arrives is added; None where it is in ``inflow``

    @property
    def moving(self) -> list[int]:
        """Which of the carried numbers change."""
        return [k for k in range(len(self.carried)) if k not in self.still]

    @property
    def moments(self) -> tuple[Symbol, ...]:
        """What says which lane and which step it is."""
        return (self.step, self.lane, self.elapsed) if self.elapsed else (self.step, self.lane)

    @property
    def by_lane(self) -> tuple[Table, ...]:
        """All tables with a column for each lane."""
        return (*self.lane_tables, *self.inflow)


class Varies(NamedTuple):
    """Whether a number differs between lanes, and between steps."""

    lane: bool
    step: bool


def variation(program: Program, roles: Roles) -> dict[Symbol, Varies]:
    """Return for every symbol of a program what it depends on."""
    found = dict.fromkeys(roles.uniform, Varies(False, False))
    found |= dict.fromkeys((*roles.lanes, roles.lane), Varies(True, False))
    found |= {roles.step: Varies(False, True)} | dict.fromkeys(roles.carried, Varies(True, True))
    if roles.elapsed:
        found[roles.elapsed] = Varies(False, True)
    for operation in program.operations:
        lane = step = False
        for atom in operation.arguments:
            if isinstance(atom, Symbol):
                source = found[atom]
                lane, step = lane or source.lane, step or source.step
            elif isinstance(atom, Table):
                lane = lane or atom in roles.by_lane
        found |= dict.fromkeys(operation.results, Varies(lane, step))
    return found


def work(program: Program, roles: Roles) -> int:
    """Return about how many operations every lane does in a step."""
    varies = variation(program, roles)
    return sum(_WEIGHTS.get(o.name, 1) for o in program.operations if varies[o.result] == Varies(True, True))


class Region(NamedTuple):
    """Operations that must be done again only when a source changes."""

    sources: tuple[Symbol, ...]
    operations: list[Operation]
    results: tuple[Symbol, ...]


class Placed(NamedTuple):
    """Operations by where they are done."""

    once: list[Operation]
    per_block: list[Operation]
    by_step: list[Operation]  # by scalars
    regions: list[Region]  # behind a test
    always: list[Operation]


def placed(program: Program, roles: Roles, varies: Mapping[Symbol, Varies]) -> Placed:
    groups: dict[Varies, list[Operation]] = {Varies(lane, step): [] for lane in (False, True) for step in (False, True)}
    for operation in program.operations:
        groups[varies[operation.result]].append(operation)
    regions, always = _regions(program, roles, varies, groups[Varies(True, True)])
    return Placed(groups[Varies(False, False)], groups[Varies(True, False)], groups[Varies(False, True)], regions, always)


def _regions(program: Program, roles: Roles, varies: Mapping[Symbol, Varies], operations: list[Operation]) -> tuple[list[Region], list[Operation]]:
    """Find what depends on the step only through scalars that change now and then: quotients of the step, and comparisons with it."""
    slow = _slow(program, roles, varies)
    sources: dict[Symbol, frozenset[Symbol] | None] = {}
    order = {s: k for k, s in enumerate(s for o in program.operations for s in o.results)}
    groups: dict[frozenset[Symbol], list[Operation]] = {}
    always = []
    for operation in operations:
        found: set[Symbol] | None = set()
        for atom in operation.arguments:
            if not isinstance(atom, Symbol) or not varies[atom].step:
                continue
            part = sources.get(atom) if varies[atom].lane else ({atom} if atom in slow else None)
            found = None if part is None or found is None else found | part
        key = None if found is None else frozenset(found)
        sources |= dict.fromkeys(operation.results, key)
        if key is None:
            always.append(operation)
        else:
            groups.setdefault(key, []).append(operation)
    regions, merged = [], []
    used_by = _users(program)
    for key in sorted(groups, key=lambda k: (len(k), sorted(order.get(s, 0) for s in k))):
        own = groups[key]
        if len(own) < _WORTH_A_TEST:
            merged += own
            continue
        inside = {id(o) for o in own}
        outputs = {a for a in program.outputs if isinstance(a, Symbol)}
        results = tuple(s for o in own for s in o.results if s in outputs or any(id(u) not in inside for u in used_by.get(s, ())))
        regions.append(Region(tuple(sorted(key, key=lambda s: order.get(s, 0))), own, results))
    if merged:  # what is not worth a test is done always; a region that needs it takes it along
        regions = [_with_needed(region, merged) for region in regions]
    kept = {id(o) for o in merged} | {id(o) for o in always}
    return regions, [o for o in operations if id(o) in kept]


def _with_needed(region: Region, merged: list[Operation]) -> Region:
    """Return a region with the cheap operations that it needs done inside of it too."""
    made = {s: o for o in merged for s in o.results}
    extra: list[Operation] = []
    waiting = [a for o in region.operations for a in o.arguments if isinstance(a, Symbol) and a in made]
    seen: set[int] = set()
    while waiting:
        operation = made[waiting.pop()]
        if id(operation) not in seen:
            seen.add(id(operation))
            extra.append(operation)
            waiting += [a for a in operation.arguments if isinstance(a, Symbol) and a in made]
    ordered = [o for o in merged if id(o) in seen]
    return region._replace(operations=[*ordered, *region.operations])


def _slow(program: Program, roles: Roles, varies: Mapping[Symbol, Varies]) -> set[Symbol]:
    """Return the scalars that change now and then: quotients of the step, comparisons with it, and what is made of those."""
    slow: set[Symbol] = set()
    for operation in program.operations:
        arguments = [a for a in operation.arguments if isinstance(a, Symbol) and varies[a].step]
        if varies[operation.result].lane or not arguments:
            continue
        quotient = operation.name in {"div", "shift_right_logical", "shift_right_arithmetic"} and operation.result.dtype.kind in "iu"
        comparison = operation.name in {"lt", "le", "gt", "ge"}
        if quotient or comparison or all(a in slow for a in arguments):
            slow.update(operation.results)
    return slow


def _users(program: Program) -> Mapping[Symbol, list[Operation]]:
    users: dict[Symbol, list[Operation]] = {}
    for operation in program.operations:
        for atom in operation.arguments:
            if isinstance(atom, Symbol):
                users.setdefault(atom, []).append(operation)
    return users
