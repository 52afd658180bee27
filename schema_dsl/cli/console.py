"""Options and output that the commands share: progress on a terminal, plain lines in CI, `--quiet`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TextIO

import click

from schema_dsl.errors import escape_output

# The names of the settings, which --help does not load.
PLATFORMS: Final = ("vanilla", "supabase")


def quiet_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--quiet` to a command."""
    return click.option("--quiet", "-q", is_flag=True, help="Print errors and findings only.")(command)


def platform_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--platform` to a command."""
    return click.option(
        "--platform",
        type=click.Choice(PLATFORMS),
        help="Platform whose own objects are left out. Default: that of the settings.",
    )(command)


def schema_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--schema` to a command."""
    return click.option(
        "--schema",
        "schemas",
        multiple=True,
        metavar="NAME",
        help="Read this schema only, even if it belongs to the platform. Repeatable. "
        "Default: all schemas except those of the platform.",
    )(command)


def report_omissions(omissions: Iterable[str]) -> None:
    """Print the objects and properties that the model cannot express."""
    for omission in omissions:
        echo_message(f"warning: {omission}")


def echo_message(text: str) -> None:
    """Print a message with names of objects on standard error, without control characters and CI commands."""
    click.echo(escape_output(text), err=True)


def count(number: int, noun: str, plural: str = "") -> str:
    """Format a number with its noun in the singular or plural: `1 finding`, `2 findings`."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or f'{noun}s'}"


def uses_color(stream: TextIO) -> bool:
    """Return whether to write colors to a stream: it is a terminal, and NO_COLOR is not set."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def requested_width() -> int | None:
    """Return the width in COLUMNS; None if COLUMNS is not a valid width."""
    columns = os.environ.get("COLUMNS", "")
    # Python converts at most 4,300 digits.
    return int(columns[:9]) or None if columns.isdecimal() else None


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[str], None]]:
    """Yield a function that reports progress on standard error.

    On a terminal the function updates one line. In a log it prints one line per call. With `quiet` it prints
    nothing.
    """
    if quiet:
        yield lambda _line: None
        return
    from rich.console import Console  # noqa: PLC0415 - keeps --help light

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda line: click.echo(line, err=True)
        return
    with console.status("starting") as status:
        yield status.update
