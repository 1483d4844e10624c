"""ngc-learn: an LIFCell with one current per unit.

Model: LIFCell with adapting threshold and refractory time, parameters as in models.py. Step: forward Euler, its default. Precision: single.
How: ``scan``, its process under ``jax.lax.scan``, in calls of so many steps; or ``run``, its documented loop, one call per step from Python,
with the spikes read after each. Recorded: with ``scan`` nothing, or the spikes of every step where ``watched``; with ``run`` the spikes.

The clock runs around the calls, until the last result is there; the rows of arguments that ``scan`` needs are packed before. Each run
continues where the last one ended.
"""

import time

import jax
import jax.numpy as jnp
import numpy as np
from ngclearn import Context, MethodProcess
from ngclearn.components import LIFCell
from protocol import Contender, serve

import models

STEPS_PER_CALL = 20_000_000  # divided by the number of units


def build(*, neurons: int, how: str, watched: bool = False) -> Contender:
    """Return a process of one cell."""
    lif = models.LIF
    with Context("benchmark"):
        cell = LIFCell(
            "z0",
            n_units=neurons,
            tau_m=lif["tau_m"],
            resist_m=lif["r_m"],
            thr=lif["v_th"],
            v_rest=lif["v_rest"],
            v_reset=lif["v_reset"],
            tau_theta=lif["tau_theta"],
            theta_plus=lif["theta_plus"],
            refract_time=lif["t_ref"],
            key=jax.random.PRNGKey(1),
        )
        advance = MethodProcess("advance") >> cell.advance_state
        reset = MethodProcess("reset") >> cell.reset
        if watched:
            advance.watch(cell.s)
    reset.run()
    cell.j.set(jnp.asarray([models.spread(models.LIF_CURRENT, neurons)], jnp.float32))
    if how == "run":
        return _stepwise(advance, cell)
    rows = max(100, min(20_000, STEPS_PER_CALL // neurons))
    arguments = jnp.asarray(advance.pack_rows(rows, t=lambda k: k * models.DT, dt=models.DT))
    state = None

    def run(steps: int) -> float:
        nonlocal state
        start = time.perf_counter()
        for _ in range(steps // rows):
            state, result = advance.scan(arguments, current_state=state)
            jax.block_until_ready((state, result))
            if watched:
                np.asarray(result[0])
        return time.perf_counter() - start

    return Contender(run, {}, multiple=rows)


def _stepwise(advance: MethodProcess, cell: LIFCell) -> Contender:
    k = 0

    def run(steps: int) -> float:
        nonlocal k
        start = time.perf_counter()
        for _ in range(steps):
            advance.run(t=k * models.DT, dt=models.DT)
            spikes = cell.s.get()
            k += 1
        jax.block_until_ready(spikes)
        return time.perf_counter() - start

    return Contender(run)


serve(build)
