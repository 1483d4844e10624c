"""Parameters of a cell from a recording: a global search, then gradients, and what the data do not say."""

from hillock._fit._fit import fit as fit
from hillock._fit._result import Estimate as Estimate
from hillock._fit._result import Fit as Fit
from hillock._fit._target import Target as Target
from hillock._fit._target import TargetError as TargetError
