"""The order of Sinabs' step."""

from hillock.dialects._choices import KeepRemainder, Unsupported
from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="sinabs",
    summary="integrate (exactly where the cell is linear), test for v ≥ spike_threshold, and subtract the threshold in the same step as often as it "
    "fits into v; no refractory time",
    at_least=True,
    reset=KeepRemainder(),
    count=Unsupported(),
    stamp=0,
    dtype="float32",
)
