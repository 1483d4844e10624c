"""The page in a real browser: it says what Python says, whatever is moved."""

import shlex
from typing import Any

import numpy as np
import pytest

import hillock as hk
from hillock.cli import main
from hillock.experiment import catalogue
from hillock.explorer import explore
from hillock.stimuli import GaussianNoise, Pulses, Sine, Step

pytestmark = pytest.mark.browser


def made(name: str) -> Any:
    kind: Any = catalogue.all_cells()[name]
    return kind()


def spikes_of(script: str, folder, monkeypatch) -> np.ndarray:
    """Run a copied script and return the spike times that it prints."""
    monkeypatch.chdir(folder)
    names: dict = {}
    exec(compile(script, "script", "exec"), names)
    return names["rec"].spike_times


@pytest.mark.parametrize("name", sorted(catalogue.all_cells()))
def test_the_copied_script_of_every_cell_has_the_spikes_of_the_picture(show, name, tmp_path, monkeypatch):
    shown = show(explore(made(name), dialects=["hillock"]))
    assert len(shown.spikes()) > 0
    np.testing.assert_allclose(spikes_of(shown.text("script"), tmp_path, monkeypatch), shown.spikes(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", ["constant", "step", "pulses", "sine", "noise"])
def test_the_copied_script_of_every_input_has_the_spikes_of_the_picture(show, lif, kind, tmp_path, monkeypatch):
    shown = show(lif, "duration=500").choose("kind", kind)
    assert len(shown.spikes()) > 0
    np.testing.assert_allclose(spikes_of(shown.text("script"), tmp_path, monkeypatch), shown.spikes(), rtol=0, atol=1e-9)


@pytest.mark.parametrize("dialect", ["nest", "brian2", "ngclearn", "norse"])
def test_the_copied_script_of_every_dialect_has_the_spikes_of_the_picture(show, lif, dialect, tmp_path, monkeypatch):
    shown = show(lif).choose("dialect", dialect)
    assert len(shown.spikes()) > 0
    np.testing.assert_allclose(spikes_of(shown.text("script"), tmp_path, monkeypatch), shown.spikes(), rtol=0, atol=1e-9)


@pytest.mark.parametrize(
    "stimulus", [Step(0.4, start=5, stop=90, baseline=0.1), Pulses.train(0.9, count=3, width=5, period=30), Sine(0.3, 15, offset=0.2)]
)
def test_a_page_begins_with_the_stimulus_that_it_is_given(show, stimulus):
    shown = show(explore(hk.cells.LIF(), stimulus, dialects=["hillock"]))
    rec = hk.simulate(hk.cells.LIF(), stimulus, duration=200, dt=0.1, dtype="float64")
    np.testing.assert_allclose(shown.spikes(), rec.spike_times, rtol=0, atol=1e-9)


def test_a_slider_moves_the_spikes_as_the_engine_says(show, lif):
    shown = show(lif).put("LIF.tau_m", 31.5).put("Constant.amplitude", 0.42)
    rec = hk.simulate(hk.cells.LIF(tau_m=31.5), hk.stimuli.Constant(0.42), duration=200, dt=0.1, dtype="float64")
    np.testing.assert_allclose(shown.spikes(), rec.spike_times, rtol=0, atol=1e-9)


def test_the_command_and_the_experiment_file_have_the_spikes_of_the_picture(show, lif, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shown = show(lif, "kind=Pulses&LIF.tau_m=12.5&Pulses.amplitude=0.8&dialect=nest")
    (tmp_path / "page.toml").write_text(shown.text("experiment"), encoding="utf-8")
    file = hk.experiment.read(tmp_path / "page.toml").run()
    np.testing.assert_allclose(file.spike_times, shown.spikes(), rtol=0, atol=1e-9)
    assert main(shlex.split(shown.text("command"))[1:]) == 0
    assert f"{len(shown.spikes())} " in capsys.readouterr().out
    np.testing.assert_allclose(hk.load(tmp_path / "lif.npz").spike_times, shown.spikes(), rtol=0, atol=1e-9)


def test_noise_is_that_of_its_key(show, lif, tmp_path, monkeypatch):
    shown = show(lif, "kind=GaussianNoise&key=7")
    rec = hk.simulate(hk.cells.LIF(), GaussianNoise(0.21, 0.3), duration=200, dt=0.1, key=7, dtype="float64")
    np.testing.assert_allclose(shown.spikes(), rec.spike_times, rtol=0, atol=1e-9)
    before = shown.spikes()
    assert len(shown.put("key", 8).spikes()) != len(before) or not np.allclose(shown.spikes(), before)


def test_the_curve_is_that_of_python(show, lif):
    shown = show(lif)
    currents = np.linspace(0, 0.9, 40)
    np.testing.assert_array_equal(shown.redrawn("rates"), hk.analysis.fi_curve(hk.cells.LIF(), currents, dtype="float64"))
    assert shown.text("rheobase") == "0.15 nA"


def test_the_rheobase_of_a_cell_without_closed_form_is_found(show, izhikevich):
    found = float(show(izhikevich).text("rheobase").split()[0])
    assert found == pytest.approx(hk.analysis.rheobase(hk.cells.Izhikevich(), dtype="float64"), abs=25 / 39 / 2**10 + 0.005)  # bisection, 3 digits


def test_the_time_constant_is_read_off_the_equations(show, lif, izhikevich):
    assert show(lif, "LIF.tau_m=12").text("tau") == "12 ms"
    assert show(izhikevich).text("tau") == "5 ms"  # 1/(0.08·65 - 5) of the quadratic at -65 mV


def test_spikes_of_the_linear_cell_are_late_by_less_than_a_step(show, lif):
    shown = show(lif)
    exact = 20 * np.log(2) + np.arange(12) * (2 + 20 * np.log(2))
    late = shown.spikes() - exact  # each interval is rounded up to the grid
    assert shown.text("how") == "spikes against closed form"
    assert shown.text("error") == f"{late.mean():.2g} ms late, at most {late.max():.2g} ms"


@pytest.mark.parametrize("cell", [hk.cells.LIF(i_e=0.02), hk.cells.IntegrateAndFire(t_ref=3.0)], ids=lambda cell: type(cell).__name__)
@pytest.mark.parametrize(
    "stimulus", [Step(0.4, start=5, stop=90, baseline=0.2), Pulses.train(0.9, count=4, width=30, period=40, start=3)], ids=["step", "pulses"]
)
def test_the_closed_form_is_where_the_exact_engine_fires(show, cell, stimulus):
    shown = show(explore(cell, stimulus, dialects=["hillock"]))
    rec = hk.simulate(cell, stimulus, duration=200, dt=0.1, engine="exact")
    assert shown.text("how") == "spikes against closed form"
    np.testing.assert_allclose(shown.redrawn("exact"), rec.spike_times, rtol=0, atol=1e-9)


def test_a_smaller_step_brings_the_spikes_nearer_to_where_they_belong(show, izhikevich):
    coarse, fine = (float(show(izhikevich, f"dt={dt}").text("error").split()[0]) for dt in (0.2, 0.02))
    assert fine < coarse / 5


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("LIF.tau_m=-1", "LIF.tau_m must be > 0 ms, got −1 ms."),
        ("LIF.v_reset=-40", "LIF.v_reset must be < LIF.v_th, got −40 mV and −50 mV."),
        ("LIF.t_ref=0.25", "LIF.t_ref = 0.25 ms is not a whole number of steps of dt = 0.1 ms. Use 0.2 or 0.3 ms, or change dt."),
        ("dialect=snntorch", "The dialect snntorch has no refractory time. Set LIF.t_ref = 0 ms, or choose another dialect."),
        ("duration=100000", "This page runs up to 400000 steps, got 1000000. Use a larger dt."),
        ("thr=3", "The link says thr = 3, which this page does not know."),
        ("kind=Pulses&Pulses.count=2.5", "Pulses.count must be a whole number from 1 to 8, got 2.5."),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(show, lif, link, says):
    assert show(lif, link).text("problems") == says


def test_a_preset_is_that_of_the_literature(show, izhikevich):
    shown = show(izhikevich, "Constant.amplitude=10&duration=300").choose("preset", "CH")
    rec = hk.simulate(hk.cells.Izhikevich.preset("CH"), hk.stimuli.Constant(10.0), duration=300, dt=0.1, dtype="float64")
    np.testing.assert_allclose(shown.spikes(), rec.spike_times, rtol=0, atol=1e-9)


def test_a_preset_is_the_lesson_of_the_demo(show, lif):
    shown = show(lif).choose("preset", "ngc-learn, lecture 2B")
    cell = hk.dialects.ngclearn.LIF(
        tau_m=100.0, resist_m=1000.0, thr=-52.0, v_rest=-65.0, v_reset=-60.0, tau_theta=300.0, theta_plus=0.05, refract_time=2.0
    )
    rec = hk.simulate(cell, Step(0.3, start=1.0), duration=20, dt=0.1)
    np.testing.assert_allclose(shown.spikes(), rec.spike_times, rtol=0, atol=1e-9)


def test_the_link_brings_back_what_was_on_the_screen(show, lif):
    shown = show(lif).choose("kind", "noise").put("LIF.v_th", -48)
    shown.tab.click("#keep")
    shown.put("LIF.tau_m", 8)
    again = show(lif, shown.tab.evaluate("location.hash.slice(1)"))
    assert again.text("script") == shown.text("script")
    again.tab.click("#swap")
    assert "tau_m" not in again.settle().text("script")


def test_reset_brings_back_the_beginning(show, lif):
    shown = show(lif)
    script = shown.text("script")
    shown.put("LIF.tau_m", 7).choose("kind", "sine").choose("rival", "nest")
    shown.tab.click("#reset")
    assert shown.settle().text("script") == script
    assert shown.tab.evaluate("location.hash") == ""
