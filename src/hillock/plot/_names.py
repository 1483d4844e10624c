"""What a neuron is called in a picture, and what its parameters were."""

import numpy as np

from hillock._aliases import our_name
from hillock.recording import Recording


def neuron_name(rec: Recording, neuron: int) -> str:
    """Return the labels of a neuron, such as 'tau_m = 20', and its number, 'neuron 3', where they do not tell it from all others."""
    labels = [(name.rpartition(".")[2], np.asarray(values)) for name, values in rec.labels.items()]
    alike = np.all([values == values[neuron] for _, values in labels], axis=0)
    number = [] if labels and np.count_nonzero(alike) == 1 else [f"neuron {neuron}"]
    return ", ".join([f"{name} = {values[neuron]:g}" for name, values in labels] + number)


def parameter(rec: Recording, name: str, neuron: int) -> float | None:
    """Return a parameter of a neuron's model from the provenance, whatever its simulator calls it; None where that does not hold it."""
    held = rec.provenance.get("model", {}).get("parameters", {})
    for path, value in held.items():
        if our_name(path.rpartition(".")[2], [name]):
            array = np.asarray(value) if not isinstance(value, dict) else np.zeros((0, 0))  # a digest of a long array
            if array.ndim == 0:
                return float(array)
            return float(array[neuron]) if array.ndim == 1 and len(array) > neuron else None
    return None
