"""Step orders of the field's simulators, one file or folder each, with their neurons under their own names; loaded when first used."""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

from hillock.dialects._base import AbstractCoupledStep as AbstractCoupledStep
from hillock.dialects._base import AbstractReceivingStep as AbstractReceivingStep
from hillock.dialects._base import AbstractStep as AbstractStep
from hillock.dialects._dialect import Dialect as Dialect
from hillock.dialects._find import find as find
from hillock.dialects._find import names as names
from hillock.dialects._step import DialectStep as DialectStep

if TYPE_CHECKING:
    from hillock.dialects import arbor as arbor
    from hillock.dialects import bindsnet as bindsnet
    from hillock.dialects import brainpy as brainpy
    from hillock.dialects import brainpy_state as brainpy_state
    from hillock.dialects import brian2 as brian2
    from hillock.dialects import genn as genn
    from hillock.dialects import hillock as hillock
    from hillock.dialects import lava as lava
    from hillock.dialects import nengo as nengo
    from hillock.dialects import nest as nest
    from hillock.dialects import neuron as neuron
    from hillock.dialects import ngclearn as ngclearn
    from hillock.dialects import nir as nir
    from hillock.dialects import norse as norse
    from hillock.dialects import rockpool as rockpool
    from hillock.dialects import sinabs as sinabs
    from hillock.dialects import snntorch as snntorch
    from hillock.dialects import spikingjelly as spikingjelly
    from hillock.dialects import spyx as spyx
    from hillock.dialects import tensorflow_notebook as tensorflow_notebook


def __getattr__(name: str) -> ModuleType:
    if name in names():
        return import_module(f"hillock.dialects.{name}")
    raise AttributeError(f"hillock.dialects has no attribute {name!r}. The dialects are {', '.join(names())}.")


def __dir__() -> list[str]:
    return sorted({*globals(), *names()})
