"""GeNN: exact flow in single precision, and a refractory time that is counted down."""

from hillock.dialects.genn._dialect import dialect as dialect
from hillock.dialects.genn._izhikevich import Izhikevich as Izhikevich
from hillock.dialects.genn._lif import LIF as LIF
