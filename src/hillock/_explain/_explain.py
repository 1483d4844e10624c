"""The one entry: looks at parameters, simulates, and says what it finds."""

import numpy as np

from hillock._closed_forms import known_rate
from hillock._explain._drive import find_rheobase, find_strength
from hillock._explain._explanation import Explanation, Values
from hillock._explain._findings import Facts, find
from hillock._explain._scales import find_scales
from hillock._explain._subject import Subject, make_subject
from hillock._explain._trial import Trial, resting_steps, settle, try_it
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect, DialectStep
from hillock.integrators import AbstractIntegrator
from hillock.stimuli import AbstractStimulus

_HALF, _NEAR = 0.5, 0.9  # of the time refractory; of the largest rate: saturated


def explain(
    model: AbstractCell | AbstractStep,
    stimulus: AbstractStimulus,
    *,
    dt: float | str,
    duration: float | str = 1000.0,
    neurons: int | None = None,
    key: int | None = None,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    dtype: str | None = None,
) -> Explanation:
    """Explain a run: why it does not spike, why it saturates, how fast it fires, and what dt and parameters have to do with it.

    Numbers are closed forms where there are any, and otherwise come from simulations: the run itself, one under many constant currents at
    once, and a longer one under the lasting current. Of a large population 16 neurons, evenly spread, are looked at closely.

    Time constants are those that parameters name, and the -1/Re λ of the eigenvalues λ of the drift's slope around rest (and, for a drift
    that is not linear, along the run). ``simulate`` itself asks the cheap part of these questions before every run, as ``Doubt``.

    Args:
        model: a cell, or a replica from a dialect's file; of a replica, whose equations are its own, less is known.
        stimulus: the input current.
        dt, duration: ms, or text such as ``"1 s"``.
        neurons, key, dialect, integrator, dtype: as ``simulate`` takes them.

    Returns:
        The explanation; ``print`` it.

    Raises:
        ValueError: an argument is wrong, as in ``simulate``.
        TypeError: a value is traced by jit, grad or vmap.

    >>> import hillock as hk
    >>> why = explain(hk.cells.LIF(), hk.stimuli.Constant(0.1), dt=0.1, duration=100)
    >>> print(why.findings[0].says)
    It does not spike: the largest current, 0.1 nA, is 0.05 nA below the rheobase of 0.15 nA. v rose to -55.07 mV, 5.07 mV below the
    threshold; 0.1 nA held for long brings it to -55 mV.
    >>> why.missing_current.round(3)  # (v_th - v_rest)/r_m - i
    array([0.05])

    """
    options = {"dialect": dialect, "integrator": integrator, "dtype": dtype}
    subject = make_subject(model, stimulus, dt, duration, neurons, key, options)
    trial = try_it(subject)
    facts = _facts(subject, trial)
    silent = float((trial.counts == 0).mean()) if trial.recording is not None else np.nan
    return Explanation(
        experiment=_title(subject),
        findings=find(facts),
        neurons=subject.neurons,
        looked=subject.looked,
        rheobase=facts.need.rheobase,
        rheobase_is_exact=facts.need.is_exact,
        largest_current=trial.largest_current,
        missing_current=facts.missing,
        strength=facts.strength,
        highest_v=trial.highest_v,
        gap=trial.gap,
        steady_v=facts.scales.steady_v,
        input_resistance=facts.scales.input_resistance,
        first_spike=trial.first_spike,
        rate=trial.rate,
        onset_rate=facts.onset_rate,
        late_rate=facts.late_rate,
        steady_rate=facts.steady_rate,
        steady_rate_is_exact=facts.current is not None and known_rate(subject.cell, 0.0) is not None,
        rate_limit=facts.rate_limit,
        refractory_fraction=facts.refractory_fraction,
        saturated=facts.saturated,
        silent_fraction=silent,
        saturated_fraction=float(facts.saturated.mean()),
        time_constants=facts.scales.time_constants,
        longest_dt=facts.scales.longest_dt,
        recording=trial.recording,
    )


def _facts(subject: Subject, trial: Trial) -> Facts:
    """Find out everything."""
    current = subject.lasting()
    onset, late, steady = _rates(subject, trial, current)
    rests = resting_steps(subject)
    limit = 1000 / ((rests + 1) * subject.dt)
    rate = np.where(np.isfinite(late), late, trial.rate)
    resting = np.minimum(rests * subject.dt * np.where(np.isfinite(steady), steady, trial.rate) / 1000, 1.0)
    silent = np.flatnonzero(trial.counts[subject.looked] == 0) if trial.recording is not None else []
    strength = np.full(len(subject.looked), np.nan)
    for k in silent:
        strength[k] = find_strength(subject, int(k))
    return Facts(
        subject,
        trial,
        need=find_rheobase(subject, trial),
        scales=find_scales(subject, trial, current),
        current=current,
        strength=strength,
        onset_rate=onset,
        late_rate=late,
        steady_rate=steady,
        rate_limit=limit,
        refractory_fraction=resting,
        saturated=(resting > _HALF) | (rate > _NEAR * limit),
    )


def _rates(subject: Subject, trial: Trial, current: Values | None) -> tuple[Values, Values, Values]:
    """Return rates (Hz) at onset, once adapted, and once adapted by a closed form if there is one, under a lasting current; NaN if none lasts."""
    nothing = np.full(len(subject.looked), np.nan)
    if current is None or subject.is_coupled or trial.recording is None:
        return nothing, nothing, nothing
    onset, late = settle(subject, current)
    with np.errstate(divide="ignore"):
        known = None if subject.cell is None else known_rate(subject.cell, _spread(subject, current))
    return onset, late, late if known is None else subject.each(known)


def _spread(subject: Subject, current: Values) -> np.ndarray:
    """Return the currents of the neurons looked at as one for every neuron of the run, 0 for the others, to go with parameters per neuron."""
    if subject.neurons == len(subject.looked):
        return current
    every = np.zeros(subject.neurons)
    every[subject.looked] = current
    return every


def _title(subject: Subject) -> str:
    n = subject.neurons
    what = f"{type(subject.cell or subject.model).__name__} on {type(subject.stimulus).__name__}"
    how = f", integrator {type(subject.step.integrator).__name__}" if isinstance(subject.step, DialectStep) else ""
    return f"{what}, {subject.duration:g} ms at dt = {subject.dt:g} ms, {n} neuron{'s' if n > 1 else ''}; dialect {subject.step.dialect.name}{how}"
