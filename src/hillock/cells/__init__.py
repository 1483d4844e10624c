"""Neuron models, one file each; start with LIF."""

from hillock.cells._base import AbstractCell as AbstractCell
from hillock.cells._base import AbstractCoupled as AbstractCoupled
from hillock.cells._base import Voltage as Voltage
from hillock.cells._base import state_units as state_units
from hillock.cells.adex import AdEx as AdEx
from hillock.cells.exponential_if import ExponentialIF as ExponentialIF
from hillock.cells.fitzhugh_nagumo import FitzHughNagumo as FitzHughNagumo
from hillock.cells.hodgkin_huxley import HodgkinHuxley as HodgkinHuxley
from hillock.cells.integrate_and_fire import IntegrateAndFire as IntegrateAndFire
from hillock.cells.izhikevich import Izhikevich as Izhikevich
from hillock.cells.lif import LIF as LIF
from hillock.cells.quadratic_if import QuadraticIF as QuadraticIF
from hillock.cells.resonate_and_fire import ResonateAndFire as ResonateAndFire
from hillock.cells.slif import SLIF as SLIF
