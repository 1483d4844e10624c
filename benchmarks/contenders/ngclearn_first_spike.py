"""ngc-learn: one LIFCell at rest, 0.3 nA from the start; prints when it first fires. Steps of 0.1 ms by Euler, single precision."""

import jax
import jax.numpy as jnp
from ngclearn import Context, MethodProcess
from ngclearn.components import LIFCell

with Context("first_spike"):
    cell = LIFCell(
        "z0",
        n_units=1,
        tau_m=20.0,
        resist_m=100.0,
        thr=-50.0,
        v_rest=-65.0,
        v_reset=-65.0,
        tau_theta=0.0,
        refract_time=2.0,
        key=jax.random.PRNGKey(1234),
    )
    advance = MethodProcess("advance") >> cell.advance_state
cell.j.set(jnp.full((1, 1), 0.3))
for step in range(500):
    advance.run(t=step * 0.1, dt=0.1)
    if cell.s.get()[0, 0]:
        print((step + 1) * 0.1, "ms", flush=True)
        break
