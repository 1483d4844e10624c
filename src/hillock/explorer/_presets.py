"""Sets of values on the page: those that a class names, and the two lessons that the demo of hillock runs."""

from typing import Any

from hillock.cells import LIF, AbstractCell
from hillock.dialects import AbstractStep

# ngc-learn's lecture 2B, and the notebook "Leaky integrate and fire neuron with TensorFlow" with its random input.
_LECTURE: dict[str, Any] = {
    "name": "ngc-learn, lecture 2B",
    "cell": {"tau_m": 100.0, "r_m": 1000.0, "v_rest": -65.0, "v_reset": -60.0, "v_th": -52.0, "t_ref": 2.0, "tau_theta": 300.0, "theta_plus": 0.05},
    "inputs": {"Step.amplitude": 0.3, "Step.start": 1.0, "Step.stop": 20.0},
    "run": {"kind": "Step", "duration": 20.0, "dt": 0.1, "dialect": "ngclearn"},
}
_NOTEBOOK: dict[str, Any] = {
    "name": "TensorFlow notebook",
    "cell": {"tau_m": 10.0, "r_m": 1.0, "v_rest": 0.0, "v_reset": 0.0, "v_th": 1.0, "t_ref": 4.0},
    "inputs": {"GaussianNoise.mean": 1.5, "GaussianNoise.std": 1.0, "GaussianNoise.interval": 1.0},
    "run": {"kind": "GaussianNoise", "duration": 200.0, "dt": 1.0, "dialect": "tensorflow_notebook"},
}


def presets(model: AbstractCell | AbstractStep, dialects: list[str]) -> list[dict[str, Any]]:
    """Return the presets of a model: name, values by full name, and what else of a run they bring.

    Args:
        model: the model.
        dialects: those that can be chosen; a lesson needs its own.

    """
    kind = type(model)
    found = [{"name": name, "cell": _full(kind, values), "inputs": {}, "run": {}} for name, values in kind.presets.items()]
    if kind is LIF:
        found += [{**lesson, "cell": _full(kind, lesson["cell"])} for lesson in (_LECTURE, _NOTEBOOK) if lesson["run"]["dialect"] in dialects]
    return found


def _full(kind: type, values: Any) -> dict[str, float]:
    return {f"{kind.__name__}.{name}": float(value) for name, value in values.items()}
