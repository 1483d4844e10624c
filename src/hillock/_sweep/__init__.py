"""The same run for many values of its parameters."""

from hillock._sweep._store import SweepError as SweepError
from hillock._sweep._sweep import Failure as Failure
from hillock._sweep._sweep import Sweep as Sweep
from hillock._sweep._sweep import sweep as sweep
