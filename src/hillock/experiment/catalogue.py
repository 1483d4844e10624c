"""Everything that has a name: cells, replicas, stimuli, integrators, the parts of networks; found by name, or in a user's own file."""

import dataclasses
import importlib
import importlib.util
import inspect
import re
import sys
from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from hillock import cells, connections, integrators, stimuli, synapses
from hillock._param import Parametrized, options
from hillock.cells import AbstractCell
from hillock.connections import AbstractKernel, AbstractPositions, AbstractRule, AbstractValue
from hillock.dialects import AbstractStep
from hillock.dialects import _find as dialects
from hillock.integrators import AbstractIntegrator
from hillock.stimuli import AbstractStimulus
from hillock.synapses import AbstractSynapse

_MOST_CHOICES = 16  # names that a message lists

Trust = bool | Collection[str]


class CatalogueError(ValueError):
    """A name that nothing has, or code that cannot be loaded or is not trusted."""


def all_cells() -> dict[str, type[AbstractCell]]:
    """Return hillock's cells by name."""
    return _concrete(cells, AbstractCell)


def all_stimuli() -> dict[str, type[AbstractStimulus]]:
    """Return hillock's stimuli by name, but for those made by adding and scaling others."""
    found = _concrete(stimuli, AbstractStimulus)
    return {name: kind for name, kind in found.items() if not _needs_others(kind)}


def all_integrators() -> dict[str, AbstractIntegrator]:
    """Return the integrators by name, in snake case."""
    return {snake_case(name): kind() for name, kind in _concrete(integrators, AbstractIntegrator).items()}


def all_synapses() -> dict[str, type[AbstractSynapse]]:
    """Return the synapses by name."""
    return _concrete(synapses, AbstractSynapse)


def all_rules() -> dict[str, type[AbstractRule]]:
    """Return the connection rules by name."""
    return _concrete(connections, AbstractRule)


def all_distributions() -> dict[str, type[AbstractValue]]:
    """Return the distributions of weights, delays and starting values by name."""
    return _concrete(connections, AbstractValue)


def all_kernels() -> dict[str, type[AbstractKernel]]:
    """Return how a probability can fall with distance, by name."""
    return _concrete(connections, AbstractKernel)


def all_positions() -> dict[str, type[AbstractPositions]]:
    """Return where neurons can be, by name."""
    return _concrete(connections, AbstractPositions)


def replicas(dialect: str) -> dict[str, type[AbstractCell] | type[AbstractStep]]:
    """Return the neurons of one simulator under their own names, such as 'ngclearn.LIF'."""
    module = importlib.import_module(f"hillock.dialects.{dialect}")
    found = {**_concrete(module, AbstractStep), **_concrete(module, AbstractCell)}
    own = {name: kind for name, kind in found.items() if kind.__module__.startswith(module.__name__)}
    return {f"{dialect}.{name}": kind for name, kind in own.items()}


def all_models() -> dict[str, type[AbstractCell] | type[AbstractStep]]:
    """Return every cell and every replica by name."""
    return {**all_cells(), **{name: kind for dialect in dialects.names() for name, kind in replicas(dialect).items()}}


def find_model(name: str, *, folder: Path = Path(), trust: Trust = True) -> type[AbstractCell] | type[AbstractStep]:
    """Return the class of a cell or a replica.

    Args:
        name: 'LIF', 'ngclearn.LIF', or 'path/to/file.py:Class'.
        folder: where a relative path starts.
        trust: whether code in a user's file may be run: yes, no, or the names for which it may.

    Raises:
        CatalogueError: there is none of that name.

    """
    if ":" in name:
        return _load(name, (AbstractCell, AbstractStep), "a cell", folder, trust)
    if name in vars(cells):  # without a look at the replicas of every simulator
        return _look_up(name, all_cells(), "cell")
    dialect = name.partition(".")[0]
    own = replicas(dialect) if dialect in dialects.names() else {}
    return own[name] if name in own else _look_up(name, all_models(), "cell")


def find_stimulus(name: str, *, folder: Path = Path(), trust: Trust = True) -> type[AbstractStimulus]:
    """Return the class of a stimulus, likewise."""
    if ":" in name:
        return _load(name, (AbstractStimulus,), "a stimulus", folder, trust)
    return _look_up(name, all_stimuli(), "stimulus")


def find_synapse(name: str, *, folder: Path = Path(), trust: Trust = True) -> type[AbstractSynapse]:
    """Return the class of a synapse, likewise."""
    if ":" in name:
        return _load(name, (AbstractSynapse,), "a synapse", folder, trust)
    return _look_up(name, all_synapses(), "synapse")


