"""Routines of scalars: loops and conditions written through Python's ``with``, for code that is not traced from anything."""

from collections.abc import Iterator
from contextlib import contextmanager

from hillock.lowering._lanes import load, store
from hillock.lowering._text import Code
from hillock.lowering._value import Number, Value


class Variable:
    """A number that can be changed; LLVM keeps it in a register."""

    def __init__(self, code: "Routine", first: Value):
        self.code, self.kind = code, first.kind
        name = code.fresh("variable")
        code.entry.append(f"  {name} = alloca {first.kind}")
        self.place = Value(code, name, "ptr")
        self.set(first)

    def get(self) -> Value:
        return load(self.code, self.place, self.kind)

    def set(self, value: Value) -> None:
        store(self.code, value, self.place)


class Routine(Code):
    """The text of one function after the other; ``arguments`` of the present one by name."""

    def __init__(self, has_fma: bool = True) -> None:
        super().__init__(has_fma)
        self.entry: list[str] = []

    @contextmanager
    def function(self, name: str, **kinds: str) -> Iterator[list[Value]]:
        """Write a function without a result; its arguments are handed out.

        It calls nothing that is not in its text: LLVM must not make a loop into a call of the C library, which may lie out of reach.
        """
        before, self.lines, self.entry, self.block = self.lines, [], [], "entry"
        given = ", ".join(f"{'ptr noalias' if kind == 'target' else kind} %{argument}" for argument, kind in kinds.items())
        yield [Value(self, f"%{argument}", "ptr" if kind == "target" else kind) for argument, kind in kinds.items()]
        self.write("ret void")
        self.lines = [*before, f'define void @{name}({given}) "no-builtins" {{', "entry:", *self.entry, *self.lines, "}"]

    def number(self, value: int) -> Value:
        return self.constant(value, "i64")

    def variable(self, first: Value | int) -> Variable:
        return Variable(self, first if isinstance(first, Value) else self.number(first))

    def at(self, base: Value, kind: str, index: Value | int) -> Value:
        """Return the address of an entry of an array."""
        place = index.name if isinstance(index, Value) else index
        return self.emit(f"getelementptr {kind}, ptr {base.name}, i64 {place}", "ptr", 0)

    def word(self, base: Value, index: Value | int) -> Value:
        """Read a whole number of 64 bits."""
        return load(self, base, "i64", index)

    def pointer(self, base: Value, index: Value | int) -> Value:
        return load(self, base, "ptr", index)

    @contextmanager
    def loop(self, begin: Value | int, end: Value | int) -> Iterator[Value]:
        """Count from ``begin`` to ``end`` - 1."""
        counter, end = self.variable(begin), self.number(0).like(end)
        with self.as_long_as(lambda: counter.get() < end):
            now = counter.get()
            yield now
            counter.set(now + 1)

    @contextmanager
    def as_long_as(self, condition) -> Iterator[None]:
        """Repeat what is inside while a condition holds, tested before each round."""
        head, body, after = (self.fresh(part)[1:] for part in ("head", "body", "after"))
        self.jump(head)
        self.label(head)
        self.branch(condition(), body, after)
        self.label(body)
        yield
        self.jump(head)
        self.label(after)

    @contextmanager
    def when(self, condition: Value) -> Iterator[None]:
        """Do what is inside if a condition holds."""
        inside, after = (self.fresh(part)[1:] for part in ("then", "after"))
        self.branch(condition, inside, after)
        self.label(inside)
        yield
        self.jump(after)
        self.label(after)

    def call_pointer(self, function: Value, *arguments: Value) -> None:
        """Call the function at an address."""
        self.write(f"call void {function.name}({', '.join(f'{a.type} {a.name}' for a in arguments)})")

    def prefetch(self, address: Value) -> None:
        """Fetch a line of memory that is wanted soon."""
        self.declarations["prefetch"] = "declare void @llvm.prefetch.p0(ptr, i32, i32, i32)"
        self.write(f"call void @llvm.prefetch.p0(ptr {address.name}, i32 0, i32 3, i32 1)")

    def add(self, base: Value, kind: str, index: Value, amount: Number) -> None:
        """Add to an entry of an array."""
        store(self, load(self, base, kind, index) + amount, base, index)
