"""snnTorch: one call per step, no unit of time, and a reset that acts in the next call."""

from hillock.dialects.snntorch._alpha import Alpha as Alpha
from hillock.dialects.snntorch._dialect import dialect as dialect
from hillock.dialects.snntorch._lapicque import Lapicque as Lapicque
from hillock.dialects.snntorch._leaky import Leaky as Leaky
from hillock.dialects.snntorch._rleaky import RLeaky as RLeaky
from hillock.dialects.snntorch._synaptic import Synaptic as Synaptic
