"""The order of GeNN's step."""

from hillock.dialects._choices import CountDown
from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="genn",
    summary="exact flow where the cell is linear, test with ≥, reset in the same step, hold v while t_ref is counted down by float32 "
    "subtractions of dt",
    at_least=True,
    count=CountDown(),
    dtype="float32",
)
