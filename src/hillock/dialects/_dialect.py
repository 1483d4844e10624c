"""What a dialect is: the order in which one simulator does the things that make up a step.

With the same nominal parameters the simulators of the field disagree on the first spike step, on the interval and on the time
stamp. Each disagrees by a few choices, and those choices are the fields of ``Dialect``; a step under any dialect is composed from
the cell's own flow, threshold and reset in ``DialectStep``. Where a simulator's neuron is a rule of its own (its equations or its
arithmetic differ), its file also holds a replica: a step written out under that simulator's names.
"""

from dataclasses import dataclass

import numpy as np

from hillock._trace import is_traced, zeros_of
from hillock.cells import AbstractCell, AbstractCoupled
from hillock.dialects._choices import AbstractCount, AbstractRefractoriness, AbstractReset, Clamp, ToValue, Unsupported, WholeSteps
from hillock.dialects._step import CoupledDialectStep, DialectStep
from hillock.integrators import AbstractIntegrator, choose
from hillock.synapses import Receiver


@dataclass(frozen=True)
class Dialect:
    """The choices by which one simulator's step differs from another's.

    Attributes:
        name: as ``dialect=`` takes it.
        summary: the order of a step, in one sentence.
        integrator: how a state flows; None takes Exact for linear cells and RK4 for others.
        crossing: a spike is an upward crossing; otherwise every step that ends above threshold is a spike.
        at_least: the threshold itself counts as above (≥ instead of >).
        fires_first: the test and the reset come before the flow, on the state of the last step.
        tests_old_threshold: the potential is compared with the other variables as they were before the flow.
        reset, reset_next_step: what a spike does, and whether it does so one step later.
        refractoriness, count: what rests, and for how many steps.
        stamp: a spike in step k, and row k of a trace, is at (k + stamp)·dt.
        shows: which state is recorded: "after" the reset, "before" it, or at the "start" of the step.
        input_delay: in steps, from the stimulus to the neuron.
        delivers_first: spikes from other neurons arrive before the flow, one step after their delay (which may then be 0); otherwise they
            arrive between flow and test, so that a delay is the time from the stamp of a spike to its effect.
        dtype: of the simulator's arithmetic.

    """

    name: str
    summary: str
    integrator: AbstractIntegrator | None = None
    crossing: bool = False
    at_least: bool = False
    fires_first: bool = False
    tests_old_threshold: bool = False
    reset: AbstractReset = ToValue()
    reset_next_step: bool = False
    refractoriness: AbstractRefractoriness = Clamp()
    count: AbstractCount = WholeSteps()
    stamp: int = 0
    shows: str = "after"
    input_delay: int = 0
    delivers_first: bool = False
    dtype: str = "float32"

    @property
    def latency(self) -> int:
        """Steps from a spike to its arrival besides its delay."""
        return 1 if self.delivers_first else 0

    def bind(self, cell: AbstractCell, integrator: AbstractIntegrator | None = None) -> DialectStep:
        """Return the step of ``cell`` in this dialect.

        Args:
            cell: any cell.
            integrator: in place of the dialect's own.

        Raises:
            ValueError: the cell is refractory and the simulator has no refractoriness.

        """
        rests = is_traced(cell.t_ref) or bool(np.any(np.asarray(cell.t_ref) > 0))
        if rests and isinstance(self.count, Unsupported):
            kind = type(cell.cell if isinstance(cell, Receiver) else cell).__name__
            raise ValueError(f"The dialect {self.name} has no refractory time. Set {kind}.t_ref = 0 ms, or choose another dialect.")
        chosen = integrator or self.integrator or choose(cell.drift, zeros_of(cell.init))
        kind = CoupledDialectStep if isinstance(cell, AbstractCoupled) else DialectStep
        return kind(cell=cell, dialect=self, integrator=chosen, rests=rests)
