"""What processes tell each other arrives, whole and in order; one that is lost is missed."""

import signal

import numpy as np
import pytest

from hillock.distributed import LostProcessError, Processes, launch
from tests.distributed.company import company, each, hang_up

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("size", [0, 1, 1000, 2**22])
def test_each_process_gets_the_message_of_each(count, size):
    messages = [bytes([p]) * (size + p) for p in range(count)]
    with company(count) as joined:
        assert each(lambda one: one.gather_bytes(messages[one.number]), joined) == [messages] * count


def test_a_process_that_is_alone_hears_itself():
    alone = Processes(0, 1)
    assert alone.gather_bytes(b"hello") == [b"hello"]
    alone.wait()
    alone.agree({"dt": "0.1"})


def test_each_process_completes_arrays_by_the_columns_of_the_others():
    whole = [np.arange(30, dtype=np.float32).reshape(3, 10), np.arange(8, dtype=np.uint64)[None] + 2**63]
    cuts = [[0, 4, 4, 10], [0, 1, 5, 8]]

    def complete(one):
        arrays = [
            np.where((np.arange(x.shape[1]) >= c[one.number]) & (np.arange(x.shape[1]) < c[one.number + 1]), x, 0)
            for x, c in zip(whole, cuts, strict=True)
        ]
        one.complete(arrays, cuts)
        return arrays

    with company(3) as joined:
        for found in each(complete, joined):
            assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(found, whole, strict=True))


def test_a_lost_process_is_missed_by_the_others():
    with company(2) as joined:
        hang_up(joined[1])
        with pytest.raises(LostProcessError) as error:
            joined[0].wait()
    assert str(error.value) == "Process 0 of 2 has lost another, and cannot go on alone."


def test_processes_that_do_not_run_the_same_say_where_they_differ():
    with company(2) as joined:
        errors = each(lambda one: one.agree({"dt": "0.1", "E.n": str(10 + one.number)}), joined)
    assert [str(error) for error in errors] == ["Process 1 runs with E.n = 11, and process 0 with 10. Start all processes with the same."] * 2


def test_ctrl_c_in_one_process_ends_all_at_the_same_point():
    arrays, cuts = [np.zeros((1, 2))], [[0, 1, 2]]
    with company(2) as joined, joined[0].postponed():
        assert each(lambda one: one.complete(arrays, cuts), joined) == [None, None]
        signal.raise_signal(signal.SIGINT)
        errors = each(lambda one: one.complete(arrays, cuts), joined)
        assert each(lambda one: one.complete(arrays, cuts), joined) == [None, None]
    assert [type(error) for error in errors] == [KeyboardInterrupt, KeyboardInterrupt]


def test_ctrl_c_that_came_too_late_is_not_forgotten():
    with company(2) as joined, pytest.raises(KeyboardInterrupt), joined[0].postponed():
        signal.raise_signal(signal.SIGINT)


def test_a_folder_that_all_see_is_shared(tmp_path):
    with company(2) as joined:
        assert each(lambda one: one.share(tmp_path), joined) == [None, None]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_the_same_for_all_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("hillock.distributed._processes._LATE", 0.1)
    (tmp_path / "other").mkdir()
    with company(2) as joined:
        errors = each(lambda one: one.share(tmp_path / ("other" if one.number else "")), joined)
    assert str(errors[0]) == f"store: process 1 does not see what process 0 writes into '{tmp_path}'. Choose a folder that is on all machines."


def test_a_number_of_processes_below_one_is_refused():
    with pytest.raises(ValueError, match=r"^processes must be a whole number ≥ 1, got 0\.$"):
        launch(["true"], 0)
