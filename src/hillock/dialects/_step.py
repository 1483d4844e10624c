"""A step of any cell in any dialect: the cell's own flow, threshold and reset, in the order that the dialect says."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, TypeGuard

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array

from hillock._trace import dependence, traced_once, zeros_of
from hillock._types import Flag, Recordable, Scalar, Spike, State, Tree
from hillock.cells import AbstractCell, AbstractCoupled, state_units
from hillock.dialects._base import AbstractCoupledStep, AbstractReceivingStep, silenced
from hillock.integrators import AbstractIntegrator, Drift
from hillock.surrogates import AbstractSurrogate
from hillock.synapses import Receiver

if TYPE_CHECKING:
    from hillock.dialects._dialect import Dialect


class StepState(NamedTuple):
    """State of a cell between steps: its own, the steps left in which it does not flow or does not jump, and whether a reset is due."""

    cell: State
    hold: Any  # Int[Array, ""]; None where there is never one
    due: Any  # Bool[Array, ""]; None where the reset is not late

    @property
    def v(self) -> Scalar:
        """Membrane potential (mV)."""
        return self.cell.v


class _Prepared(NamedTuple):
    dt: Scalar
    free: Tree
    held: Tree  # for a neuron whose potential is held
    deaf: Tree  # for one whose synapses are not felt
    hold: Any


class DialectStep(AbstractReceivingStep):
    """Any cell, stepped in any dialect."""

    cell: AbstractCell
    dialect: "Dialect" = eqx.field(static=True)
    integrator: AbstractIntegrator = eqx.field(static=True)
    rests: bool = eqx.field(static=True)

    def recordable(self) -> Mapping[str, str]:
        units = state_units(zeros_of(self.cell.init))
        return {**units, "threshold": units["v"]}

    def ports(self) -> Mapping[str, str]:
        return self.cell.weight_units() if isinstance(self.cell, Receiver) else {}

    def init(self) -> StepState:
        hold = jnp.zeros((), jnp.int32) if self.rests or self._loses_jumps() else None
        return StepState(self.cell.init(), hold, jnp.zeros((), bool) if self.dialect.reset_next_step else None)

    def prepare(self, dt: Scalar) -> _Prepared:
        state = zeros_of(self.cell.init)
        free = self.integrator.prepare(self.cell.drift, state, dt)
        if not self.rests:
            return _Prepared(dt, free, None, None, jnp.ones((), jnp.int32) if self._loses_jumps() else None)
        held = self.integrator.prepare(self._held_drift, state, dt) if self._v_drives_others() else None
        deaf = self.integrator.prepare(self.cell.deaf_drift, state, dt) if self._is_deafened(self.cell) else None
        return _Prepared(dt, free, held, deaf, self.dialect.count(self.cell.t_ref, dt) + self.dialect.latency)

    def __call__(
        self, prepared: _Prepared, state: StepState, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...] = ()
    ) -> tuple[StepState, Spike, Recordable]:
        resting = state.hold > self.dialect.latency if self.rests else False
        i = self.cell.felt(i, arrivals) if arrivals and isinstance(self.cell, Receiver) else i
        if self.dialect.delivers_first:
            state = state._replace(cell=self._receive(state.cell, arrivals, self._lost(prepared, state.hold)))
        if self.dialect.fires_first:
            return self._fire_then_flow(prepared, state, i, surrogate, arrivals)
        start = state.cell
        before = self._flow(prepared, start, i, resting)
        if not self.dialect.delivers_first:
            before = self._receive(before, arrivals, self._held(resting))
        if self.dialect.reset_next_step:
            before = self._late_reset(start, before, state.due)
        spike = self._fire(start, before, resting, surrogate)
        after = before if self.dialect.reset_next_step else _select(spike > 0, self.dialect.reset(self.cell, before), before)
        due = spike > 0 if self.dialect.reset_next_step else None
        shown = {"after": after, "before": before, "start": start}[self.dialect.shows]
        return StepState(after, self._count_down(prepared, state.hold, spike), due), spike, self._show(shown)

    def _fire_then_flow(
        self, prepared: _Prepared, state: StepState, i: Scalar, surrogate: AbstractSurrogate, arrivals: tuple[Scalar, ...]
    ) -> tuple[StepState, Spike, Recordable]:
        """Resting, else firing, else integrating, decided on the state as the last step left it."""
        start, resting = state.cell, state.hold > self.dialect.latency if self.rests else jnp.zeros((), bool)
        spike = silenced(surrogate(self.cell.excess(start), self.dialect.at_least), resting)
        flowed = self._advance(prepared.free, self.cell.drift, start, i, prepared.dt)
        flowed = _select(resting, self._hold(prepared, start, i), flowed) if self.rests else flowed
        after = _select(spike > 0, self.dialect.reset(self.cell, start), flowed)
        if not self.dialect.delivers_first:
            after = self._receive(after, arrivals, self._held(resting))
        return StepState(after, self._count_down(prepared, state.hold, spike), None), spike, self._show(after)

    def _receive(self, state: State, arrivals: tuple[Scalar, ...], lost: Flag) -> State:
        """Return the state after the arrival of spikes; a jump of the potential may be lost."""
        if not arrivals:
            return state
        assert isinstance(self.cell, Receiver)  # others have no ports
        after = self.cell.receive(state, arrivals)
        return after if lost is False else after._replace(v=jnp.where(lost, state.v, after.v))

    def _is_deafened(self, cell: AbstractCell) -> TypeGuard[Receiver]:
        """Return whether a neuron that rests does not feel its synapses."""
        return self.rests and self.dialect.refractoriness.deafens() and isinstance(cell, Receiver)

    def _held(self, resting: Flag) -> Flag:
        """Return whether the potential is held."""
        return resting if self.rests and self.dialect.refractoriness.clamps() else False

    def _lost(self, prepared: _Prepared, hold: Any) -> Flag:
        """Return whether a jump before the flow is lost. It is the last step's, in which the neuron may have rested, or been reset after it."""
        if self.rests and self.dialect.refractoriness.clamps():
            return hold > 0
        return hold == prepared.hold if self._loses_jumps() else False

    def _loses_jumps(self) -> bool:
        """Return whether a reset undoes a jump of the potential in the same step."""
        if not (self.dialect.delivers_first and isinstance(self.cell, Receiver)):
            return False
        state = zeros_of(self.cell.init)
        v = list(state._fields).index("v")
        jumps = dependence(self.cell.receive, state, (0.0,) * len(self.cell.ports))[v, len(state) :].any()
        return bool(jumps and not dependence(self.dialect.reset, self.cell, state)[v, v - len(state)])

    def _advance(self, prepared: Tree, drift: Drift, state: State, i: Scalar, dt: Scalar) -> State:
        return self.integrator.advance(prepared, traced_once(drift), state, i, dt)

    def _flow(self, prepared: _Prepared, start: State, i: Scalar, resting: Flag) -> State:
        rule = self.dialect.refractoriness
        felt = rule.input(i, resting) if self.rests else i
        free = self._advance(prepared.free, self.cell.drift, start, felt, prepared.dt)
        if self._is_deafened(self.cell):
            deaf = self._advance(prepared.deaf, self.cell.deaf_drift, start, felt, prepared.dt)
            free = _select(resting, deaf, free)
        if not (self.rests and rule.clamps()):
            return free
        return _select(resting, self._hold(prepared, start, i, free), free)

    def _hold(self, prepared: _Prepared, start: State, i: Scalar, free: State = None) -> State:
        """Return the state one step later with its potential held."""
        coupled = self._v_drives_others()
        if coupled or free is None:  # else the others do not notice that v moved
            free = self._advance(prepared.held if coupled else prepared.free, self._held_drift, start, i, prepared.dt)
        return free._replace(v=start.v)

    def _fire(self, start: State, before: State, resting: Flag, surrogate: AbstractSurrogate) -> Spike:
        tested = start._replace(v=before.v) if self.dialect.tests_old_threshold else before
        spike = surrogate(self.cell.excess(tested), self.dialect.at_least)
        blocked = self.cell.excess(start) > 0 if self.dialect.crossing else False
        if self.rests and self.dialect.refractoriness.silences():
            blocked = blocked | resting
        return spike if blocked is False else silenced(spike, blocked)

    def _late_reset(self, start: State, flowed: State, due: Flag) -> State:
        """Return the flowed state, lowered by what the last step's spike takes away."""
        after = self.cell.reset(flowed)
        threshold = start.v - self.cell.excess(start)
        return _select(due, after._replace(v=flowed.v - (threshold - after.v)), flowed)

    def _count_down(self, prepared: _Prepared, hold: Any, spike: Spike) -> Any:
        return None if hold is None else jnp.where(spike > 0, prepared.hold, jnp.maximum(hold - 1, 0))

    def _show(self, state: State) -> Recordable:
        return {**state._asdict(), "threshold": state.v - self.cell.excess(state)}

    def _held_drift(self, state: State, i: Scalar) -> State:
        rates = self.cell.drift(state, i)
        return rates._replace(v=jnp.zeros_like(rates.v))

    def _v_drives_others(self) -> bool:
        state = zeros_of(self.cell.init)
        v = list(state._fields).index("v")
        found = dependence(self.cell.drift, state, 0.0)
        return bool(found[[k for k in range(len(state)) if k != v], v].any())


class CoupledDialectStep(DialectStep, AbstractCoupledStep):
    """A cell whose neurons hear each other."""

    def exchange(self, state: StepState, spikes: Array, shown: Mapping[str, Array]) -> tuple[StepState, Array, Mapping[str, Any]]:
        assert isinstance(self.cell, AbstractCoupled)  # ``Dialect.bind`` asks
        cell = self.cell.exchange(state.cell, spikes)
        changed = self._show(cell) if self.dialect.shows == "after" else {}
        return state._replace(cell=cell), spikes, {name: changed.get(name, value) for name, value in shown.items()}


def _select(condition: Flag, yes: State, no: State) -> State:
    return jax.tree.map(lambda a, b: jnp.where(condition, a, b), yes, no)
