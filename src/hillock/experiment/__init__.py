"""Experiments as data: a TOML file, or the command line's flags, checked as a whole and turned into one simulation."""

from hillock.experiment import catalogue as catalogue
from hillock.experiment import description as description
from hillock.experiment._experiment import Experiment as Experiment
from hillock.experiment._experiment import parse as parse
from hillock.experiment._experiment import read as read
from hillock.experiment._experiment import read_toml as read_toml
from hillock.experiment._network import NetworkExperiment as NetworkExperiment
from hillock.experiment._network import parse_network as parse_network
from hillock.experiment._network import read_network as read_network
from hillock.experiment._network_schema import NetworkOutput as NetworkOutput
from hillock.experiment._network_schema import NetworkSchema as NetworkSchema
from hillock.experiment._network_schema import is_network as is_network
from hillock.experiment._network_summary import network_summary as network_summary
from hillock.experiment._problems import ExperimentError as ExperimentError
from hillock.experiment._schema import Output as Output
from hillock.experiment._schema import Schema as Schema
from hillock.experiment._summary import summary as summary
