"""Import the files of a definitions folder as the modules of a temporary package."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Final, TextIO

from schema_dsl.definitions.mistakes import to_definition_error
from schema_dsl.errors import DefinitionError, Terminated, display_path

_INIT: Final = "__init__"
_STDOUT, _STDERR = 1, 2
_load_numbers = count()


def list_files(folder: Path) -> list[Path]:
    """Return the Python files of a folder and its sub-folders, in the order in which they are imported.

    Hidden folders, caches and virtual environments are left out.

    Raises:
        DefinitionError: If two files are the same module.
    """
    skipped = {marker.parent for marker in folder.rglob("pyvenv.cfg")}
    files = [
        file
        for file in sorted(folder.rglob("*.py"))
        if not any(part.startswith(".") or part == "__pycache__" for part in file.relative_to(folder).parts)
        and skipped.isdisjoint(file.parents)
        and file.is_file()
    ]
    by_name: dict[tuple[str, ...], Path] = {}
    for file in files:
        other = by_name.setdefault(_module_path(file, folder), file)
        if other is not file:
            raise DefinitionError(
                f"{display_path(other)} and {display_path(file)} are the same module for Python",
                where=display_path(file),
                instead="Rename one of the two.",
            )
    # Python runs the __init__.py of a package before the modules of the package.
    return sorted(
        files,
        key=lambda file: ["" if part == f"{_INIT}.py" else part for part in file.relative_to(folder).parts],
    )


def load_modules(folder: Path, files: Sequence[Path]) -> list[tuple[Path, ModuleType]]:
    """Import files, which may import each other, and return their modules.

    Raises:
        DefinitionError: If an import fails.
    """
    with _temporary_package(folder) as package:
        return [(file, _load_module(file, package, folder, files)) for file in files]


def _module_path(file: Path, folder: Path) -> tuple[str, ...]:
    """Return the parts of a module name after the package; empty for the __init__.py of the folder."""
    parts = file.relative_to(folder).with_suffix("").parts
    return parts[:-1] if parts[-1] == _INIT else parts


@contextmanager
def _temporary_package(folder: Path) -> Iterator[str]:
    """Register the folder as a temporary package, so that its modules can import each other."""
    name = f"_schema_dsl_definitions_{next(_load_numbers)}"
    package = module_from_spec(ModuleSpec(name, None, is_package=True))
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    # The import system must find new files, and must not write __pycache__ into the definitions folder.
    invalidate_caches()
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield name
    finally:
        sys.dont_write_bytecode = writes
        for cached in [path for path in sys.path_importer_cache if Path(path).is_relative_to(folder)]:
            del sys.path_importer_cache[cached]
        for imported in [
            imported for imported in sys.modules if imported == name or imported.startswith(f"{name}.")
        ]:
            del sys.modules[imported]


def _load_module(file: Path, package: str, folder: Path, files: Sequence[Path]) -> ModuleType:
    # A dot in a file name is no separator of packages.
    parts = (part.replace(".", "\N{ONE DOT LEADER}") for part in _module_path(file, folder))
    name = ".".join((package, *parts))
    if name in sys.modules and name != package:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    assert spec is not None  # noqa: S101 - the name ends in .py
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _contained():
            spec.loader.exec_module(module)
    except (KeyboardInterrupt, Terminated):
        raise
    except BaseException as error:  # the definitions can raise any exception
        raise to_definition_error(error, file, package, files) from error
    return module


class _Protected(io.TextIOBase):
    """Standard error for a definitions file, which cannot close it."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        """Write a text."""
        return self._stream.write(text)

    def flush(self) -> None:
        """Flush the stream."""
        self._stream.flush()

    def isatty(self) -> bool:
        """Return whether the stream is a terminal."""
        return self._stream.isatty()

    def close(self) -> None:
        """Leave the stream open."""


@contextmanager
def _contained() -> Iterator[None]:
    """Run a definitions file: its output and that of its child processes goes to standard error, and the folder stays.

    Standard output is for the SQL of `--stdout` and for reports.
    """
    folder = Path.cwd()
    stream = _Protected(sys.stderr)
    with _kept_descriptors(), redirect_stdout(stream), redirect_stderr(stream):
        try:
            yield
        finally:
            os.chdir(folder)


@contextmanager
def _kept_descriptors() -> Iterator[None]:
    """Let the descriptor of standard output write to standard error, and reopen both if they were closed."""
    print(end="", flush=True)  # noqa: T201 - flushes standard output, which a program may lack
    saved: dict[int, int] = {}
    for number in (_STDOUT, _STDERR):
        with suppress(OSError):
            saved[number] = os.dup(number)
    try:
        if len(saved) > 1:
            os.dup2(_STDERR, _STDOUT)
        yield
    finally:
        for number, copy in saved.items():
            os.dup2(copy, number)
            os.close(copy)
