"""The command line: the group of commands, and the one place where errors become exit statuses.

0 clean; 1 the gate failed; 2 the user can fix it; 3 a bug in cmpolicy; 130 interrupted.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import signal
import sys
from collections.abc import Sequence
from types import FrameType
from typing import Final, NoReturn, TextIO

import click

from cmpolicy import __version__
from cmpolicy.errors import CmpolicyError

MENDABLE: Final = 2
BUG: Final = 3
INTERRUPTED: Final = 130
SOON: Final = 0.8
"""Seconds after an interrupt in which the program is over."""

COMMANDS: Final = (
    "check",
    "controls",
    "diff",
    "digest",
    "explain",
    "plans",
    "schema",
    "test",
    "timeline",
)
"""Every command has a module of its name here, with the command in `command`."""


class Commands(click.Group):
    """Loads a command's module when it is used: a hook run pays for one command only."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        del ctx
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by name, or None."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"cmpolicy.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command named, with the nearest one in the message where there is none."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from cmpolicy.nearest import nearest

            guess = nearest(name, COMMANDS)
            hint = f"did you mean `{guess}`?" if guess else f"there are {', '.join(COMMANDS)}"
            ctx.fail(f"there is no command `{name}`; {hint}")
        return super().resolve_command(ctx, args)


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="cmpolicy")
@click.option("--debug", is_flag=True, help="Show a traceback where cmpolicy itself fails.")
def cli(*, debug: bool) -> None:
    """Check co-managed IT agreements against policy packs.

    cmpolicy computes what the promises of an engagement agreement mean: coverage over real dates,
    worst-case response, an escalation played out. It is not legal advice.
    """
    del debug


def main(arguments: Sequence[str] | None = None) -> int:  # noqa: PLR0911 - a status for each ending
    """Run a command and return the exit status; nothing but a status ever leaves it."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given[:1]
    try:
        _need_standard_output()
        status = cli.main(given, prog_name="cmpolicy", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as wrong:
        _show_misuse(wrong)
        return MENDABLE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        drop(sys.stdout)  # the reader of a pipe went away
        return INTERRUPTED
    except CmpolicyError as error:
        show(error)
        return MENDABLE
    except Exception as fault:  # noqa: BLE001 - the one place where whatever escapes is reported
        return _failed(fault, debug=debug)
    return status if isinstance(status, int) else 0


def _need_standard_output() -> None:
    """Raise an error where standard output was closed before the program began."""
    if sys.stdout is None:
        hint = "open it: `> /dev/null` drops what is written there"
        raise CmpolicyError("standard output is closed", None, hint)


def show(error: CmpolicyError) -> None:
    """Write every problem of an error to standard error, each with its place and its remedy."""
    from cmpolicy.reporters.escape import visible

    for problem in error.problems:
        place = f"{problem.location}: " if problem.location else ""
        label = click.style("error", fg="red", bold=True)
        say(f"{label}: {visible(place + problem.message)}")
        if problem.hint:
            say(f"  {click.style('help', fg='cyan')}: {visible(problem.hint)}")


def _show_misuse(wrong: click.ClickException) -> None:
    """Write how a command is used, and what of the arguments is wrong, on one line."""
    from cmpolicy.reporters.escape import one_line

    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    if context is not None:
        say(context.get_usage())
        say(f"Try '{context.command_path} --help' for help.\n")
    say(f"Error: {one_line(wrong.format_message())}")


def _failed(fault: Exception, *, debug: bool) -> int:
    """Report a fault of the machine, or else a bug, and return the status."""
    from cmpolicy.cli.faults import explained

    if debug:
        import traceback

        say(traceback.format_exc())
    error = explained(fault)
    fault.__traceback__ = None  # it holds on to what everything was made of: memory may be short
    if error is not None:
        show(error)
        return MENDABLE
    kind = type(fault).__name__
    text = " ".join(str(fault).split())
    say(f"cmpolicy failed by a bug of its own: {kind}: {text}")
    say("Run `cmpolicy --debug ...` for the traceback, and please report it.")
    return BUG


def say(text: str) -> None:
    """Write a line to standard error; where nothing can be written there, nothing is."""
    try:
        click.echo(text, err=True)
    except (OSError, ValueError):
        drop(sys.stderr)


def drop(stream: TextIO | None) -> None:
    """Let a stream that cannot be written write nowhere: Python flushes it once more at its end."""
    with contextlib.suppress(OSError, ValueError):
        if stream is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def run() -> None:
    """Run as the program: exit with the status, soon after an interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # a shell may ignore it
        signal.signal(signal.SIGINT, _interrupt)
    status = main()
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            drop(stream)
    sys.exit(status)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Interrupt the program; where the interrupt gets lost on its way, end it all the same."""
    from threading import Timer

    watch = Timer(SOON, os._exit, (INTERRUPTED,))
    watch.daemon = True
    watch.start()
    signal.default_int_handler(number, frame)
