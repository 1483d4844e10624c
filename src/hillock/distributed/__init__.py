"""Several processes, on one machine or on many, that run one network or one sweep together."""

from hillock.distributed._joining import initialize as initialize
from hillock.distributed._joining import processes as processes
from hillock.distributed._launch import launch as launch
from hillock.distributed._processes import LostProcessError as LostProcessError
from hillock.distributed._processes import Processes as Processes
