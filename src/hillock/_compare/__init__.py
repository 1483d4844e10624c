"""One experiment in several dialects: when each fires, where they part, and by which choices."""

from hillock._compare._comparison import Comparison as Comparison
from hillock._compare._comparison import Outcome as Outcome
from hillock._compare._comparison import compare as compare
