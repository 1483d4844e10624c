"""The order of BindsNET's step."""

from hillock.dialects._choices import CountDown, MaskInput
from hillock.dialects._dialect import Dialect

dialect = Dialect(
    name="bindsnet",
    summary="exact flow where the cell is linear, test with ≥, reset in the same step; while refractory, counted down by float32 subtractions of "
    "dt, only the input is masked: v goes on towards rest",
    at_least=True,
    refractoriness=MaskInput(),
    count=CountDown(),
    dtype="float32",
)
