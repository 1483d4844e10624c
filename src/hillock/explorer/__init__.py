"""The explorer: a neuron on a page, its parameters as sliders."""

from hillock.explorer._explore import DIALECTS as DIALECTS
from hillock.explorer._explore import explore as explore
from hillock.explorer._page import Page as Page
