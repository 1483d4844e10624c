"""``hillock run --processes``."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import hillock as hk
from hillock.cli import main

pytestmark = pytest.mark.slow

NETWORK = """
duration = {duration}
dt = 0.1
key = 3

[population.E]
cell = "LIF"
n = 600
start.v = {{type = "Uniform", low = -70, high = -50}}

[[projection]]
source = "E"
target = "E"
synapse = {{type = "Exponential", tau_syn = 5.0}}
connect = {{type = "FixedProbability", p = 0.05}}
weight = 0.01
delay = 1.0

[[input]]
target = "E"
stimulus = {{type = "Constant", amplitude = 0.4}}

[output]
picture = "none"
"""


@pytest.fixture
def file(tmp_path, monkeypatch):
    """A network of 100 ms, in the folder where commands are run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.toml").write_text(NETWORK.format(duration=100))
    return tmp_path / "net.toml"


def hillock(*words, **more):
    return subprocess.run([sys.executable, "-m", "hillock", *words], capture_output=True, text=True, check=False, **more)


def test_a_run_in_two_processes_writes_and_says_what_a_run_in_one_does(file):
    one, two = (hillock("run", "net.toml", "--name", "net", "-o", f"out{n}", "--processes", n) for n in "12")
    assert (two.returncode, two.stderr) == (0, "")
    assert two.stdout == one.stdout.replace("out1", "out2")
    a, b = (hk.load(file.parent / f"out{n}" / "net.npz")["E"] for n in "12")
    assert np.array_equal(a.spike_steps, b.spike_steps)
    assert np.array_equal(a.spike_neurons, b.spike_neurons)


def test_a_run_that_lost_a_process_says_so_and_is_taken_up_from_its_last_piece(file):
    file.write_text(NETWORK.format(duration=100_000))
    words = ("run", "net.toml", "--data", "folder", "--processes", "2")
    running = subprocess.Popen([sys.executable, "-m", "hillock", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not any(path.name[0] == "0" for path in file.parent.glob("net/*.npz")):
        assert running.poll() is None
        time.sleep(0.05)
    second = subprocess.run(["pgrep", "-P", str(running.pid)], capture_output=True, text=True, check=True).stdout.split()[1]
    os.kill(int(second), signal.SIGKILL)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 1
    assert said == (
        "Error: Process 1 of 2 was killed by SIGKILL before the run was over, and the others were ended. "
        "What was written until then is in net; go on with --resume.\n"
    )
    stopped = hk.load("net")
    file.write_text(NETWORK.format(duration=stopped.end.step * 0.1 + 10))
    assert hillock(*words, "--resume").returncode == 0
    whole, steps = hk.load("net")["E"], stopped.end.step + 100
    again = hk.experiment.read_network(file).run()["E"]
    assert whole.steps == again.steps == steps
    assert np.array_equal(whole.spike_steps, again.spike_steps)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("net.toml", "--processes", "0"), "--processes must be ≥ 1, got 0."),
        (
            ("net.toml", "--processes", "2", "--process", "1"),
            "--process and --coordinator say where a run of several --processes meets. Add --coordinator.",
        ),
        (("--cell", "LIF", "--processes", "2"), "--processes is for a network. Name its file: 'hillock run network.toml'."),
    ],
)
def test_processes_that_make_no_sense_are_refused(file, capsys, words, message):
    assert main(["run", *words]) == 2
    assert capsys.readouterr().err == f"Error: {message} See hillock --help.\n"


def test_as_many_processes_as_slurm_did_not_start_are_refused(file, capsys, monkeypatch):
    for name, value in {"STEP_NUM_TASKS": "4", "PROCID": "3", "STEP_NODELIST": "node1", "JOB_ID": "1", "STEP_ID": "0"}.items():
        monkeypatch.setenv(f"SLURM_{name}", value)
    assert main(["run", "net.toml", "--processes", "2"]) == 2
    assert capsys.readouterr().err == "Error: --processes 2 contradicts the 4 that were started. Pass --processes 4. See hillock --help.\n"
