"""Where processes meet: as they are told, as ``launch`` says, or as SLURM does."""

import re

import pytest

from hillock.distributed import initialize, processes
from hillock.distributed._address import Address, address, first_host, of_slurm

pytestmark = pytest.mark.slow

SLURM = {
    "SLURM_JOB_ID": "1000",
    "SLURM_STEP_ID": "2",
    "SLURM_STEP_NUM_TASKS": "4",
    "SLURM_PROCID": "3",
    "SLURM_STEP_NODELIST": "node[003-005,7],gpu1",
}


@pytest.fixture(autouse=True)
def _alone(monkeypatch):
    for name in ("HILLOCK_COORDINATOR", "HILLOCK_PROCESSES", "HILLOCK_PROCESS_ID", *SLURM):
        monkeypatch.delenv(name, raising=False)


def test_a_process_that_is_told_nothing_is_alone():
    assert address() is None
    alone = initialize()
    assert (alone.number, alone.count, alone.is_first) == (0, 1, True)
    assert processes() is alone


def test_a_launched_process_finds_its_address_in_the_environment(monkeypatch):
    given = Address("127.0.0.1:5000", 3, 2)
    for name, value in given.environment.items():
        monkeypatch.setenv(name, value)
    assert address() == given


def test_a_task_of_slurm_meets_the_others_at_the_first_host_of_its_step():
    assert of_slurm(SLURM) == Address(f"node003:{65536 - 4096 + (31 * 1000 + 2) % 4096}", 4, 3)


def test_a_single_task_of_slurm_is_alone():
    assert of_slurm({**SLURM, "SLURM_STEP_NUM_TASKS": "1"}) is None


@pytest.mark.parametrize(
    ("nodes", "host"),
    [("node1", "node1"), ("a,b", "a"), ("node[01-04]", "node01"), ("n[7,9-11],b", "n7"), ("rack-2-n[003-005]-ib", "rack-2-n003-ib")],
)
def test_the_first_of_slurms_hosts(nodes, host):
    assert first_host(nodes) == host


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("node1:5000", 2, None), "process is missing. Every process needs all of coordinator, processes, process."),
        (("node1", 2, 0), "coordinator must be host:port, such as node1:9876, got 'node1'."),
        (("node1:5000", 0, 0), "processes must be a whole number ≥ 1, got 0."),
        (("node1:5000", 2, 2), "process must be a whole number from 0 to 1, got 2."),
    ],
)
def test_an_address_that_is_incomplete_or_wrong_is_refused(given, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        initialize(*given)


def test_an_environment_that_is_incomplete_is_refused(monkeypatch):
    monkeypatch.setenv("HILLOCK_PROCESSES", "2")
    message = "HILLOCK_COORDINATOR is missing. Every process needs all of HILLOCK_COORDINATOR, HILLOCK_PROCESSES, HILLOCK_PROCESS_ID."
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        initialize()
