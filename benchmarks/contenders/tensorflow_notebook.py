"""TensorFlow: the notebook "Leaky integrate and fire neuron with TensorFlow" as it runs, its two inputs, then a picture.

Model: resting, else firing, else forward Euler, chosen by ``tf.case``. 200 steps of 1 ms for each input, one ``session.run`` each.
Precision: single. Recorded: v of every step.
"""

import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import matplotlib as mpl
import numpy as np
import tensorflow.compat.v1 as tf

mpl.use("agg")
import matplotlib.pyplot as plt

tf.disable_eager_execution()
V_REST, V_THRESH, TAU_REST, R, TAU, DT = 0.0, 1.0, 4.0, 1.0, 10.0, 1.0


def advance(v: tf.Variable, t_rest: tf.Variable, i: tf.Tensor) -> tf.Tensor:
    """Return the operation that makes one step."""

    def resting() -> tuple:
        return tf.tuple((v.assign(V_REST), t_rest.assign_sub(DT)))

    def firing() -> tuple:
        return tf.tuple((v.assign(V_REST), t_rest.assign(TAU_REST)))

    def integrating() -> tuple:
        return tf.tuple((v.assign_add((R * i - v) / TAU * DT), t_rest.assign(0.0)))

    return tf.case([(t_rest > 0.0, resting), (v > V_THRESH, firing)], default=integrating)


t = np.arange(200)
square = 0.5 * ((t > 10) & (t < 30)) + 1.2 * ((t > 50) & (t < 100)) + 1.5 * ((t > 120) & (t < 180))
random = np.where((t > 10) & (t < 180), np.random.default_rng(2018).normal(1.5, 1.0, len(t)), 0.0)
figure, axes = plt.subplots(2, sharex=True)
for axis, current in zip(axes, (square, random), strict=True):
    tf.reset_default_graph()
    with tf.Session() as session:
        i = tf.placeholder(tf.float32)
        step = advance(tf.Variable(V_REST, dtype=tf.float32), tf.Variable(0.0, dtype=tf.float32), i)
        session.run(tf.global_variables_initializer())
        potential = np.array([session.run(step, {i: sample}) for sample in current])[:, 0]
    print(np.flatnonzero(potential > V_THRESH).tolist())
    axis.plot(potential)
    axis.plot(current, "--")
figure.savefig(sys.argv[1])
