"""Experiments as data: a TOML file, or the command line's flags, checked as a whole and turned into one simulation."""

from hillock.experiment import catalogue as catalogue
from hillock.experiment import description as description
from hillock.experiment._experiment import Experiment as Experiment
from hillock.experiment._experiment import parse as parse
from hillock.experiment._experiment import read as read
from hillock.experiment._experiment import read_toml as read_toml
from hillock.experiment._problems import ExperimentError as ExperimentError
from hillock.experiment._schema import Output as Output
from hillock.experiment._schema import Schema as Schema
from hillock.experiment._summary import summary as summary
