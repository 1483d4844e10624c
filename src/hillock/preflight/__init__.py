"""What is looked at before every run: doubts about one that is legal but probably not what was meant."""

from hillock.preflight._doubts import doubts as doubts
from hillock.preflight._once import Doubt as Doubt
from hillock.preflight._once import warn_once as warn_once
from hillock.preflight._ranges import current_range as current_range
