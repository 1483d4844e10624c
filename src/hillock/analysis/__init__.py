"""What recordings and cells say about firing: rates, intervals, f-I curves, rheobase, spike trains compared, states of networks."""

from hillock._closed_forms import lif_rate as lif_rate
from hillock._closed_forms import lif_rheobase as lif_rheobase
from hillock.analysis._coincidence import coincidence_factor as coincidence_factor
from hillock.analysis._distances import cross_correlation as cross_correlation
from hillock.analysis._distances import van_rossum as van_rossum
from hillock.analysis._distances import victor_purpura as victor_purpura
from hillock.analysis._fi_curve import fi_curve as fi_curve
from hillock.analysis._intervals import cv as cv
from hillock.analysis._intervals import intervals as intervals
from hillock.analysis._intervals import local_variation as local_variation
from hillock.analysis._network_statistics import PopulationStatistics as PopulationStatistics
from hillock.analysis._network_statistics import network_statistics as network_statistics
from hillock.analysis._psth import Psth as Psth
from hillock.analysis._psth import psth as psth
from hillock.analysis._rates import RateStatistics as RateStatistics
from hillock.analysis._rates import rate_statistics as rate_statistics
from hillock.analysis._rates import rates as rates
from hillock.analysis._rheobase import rheobase as rheobase
from hillock.analysis._synchrony import correlations as correlations
from hillock.analysis._synchrony import synchrony as synchrony
