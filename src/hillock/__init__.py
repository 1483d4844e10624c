"""Spiking neurons, written once."""

from hillock import cells as cells
from hillock import dialects as dialects
from hillock import integrators as integrators
from hillock import stimuli as stimuli
from hillock import surrogates as surrogates
from hillock.recording import Recording as Recording
from hillock._simulate import SimulationError as SimulationError
from hillock._simulate import simulate as simulate
