"""Spyx: one call per step, no unit of time, and a test on the potential as the last call returned it."""

from hillock.dialects.spyx._alif import ALIF as ALIF
from hillock.dialects.spyx._cuba_lif import CuBaLIF as CuBaLIF
from hillock.dialects.spyx._dialect import dialect as dialect
from hillock.dialects.spyx._if import IF as IF
from hillock.dialects.spyx._lif import LIF as LIF
