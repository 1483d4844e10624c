"""``hillock explain``: files and flags, findings on stdout, no traceback."""

import subprocess
import sys


def test_a_silent_cell_is_told_what_it_lacks(hillock):
    answer = hillock("explain", "LIF", "--set", "stimulus.amplitude=0.1")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("LIF on Constant, 100 ms at dt = 0.1 ms, 1 neuron; dialect hillock, integrator Exact\n")
    assert "missing current          0.05 nA" in answer.out


def test_the_file_that_init_writes_can_be_explained(hillock):
    hillock("init")
    answer = hillock("explain", "experiment.toml", "--set", "cell.t_ref=2")
    assert (answer.code, answer.err) == (0, "")
    assert "1. It spikes: first at" in answer.out


def test_a_sweep_is_a_population(hillock):
    out = hillock("explain", "LIF", "--set", "stimulus.amplitude=0.1,0.2,0.3,0.4").out
    assert "1 of 4 neurons do not spike" in out
    assert "silent neurons           25 %" in out


def test_dialect_and_integrator_can_be_chosen(hillock):
    out = hillock("explain", "LIF", "--dialect", "nest", "--integrator", "euler", "--set", "cell.t_ref=0", "--dt", "1").out
    assert "dialect nest, integrator Euler" in out
    assert "longest stable dt        40 ms" in out


def test_a_cell_of_ones_own_is_explained(hillock, own_cell):
    answer = hillock("explain", f"{own_cell.name}:Leaky", "--set", "stimulus.amplitude=0.9")
    assert (answer.code, answer.err) == (0, "")
    assert "below the rheobase of 1 nA" in answer.out


def test_a_mistake_is_one_line(hillock):
    answer = hillock("explain", "LFI")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Error: ")
    assert answer.err.count("\n") == 1
    assert hillock("explain", "missing.toml").err == "Error: There is no file missing.toml. 'hillock init' writes one to start from.\n"


def test_help_needs_no_jax():
    code = "import sys; from hillock.cli import main; main(['explain', '--help']); sys.exit('jax' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "why a neuron does not spike" in done.stdout
