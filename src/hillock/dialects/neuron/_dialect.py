"""The order in which NEURON's artificial cells do things: from event to event; on a grid, what remains of it."""

from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="neuron",
    summary="exact flow from event to event; on a grid, test with > after it, reset in the same step, hold v for t_ref/dt steps; "
    "a spike is stamped at the end of its step",
    stamp=1,
    dtype="float64",
)
