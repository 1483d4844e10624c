"""What happened in a chunk, kept in arrays of a fixed size while it runs: if they were too small, the chunk is run again with larger ones."""

from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Bool, Float, Int


class Log(NamedTuple):
    """A list of events: step, time since its start (ms), neuron and excess; ``total`` may exceed the room."""

    total: Int[Array, ""]
    steps: Int[Array, " room"]
    offsets: Float[Array, " room"]
    neurons: Int[Array, " room"]
    values: Float[Array, " room"]

    @classmethod
    def empty(cls, room: int) -> "Log":
        return cls(jnp.zeros((), jnp.int32), jnp.zeros(room, jnp.int32), jnp.zeros(room), jnp.zeros(room, jnp.int32), jnp.zeros(room))

    @property
    def room(self) -> int:
        return self.steps.shape[0]

    def add(
        self, happened: Bool[Array, " neurons"], step: Int[Array, ""], offsets: Float[Array, " neurons"], values: Float[Array, " neurons"]
    ) -> "Log":
        """Return the log with an entry for each neuron to which it happened."""

        def written(log: Log) -> Log:
            place = jnp.where(happened, log.total + jnp.cumsum(happened, dtype=jnp.int32) - 1, log.room)
            return Log(
                log.total + jnp.sum(happened, dtype=jnp.int32),
                log.steps.at[place].set(step, mode="drop"),
                log.offsets.at[place].set(offsets, mode="drop"),
                log.neurons.at[place].set(jnp.arange(happened.shape[0], dtype=jnp.int32), mode="drop"),
                log.values.at[place].set(values, mode="drop"),
            )

        return lax.cond(happened.any(), written, lambda log: log, self)

    def read(self) -> "Events":
        """Return what was logged, in the order of time, then neuron."""
        count = int(self.total)
        steps, offsets, neurons, values = (np.asarray(array)[:count] for array in self[1:])
        order = np.lexsort((neurons, offsets, steps))
        return Events(steps[order].astype(np.int64), offsets[order], neurons[order], values[order])


class Events(NamedTuple):
    """Events on the host, in the order of time, then neuron."""

    steps: Int[np.ndarray, " events"]
    offsets: Float[np.ndarray, " events"]
    neurons: Int[np.ndarray, " events"]
    values: Float[np.ndarray, " events"]
