"""When neurons fire in several dialects, or in two recordings; where they part, and by which choices."""

from hillock._compare._causes import Cause as Cause
from hillock._compare._comparison import Comparison as Comparison
from hillock._compare._comparison import Outcome as Outcome
from hillock._compare._comparison import compare as compare
from hillock._compare._match import Around as Around
from hillock._compare._match import Divergence as Divergence
from hillock._compare._match import Match as Match
from hillock._compare._recordings import compare_recordings as compare_recordings
from hillock._compare._recordings import trains_of as trains_of
from hillock._compare._spike_files import Spikes as Spikes
from hillock._compare._spike_files import read_spikes as read_spikes
from hillock._compare._suspects import Suspects as Suspects
from hillock._compare._suspects import suspects as suspects
