"""The command `schema-dsl`, and what becomes of errors."""

from __future__ import annotations

import contextlib
import os
import sys
from importlib import import_module
from typing import Any, Final

import click

from schema_dsl.errors import SchemaDslError

FINDINGS: Final = 1
USAGE: Final = 2

# Each is a module of this package with a click command of the same name; none loads more than click.
_COMMANDS: Final = ("generate", "init", "lint", "verify")


class _LazyGroup(click.Group):
    """Commands that are loaded when they are called, and one place for errors."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        del ctx
        if name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"schema_dsl.cli.{name}").command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SchemaDslError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(USAGE)
        except BrokenPipeError:
            # The reader has seen enough, as in `| head`.
            _drop_output()
            ctx.exit(FINDINGS)
        except OSError as error:
            _drop_output()
            place = f"{error.filename}: " if error.filename else ""
            click.echo(f"error: {place}{error.strerror or error}", err=True)
            ctx.exit(USAGE)


def _drop_output() -> None:
    """Let what is still buffered not fail at exit."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine, 1 findings, 2 usage, definitions, or nothing could be run.",
)
@click.version_option(package_name="schema-dsl", message="%(prog)s %(version)s")
def main() -> None:
    """Declare a Postgres schema in Python, get a migration people can review, and proof that it works."""
