"""dt against the time constants that parameters name, and against the refractory time."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import numpy as np

from hillock._param import Parametrized, declarations
from hillock.cells import HodgkinHuxley
from hillock.dialects import DialectStep
from hillock.integrators import AbstractIntegrator, Euler, ExponentialEuler

# A time constant that matters only where another parameter is not 0.
_GAINS: Mapping[str, str] = MappingProxyType({"tau_theta": "theta_plus", "tau_inh": "r_inh"})


def coarse(step: DialectStep, dt: float) -> Iterator[str]:
    """Doubt a dt that is long for the time constants."""
    for where, tau in time_constants(step.cell):
        ratio = dt / tau
        if ratio > 1 + 1e-9:
            yield f"dt = {dt:g} ms is longer than {where} = {tau:g} ms: what happens meanwhile is lost. Use dt ≤ {tau / 10:g} ms."
        elif ratio > 0.1 * (1 + 1e-9) and _is_first_order(step.integrator, where):
            acts = f", which under forward Euler acts like {-dt / np.log1p(-ratio) if ratio < 1 else 0:.3g} ms"
            why = acts if isinstance(step.integrator, Euler) else f", and {type(step.integrator).__name__} is accurate to first order only"
            yield f"dt = {dt:g} ms is more than a tenth of {where} = {tau:g} ms{why}. Use dt ≤ {tau / 10:g} ms, or another integrator."


def _is_first_order(integrator: AbstractIntegrator, where: str) -> bool:
    """Return whether an integrator is of first order for a time constant; a decay by itself is exact in all but Euler's."""
    if isinstance(integrator, Euler):
        return True
    return integrator.order == 1 and not isinstance(integrator, ExponentialEuler) and where.rpartition(".")[2] not in _GAINS


def stiff(step: DialectStep, dt: float) -> Iterator[str]:
    """Doubt a dt at which the open sodium channels of an axon overshoot: explicit methods are unstable beyond some 2 time constants.

    A third of the channels are open at the peak, so that these are of 3 c_m/g_na.
    """
    if isinstance(step.cell, HodgkinHuxley) and not isinstance(step.integrator, ExponentialEuler):
        longest = 6.6 * float(np.min(np.asarray(step.cell.c_m, float) / np.asarray(step.cell.g_na, float)))
        if dt > longest * (1 + 1e-9):
            yield (
                f"dt = {dt:g} ms is too long for the spikes of HodgkinHuxley under {type(step.integrator).__name__}, which can overflow in them. "
                f"Use dt ≤ {longest:.2g} ms, or ExponentialEuler."
            )


def short_rest(step: DialectStep, dt: float) -> Iterator[str]:
    """Doubt a refractory time shorter than the step that must hold it; where t_ref must be on the grid, that is an error."""
    t_ref = np.asarray(step.cell.t_ref, float)
    short = (t_ref > 0) & (t_ref < dt * (1 - 1e-9))
    if short.any():
        yield (
            f"{type(step.cell).__name__}.t_ref = {t_ref[short].max():g} ms is shorter than dt = {dt:g} ms, "
            f"and the dialect {step.dialect.name} counts whole steps. Use a smaller dt."
        )


def time_constants(cell: Parametrized) -> Iterator[tuple[str, float]]:
    """Yield name and smallest value (ms) of every time constant that parameters name and that matters."""
    name, declared = type(cell).__name__, declarations(type(cell))
    for tau in declared:
        gain = _GAINS.get(tau)
        if tau.startswith("tau_") and (gain not in declared or np.any(np.asarray(getattr(cell, str(gain))) != 0)):
            yield f"{name}.{tau}", float(np.min(getattr(cell, tau)))
    if {"c_m", "g_l"} <= set(declared):
        yield f"{name}.c_m/g_l", float(np.min(np.asarray(cell.c_m, float) / np.asarray(cell.g_l, float)))  # type: ignore[attr-defined]
