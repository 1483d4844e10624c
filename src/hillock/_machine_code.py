"""The machine code of a neuron, to read."""

from collections.abc import Sequence

from hillock._checks import bind, check_dtype, check_neurons, check_plain, check_record, check_stimulus
from hillock._population import population_size
from hillock._time import check_dt, milliseconds
from hillock.cells import AbstractCell
from hillock.dialects import AbstractStep, Dialect
from hillock.engines import Job, Simd
from hillock.integrators import AbstractIntegrator
from hillock.lowering import Listing, Machine, Unsupported
from hillock.random import make_key
from hillock.stimuli import AbstractStimulus, Constant
from hillock.surrogates import Hard


def machine_code(
    model: AbstractCell | AbstractStep,
    stimulus: AbstractStimulus | None = None,
    *,
    dt: float | str,
    record: Sequence[str] = (),
    neurons: int | None = 1000,
    dialect: str | Dialect | None = None,
    integrator: AbstractIntegrator | None = None,
    dtype: str | None = None,
    machine: Machine | None = None,
) -> Listing:
    """Return the code in which the engine simd runs a neuron: as a program, in LLVM's text, and in assembly.

    Args:
        model, dt, record, dialect, integrator, dtype: as in ``simulate``.
        stimulus: the input current; a constant one by default.
        machine: the processor, as LLVM names it: ``hillock.lowering.Machine(triple, model, features)``; this one by default.
        neurons: how many; few get shorter vectors. None: as many as the per-neuron parameters say.

    Raises:
        ValueError: an argument is wrong, or the neuron has no machine code.

    >>> import hillock as hk
    >>> code = hk.machine_code(hk.cells.IntegrateAndFire(), dt=0.1)
    >>> code.program.splitlines()[-1].startswith("-> ")
    True
    >>> "define" in code.llvm, "ret" in code.assembly
    (True, True)

    """
    check_plain(dt, "dt")
    dt = check_dt(milliseconds(dt, "dt"))
    step = bind(model, dialect, integrator)
    stimulus = Constant(0.0) if stimulus is None else stimulus
    check_stimulus(stimulus, dt, dt)
    job = Job(
        step=step,
        stimulus=stimulus,
        neurons=population_size(step, stimulus, neurons=check_neurons(neurons)),
        dt=dt,
        key=make_key(0),
        dtype=check_dtype(dtype) or step.dialect.dtype,
        record=check_record(record, step),
        every=1,
        of=None,
        surrogate=Hard(),
    )
    try:
        return Simd().listing(job, machine)
    except Unsupported as reason:
        raise ValueError(f"{type(model).__name__} has no machine code: {reason}") from None
