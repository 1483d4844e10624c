"""``hillock run``: one experiment, from a file or from flags."""

import sys
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

import hillock as hk
from hillock._extras import require
from hillock.cli._flags import Flags, advise_on_silence, load, load_network
from hillock.cli._talk import UsageError, complain, say
from hillock.cli._together import ending_together, join
from hillock.cli._together import start as start_together

if TYPE_CHECKING:
    from hillock import NetworkRecording, Recording
    from hillock.experiment import NetworkExperiment, NetworkOutput, Output

_NO_FLAGS = Flags()
_PACKAGES = {"nc": (("xarray", "h5netcdf", "h5py"), "io"), "nwb": (("pynwb",), "neuro")}  # and the extra that has them


def run(
    file: Path | None = None,
    /,
    *,
    cell: str | None = None,
    flags: Flags = _NO_FLAGS,
    neurons: int | None = None,
    record: str | None = None,
    every: int | None = None,
    of: str | None = None,
    dialect: str | None = None,
    integrator: str | None = None,
    engine: str | None = None,
    threads: int | None = None,
    processes: int | None = None,
    process: int | None = None,
    coordinator: str | None = None,
    check: Annotated[bool, Parameter(show_default=False)] = False,
    resume: Annotated[bool, Parameter(show_default=False)] = False,
    start: Path | None = None,
    output: Annotated[str | None, Parameter(alias="-o")] = None,
    name: str | None = None,
    data: str | None = None,
    picture: str | None = None,
) -> int:
    """Simulate an experiment; write its data and a picture, and print a summary.

    Args:
        file: Experiment file, of a neuron or of a network; 'hillock init' writes one to start from. Flags change what it says.
        cell: A cell or replica from 'hillock list', or one of your own: path/to/file.py:Class.
        flags: The rest of the common case.
        neurons: How many; in a sweep, how many for each combination of values.
        record: Traces to keep, separated by commas; of a network with the population before each: E.v,I.v. Spikes are always kept.
        every: Keep every so many rows of the traces.
        of: Neurons whose traces to keep, separated by commas and counted from 0; of a network E.0,E.7. All by default.
        dialect: The order of a step, as another simulator has it; see 'hillock list'.
        integrator: In place of the dialect's; see 'hillock list'.
        engine: What runs the steps: auto, simd, scan or exact.
        threads: How many threads of the engine simd work at once. By default as many as there are processors.
        processes: How many processes run a network together; they are started on this machine, unless SLURM or you have started them on several.
        process: The number of this one, from 0, where you start them yourself.
        coordinator: Host and port at which process 0 waits for the others then, such as node1:9876.
        check: Solve the experiment once more, with spikes at real times, and print the errors of the run.
        resume: Go on with a network that was stopped, up to the duration; for --data folder.
        start: Recording of an earlier run of the same network, to go on from where that stopped.
        output: Folder for the results; made if it does not exist. The current one by default.
        name: Of the files, without ending. The experiment file's, or the cell's, by default.
        data: npz, nc (netCDF), nwb or none; of a network npz, folder or none. A folder is written while the network runs.
        picture: png, svg, pdf or none.

    """
    more = {
        "neurons": neurons,
        "record": record,
        "every": every,
        "of": of,
        "dialect": dialect,
        "integrator": integrator,
        "engine": engine,
        "threads": threads,
        "check": "exact" if check else None,
        "folder": output,
        "name": name,
        "data": data,
        "picture": picture,
    }
    raw = hk.experiment.read_toml(file) if file else {}
    if file and hk.experiment.is_network(raw):
        with ending_together():
            apart = join(processes, process, coordinator)
            network = load_network(file, raw, flags, {**more, "cell": cell})
            return _run_network(network, file.stem, resume=resume, start=start, processes=processes if apart else None)
    if processes is not None:
        raise UsageError("--processes is for a network. Name its file: 'hillock run network.toml'.")
    if resume or start:
        raise UsageError(f"--{'resume' if resume else 'start'} goes on with a network. Name its file: 'hillock run network.toml'.")
    experiment = load(file, cell, flags, more)
    stem = experiment.output.name or (file.stem if file else type(experiment.model).__name__.lower())
    places = _places(experiment.output, stem)
    rec = experiment.run(progress=sys.stderr is not None and sys.stderr.isatty())
    if rec.steps == 0:
        complain("Interrupted before anything was recorded; nothing was written.")
        return 130
    say(hk.experiment.summary(rec))
    if not len(rec.spike_steps) and file is None:
        advise_on_silence(experiment)
    return _finish(rec, places)


