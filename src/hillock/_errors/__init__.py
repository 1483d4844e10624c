"""How far a run is from the solution of its equations: the solution, the pairing of spikes, the differences."""

from hillock._errors._check import check_check as check_check
from hillock._errors._check import checked as checked
