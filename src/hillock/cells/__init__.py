"""Neuron models, one file each; start with LIF."""

from hillock.cells._base import AbstractCell as AbstractCell
from hillock.cells._base import AbstractCoupled as AbstractCoupled
from hillock.cells._base import Voltage as Voltage
from hillock.cells.adex import AdEx as AdEx
from hillock.cells.lif import LIF as LIF
