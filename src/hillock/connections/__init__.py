"""Which neuron is joined to which: connection rules, and distributions of weights and delays."""

from hillock.connections._base import AbstractRule as AbstractRule
from hillock.connections._base import Piece as Piece
from hillock.connections._base import Rows as Rows
from hillock.connections._draws import Draws as Draws
from hillock.connections._draws import Purpose as Purpose
from hillock.connections._realised import realised as realised
from hillock.connections._values import AbstractValue as AbstractValue
from hillock.connections._values import LogNormal as LogNormal
from hillock.connections._values import Normal as Normal
from hillock.connections._values import Uniform as Uniform
from hillock.connections.all_to_all import AllToAll as AllToAll
from hillock.connections.distance_dependent import DistanceDependent as DistanceDependent
from hillock.connections.explicit import Explicit as Explicit
from hillock.connections.fixed_indegree import FixedIndegree as FixedIndegree
from hillock.connections.fixed_outdegree import FixedOutdegree as FixedOutdegree
from hillock.connections.fixed_probability import FixedProbability as FixedProbability
from hillock.connections.fixed_total import FixedTotal as FixedTotal
from hillock.connections.kernels import AbstractKernel as AbstractKernel
from hillock.connections.kernels import Disc as Disc
from hillock.connections.kernels import Exponential as Exponential
from hillock.connections.kernels import Gaussian as Gaussian
from hillock.connections.matrix import Matrix as Matrix
from hillock.connections.one_to_one import OneToOne as OneToOne
from hillock.connections.positions import AbstractPositions as AbstractPositions
from hillock.connections.positions import Grid as Grid
from hillock.connections.positions import RandomPositions as RandomPositions