def _run_network(experiment: "NetworkExperiment", stem: str, *, resume: bool, start: Path | None, processes: int | None) -> int:
    """Run a network, or, where it is said how many, let so many processes run it."""
    company = hk.distributed.processes()
    stem, progress = experiment.output.name or stem, sys.stderr is not None and sys.stderr.isatty()
    streams = experiment.output.data == "folder"
    store = experiment.output.folder / stem if streams else None
    if resume and (store is None or start):
        instead = "Leave one of them out." if start else "Only a folder keeps what was recorded when a run stops: --data folder"
        raise UsageError(f"--resume and {f'--start {start}' if start else f'--data {experiment.output.data}'} contradict each other. {instead}")
    if company.is_first and store and not resume and store.is_dir() and any(store.iterdir()):
        raise UsageError(f"{store} is not empty. Go on with the run in it, --resume, or choose another --name.")
    places = _places(experiment.output, stem)
    if start and places.get("data") == start:
        raise UsageError(f"--start {start} would be overwritten. Choose another --name or --output.")
    if processes is not None:
        return start_together(processes, f" What was written until then is in {store}; go on with --resume." if store else "")
    rec = experiment.resume(store, progress=progress) if store and resume else experiment.run(progress=progress, start=start, store=store)
    if not company.is_first:
        return 0 if rec.complete else 130
    if next(iter(rec.values())).steps == 0:
        complain("Interrupted before anything was recorded; nothing was written.")
        return 130
    say(hk.experiment.network_summary(rec))
    if store:
        say(f"data     {store}")
    return _finish(rec, places)


def _finish(rec: "Recording | NetworkRecording", places: dict[str, Path]) -> int:
    """Write what came out, and return the exit code."""
    try:
        _write(rec, places)
    except KeyboardInterrupt:
        complain("Interrupted while writing; only the files named above are there.")
        return 130
    return 0 if rec.complete else 130


def _places(output: "Output | NetworkOutput", stem: str) -> dict[str, Path]:
    """Return where the results go, after making the folder: what would keep them from being written is found out before the run."""
    output.folder.mkdir(parents=True, exist_ok=True)
    wanted = {"data": output.data, "picture": output.picture}
    places = {what: output.folder / f"{stem}.{ending}" for what, ending in wanted.items() if ending not in ("none", "folder")}
    for path in places.values():
        if path.is_dir():
            raise UsageError(f"{path} is a folder, and the results would go there. Choose another --name or --output.")
    if places or output.data == "folder":
        try:
            with TemporaryFile(dir=output.folder):
                pass
        except OSError as error:
            raise OSError(error.errno, error.strerror, str(output.folder)) from None
    packages, extra = _PACKAGES.get(output.data, ((), ""))
    for package in packages:
        require(package, extra, f"--data {output.data}")
    return places


def _write(rec: "Recording | NetworkRecording", places: dict[str, Path]) -> None:
    if "data" in places:
        rec.save(places["data"])
        say(f"data     {places['data']}")
    if "picture" in places:
        from hillock.cli._picture import draw, write  # noqa: PLC0415  (matplotlib takes as long to load as a short run)

        write(draw(rec), places["picture"])
        say(f"picture  {places['picture']}")
