"""Benchmark: two published lessons as whole processes, from the start of Python to its exit, picture included."""

from contest import SCRIPTS, Benchmark, Contender, Group, Scale, script

BASELINE = "import jax and matplotlib.pyplot"
LECTURE = "hillock run: Lecture 2B"

_FOLDER = "{folder}"
_PICTURE = "{folder}/picture.png"


def benchmark(scale: Scale) -> Benchmark:
    """Return one group."""
    contenders = (
        Contender(BASELINE, "hillock", ("-c", "import jax, matplotlib.pyplot")),
        Contender(LECTURE, "hillock", ("-m", "hillock", "run", str(SCRIPTS / "lecture_2b.toml"), "-o", _FOLDER), remark="data and picture written"),
        Contender("ngc-learn: Lecture 2B", "ngclearn", (*script("ngclearn_lecture_2b.py"), _PICTURE), remark="picture written"),
        Contender("Brian2, NumPy: Lecture 2B", "brian2", (*script("brian2_lecture_2b.py"), _PICTURE), remark="picture written"),
        Contender(
            "hillock run: TensorFlow notebook",
            "hillock",
            ("-m", "hillock", "run", str(SCRIPTS / "tensorflow_notebook.toml"), "-o", _FOLDER),
            remark="square input; data and picture written",
        ),
        Contender(
            "TensorFlow: TensorFlow notebook", "tensorflow", (*script("tensorflow_notebook.py"), _PICTURE), remark="both inputs; picture written"
        ),
    )
    return Benchmark("seed", "Two published lessons as whole processes", (Group("process start to exit", contenders, clock="exit"),))
