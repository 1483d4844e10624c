"""Ways to run a step many times; all give the same answer to rounding."""

from hillock.engines._base import AbstractEngine as AbstractEngine
from hillock.engines._base import AbstractRun as AbstractRun
from hillock.engines._base import Carry as Carry
from hillock.engines._base import Chunk as Chunk
from hillock.engines._base import Job as Job
from hillock.engines._base import Rows as Rows
from hillock.engines.exact import Exact as Exact
from hillock.engines.exact import RunawayError as RunawayError
from hillock.engines.scan import Scan as Scan
from hillock.engines.simd import Simd as Simd
