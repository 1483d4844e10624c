"""The command as a whole: help, version, documentation of every option, and what errors become."""

import inspect
import re
import subprocess
import sys

import jax.numpy as jnp
import pytest
from cyclopts import App

import hillock as hk
from hillock.cli import app, main
from hillock.cli._talk import sentence

COMMANDS = ("compare", "converge", "demo", "describe", "explain", "explore", "fit", "init", "list", "run")


def test_help_needs_no_jax():
    code = "import sys; from hillock.cli import main; main(['run', '--help']); sys.exit('jax' in sys.modules or 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Simulate an experiment" in done.stdout


def test_python_m_hillock_is_hillock():
    done = subprocess.run([sys.executable, "-m", "hillock", "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "0.1.0")


def test_help_names_every_command(hillock):
    answer = hillock("--help")
    assert answer.code == 0
    assert all(f" {name} " in answer.out for name in COMMANDS)


def test_every_command_is_there():
    assert sorted(name for name in app if not name.startswith("-")) == sorted(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name):
    command: App = app[name]
    assert inspect.getdoc(command.default_command)
    for argument in command.assemble_argument_collection(parse_docstring=True):
        if argument.parse and argument.show:
            assert argument.parameter.help, f"hillock {name} {argument.name}"


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["rnu"], ("rnu", 'Did you mean "run"?')),
        (["run", "--duraton", "5"], ("--duraton", "Did you mean --duration?")),
        (["run", "--neurons", "few"], ("--neurons", "few", "int")),
        (["describe"], ("NAME",)),
    ],
    ids=["command", "option", "value", "missing"],
)
def test_wrong_usage_is_one_line_and_exit_code_2(hillock, words, named):
    answer = hillock(*words)
    assert (answer.code, answer.out) == (2, "")
    assert re.fullmatch(r"Error: [^\n]+ See hillock --help\.\n", answer.err)
    assert all(text in answer.err for text in named)  # the words between are cyclopts'


def test_ctrl_c_outside_a_run_ends_quietly(hillock, monkeypatch):
    def interrupted(name):
        raise KeyboardInterrupt

    monkeypatch.setattr(hk.experiment.description, "describe", interrupted)
    answer = hillock("describe", "LIF")
    assert (answer.code, answer.err) == (130, "Error: Interrupted; nothing was written.\n")


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 40000000000 bytes.")])
def test_running_out_of_memory_says_what_to_do(hillock, monkeypatch, error):
    def too_large(name):
        raise error

    monkeypatch.setattr(hk.experiment.description, "describe", too_large)
    answer = hillock("describe", "LIF")
    message = "The run does not fit into memory. Record fewer names, every so many steps, or fewer neurons."
    assert (answer.code, answer.err) == (1, f"Error: {message}\n")


def test_a_reader_that_has_seen_enough_is_no_error(hillock, monkeypatch):
    def closed(name):
        raise BrokenPipeError

    monkeypatch.setattr(hk.experiment.description, "describe", closed)
    assert hillock("describe", "LIF") == (0, "", "")


def test_an_error_that_is_not_ours_names_its_kind_and_place():
    with pytest.raises(KeyError) as caught:
        {}["missing"]
    assert re.fullmatch(r"KeyError: 'missing' \(test_app\.py, line \d+\)", sentence(caught.value))


def test_what_python_raises_in_our_own_code_is_no_sentence_of_ours(hillock, monkeypatch):
    monkeypatch.setattr(hk.experiment.catalogue, "find_all", None)
    answer = hillock("describe", "LIF")
    assert answer.code == 1
    assert re.fullmatch(r"Error: TypeError: 'NoneType' object is not callable \(description\.py, line \d+\)\n", answer.err)


def test_an_error_of_a_package_is_one_line_and_names_the_line_of_the_user(hillock, monkeypatch):
    """JAX's messages have several lines, and its own frames are hidden."""

    def misuse(name):
        return jnp.zeros((2,)) + jnp.zeros((3,))

    monkeypatch.setattr(hk.experiment.description, "describe", misuse)
    answer = hillock("describe", "LIF")
    assert re.fullmatch(r"Error: TypeError: [^\n]+ \(test_app\.py, line \d+\)\n", answer.err)


@pytest.mark.parametrize(("words", "code"), [(["list"], 0), (["run", "nothing.toml"], 1), (["fly"], 2)])
def test_a_process_ends_with_its_exit_code_after_everybody_who_asked_to_be_called(words, code):
    library = "class Library:\n  def find_spec(self, *_): atexit.register(print, 'farewell'); sys.meta_path.remove(self)\n"
    script = f"import atexit, sys\nfrom hillock.cli import process\n{library}sys.meta_path.insert(0, Library())\nsys.argv[1:] = {words}\nprocess()"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (code, "farewell")


@pytest.mark.parametrize("words", ["list", "run --cell LIF --picture none"])
def test_a_program_without_stdout_runs(words, tmp_path):
    done = subprocess.run(f"exec {sys.executable} -m hillock {words} >&-", shell=True, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_is_gone_is_met_without_a_word(tmp_path):
    with subprocess.Popen([sys.executable, "-m", "hillock", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_error_of_the_system_names_the_file():
    assert sentence(FileNotFoundError(2, "No such file or directory", "x.csv")) == "x.csv: No such file or directory."


def test_main_returns_the_exit_code():
    assert main(["--version"]) == 0
