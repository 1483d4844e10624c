"""Brian2: equations in text, advanced by a chosen method; the strict test after it, the reset in the same step.

A step is: show the state, integrate, test, reset; what is recorded in step k is therefore the state at its start, k·dt. A refractory
time of N steps holds a neuron for N - 1 steps after the spike step. Brian2's neurons are their equations, so any cell runs here as it
would there; ``LIF`` and ``AdEx`` are those of its tutorials, with the options of a ``NeuronGroup``. Numbers are in ms and mV, the
parameters accept text (``"20 ms"``), and R times the stimulus is a voltage.

In a network, cells with hillock's synapses do what Brian2's equations do. Spikes are delivered between test and reset: with a delay of 0 in the
step in which they were fired. So a jump of the potential is lost in the step of a spike, whose reset comes after it, and in refractory steps.
``LIF`` and ``AdEx`` of this package have no synapses.
"""

from hillock.dialects.brian2._adex import AdEx as AdEx
from hillock.dialects.brian2._dialect import BlockSpikes as BlockSpikes
from hillock.dialects.brian2._dialect import SubtractThreshold as SubtractThreshold
from hillock.dialects.brian2._dialect import TimestepLessOne as TimestepLessOne
from hillock.dialects.brian2._dialect import dialect as dialect
from hillock.dialects.brian2._lif import LIF as LIF
from hillock.dialects.brian2._neuron_group import METHODS as METHODS
from hillock.dialects.brian2._neuron_group import AbstractNeuronGroup as AbstractNeuronGroup
