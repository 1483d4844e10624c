"""What ``explain`` gives: numbers, and findings in words."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from hillock._explain._words import quantity, span, wrapped
from hillock._table import table
from hillock.recording import Recording

Values = Float[np.ndarray, " looked"]


@dataclass(frozen=True)
class Finding:
    """One thing to know about a run.

    Attributes:
        kind: ``"failure"``, ``"unit"``, ``"silent"``, ``"step"``, ``"saturated"``, ``"spontaneous"``, ``"adapting"`` or ``"spiking"``.
        says: what is so, with its numbers.
        change: what would change it; empty where nothing needs to.

    """

    kind: str
    says: str
    change: str = ""


@dataclass(frozen=True)
class TimeConstant:
    """How fast something decays, against dt.

    Attributes:
        name: a parameter, such as ``"LIF.tau_m"``, an eigenvalue around rest (of a variable, or counted), or ``"fastest in the run"``.
        tau: ms; the shortest of the neurons that were looked at.
        steps: tau/dt.
        acts_like: the time constant (ms) that the integrator gives a membrane of this one at this dt; 0 where it overshoots, infinite where it runs away.

    """

    name: str
    tau: float
    steps: float
    acts_like: float


@dataclass(frozen=True, eq=False)
class Explanation:
    """Why a model does or does not spike, and how well dt and its parameters fit each other. ``print`` it to read it.

    Arrays hold one value for each neuron in ``looked``; NaN where a number does not exist or is not known.

    Attributes:
        experiment: what was explained.
        findings: in order of importance.
        neurons: how many the run has.
        looked: the neurons that were looked at closely: all, or some of a large population, evenly spread.
        rheobase: smallest constant current that makes it fire from rest (nA).
        rheobase_is_exact: whether that is a closed form; else it was searched for by simulation.
        largest_current: the largest input of the run (nA).
        missing_current: rheobase - largest_current where a neuron stayed silent below its rheobase, else 0 (nA).
        strength: where it stayed silent, by which factor the stimulus would have to grow for a spike in this run.
        highest_v: the largest potential that the run shows (mV, or the unit of the cell).
        gap: the smallest distance from the threshold; 0 where it fired.
        steady_v: the potential that a lasting input would hold without threshold, for linear cells (mV).
        input_resistance: change of v per current: everywhere for linear cells, around rest for others (MΩ).
        first_spike: time of the first spike of the run (ms).
        rate: spikes of the run by its duration (Hz).
        onset_rate: under a lasting current, 1/(first interval) (Hz).
        late_rate: in the second half of a long run under a lasting current (Hz).
        steady_rate: under a lasting current, once adapted: a closed form if ``steady_rate_is_exact``, else the late rate (Hz).
        rate_limit: no more spikes fit into the steps: 1/(t_ref + dt) in this dialect (Hz).
        refractory_fraction: of the time between spikes, how much is refractory.
        saturated: whether more than half is, or the rate is within a tenth of its limit.
        silent_fraction, saturated_fraction: of all neurons, and of those looked at.
        time_constants: of parameters, around rest, and the fastest of the run.
        longest_dt: beyond it the integrator is unstable around rest (ms); infinite where it never is, NaN where rest itself is not stable.
        recording: the run that was looked at; None if it failed.

    """

    experiment: str
    findings: tuple[Finding, ...]
    neurons: int
    looked: Int[np.ndarray, " looked"]
    rheobase: Values
    rheobase_is_exact: bool
    largest_current: Values
    missing_current: Values
    strength: Values
    highest_v: Values
    gap: Values
    steady_v: Values
    input_resistance: Values
    first_spike: Values
    rate: Values
    onset_rate: Values
    late_rate: Values
    steady_rate: Values
    steady_rate_is_exact: bool
    rate_limit: Values
    refractory_fraction: Values
    saturated: Bool[np.ndarray, " looked"]
    silent_fraction: float
    saturated_fraction: float
    time_constants: tuple[TimeConstant, ...]
    longest_dt: float
    recording: Recording | None

    def __str__(self) -> str:
        """Return the findings, then the numbers, as lines of text."""
        lines = [self.experiment]
        for k, finding in enumerate(self.findings, 1):
            change = f" To change it: {finding.change}" if finding.change else ""
            lines += ["", *wrapped(f"{k}. {finding.says}{change}")]
        rows = self._numbers()
        lines += ["", table(("number", "value", "from"), rows, "<<<")] if rows else []
        if self.time_constants:
            acts = any(abs(x.acts_like / x.tau - 1) > 1e-3 for x in self.time_constants)
            head = ("time constant", "ms", "steps", *(("acts like (ms)",) if acts else ()))
            rows = [(x.name, f"{x.tau:.4g}", f"{x.steps:.4g}", *((f"{x.acts_like:.4g}",) if acts else ())) for x in self.time_constants]
            lines += ["", table(head, rows, "<>>>"[: len(head)])]
        return "\n".join(lines)

    def _numbers(self) -> list[tuple[str, str, str]]:
        """Return the rows of the table: name, value with unit, where it comes from."""
        run, search = "this run", "simulation of many currents"
        v = self.recording.units.get("v", "1") if self.recording is not None else "mV"
        resistance = "MΩ" if v == "mV" else f"{v}/nA"
        rows = [
            ("largest current", span(self.largest_current, "nA"), run),
            ("rheobase", span(self.rheobase, "nA"), "closed form" if self.rheobase_is_exact else search),
            ("missing current", span(self.missing_current[self.missing_current > 0], "nA"), "rheobase - largest current"),
            ("stimulus must grow by", span(self.strength, "times"), search),
            ("highest v", span(self.highest_v, v), run),
            ("distance from threshold", span(self.gap[self.gap > 0], v), run),
            ("v under a lasting input", span(self.steady_v, v), "flow without threshold"),
            ("input resistance", span(self.input_resistance, resistance), "slope of the flow at rest"),
            ("first spike", span(self.first_spike, "ms"), run),
            ("rate", span(self.rate, "Hz"), run),
            ("rate at onset", span(self.onset_rate, "Hz"), "first interval"),
            ("steady rate", span(self.steady_rate, "Hz"), "closed form") if self.steady_rate_is_exact else ("", "", ""),
            ("late rate", span(self.late_rate, "Hz"), "longer run"),
            ("limit of the rate", span(self.rate_limit, "Hz"), "t_ref and dt"),
            ("refractory part of time", span(100 * self.refractory_fraction, "%"), "t_ref times rate"),
            ("longest stable dt", "any" if np.isinf(self.longest_dt) else quantity(self.longest_dt, "ms"), "integrator around rest"),
        ]
        if self.neurons > 1:
            parts = [("silent neurons", self.silent_fraction, run), ("saturated neurons", self.saturated_fraction, self._how_many())]
            rows += [(name, quantity(100 * part, "%"), how) for name, part, how in parts]
        return [row for row in rows if row[1]]

    def _how_many(self) -> str:
        return "this run" if len(self.looked) == self.neurons else f"the {len(self.looked)} of {self.neurons} neurons that were looked at"
