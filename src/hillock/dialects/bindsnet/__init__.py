"""BindsNET: exact decay in single precision, input added as it is, and only the input masked during refractoriness."""

from hillock.dialects.bindsnet._adaptive_lif_nodes import AdaptiveLIFNodes as AdaptiveLIFNodes
from hillock.dialects.bindsnet._current_lif_nodes import CurrentLIFNodes as CurrentLIFNodes
from hillock.dialects.bindsnet._dialect import dialect as dialect
from hillock.dialects.bindsnet._diehl_and_cook_nodes import DiehlAndCookNodes as DiehlAndCookNodes
from hillock.dialects.bindsnet._if_nodes import IFNodes as IFNodes
from hillock.dialects.bindsnet._izhikevich_nodes import IzhikevichNodes as IzhikevichNodes
from hillock.dialects.bindsnet._lif_nodes import LIFNodes as LIFNodes
