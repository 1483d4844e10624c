"""Synapses: what the spikes that reach a neuron do to it; one kind of synapse = one file."""

from hillock.synapses._base import AbstractSynapse as AbstractSynapse
from hillock.synapses._receiver import Receiver as Receiver
from hillock.synapses.alpha import Alpha as Alpha
from hillock.synapses.conductance_alpha import ConductanceAlpha as ConductanceAlpha
from hillock.synapses.conductance_double_exponential import ConductanceDoubleExponential as ConductanceDoubleExponential
from hillock.synapses.conductance_exponential import ConductanceExponential as ConductanceExponential
from hillock.synapses.delta import Delta as Delta
from hillock.synapses.double_exponential import DoubleExponential as DoubleExponential
from hillock.synapses.driven import Driven as Driven
from hillock.synapses.exponential import Exponential as Exponential
from hillock.synapses.gap_junction import GapJunction as GapJunction
from hillock.synapses.nmda import NMDA as NMDA