def find_rule(name: str, *, folder: Path = Path(), trust: Trust = True) -> type[AbstractRule]:
    """Return the class of a connection rule, likewise."""
    if ":" in name:
        return _load(name, (AbstractRule,), "a connection rule", folder, trust)
    return _look_up(name, all_rules(), "connection rule")


def find_distribution(name: str) -> type[AbstractValue]:
    """Return the class of a distribution by its name."""
    return _look_up(name, all_distributions(), "distribution")


def find_space(name: str) -> type[AbstractKernel | AbstractPositions]:
    """Return the class of a kernel or of positions by its name."""
    return _look_up(name, {**all_kernels(), **all_positions()}, "kernel or positions")


def find_all(name: str) -> list[Any]:
    """Return everything that has a name: classes of models, stimuli, integrators and parts of networks, and dialects.

    Raises:
        CatalogueError: nothing has it.

    """
    if ":" in name:
        return [_load(name, (Parametrized,), "a cell, a stimulus, a synapse or a connection rule", Path(), trust=True)]
    kinds = {integrator: type(found) for integrator, found in all_integrators().items()}
    own = {dialect: dialects.find(dialect) for dialect in dialects.names()}
    parts = (all_synapses(), all_rules(), all_distributions(), all_kernels(), all_positions())
    groups = (all_models(), all_stimuli(), *parts, kinds, own)
    found = [group[name] for group in groups if name in group]
    if not found:
        near = did_you_mean(name, [known for group in groups for known in group])
        raise CatalogueError(f"Nothing is named {name!r}.{near} 'hillock list' shows all names.")
    return found


def find_anything(name: str) -> Any:
    """Return the first of what has a name."""
    return find_all(name)[0]


def find_integrator(name: str) -> AbstractIntegrator:
    """Return an integrator by its name in snake case."""
    return _look_up(name, all_integrators(), "integrator")


def snake_case(name: str) -> str:
    """Return the name of a class in snake case: 'ExponentialEuler' becomes 'exponential_euler', 'RK4' 'rk4'."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def listed(names: list[str]) -> str:
    """Return names as 'a, b or c'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def did_you_mean(name: str, known: list[str]) -> str:
    """Return ' Did you mean x?' for the known name nearest to ``name``, or an empty string."""
    by_lower = {candidate.lower(): candidate for candidate in known}
    near = get_close_matches(name.lower(), list(by_lower), 1)
    return f" Did you mean {by_lower[near[0]]}?" if near else ""


def _look_up(name: str, known: Mapping[str, Any], kind: str) -> Any:
    if name not in known:
        choices = f"Choose {listed(list(known))}." if len(known) <= _MOST_CHOICES else "'hillock list' shows all."
        raise CatalogueError(f"No {kind} named {name!r}.{did_you_mean(name, list(known))} {choices}")
    return known[name]


def _concrete(module: ModuleType, base: type) -> dict[str, Any]:
    """Return the public leaf classes of a module that are a ``base``."""
    found = inspect.getmembers(module, lambda x: inspect.isclass(x) and issubclass(x, base))
    return {name: kind for name, kind in found if not name.startswith(("Abstract", "_"))}


def _needs_others(kind: type[Parametrized]) -> bool:
    """Return whether it is made from something that is no parameter, as a sum is from its terms."""
    return any(default is dataclasses.MISSING for default in options(kind).values())


def _load(where: str, bases: tuple[type, ...], what: str, folder: Path, trust: Trust) -> Any:
    """Return a class from a user's Python file, which is run."""
    path, _, name = where.rpartition(":")
    if trust is False or (trust is not True and where not in trust):
        raise CatalogueError(f"{where} is Python code, which an experiment file may not run by itself. Add --trust if you trust {Path(path).name}.")
    module = _run(folder / path)
    kind = getattr(module, name, None)
    if inspect.isclass(kind) and issubclass(kind, bases) and issubclass(kind, Parametrized):
        return kind
    own = [n for n, found in vars(module).items() if inspect.isclass(found) and issubclass(found, bases) and found.__module__ == module.__name__]
    hint = f" It has {listed(own)}." if own else f" No class in it is {what}."
    raise CatalogueError(f"{path} has no {what.rsplit(maxsplit=1)[-1]} named {name!r}.{hint}")


def _run(path: Path) -> ModuleType:
    if not path.is_file():
        raise CatalogueError(f"There is no file {path}.")
    name = f"hillock_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise CatalogueError(f"{path} is not a Python file (its name must end in .py).")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look their module up there
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # a script may end the program
        raise CatalogueError(f"{path} could not be loaded: {type(error).__name__}: {error}.") from error
    return module
