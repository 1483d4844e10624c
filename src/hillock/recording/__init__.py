"""What a simulation leaves behind, and the formats it can be turned into, one file each."""

from hillock.recording._end import End as End
from hillock.recording._errors import Errors as Errors
from hillock.recording._files import load as load
from hillock.recording._grazing import Grazing as Grazing
from hillock.recording._missing import NoEvents as NoEvents
from hillock.recording._missing import RecordingError as RecordingError
from hillock.recording._network import NetworkEnd as NetworkEnd
from hillock.recording._network import NetworkRecording as NetworkRecording
from hillock.recording._network_files import load_end as load_end
from hillock.recording._recording import Provenance as Provenance
from hillock.recording._recording import Recording as Recording
from hillock.recording._streamed import pieces as pieces
from hillock.recording._xarray import from_xarray as from_xarray
