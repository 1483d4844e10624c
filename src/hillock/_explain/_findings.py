"""What the numbers mean, in words: findings in order of importance."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from hillock._closed_forms import lif_climb, lif_held
from hillock._explain._drive import Need
from hillock._explain._explanation import Finding, Values
from hillock._explain._scales import Scales
from hillock._explain._subject import Subject
from hillock._explain._trial import Trial
from hillock._explain._words import span
from hillock._param import declarations
from hillock.cells import LIF
from hillock.preflight import doubts

_ADAPTS = 0.05  # of the rate at onset
_BY_THE_GRID = 0.02  # of the rate: from here on what the grid of steps takes away is mentioned


@dataclass(frozen=True, eq=False)
class Facts:
    """Everything that was found out, see ``Explanation``."""

    subject: Subject
    trial: Trial
    need: Need
    scales: Scales
    current: Values | None
    strength: Values
    onset_rate: Values
    late_rate: Values
    steady_rate: Values
    rate_limit: Values
    refractory_fraction: Values
    saturated: np.ndarray

    @property
    def silent(self) -> np.ndarray:
        """Which of the neurons looked at did not fire."""
        return self.trial.counts[self.subject.looked] == 0

    @property
    def missing(self) -> Values:
        """Current (nA) that is missing for the rheobase, where a neuron is silent for that."""
        return np.where(self.silent, np.maximum(self.need.rheobase - self.trial.largest_current, 0.0), 0.0)


def find(facts: Facts) -> tuple[Finding, ...]:
    """Return the findings, the most important first."""
    return tuple(finding for look in (_failure, _units, _silence, _steps, _saturation, _spontaneous, _firing) for finding in look(facts))


def _failure(facts: Facts) -> Iterator[Finding]:
    if facts.trial.failure:
        yield Finding("failure", f"The run fails: {facts.trial.failure}")


def _about(facts: Facts, what: str) -> list[str]:
    subject = facts.subject
    return doubts(subject.step, subject.stimulus, subject.dt, subject.duration, (what,))


def _units(facts: Facts) -> Iterator[Finding]:
    yield from (Finding("unit", text) for text in _about(facts, "units"))


def _steps(facts: Facts) -> Iterator[Finding]:
    said = _about(facts, "steps")
    yield from (Finding("step", text) for text in said)
    dt, longest = facts.subject.dt, facts.scales.longest_dt
    if dt > longest:
        yield Finding(
            "step",
            f"dt = {dt:g} ms is beyond {longest:.4g} ms, up to which {_integrator(facts)} is stable around rest: it swings ever wider.",
            f"dt ≤ {longest / 2:.2g} ms, or the integrator that hillock chooses.",
        )
    fast = [x for x in facts.scales.time_constants if x.name == "fastest in the run"]
    if not said and fast and (fast[0].acts_like == 0 or np.isinf(fast[0].acts_like)):
        times = f"dt = {dt:g} ms is {dt / fast[0].tau:.3g} times the fastest time constant of the run, {fast[0].tau:.3g} ms"
        yield Finding("step", f"{times}, and {_integrator(facts)} overshoots.", "a smaller dt, or ExponentialEuler.")


def _integrator(facts: Facts) -> str:
    return type(facts.subject.step.integrator).__name__  # type: ignore[attr-defined]  # only a DialectStep has a longest dt


def _silence(facts: Facts) -> Iterator[Finding]:
    subject, trial = facts.subject, facts.trial
    n, silent = subject.neurons, int((trial.counts == 0).sum())
    if trial.recording is None or not silent:
        return
    who = "It does not spike" if n == 1 else "No neuron spikes" if silent == n else f"{silent} of {n} neurons do not spike"
    if not facts.silent.any():
        yield Finding("silent", f"{who}; none of those was looked at closely.")
        return
    k = _nearest(facts)
    where = "" if silent == 1 and n == 1 else f" The nearest of those looked at is neuron {subject.looked[k]}."
    why, change = _why_silent(facts, k)
    yield Finding("silent", f"{who}: {why}{where} {_how_far(facts, k)}".rstrip(), change)


def _nearest(facts: Facts) -> int:
    """Return the silent neuron nearest to firing: by the missing current, else by the distance from threshold."""
    for measure in (facts.need.rheobase - facts.trial.largest_current, facts.trial.gap):
        known = np.where(facts.silent & np.isfinite(measure), measure, np.inf)
        if np.isfinite(known).any():
            return int(np.argmin(known))
    return int(np.argmax(facts.silent))


def _why_silent(facts: Facts, k: int) -> tuple[str, str]:
    """Return why a neuron is silent and what would make it fire."""
    high, rheobase, strength = facts.trial.largest_current[k], facts.need.rheobase[k], facts.strength[k]
    stronger = f"a stimulus {strength:.4g} times as strong" if np.isfinite(strength) else ""
    if not np.isfinite(rheobase):
        return f"no constant current is known that makes it fire. {facts.need.reason}".rstrip(), f"{stronger}." if stronger else ""
    if high <= rheobase:
        short = f"{rheobase - high:.4g} nA below" if high < rheobase else "just"
        change = ", ".join([f"a current above {rheobase:.4g} nA", *_lif_changes(facts, k)])
        return f"the largest current, {high:.4g} nA, is {short} the rheobase of {rheobase:.4g} nA.", f"{change}."
    latency = _latency(facts, k)
    if latency > facts.subject.duration:
        late = f"under {high:.4g} nA the first spike comes after {latency:.4g} ms, and the run ends at {facts.subject.duration:g} ms."
        return late, f"a longer run{', or ' + stronger if stronger else ''}."
    brief = f"the largest current, {high:.4g} nA, is above the rheobase of {rheobase:.4g} nA, but not for long enough."
    return brief, f"{stronger}, or one that lasts longer." if stronger else "a current that lasts longer."


def _lif_changes(facts: Facts, k: int) -> list[str]:
    """Return the parameters of LIF that would let this current reach threshold."""
    cell, current = facts.subject.cell, facts.current
    if not isinstance(cell, LIF) or current is None or not np.isfinite(current[k]):
        return []
    held = facts.subject.each(lif_held(cell, facts.trial.largest_current[k]))[k]
    drive = facts.trial.largest_current[k] + facts.subject.each(cell.i_e)[k]
    needed = facts.subject.each(np.asarray(cell.v_th, float) - np.asarray(cell.v_rest, float))[k]
    resistance = [f"or r_m above {needed / drive:.4g} MΩ"] if drive > 0 and needed > 0 else []
    return [f"v_th below {held:.4g} mV", *resistance]


def _latency(facts: Facts, k: int) -> float:
    """Return when an LIF cell first fires under its constant current (ms); NaN where there is no closed form."""
    cell = facts.subject.cell
    if not isinstance(cell, LIF) or facts.current is None:
        return np.nan
    return float(facts.subject.each(lif_climb(cell, facts.trial.largest_current[k], "v_rest"))[k])


def _how_far(facts: Facts, k: int) -> str:
    """Return how near the potential came."""
    rec, gap, high = facts.trial.recording, facts.trial.gap[k], facts.trial.highest_v[k]
    assert rec is not None
    unit = "" if rec.units.get("v", "1") == "1" else f" {rec.units['v']}"
    reached = f"v rose to {high:.4g}{unit}, {gap:.3g}{unit} below the threshold" if np.isfinite(high) and np.isfinite(gap) else ""
    steady = facts.scales.steady_v[k]
    held = f"; {facts.current[k]:.4g} nA held for long brings it to {steady:.4g}{unit}" if facts.current is not None and np.isfinite(steady) else ""
    cell = facts.subject.cell
    takes_off = [name for name in ("v_t", "v_c") if name in declarations(type(cell))] if cell is not None else []
    near = f"{takes_off[0]} = {facts.subject.each(getattr(cell, takes_off[0]))[k]:.4g} mV" if takes_off else ""
    onset = f", at which a spike is cut; one takes off near {near}" if near else ""
    return f"{reached}{onset}{held}." if reached else ""


def _saturation(facts: Facts) -> Iterator[Finding]:
    if not facts.saturated.any():
        return
    subject, chosen = facts.subject, facts.saturated
    n, many = len(subject.looked), int(chosen.sum())
    who = "It is saturated" if n == 1 else f"{many} of the {n} neurons looked at are saturated"
    rate = np.where(np.isfinite(facts.late_rate), facts.late_rate, facts.trial.rate)[chosen]
    said = f"{who}: it fires at {span(rate, 'Hz')}, the limit is {span(facts.rate_limit[chosen], 'Hz')}"
    rests = facts.refractory_fraction[chosen]
    if np.nanmax(rests, initial=0.0) > 0:
        yield Finding("saturated", f"{said}, and {span(100 * rests, '%')} of the time it is refractory.", "a smaller current, or a shorter t_ref.")
    else:
        yield Finding("saturated", f"{said}: one spike per step of dt = {subject.dt:g} ms.", "a smaller current, a smaller dt, or t_ref > 0 ms.")


def _spontaneous(facts: Facts) -> Iterator[Finding]:
    if (facts.need.rheobase < 0).any():
        yield Finding("spontaneous", f"It fires without any input: its rheobase is {span(facts.need.rheobase, 'nA')}.")
    elif facts.need.reason and not facts.silent.any():
        yield Finding("spontaneous", facts.need.reason)


def _firing(facts: Facts) -> Iterator[Finding]:
    fires = ~facts.silent
    if facts.trial.recording is None or not fires.any():
        return
    n = facts.subject.neurons
    who = "It spikes" if n == 1 else f"{int((facts.trial.counts > 0).sum())} of {n} neurons spike"
    text = f"{who}: first at {span(facts.trial.first_spike, 'ms')}"
    onset, late, steady = facts.onset_rate[fires], facts.late_rate[fires], facts.steady_rate[fires]
    adapts = np.abs(late - onset) > _ADAPTS * onset
    if adapts.any():
        yield Finding("adapting", f"{text}, at the onset with {span(onset[adapts], 'Hz')}, and once it is adapted with {span(late[adapts], 'Hz')}.")
    elif np.isfinite(steady).any() and not steady.any():
        yield Finding("spiking", f"{text}; under the lasting current it does not go on.")
    elif np.isfinite(steady).any():
        on_grid = np.abs(late - steady) > _BY_THE_GRID * steady
        ideal = f" (with spikes at any time, not only after whole steps, {span(steady, 'Hz')})" if on_grid.any() else ""
        yield Finding("spiking", f"{text}, then at {span(late, 'Hz')}{ideal} for as long as the current lasts.")
    else:
        yield Finding("spiking", f"{text}, at {span(facts.trial.rate[fires], 'Hz')} on average.")
