"""The error of a run that failed while running."""


class SimulationError(RuntimeError):
    """A run that failed while running."""
