"""Lava: forward Euler per step, in floating point, or in the whole numbers of the Loihi chip."""

from hillock.dialects.lava._dialect import dialect as dialect
from hillock.dialects.lava._lif import LIF as LIF
from hillock.dialects.lava._lif_fixed import LIFFixed as LIFFixed
from hillock.dialects.lava._lif_refractory import LIFRefractory as LIFRefractory
