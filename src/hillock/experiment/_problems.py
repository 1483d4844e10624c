"""What is wrong with an experiment, every mistake at once, one line each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from hillock._param import ParameterError, Parametrized, check_value, declarations, options, unknown_parameter
from hillock.experiment.catalogue import did_you_mean

# pydantic's kinds of error in hillock's words; any other kind says it in its own.
_RULES: Mapping[str, str] = MappingProxyType(
    {
        "int_parsing": "a whole number",
        "int_type": "a whole number",
        "int_from_float": "a whole number",
        "string_type": "text",
        "list_type": "a list",
        "dict_type": "a table of keys",
        "model_type": "a table of keys",
        "path_type": "a path",
        "greater_than_equal": "≥ {ge}",
        "less_than": "< {lt}",
        "too_short": "at least one",
        "string_pattern_mismatch": "a plain file name",
        "string_too_long": "at most {max_length} characters",
    }
)


class ExperimentError(ValueError):
    """An experiment that cannot be run as it is written.

    Attributes:
        lines: every reason, one line each.

    """

    def __init__(self, lines: Sequence[str], source: str = ""):
        self.lines = tuple(lines)
        if len(lines) == 1:
            super().__init__(f"{source}: {lines[0]}" if source else lines[0])
        else:
            super().__init__("\n  ".join([f"{source or 'The experiment'} has {len(lines)} mistakes:", *lines]))


def explain(error: ValidationError, model: type[BaseModel], elsewhere: Mapping[str, str]) -> list[str]:
    """Return pydantic's findings as sentences.

    Args:
        error: what it found.
        model: of the data.
        elsewhere: where names belong that are no keys of the model.

    """
    return [_sentence(found, model, elsewhere) for found in error.errors(include_url=False)]


def place(*location: str | int) -> str:
    """Return where in a file something is: ('stimulus', 1, 'type') is 'stimulus.2.type', counted from one."""
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in location)


def _sentence(found: Any, model: type[BaseModel], elsewhere: Mapping[str, str]) -> str:
    location, kind = found["loc"], found["type"]
    where = place(*location)
    if kind == "missing":
        return f"{where} is missing."
    if kind == "extra_forbidden":
        if where in elsewhere:
            return f"{where} is not a key of an experiment. Did you mean {elsewhere[where]}?"
        owner = _owner(model, location[:-1])
        return f"{where} is not a key of an experiment.{did_you_mean(str(location[-1]), list(owner.model_fields))}"
    if kind == "value_error":
        return f"{where} {found['ctx']['error']}".rstrip(".") + "."
    rule = _RULES.get(kind) or found["msg"].removeprefix("Input should be ")
    return f"{where} must be {rule.format(**found.get('ctx', {}))}, got {found['input']!r}."


def _owner(model: type[BaseModel], location: Iterable[str | int]) -> type[BaseModel]:
    """Return the section that a location inside ``model`` lies in."""
    for part in location:
        field = model.model_fields.get(part) if isinstance(part, str) else None  # a part may also be a number, or a name that the user chose
        model = next(_models(field.annotation), model) if field else model
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the sections that a type is made of, such as ``Part`` in ``dict[str, Part]``."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def parameter_problems(kind: type[Parametrized], values: Mapping[str, Any]) -> list[str]:
    """Return every reason why ``kind(**values)`` would fail, as far as each parameter shows it by itself."""
    known = {name: value for name, value in values.items() if name in declarations(kind) or name in options(kind)}
    lines = [unknown_parameter(kind, name) for name in values if name not in known]
    for name, value in known.items():
        try:
            convert(kind, name, value)
        except ParameterError as error:
            lines.append(str(error))
    try:
        kind.__new__(kind, **known)  # complains about what is missing
    except ParameterError as error:
        lines.append(str(error))
    return lines


def convert(kind: type[Parametrized], name: str, value: Any) -> Any:
    """Return one parameter's value as numbers in its unit, or an option's as it is.

    Raises:
        ParameterError: it is not a number, of the wrong unit, shape or size.

    """
    if name not in declarations(kind):
        return _option(kind, name, value)
    field = kind.__dataclass_fields__[name]
    number = field.metadata["converter"](value)
    check_value(number, declarations(kind)[name], f"{kind.__name__}.{name}")
    return number


def _option(kind: type[Parametrized], name: str, value: Any) -> Any:
    """Return an option's value: text, a number or a truth value, as its default is."""
    default = options(kind)[name]
    words = {bool: "true or false", int: "a whole number", str: "text"}
    if (type(default) in words and type(value) is not type(default)) or isinstance(value, list | dict):
        raise ParameterError(f"{kind.__name__}.{name} must be {words.get(type(default), 'text or a number')}, got {value!r}.")
    return value
