"""Networks from the literature, each with its reference and the numbers it reproduces."""

from hillock.models.brunel import brunel as brunel
from hillock.models.coba import coba as coba
from hillock.models.cuba import cuba as cuba
from hillock.models.izhikevich import izhikevich as izhikevich
from hillock.models.lecture_4a import lecture_4a as lecture_4a
from hillock.models.potjans_diesmann import potjans_diesmann as potjans_diesmann
from hillock.models.tensorflow_izhikevich import tensorflow_izhikevich as tensorflow_izhikevich
from hillock.models.tensorflow_lif import tensorflow_lif as tensorflow_lif
