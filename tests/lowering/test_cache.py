"""Kernels on disk: found again, rebuilt where they are damaged, and never taken from where others can write."""

import os
import stat
import subprocess
import sys

import numpy as np
import pytest

import hillock as hk
from hillock.engines import _form
from hillock.lowering import _cache, host

CELL, STIMULUS = hk.cells.LIF(theta_plus=1.0), hk.stimuli.Constant(0.3)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """A folder for kernels, and a process that remembers none."""
    monkeypatch.setenv("HILLOCK_CACHE_DIR", str(tmp_path / "kernels"))
    monkeypatch.setattr(_form, "_FORMS", {})
    return tmp_path / "kernels"


@pytest.fixture
def compiled(monkeypatch):
    """What was compiled, and not found."""
    names = []

    def compile_object(text, machine):
        names.append(text)
        return whole(text, machine)

    whole = _cache.compile_object
    monkeypatch.setattr(_cache, "compile_object", compile_object)
    return names


def spikes():
    _form._FORMS.clear()
    return hk.simulate(CELL, STIMULUS, duration=100, dt=0.1, engine="simd").spike_steps


def kernel(folder):
    """Return the file of the kernel: that of the lists of events is the smaller."""
    return max(folder.glob("*.o"), key=lambda path: path.stat().st_size)


def test_a_kernel_is_built_once(kept, compiled):
    first = spikes()
    built = len(compiled)
    np.testing.assert_array_equal(spikes(), first)
    assert len(compiled) == built >= 1


@pytest.mark.parametrize("damage", [lambda b: b[:-100], lambda b: b[:200] + b"\x00" + b[201:], lambda b: b"", lambda b: b"\x7fELF" + b[4:]])
def test_a_damaged_kernel_is_built_anew_and_never_executed(kept, compiled, damage):
    first = spikes()
    path = kernel(kept)
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    compiled.clear()
    np.testing.assert_array_equal(spikes(), first)
    assert len(compiled) == 1
    assert path.read_bytes() == whole


def test_the_folder_is_the_users_alone(kept):
    spikes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert not list(kept.glob(".*"))  # nothing half written is left


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no owners of files")
def test_a_folder_that_others_can_write_to_is_not_used(kept, compiled):
    kept.mkdir(mode=0o777)
    kept.chmod(0o777)
    spikes()
    assert not list(kept.iterdir())
    assert _cache.folder() is None


@pytest.mark.parametrize("place", ["", "/dev/null/no/folder"])
def test_without_a_folder_kernels_are_built_every_time(monkeypatch, compiled, place):
    monkeypatch.setenv("HILLOCK_CACHE_DIR", place)
    assert _cache.folder() is None
    assert len(spikes()) > 0
    assert compiled


def test_a_disk_that_is_full_costs_time_and_not_the_run(kept, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(_cache.tempfile, "mkstemp", full)
    assert len(spikes()) > 0


def test_another_processor_another_version_another_file(kept, monkeypatch):
    def code(name, machine):
        _cache.object_code(name, machine, lambda: "define void @f() {\n  ret void\n}")
        return set(kept.glob("*.o"))

    here = host()
    one = code("f", here)
    assert code("f", here) == one
    assert len(code("f", here._replace(features=here.features + ",-fma"))) == 2
    monkeypatch.setattr(_cache, "_hillock", lambda: "another")
    assert len(code("f", here)) == 3


def test_a_second_process_finds_the_kernels_of_the_first(kept):
    simulation = "hk.simulate(hk.cells.LIF(), hk.stimuli.Constant(0.3), duration=50, dt=0.1, engine='simd').spike_times"
    first = f"import hillock as hk; print({simulation})"
    second = f"from hillock.lowering import _cache; _cache.compile_object = None; {first}"
    found = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout for script in (first, second)]
    assert found == ["[13.9 29.8 45.7]\n"] * 2
