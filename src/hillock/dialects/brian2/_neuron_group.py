"""The options of a ``NeuronGroup``."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import equinox as eqx

from hillock._param import ParameterError
from hillock._types import Param, Recordable, Scalar, Spike, Tree
from hillock.cells import AbstractCell
from hillock.dialects._base import AbstractStep
from hillock.dialects._choices import AbstractReset, Clamp, ToValue
from hillock.dialects._step import DialectStep, StepState
from hillock.dialects.brian2._dialect import BlockSpikes, SubtractThreshold, dialect
from hillock.integrators import RK4, AbstractIntegrator, Euler, Exact, ExponentialEuler, Midpoint
from hillock.surrogates import AbstractSurrogate

METHODS: Mapping[str, AbstractIntegrator] = MappingProxyType(
    {"exact": Exact(), "euler": Euler(), "exponential_euler": ExponentialEuler(), "rk2": Midpoint(), "rk4": RK4()}
)
"""Integrators by the names that ``NeuronGroup`` takes as ``method``.

All take the input as constant over a step. So does Brian2 with a ``TimedArray`` of the same dt, but for the last stage of rk4, which looks
up the input of the next step: where that differs, rk4 parts from Brian2's by dt/6 of the change.
"""

THRESHOLDS: Mapping[str, bool] = MappingProxyType({"v > v_th": False, "v >= v_th": True})
"""Whether the threshold itself counts as above it."""

RESETS: Mapping[str, AbstractReset] = MappingProxyType({"v = v_reset": ToValue(), "v -= v_th": SubtractThreshold()})
"""What a spike does to v; the jump of the second variable goes without saying."""


class AbstractNeuronGroup(AbstractStep):
    """A cell with the options of a ``NeuronGroup``."""

    dv0: eqx.AbstractVar[Param]
    method: eqx.AbstractVar[str]
    threshold: eqx.AbstractVar[str]
    reset: eqx.AbstractVar[str]
    clamped: eqx.AbstractVar[bool]

    @abstractmethod
    def cell(self) -> AbstractCell:
        """Return the equations as a cell."""

    def recordable(self) -> Mapping[str, str]:
        return self._step().recordable()

    def init(self) -> StepState:
        state = self._step().init()
        return state._replace(cell=state.cell._replace(v=state.v + self.dv0))

    def prepare(self, dt: Scalar) -> Tree:
        return self._step().prepare(dt)

    def __call__(self, prepared: Tree, state: StepState, i: Scalar, surrogate: AbstractSurrogate) -> tuple[StepState, Spike, Recordable]:
        return self._step()(prepared, state, i, surrogate)

    def _step(self) -> DialectStep:
        rest = Clamp() if self.clamped else BlockSpikes()
        options = replace(dialect, at_least=THRESHOLDS[self.threshold], reset=RESETS[self.reset], refractoriness=rest)
        return DialectStep(cell=self.cell(), dialect=options, integrator=METHODS[self.method], rests=True)


def check_options(group: AbstractNeuronGroup, methods: tuple[str, ...]) -> None:
    """Raise ParameterError if an option of a group is not one of the texts known here."""
    for name, known in {"method": methods, "threshold": tuple(THRESHOLDS), "reset": tuple(RESETS)}.items():
        value = getattr(group, name)
        if value not in known:
            raise ParameterError(f"{type(group).__name__}.{name} must be {' or '.join(map(repr, known))}, got {value!r}.")
