"""How things are shown on a terminal, and in the plain lines of CI."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that tells what is under way: one line that changes, or in a log a line each."""
    from rich.console import Console  # noqa: PLC0415 - keeps --help light

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda line: click.echo(line, err=True)
        return
    with console.status("starting") as status:
        yield status.update
