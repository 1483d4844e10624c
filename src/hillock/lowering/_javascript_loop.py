"""A neuron as one JavaScript expression: what is prepared once from parameters, and the loop over steps.

The expression is an object of functions and refers to nothing outside of itself but ``Math`` and the like. Names that come from users are
quoted, and cannot end a script element.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from hillock.lowering._javascript_functions import called_in
from hillock.lowering._javascript_terms import Term
from hillock.lowering._javascript_writer import Names, Writer, array_of
from hillock.lowering._placement import Region, Roles, placed, variation
from hillock.lowering._program import Atom, Program, Symbol, Table, pruned

_IN_SETUP = ("parameters", "dt", "given")
_IN_A_LOOP = (
    *("constants", "state", "low", "high", "first", "steps", "k", "step", "spikes", "count"),
    *("facts", "given", "setup", "run", "runWithTraces", "runWithout"),
)


class Simulation(NamedTuple):
    """What a script is made of.

    Attributes:
        parameters: the symbol of each parameter by its name.
        dt, key: symbols of the time step, and of the low and the high half of the key.
        setup: the program of all that is prepared.
        start: the first value of each carried number, made by ``setup``.
        step: the program of a step; its outputs are the next values of the carried numbers, whether there is a spike, and what is shown.
        roles: what the inputs of ``step`` are.
        tables: the numbers of each table.
        carried, shown: names of the carried numbers and of what is shown.
        hints: what a symbol would be called.
        facts: what else the object tells, as JSON can say it.

    """

    parameters: Mapping[str, Symbol]
    dt: Symbol
    key: tuple[Symbol, Symbol]
    setup: Program
    start: Sequence[Atom]
    step: Program
    roles: Roles
    tables: Mapping[Table, np.ndarray]
    carried: Sequence[str]
    shown: Sequence[str]
    hints: Mapping[Symbol, str]
    facts: Mapping[str, Any]


def quoted(value: Any) -> str:
    """Return a value as JSON that may stand inside of a script element."""
    return json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def simulation(given: Simulation) -> str:
    """Return the expression."""
    return _Script(given).text()


_GIVEN = """function given(parameters, name) {
  const value = parameters[name];
  if (typeof value !== "number") throw new RangeError(`${name} must be a number, got ${value}.`);
  return value;
}"""

_RUN = """function run(parameters, dt, key, steps, record = facts.recorded, from = null) {
  if (!(dt > 0 && dt < Infinity)) throw new RangeError(`dt must be > 0 ms and finite, got ${dt}.`);
  if (!(Number.isSafeInteger(key) && key >= 0)) throw new RangeError(`key must be a whole number from 0 to 2**53 - 1, got ${key}.`);
  if (!(Number.isSafeInteger(steps) && steps >= 0)) throw new RangeError(`steps must be a whole number ≥ 0, got ${steps}.`);
  const unknown = record.find((name) => !facts.recorded.includes(name));
  if (unknown !== undefined) throw new RangeError(`record must hold names out of ${facts.recorded.join(", ")}, got ${unknown}.`);
  const { state, constants } = setup(parameters, dt);
  const begin = from === null ? { step: 0, state } : from;
  const loop = record.length > 0 ? runWithTraces : runWithout;
  const { traces, spikes, end } = loop(constants, begin.state, key >>> 0, Math.floor(key / 4294967296), begin.step, steps);
  return { traces: Object.fromEntries(record.map((name) => [name, traces.get(name)])), spikes, end };
}"""


class _Script:
    """The text of an expression, one function after the other."""

    def __init__(self, given: Simulation):
        self.given = given
        used = given.step.inputs()
        roles = given.roles
        self.state_names, self.constant_names = Names(_IN_A_LOOP), dict[Symbol, str]()
        self.carried = dict(zip(roles.carried, (self.state_names.fresh(name) for name in given.carried), strict=True))
        self.constants = [s for s in roles.uniform if s in used and s not in given.key]
        for symbol in self.constants:
            self.constant_names[symbol] = self.state_names.fresh(given.hints.get(symbol, "x"))
        self.tables = {table: self.state_names.fresh("table") for table in given.tables}

    def text(self) -> str:
        facts = {"names": list(self.given.parameters), "recorded": list(self.given.shown), **self.given.facts}
        body = [f"const facts = {quoted(facts)};", *(f"const {name} = {array_of(self.given.tables[table])};" for table, name in self.tables.items())]
        body += [_GIVEN, self._setup(), self._run(shows=True), self._run(shows=False), _RUN]
        body.append("return { ...facts, setup, run };")
        functions = called_in("\n".join(body))
        inner = "\n".join(['"use strict";', *functions, *body])
        return "(() => {\n" + "\n".join(f"  {line}" if line else line for line in inner.split("\n")) + "\n})()"

    def _setup(self) -> str:
        """Write what is made of parameters: the state before the first step, and what does not change from step to step."""
        given = self.given
        writer = Writer(Names([*_IN_SETUP, *self.tables.values()]), given.hints, self.tables)
        for name, symbol in given.parameters.items():
            writer.line(f"const {writer.name(symbol)} = given(parameters, {quoted(name)});")
        writer.values[given.dt] = Term("dt")
        writer.write(given.setup.operations, {s for s in (*given.start, *self.constants) if isinstance(s, Symbol)})
        state = _record({name: writer.value(a) for name, a in zip(self.carried.values(), given.start, strict=True)})
        constants = _record({self.constant_names[s]: writer.value(s) for s in self.constants})
        writer.line(f"return {{ state: {state}, constants: {constants} }};")
        return "\n".join(["function setup(parameters, dt) {", *writer.lines, "}"])

    def _run(self, *, shows: bool) -> str:
        """Write the loop over steps; without traces, what only they need is not done."""
        given, roles, n = self.given, self.given.roles, len(self.given.roles.carried)
        program = given.step if shows else pruned(Program(given.step.operations, given.step.outputs[: n + 1]))
        parts = placed(program, roles, variation(program, roles))
        writer = self._begin()
        inside = [*parts.always, *(o for region in parts.regions for o in region.operations)]
        outputs = {a for a in program.outputs if isinstance(a, Symbol)}
        writer.write([*parts.once, *parts.per_block], outputs | _used_by([*parts.by_step, *inside]))
        olds = [self._remember(writer, region) for region in parts.regions]
        traces = [writer.names.fresh(f"{name}_trace") for name in given.shown] if shows else []
        for trace in traces:
            writer.line(f"const {trace} = new Float64Array(steps);")
        writer.open("for (let k = 0; k < steps; k += 1) {")
        writer.line("const step = (first + k) | 0;")
        writer.values[roles.step] = Term("step")
        writer.write(parts.by_step, outputs | _used_by(inside) | {s for region in parts.regions for s in region.sources})
        for region, was in zip(parts.regions, olds, strict=True):
            self._region(writer, region, was)
        writer.write(parts.always, outputs)
        writer.line(f"if ({writer.value(program.outputs[n]).text}) spikes[count++] = step;")
        for trace, atom in zip(traces, program.outputs[n + 1 :], strict=True):
            writer.line(f"{trace}[k] = {writer.value(atom).text};")
        writer.assign(list(self.carried.values()), program)
        writer.close()
        return self._end(writer, "runWithTraces" if shows else "runWithout", traces)

    def _end(self, writer: Writer, name: str, traces: Sequence[str]) -> str:
        """Return the function of a loop."""
        rows = ", ".join(f"[{quoted(name)}, {trace}]" for name, trace in zip(self.given.shown, traces, strict=False))
        state = _record({name: Term(name) for name in self.carried.values()})
        writer.line(f"return {{ traces: new Map([{rows}]), spikes: spikes.slice(0, count), end: {{ step: first + steps, state: {state} }} }};")
        return "\n".join([f"function {name}(constants, state, low, high, first, steps) {{", *writer.lines, "}"])

    def _begin(self) -> Writer:
        """Return the writer of a loop, which has written its variables."""
        given = self.given
        writer = Writer(Names(self.state_names.taken), given.hints, self.tables)
        writer.values |= {s: Term(name) for s, name in {**self.constant_names, **self.carried}.items()}
        writer.values |= {given.key[0]: Term("low"), given.key[1]: Term("high"), given.roles.lane: Term("0")}
        if self.constants:
            writer.line(f"const {{ {', '.join(self.constant_names.values())} }} = constants;")
        if self.carried:
            writer.line(f"let {{ {', '.join(self.carried.values())} }} = state;")
        writer.line("const spikes = new Int32Array(steps);")
        writer.line("let count = 0;")
        return writer

    def _remember(self, writer: Writer, region: Region) -> list[str]:
        """Write what a region remembers from the last time: what it was made from, and what came out. At first nothing is as it was."""
        olds = [writer.names.fresh("was") for _ in region.sources]
        for old in olds:
            writer.line(f"let {old} = NaN;")
        for symbol in region.results:
            writer.targets[symbol] = writer.names.fresh(self.given.hints.get(symbol, "kept"))
            writer.line(f"let {writer.targets[symbol]} = 0;")
        return olds

    def _region(self, writer: Writer, region: Region, olds: Sequence[str]) -> None:
        """Write what is done again only when one of its sources has changed."""
        sources = [writer.value(s).text for s in region.sources]
        writer.open(f"if ({' || '.join(f'{old} !== {new}' for old, new in zip(olds, sources, strict=True))}) {{")
        for old, new in zip(olds, sources, strict=True):
            writer.line(f"{old} = {new};")
        writer.write(region.operations, set(region.results))
        writer.close()


def _used_by(operations: Collection[Any]) -> set[Symbol]:
    return {a for o in operations for a in o.arguments if isinstance(a, Symbol)}


def _record(values: Mapping[str, Term]) -> str:
    inside = ", ".join(name if name == term.text else f"{name}: {term.text}" for name, term in values.items())
    return f"{{ {inside} }}" if inside else "{}"
