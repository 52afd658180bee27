"""Run the command line as a program: `schema-dsl` or `python -m schema_dsl`."""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from typing import Final, NoReturn, TextIO

# The exit codes of programs that SIGHUP, SIGINT and SIGTERM end.
_INTERRUPTED: Final = (129, 130, 143)
# The command did not do its work, as after wrong usage.
_FAILED: Final = 2


def run() -> NoReturn:
    """Run the command line and end the process.

    Python does not search for garbage, neither during a command nor at the end: that takes up to two seconds for a
    large schema. Only `verify` runs long enough to need it, and enables it. After a signal, the process also waits
    for no thread: everything that must be removed has been removed. An exception that no command expects ends the
    process with 2 and a message; its traceback goes into a file.
    """
    gc.disable()
    _open_closed_streams()
    try:
        from schema_dsl.cli import main  # noqa: PLC0415 - Ctrl-C may come during the import

        main(prog_name="schema-dsl")
    except KeyboardInterrupt:
        status: str | int | None = 130
    except SystemExit as end:
        status = end.code
    except Exception as error:  # noqa: BLE001 - a fault of schema-dsl, of any kind
        status = _report_fault(error)
    gc.freeze()
    if isinstance(status, int) and status in _INTERRUPTED:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                stream.flush()
        os._exit(status)
    sys.exit(status)


def _open_closed_streams() -> None:
    """Discard the output to a stream that the caller has closed, as in `schema-dsl lint >&-`."""
    # Python sets a closed stream to None, which the annotation of the stream does not say.
    streams: tuple[TextIO | None, TextIO | None] = (sys.stdout, sys.stderr)
    for name, stream in zip(("stdout", "stderr"), streams, strict=True):
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end


def _report_fault(error: Exception) -> int:
    """Print that schema-dsl failed, write the traceback to a file, and return the exit code."""
    import tempfile  # noqa: PLC0415 - only this needs it
    import traceback  # noqa: PLC0415 - only this needs it

    kept = ""
    with (
        contextlib.suppress(OSError),
        tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", prefix="schema-dsl-", suffix=".txt", delete=False
        ) as file,
    ):
        file.writelines(traceback.format_exception(error))
        kept = f"\n  The details are in {file.name}: report them, with the input if possible."
    message = f"error: schema-dsl failed ({type(error).__name__}). This is a fault of schema-dsl, not of your files."
    with contextlib.suppress(OSError, ValueError):
        print(message + kept, file=sys.stderr)  # noqa: T201 - the command line failed
    return _FAILED


if __name__ == "__main__":
    run()
