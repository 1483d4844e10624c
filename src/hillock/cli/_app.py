"""The command ``hillock``: its subcommands, and what every error becomes."""

import gc
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Parameter

from hillock.cli._compare import compare
from hillock.cli._converge import converge
from hillock.cli._demo import demo
from hillock.cli._describe import describe
from hillock.cli._explain import explain
from hillock.cli._explore import explore
from hillock.cli._fit import fit
from hillock.cli._init import init
from hillock.cli._list import list_all
from hillock.cli._run import run
from hillock.cli._talk import UsageError, be_silent, complain, finish, sentence, speak_any_alphabet, warnings_as_lines


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415  (a tenth of what 'hillock --help' takes)

    return version("hillock")


app = App(
    name="hillock",
    help="Simulate, explain and compare spiking neurons. Start with: hillock demo",
    version=_version,
    help_format="plaintext",
    default_parameter=Parameter(negative=()),
    result_action="return_value",
    suppress_keyboard_interrupt=False,  # main answers it
)
app.command(demo)
app.command(run)
app.command(init)
app.command(describe)
app.command(explain)
app.command(explore)
app.command(list_all, name="list")
app.command(compare)
app.command(converge)
app.command(fit)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code: 0, 1 for an error, 2 for wrong usage, 130 after Ctrl-C.

    Args:
        arguments: the words after ``hillock``; those of the process by default.

    """
    speak_any_alphabet()
    collecting = gc.isenabled()
    gc.disable()  # importing makes half a million objects and no garbage; looking for it takes a fifth of a short run
    try:
        with warnings_as_lines():
            code = app(arguments, print_error=False, exit_on_error=False) or 0
        finish()
    except (CycloptsError, UsageError) as error:
        complain(f"{error} See hillock --help.".replace("\n", " "))
        return 2
    except KeyboardInterrupt:
        complain("Interrupted; nothing was written.")
        return 130
    except BrokenPipeError:  # the reader of our output has seen enough
        be_silent()
        return 0
    except Exception as error:
        complain(sentence(error))
        return 1
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else 0 if stop.code is None else 1
    else:
        return code
    finally:
        if collecting:
            gc.enable()
