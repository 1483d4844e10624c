"""From the trace of a function to machine code: a jaxpr in, code out. Nothing here knows about neurons."""

from hillock.lowering._crew import Crew as Crew
from hillock.lowering._crew import Given as Given
from hillock.lowering._crew import Places as Places
from hillock.lowering._crew import Rows as Rows
from hillock.lowering._crew import Share as Share
from hillock.lowering._interpreter import as_array as as_array
from hillock.lowering._interpreter import symbols as symbols
from hillock.lowering._jaxpr import evaluate as evaluate
from hillock.lowering._jaxpr import lower as lower
from hillock.lowering._kernel import Bound as Bound
from hillock.lowering._kernel import Extent as Extent
from hillock.lowering._kernel import Inputs as Inputs
from hillock.lowering._kernel import Kernel as Kernel
from hillock.lowering._kernel import Shape as Shape
from hillock.lowering._kernel import shape_for as shape_for
from hillock.lowering._listing import Listing as Listing
from hillock.lowering._listing import listing as listing
from hillock.lowering._listing import listing_of as listing_of
from hillock.lowering._machine import Machine as Machine
from hillock.lowering._machine import host as host
from hillock.lowering._placement import Roles as Roles
from hillock.lowering._program import Program as Program
from hillock.lowering._program import Symbol as Symbol
from hillock.lowering._program import Table as Table
from hillock.lowering._program import Unsupported as Unsupported
