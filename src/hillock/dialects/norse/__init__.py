"""Norse: forward Euler in seconds, the test after it, the reset in the same step."""

from hillock.dialects.norse._dialect import dialect as dialect
from hillock.dialects.norse._lif import LIF as LIF
from hillock.dialects.norse._lif_adex import LIFAdEx as LIFAdEx
from hillock.dialects.norse._lif_box import LIFBox as LIFBox
from hillock.dialects.norse._lif_refrac import LIFRefrac as LIFRefrac
from hillock.dialects.norse._lsnn import LSNN as LSNN
