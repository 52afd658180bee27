"""Run the command line as a program: `schema-dsl` or `python -m schema_dsl`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import Final, NoReturn

# The exit codes of programs that SIGHUP, SIGINT and SIGTERM end.
_INTERRUPTED: Final = (129, 130, 143)


def run() -> NoReturn:
    """Run the command line and end the process.

    Python does not search for garbage, neither during a command nor at the end: that takes up to two seconds for a
    large schema. Only `verify` runs long enough to need it, and enables it. After a signal, the process also waits
    for no thread: everything that must be removed has been removed.
    """
    gc.disable()
    try:
        from schema_dsl.cli import main  # noqa: PLC0415 - Ctrl-C may come during the import

        main(prog_name="schema-dsl")
    except KeyboardInterrupt:
        status: str | int | None = 130
    except SystemExit as end:
        status = end.code
    gc.freeze()
    if isinstance(status, int) and status in _INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    run()
