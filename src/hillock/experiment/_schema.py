"""What an experiment file may contain. TOML in, checked values out; nothing in a file is ever executed."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator

from hillock import dialects
from hillock._checks import check_engine
from hillock._units import UnitError, to_number
from hillock.engines import Simd
from hillock.experiment import catalogue


def _milliseconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise UnitError(f"must be a number of ms or text such as '1 ms', got {value!r}")
    return float(to_number(value, "ms"))


def several(value: Any) -> Any:
    """Return one table as a list of one."""
    return [value] if isinstance(value, dict) else value


def names(value: Any) -> Any:
    """Return 'v, i' as a list; what is no text stays as it is."""
    return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


def numbers(value: Any) -> Any:
    """Return '0, 7' or 7 as a list; what is no number stays as it is, to be complained about."""
    if isinstance(value, str):
        return [int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text for text in names(value)]
    return [value] if isinstance(value, int) else value


WholeNumber = Annotated[int, Field(strict=True)]  # neither 2.0 nor true nor "2"
Milliseconds = Annotated[float, BeforeValidator(_milliseconds)]


class Section(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Place(Section):
    """Where results go."""

    folder: Path = Path()
    name: Annotated[str, Field(pattern=r"^([^./\\:\x00-\x1f][^/\\:\x00-\x1f]*)?$", max_length=200)] = ""
    picture: Literal["png", "svg", "pdf", "none"] = "png"


class Output(Place):
    """Where the results of neurons go: ``folder/name.data`` and ``folder/name.picture``."""

    data: Literal["npz", "nc", "nwb", "none"] = "npz"


class Part(BaseModel):
    """A cell or a stimulus by name; every other key is a parameter of it, which its own declarations check."""

    model_config = ConfigDict(extra="allow", frozen=True)

    type: str
    preset: str | None = None
    file: Path | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters as written."""
        return dict(self.model_extra or {})


class Run(Section):
    """What is said about every run, of a neuron or of a network."""

    duration: Milliseconds
    dt: Milliseconds
    dialect: str | None = None
    integrator: str | None = None
    engine: str = "auto"
    threads: WholeNumber | None = Field(None, ge=1)
    dtype: Literal["float32", "float64"] | None = None

    @field_validator("dialect")
    @classmethod
    def _known_dialect(cls, value: str | None) -> str | None:
        if value is not None:
            _as_reason(dialects.find, value)
        return value

    @field_validator("engine")
    @classmethod
    def _known_engine(cls, value: str) -> str:
        _as_reason(check_engine, value)
        return value

    @field_validator("threads")
    @classmethod
    def _threads_of_simd(cls, value: int | None, info: ValidationInfo) -> int | None:
        engine = info.data.get("engine", "auto")
        if value is not None and engine not in ("auto", Simd.name):
            raise ValueError(f"is for the engine {Simd.name}; with engine = {engine!r} leave it out.")
        return value

    @field_validator("integrator")
    @classmethod
    def _known_integrator(cls, value: str | None) -> str | None:
        if value is not None:
            _as_reason(catalogue.find_integrator, value)
        return value


class Schema(Run):
    """An experiment file."""

    cell: Part
    stimulus: Annotated[list[Part], BeforeValidator(several), Field(min_length=1)]
    sweep: dict[str, Any] = {}
    neurons: WholeNumber | None = Field(None, ge=1, lt=2**31)
    key: WholeNumber | None = Field(None, ge=0, lt=2**64)
    record: Annotated[list[str], BeforeValidator(names)] | None = None
    every: WholeNumber = Field(1, ge=1)
    of: Annotated[list[WholeNumber], BeforeValidator(numbers)] | None = None
    check: Literal["exact"] | None = None
    output: Output = Output()


def _as_reason(look_up: Any, value: str) -> None:
    """Put a look-up's complaint after the key it is about."""
    try:
        look_up(value)
    except ValueError as error:
        raise ValueError(f"is wrong: {error}") from None
