"""Input currents, generated inside the loop; they can be added and scaled."""

from hillock.stimuli._base import AbstractLimited as AbstractLimited
from hillock.stimuli._base import AbstractStimulus as AbstractStimulus
from hillock.stimuli._base import Moment as Moment
from hillock.stimuli._base import Scaled as Scaled
from hillock.stimuli._base import Sum as Sum
from hillock.stimuli.constant import Constant as Constant
from hillock.stimuli.gaussian_noise import GaussianNoise as GaussianNoise
from hillock.stimuli.samples import Samples as Samples
from hillock.stimuli.step import Step as Step
