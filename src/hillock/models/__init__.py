"""Networks from the literature, each with its reference and the numbers it reproduces."""

from hillock.models._brunel import BRUNEL_STATES as BRUNEL_STATES
from hillock.models._brunel import brunel as brunel
from hillock.models._coba import coba as coba
from hillock.models._cuba import cuba as cuba
from hillock.models._izhikevich import izhikevich as izhikevich
from hillock.models._lecture_4a import lecture_4a as lecture_4a
from hillock.models._potjans_diesmann import POTJANS_DIESMANN_RATES as POTJANS_DIESMANN_RATES
from hillock.models._potjans_diesmann import potjans_diesmann as potjans_diesmann
from hillock.models._tensorflow_izhikevich import tensorflow_izhikevich as tensorflow_izhikevich
from hillock.models._tensorflow_lif import tensorflow_lif as tensorflow_lif
