"""The command line: data on standard output, talk on standard error, errors in three lines, one table of statuses at the end."""

from __future__ import annotations

import gc
import os
import sys
from typing import Annotated

import typer

from gongji.catalogue import COMMANDS
from gongji.exit_status import ExitStatus, help_line
from gongji.groups import LazyGroup, help_columns

YOUNG_OBJECTS = 50_000


def _listed() -> None:
    """Stands for a command in the list of commands until it is called."""


# Plain help: what draws boxes takes longer to import than all else, and cuts words where Chinese and English stand together.
app = typer.Typer(
    name="gongji",
    cls=LazyGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    epilog=help_line(),
    context_settings={"terminal_width": help_columns(), "help_option_names": ["-h", "--help"]},
)
for command, (_, help_text) in COMMANDS.items():
    app.command(command, help=help_text)(_listed)


def _put_version(is_requested: bool) -> None:
    """Prints the version on standard output."""
    if is_requested:
        from importlib.metadata import version

        typer.echo(f"gongji {version('gongji')}")
        raise typer.Exit


@app.callback()
def _top(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_put_version, is_eager=True, help="版本 Print the version.")
    ] = False,
) -> None:
    """共济：人人可核对的社区账本 A community ledger that anyone can check."""
    del version


def main() -> None:
    """Entry point: runs a command and tells errors in three lines."""
    # Whatever a command or a process that it starts writes is its owner's alone.
    os.umask(0o077)
    # What imports make stays. To look through it again with each 700 objects more takes a tenth of the time of a command.
    gc.set_threshold(YOUNG_OBJECTS)
    try:
        exit_status = app(prog_name="gongji", standalone_mode=False) or 0
        sys.stdout.flush()
        sys.exit(exit_status)
    except BrokenPipeError:
        _end_with_reader()
    except SystemExit as end:
        # What parses the command line makes a closed pipe an exit of its own, with the status of an error.
        if not isinstance(end.__context__, BrokenPipeError):
            raise
        _end_with_reader()
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(ExitStatus.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 what is not ours is raised again
        sys.exit(_tell(error))


def _end_with_reader() -> None:
    """Ends as a program ends whose reader went away, such as `head`: without a word, with the status of SIGPIPE."""
    # The interpreter writes what is left at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(ExitStatus.READER_GONE)


def _tell(error: Exception) -> int:
    """Tells an error in three lines and gives the exit status; raises it again if nobody foresaw it."""
    from gongji.failures import described
    from gongji.output import tell_error

    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(str(error))
        return ExitStatus.USAGE
    failure = described(error)
    if failure is None:
        raise error
    tell_error(failure.what, failure.why, failure.remedy)
    return failure.exit_status
