"""Rockpool: an exact decay per step, raw input through a synaptic current, as many spikes per step as the threshold fits into v."""

from hillock.dialects.rockpool._dialect import dialect as dialect
from hillock.dialects.rockpool._lif import LIF as LIF
from hillock.dialects.rockpool._lif_torch import LIFTorch as LIFTorch
