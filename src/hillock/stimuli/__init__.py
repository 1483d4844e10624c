"""Input currents, generated inside the loop; they can be added and scaled."""

from hillock.stimuli._base import AbstractCounting as AbstractCounting
from hillock.stimuli._base import AbstractLimited as AbstractLimited
from hillock.stimuli._base import AbstractStimulus as AbstractStimulus
from hillock.stimuli._base import Moment as Moment
from hillock.stimuli._base import Scaled as Scaled
from hillock.stimuli._base import Sum as Sum
from hillock.stimuli._columns import FileError as FileError
from hillock.stimuli._series import AbstractImpulsive as AbstractImpulsive
from hillock.stimuli._series import AbstractSmooth as AbstractSmooth
from hillock.stimuli.chirp import Chirp as Chirp
from hillock.stimuli.chirp import ExponentialChirp as ExponentialChirp
from hillock.stimuli.constant import Constant as Constant
from hillock.stimuli.gaussian_noise import GaussianNoise as GaussianNoise
from hillock.stimuli.impulses import Impulses as Impulses
from hillock.stimuli.ornstein_uhlenbeck import OrnsteinUhlenbeck as OrnsteinUhlenbeck
from hillock.stimuli.poisson import Poisson as Poisson
from hillock.stimuli.poisson_spikes import PoissonSpikes as PoissonSpikes
from hillock.stimuli.pulses import Pulses as Pulses
from hillock.stimuli.ramp import Ramp as Ramp
from hillock.stimuli.samples import Samples as Samples
from hillock.stimuli.sine import Sine as Sine
from hillock.stimuli.step import Step as Step
