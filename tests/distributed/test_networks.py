"""One network in several processes has the spikes, traces and states that it has in one, bit for bit."""

import subprocess
import sys

import numpy as np
import pytest

import hillock as hk
from hillock.distributed import LostProcessError, launch
from tests.distributed import networks

pytestmark = pytest.mark.slow


def same(a, b):
    """Whether two recordings are the same to the last bit, what the next step is made from included."""
    for one, other in zip(a.values(), b.values(), strict=True):
        assert np.array_equal(one.spike_steps, other.spike_steps)
        assert np.array_equal(one.spike_neurons, other.spike_neurons)
        assert all(np.array_equal(one.traces[name], other.traces[name]) for name in {**one.traces, **other.traces})
    ends = [rec.end.carry for rec in (a, b)]
    return a.end.step == b.end.step and ends[0].keys() == ends[1].keys() and all(np.array_equal(x, ends[1][path]) for path, x in ends[0].items())


@pytest.fixture(scope="module", params=[(2, 1), (3, 2)], ids=["2 processes", "3 processes of 2 threads"])
def folder(request, tmp_path_factory):
    """The folder into which several processes wrote what came of each network."""
    where, (processes, threads) = tmp_path_factory.mktemp("together"), request.param
    assert launch([sys.executable, "-m", "tests.distributed.networks", str(where), str(threads)], processes) == 0
    return where


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_network_is_the_same_in_several_processes(folder, kind, tmp_path):
    alone = networks.run(kind)
    alone.save(tmp_path / "alone.npz")
    assert len(alone["E"].spike_steps) > 100
    assert same(hk.load(folder / f"{kind}.npz"), hk.load(tmp_path / "alone.npz"))


def test_a_network_that_several_processes_write_to_disk_is_the_same(folder, tmp_path):
    networks.run("plain", store=tmp_path / "alone")
    assert same(hk.load(folder / "stream"), hk.load(tmp_path / "alone"))


def test_several_processes_go_on_where_others_stopped(folder, tmp_path):
    networks.run("plain", start=networks.run("plain").end, store=tmp_path / "alone")
    assert same(hk.load(folder / "more"), hk.load(tmp_path / "alone"))


LOSING = """
import os, sys
import hillock as hk
from tests.distributed.networks import run

company = hk.distributed.initialize()
run("plain")
if company.number == 1:
    {end}
run("plain")
"""


@pytest.mark.parametrize(
    ("end", "how"),
    [
        ("os.kill(os.getpid(), 9)", "was killed by SIGKILL before"),
        ("sys.exit('no more')", "ended with exit code 1 before the run was over (no more),"),
    ],
)
def test_a_lost_process_ends_the_run_with_a_sentence(end, how):
    with pytest.raises(LostProcessError) as error:
        launch([sys.executable, "-c", LOSING.format(end=end)], 2)
    assert str(error.value).startswith(f"Process 1 of 2 {how}")
    assert str(error.value).endswith("and the others were ended.")


def test_processes_that_run_different_networks_are_told_where_they_differ(capfd):
    code = "import hillock as hk\nfrom tests.distributed.networks import run\nrun(['plain', 'joined'][hk.distributed.initialize().number])"
    assert launch([sys.executable, "-c", code], 2) == 1
    said = capfd.readouterr().err.strip().splitlines()[-1]
    assert said == "ValueError: Process 1 runs with projections = 4 of them, and process 0 with 3 of them. Start all processes with the same."


def test_the_scan_engine_runs_a_network_in_one_process(capfd):
    code = (
        "import hillock as hk\nfrom tests.distributed.networks import network\nhk.distributed.initialize()\n"
        "hk.simulate(network('plain'), duration=1.0, dt=0.1, key=1, engine='scan')"
    )
    assert launch([sys.executable, "-c", code], 2) == 1
    said = capfd.readouterr().err.strip().splitlines()[-1]
    assert said == "ValueError: The engine scan runs a network in one process, got 2. Use engine='simd'."


@pytest.mark.parametrize("process", [0, 1])
def test_a_process_whose_others_do_not_come_says_so(process):
    code = (
        f"import hillock as hk\nhk.distributed.initialize('127.0.0.1:9', 2, {process}, timeout=1.0)"
        if process
        else (
            "import hillock as hk, socket\nwith socket.socket() as one:\n    one.bind(('127.0.0.1', 0))\n    port = one.getsockname()[1]\n"
            "hk.distributed.initialize(f'127.0.0.1:{port}', 2, 0, timeout=1.0)"
        )
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"Process {process} of 2 missed another at 127.0.0.1:" in ended.stderr.splitlines()[-1]
    assert ended.stderr.endswith(" for 1 s. Start all, or check the address.\n")


def test_processes_are_joined_before_anything_is_computed():
    code = "import jax.numpy as jnp, hillock as hk\njnp.zeros(3)\nhk.distributed.initialize('127.0.0.1:5000', 2, 0)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert ended.stderr.endswith("RuntimeError: JAX has computed something already. Call hillock.distributed.initialize first.\n")
