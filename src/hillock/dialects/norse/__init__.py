"""Norse: forward Euler in seconds, the test after it, the reset in the same step."""

from hillock.dialects.norse._adex import LIFAdEx as LIFAdEx
from hillock.dialects.norse._box import LIFBox as LIFBox
from hillock.dialects.norse._lif import LIF as LIF
from hillock.dialects.norse._lif import LIFRefrac as LIFRefrac
from hillock.dialects.norse._lsnn import LSNN as LSNN
from hillock.dialects.norse._rules import dialect as dialect
