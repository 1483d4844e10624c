"""Plasticity: how what a synapse has done changes what it does; one rule = one file."""

from hillock.plasticity._base import AbstractShortTerm as AbstractShortTerm
from hillock.plasticity.tsodyks_markram import TsodyksMarkram as TsodyksMarkram
