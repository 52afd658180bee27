"""The command group `schema-dsl`, and the one place that turns errors into messages and exit codes."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import click

from schema_dsl.cli.signals import interruptible
from schema_dsl.errors import SchemaDslError, escape_output

FINDINGS: Final = 1
USAGE: Final = 2
INTERRUPTED: Final = 130
"""128 and the number of SIGINT, as for other programs that Ctrl-C ends."""

# Each name is a module of this package that defines `command`, except a keyword of Python. Importing the module loads
# only click.
_COMMANDS: Final = ("diff", "dump", "generate", "import", "init", "introspect", "lint", "verify")
_MODULES: Final = {"import": "import_schema"}


class _LazyGroup(click.Group):
    """A group that imports a command when the command runs, and reports every error in one place."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        del ctx
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"schema_dsl.cli.{_MODULES.get(name, name)}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name; suggest a command whose name they misspell."""
        near = get_close_matches(args[0], _COMMANDS, n=1)
        if args[0] not in _COMMANDS and near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {near[0]!r}?")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            with interruptible():
                return super().invoke(ctx)
        except SchemaDslError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(USAGE)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            # The reader of the pipe has closed it, as `head` does.
            _drop_output()
            ctx.exit(FINDINGS)
        except OSError as error:
            _drop_output()
            # Errors of project files have a file name. Without one, the current folder was removed, or the file is
            # standard output or a temporary file.
            is_removed = isinstance(error, FileNotFoundError)
            unnamed = (
                "the current folder"
                if is_removed
                else f"standard output or a file in {tempfile.gettempdir()}"
            )
            place = error.filename or unnamed
            click.echo(escape_output(f"error: {place}: {error.strerror or error}"), err=True)
            ctx.exit(USAGE)


def _drop_output() -> None:
    """Redirect standard output to /dev/null, so that flushing its buffer at exit does not fail."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 success, 1 findings or failed proofs, 2 wrong usage, settings or definitions, or no server.",
)
@click.version_option(package_name="schema-dsl", message="%(prog)s %(version)s")
def main() -> None:
    """Declare a Postgres schema in Python, generate reviewable migrations, and prove what they do."""
