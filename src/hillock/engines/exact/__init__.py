"""The exact engine: neurons followed from event to event in continuous time."""

from hillock.engines.exact._engine import Exact as Exact
from hillock.engines.exact._engine import RunawayError as RunawayError
