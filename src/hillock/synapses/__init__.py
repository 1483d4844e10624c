"""Synapses: what the spikes that reach a neuron do to it; one kind of synapse = one file."""

from hillock.synapses._base import AbstractSynapse as AbstractSynapse
from hillock.synapses._receiver import Receiver as Receiver
from hillock.synapses.delta import Delta as Delta
from hillock.synapses.exponential import Exponential as Exponential
