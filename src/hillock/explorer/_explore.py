"""``hk.explore``: a page on which a neuron's parameters are sliders."""

import importlib.metadata
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from hillock._checks import bind, check_kind, check_stimulus, count_steps, whole_number
from hillock._closed_forms import known_rheobase
from hillock._population import parameters
from hillock._simulate import SimulationError, simulate
from hillock._time import check_dt, milliseconds
from hillock.analysis import rheobase
from hillock.cells import LIF, AbstractCell, IntegrateAndFire
from hillock.dialects import AbstractStep
from hillock.experiment import description
from hillock.experiment._experiment import own_dialect
from hillock.explorer import _told
from hillock.explorer._controls import check_numbers, controls, round_up
from hillock.explorer._kinds import kinds
from hillock.explorer._page import Page, write
from hillock.explorer._presets import presets
from hillock.explorer._programs import check_names, choices, shown, slope
from hillock.preflight import Doubt, doubts
from hillock.stimuli import AbstractStimulus, Constant

DIALECTS = ("hillock", "nest", "brian2", "ngclearn", "norse", "snntorch", "tensorflow_notebook")
_MOST_STEPS = 400_000  # of a run on the page
_CLOSED = (LIF, IntegrateAndFire)  # whose spike times the page knows by a closed form
_FEW = 3  # spikes that the page begins with, at least
_WIDE = 6.0  # times the rheobase: the largest current to look at


def explore(
    model: AbstractCell | AbstractStep | type[Any],
    stimulus: AbstractStimulus | None = None,
    *,
    duration: float | str = 200.0,
    dt: float | str | None = None,
    key: int = 1,
    dialects: Sequence[str] = DIALECTS,
) -> Page:
    """Return a page on which parameters are sliders: trace, f-I curve and phase plane are redrawn while one is dragged.

    The page is one HTML file that needs no server and no network. It runs the same equations as Python: their trace, written as JavaScript.
    A notebook shows it; ``save`` writes it.

    Args:
        model: a cell, or a replica from a dialect's file, or the class of one.
        stimulus: the input to begin with; a constant current by default.
        duration, dt: of the run to begin with, in ms. By default dt is 0.1 ms, or what the cell needs.
        key: names the random numbers, to begin with.
        dialects: which can be chosen on the page; the first is the one to begin with. A replica brings its own.

    Returns:
        The page.

    Raises:
        ValueError: an argument is wrong, a parameter holds several values, or the model does something that has no JavaScript.
        TypeError: the stimulus is a sum, or an argument of another kind than described.

    >>> import hillock as hk
    >>> page = explore(hk.cells.LIF(), dialects=["hillock"])
    >>> "membrane time constant" in page.html
    True

    """
    made: Any = model() if isinstance(model, type) else model
    step = bind(made, None, None)
    duration = milliseconds(duration, "duration")
    dt = _usual_dt(step, duration) if dt is None else check_dt(milliseconds(dt, "dt"))
    _check_steps(count_steps(duration, dt))
    key = whole_number(key, "key", 0, 2**53 - 1, "from 0 to 2**53 - 1")
    if stimulus is not None:
        check_stimulus(stimulus, dt, duration)
    _check_model(made)
    amplitude, drive = _currents(made, dt, duration)
    offered = kinds(drive, amplitude, duration, stimulus)
    check_names(made, offered)
    found = choices(made, _with_own(made, dialects), offered, dt)
    walk = slope(made, dt) if isinstance(made, AbstractCell) else None
    run = {"duration": duration, "dt": dt, "key": key, "kind": type(stimulus).__name__ if stimulus is not None else "Constant"}
    told = {
        "version": importlib.metadata.version("hillock"),
        "cell": _told.cell(made),
        **_told.neuron(made, step, controls(made, drive)),
        **_told.plane(made, walk),
        "presets": presets(made, [choice.name for choice in found if choice.programs]),
        "kinds": [_told.kind(kind) for kind in offered],
        "dialects": [choice.told() for choice in found],
        "run": run,
        "shown": list(shown(step)),
        "drive": drive,
        "mostSteps": _MOST_STEPS,
        "closedForm": type(made).__name__ if type(made) in _CLOSED else "",
    }
    return write(told, {c.name: c.programs for c in found if c.programs}, walk.program if walk else "null", description.paragraphs(type(made)))


def _usual_dt(step: AbstractStep, duration: float) -> float:
    """Return the longest of some usual time steps that is not too long for a step."""
    usual = (0.1, 0.05, 0.02, 0.01)
    return next((dt for dt in usual if not doubts(step, Constant(0.0), dt, duration, about=("steps",))), usual[-1])


def _check_steps(steps: int) -> None:
    if steps > _MOST_STEPS:
        raise ValueError(f"The page runs up to {_MOST_STEPS} steps, got {steps}. Use a larger dt, or a shorter duration.")


def _check_model(model: AbstractCell | AbstractStep) -> None:
    """Raise ValueError unless a model is one neuron by itself."""
    if any(name.rpartition(".")[0] != type(model).__name__ for name, _, _ in parameters(model)):
        raise ValueError(f"The explorer shows a neuron by itself, got {type(model).__name__}, which has parts of its own. Give the cell inside it.")
    check_numbers(model)


def _with_own(model: Any, names: Sequence[str]) -> Sequence[str]:
    """Return the dialects to offer, that whose file a cell comes from first."""
    check_kind(names, "dialects", list | tuple, "names such as ['hillock', 'nest']")
    own = own_dialect(model) if isinstance(model, AbstractCell) else None
    return [own, *(name for name in names if name != own)] if own else list(names) or ["hillock"]


def _currents(model: Any, dt: float, duration: float) -> tuple[float, float]:
    """Return a constant current that makes a model fire, and the largest one worth looking at (nA)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Doubt)  # the page lets everything be tried
        try:
            least = _least(model, dt)
            tried = least * np.array([2.0, 3.0, 4.0, 5.0, 10.0, 20.0, 50.0])
            spikes = simulate(model, Constant(tried), duration=round(duration / dt) * dt, dt=dt).counts()
        except (ValueError, SimulationError):  # it never fires, fires without any, or fails at this dt
            return 0.5, 2.0
    chosen = tried[int(np.argmax(spikes >= _FEW))] if (spikes >= _FEW).any() else tried[0]
    return float(f"{chosen:.2g}"), round_up(max(_WIDE * least, 3 * chosen))


def _least(model: Any, dt: float) -> float:
    """Return the rheobase (nA), and of a cell that forgets nothing the current that makes it fire within 20 ms."""
    known = known_rheobase(model)
    if known is not None and float(np.max(known)) > 0:
        return float(np.max(known))
    forgets = known is None or float(np.max(known)) < 0
    return float(np.max(rheobase(model, dt=dt, tolerance=0.001, duration=500.0 if forgets else 20.0)))
