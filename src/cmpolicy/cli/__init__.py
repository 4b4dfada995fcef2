"""The command line: the group of commands, and the one place where errors become exit statuses.

0 clean; 1 the gate failed; 2 the user can mend it; 3 a bug in cmpolicy; 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence
from typing import Final

import click

from cmpolicy import __version__
from cmpolicy.errors import CmpolicyError

MENDABLE: Final = 2
BUG: Final = 3
INTERRUPTED: Final = 130

COMMANDS: Final = ("check", "controls", "diff", "digest", "explain", "schema", "test", "timeline")
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
        status = cli.main(given, prog_name="cmpolicy", standalone_mode=False)
    except click.exceptions.Exit as ending:
        return ending.exit_code
    except click.ClickException as wrong:
        wrong.show()
        return MENDABLE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe went away; Python must not complain again when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    except CmpolicyError as error:
        show(error)
        return MENDABLE
    except Exception as bug:
        if debug:
            raise
        _show_bug(bug)
        return BUG
    return status if isinstance(status, int) else 0


def show(error: CmpolicyError) -> None:
    """Write every problem of an error to standard error, each with its place and its remedy."""
    from cmpolicy.reporters.escape import visible

    for problem in error.problems:
        place = f"{problem.location}: " if problem.location else ""
        label = click.style("error", fg="red", bold=True)
        click.echo(f"{label}: {visible(place + problem.message)}", err=True)
        if problem.hint:
            click.echo(f"  {click.style('help', fg='cyan')}: {visible(problem.hint)}", err=True)


def _show_bug(bug: Exception) -> None:
    kind = type(bug).__name__
    text = " ".join(str(bug).split())
    click.echo(f"cmpolicy failed by a bug of its own: {kind}: {text}", err=True)
    click.echo("Run `cmpolicy --debug ...` for the traceback, and please report it.", err=True)


def run() -> None:
    """Run as the console script."""
    sys.exit(main())
