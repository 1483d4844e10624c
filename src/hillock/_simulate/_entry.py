"""``simulate``: what it takes and gives back."""

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike
from typing import Any

from hillock._checks import check_engine, check_plain
from hillock._simulate._network import refuse_for_networks, simulate_network
from hillock._simulate._population import simulate_population
from hillock._time import check_dt, milliseconds
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect
from hillock.engines import AbstractEngine
from hillock.integrators import AbstractIntegrator
from hillock.network import Network
from hillock.recording import End, NetworkEnd
from hillock.stimuli import AbstractStimulus
from hillock.surrogates import AbstractSurrogate


def simulate(
    model: AbstractCell | AbstractStep | Network,
    stimulus: AbstractStimulus | None = None,
    *,
    duration: float | str,
    dt: float | str,
    record: Sequence[str] | Mapping[str, Sequence[str]] = (),
    every: int = 1,
    of: Iterable[int] | Mapping[str, Iterable[int]] | None = None,
    neurons: int | None = None,
    key: int | None = None,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    engine: str | AbstractEngine = "auto",
    dtype: str | None = None,
    surrogate: AbstractSurrogate | None = None,
    start: End | NetworkEnd | str | PathLike[str] | None = None,
    store: str | PathLike[str] | None = None,
    progress: bool = False,
    check_finite: bool = True,
    check: str | None = None,
) -> Any:  # a Recording, or of a network a NetworkRecording
    """Simulate a neuron, or a population of unconnected ones, on a current; or a network.

    Works on plain numbers and arrays, and inside ``jax.jit``, ``grad`` and ``vmap``; there the traces and ``spike_train`` of the
    recording are traced arrays.

    Args:
        model: a cell, or a replica from a dialect's file; or a network.
        stimulus: the input current; a network has its inputs itself.
        duration, dt: ms, or text such as ``"1 s"``; the duration is a whole number of steps.
        record: names of traces: variables of the cell, ``"i"`` (the input), ``"threshold"``; of a network by population, ``{"E": ["v"]}``.
        every: record traces every so many steps. Spikes are always recorded, all of them.
        of: neurons whose traces are recorded, such as ``[0, 7]`` or ``range(10)``, of a network by population; all by default.
        neurons: how many; by default as many as the per-neuron parameters say, or one.
        key: whole number that names the random numbers; required if the stimulus is random.
        dialect: the order of a step, see ``hillock.dialects``; ``"hillock"`` by default.
        integrator: in place of the dialect's.
        engine: ``"auto"``, ``"simd"``, ``"scan"``, ``"exact"`` (spikes at real times, no error of the grid) or an engine, such as
            ``hillock.engines.Simd(threads=1)``.
        dtype: ``"float32"`` or ``"float64"``; the dialect's by default.
        surrogate: what stands for the derivative of a spike under ``jax.grad``.
        start: ``rec.end`` of a run to continue; of a network's, the path of a file or folder that holds it as well.
        store: a folder into which the recording of a network is written while the run goes on, in pieces that outlive a crash, so that it may be larger
            than memory; to go on with a run in it, pass it as ``start`` too.
        progress: show a bar on runs longer than a second, and before a network what it takes.
        check_finite: stop with an error when a state is no longer a finite number.
        check: ``"exact"`` puts the errors of the run into ``rec.errors``: it is solved once more, with spikes at real times, or, where
            the model is a rule of steps, with dt/256.

    Returns:
        The recording; of a network one for each population. If interrupted by Ctrl-C, what was recorded until then, with ``complete=False`` and without errors.

    Raises:
        ValueError: an argument is wrong; the message says which and what to do.
        SimulationError: a state became infinite or not a number.

    """
    check_plain(dt, "dt")
    check_plain(duration, "duration")
    dt, duration = check_dt(milliseconds(dt, "dt")), milliseconds(duration, "duration")
    if isinstance(model, Network):
        refuse_for_networks(stimulus=stimulus, neurons=neurons, check=check)
        return simulate_network(
            model,
            duration=duration,
            dt=dt,
            record=record or {},  # type: ignore[arg-type]
            every=every,
            of=of,  # type: ignore[arg-type]
            key=key,
            dialect=dialect,
            integrator=integrator,
            engine=check_engine(engine),
            dtype=dtype,
            surrogate=surrogate,
            start=start,  # type: ignore[arg-type]
            progress=progress,
            check_finite=check_finite,
            store=store,
        )
    if store is not None:
        raise ValueError("store is for networks. Simulate hk.Network({'cells': hk.Population(cell, n)}), or use rec.save.")
    return simulate_population(
        model,
        stimulus,
        duration=duration,
        dt=dt,
        record=record,  # type: ignore[arg-type] - a mapping is refused by name
        every=every,
        of=of,  # type: ignore[arg-type]
        neurons=neurons,
        key=key,
        dialect=dialect,
        integrator=integrator,
        engine=check_engine(engine),
        dtype=dtype,
        surrogate=surrogate,
        start=start,
        progress=progress,
        check_finite=check_finite,
        check=check,
    )
