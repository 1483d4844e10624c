"""Why a model does or does not spike, and whether dt and parameters fit each other: in numbers and in words."""

from hillock._explain._explain import explain as explain
from hillock._explain._explanation import Explanation as Explanation
from hillock._explain._explanation import Finding as Finding
from hillock._explain._explanation import TimeConstant as TimeConstant
