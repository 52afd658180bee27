"""Load the definitions/ folder into a Catalog."""

from __future__ import annotations

import builtins
import inspect
import io
import os
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from difflib import get_close_matches
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import TextIO

from schema_dsl.collection import collection_paused
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, Section, build_catalog
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.platforms import Platform

_load_numbers = count()


def load_definitions(folder: Path, platform: Platform) -> Catalog:
    """Import every module of a folder, and collect the objects that module-level names are bound to.

    Modules are imported in the order of their names, and may import from each other by `from .other import x`.
    Objects in a list, tuple or dict that is bound to a module-level name are collected as well.

    Raises:
        DefinitionError: If the folder has no modules, an import fails, or declarations contradict each other.
            The error has the file and line in the definitions.
    """
    folder = folder.resolve()
    files = sorted(folder.glob("*.py"))
    if not files:
        what = "contains no Python files" if folder.is_dir() else "does not exist"
        raise DefinitionError(
            f"{_display_path(folder)}/ {what}",
            instead="Run `schema-dsl init`, add a .py file with a Table, or set `definitions` in [tool.schema-dsl].",
        )
    with collection_paused(), _temporary_package(folder) as package:
        modules = [(file, _load_module(file, package, folder)) for file in files]
        return _build_catalog(modules, platform, folder)


def _build_catalog(modules: list[tuple[Path, ModuleType]], platform: Platform, folder: Path) -> Catalog:
    platform_ids = {id(item) for item in (*platform.tables, *platform.functions, *platform.roles)}
    bound = [
        (str(file), item)
        for file, module in modules
        for item in _list_declarations(module)
        if id(item) not in platform_ids
    ]
    # A declared object that another module imports belongs to the module that declares it.
    home = {id(item): file for file, item in bound if item.origin and item.origin.file == file}
    declared = {id(item): item for file, item in bound if home.setdefault(id(item), file) == file}
    tables: dict[str, list[tuple[str, str]]] = {}
    for item in declared.values():
        if isinstance(item, Table):
            tables.setdefault(home[id(item)], []).append((item.schema, item.name))
    sections = []
    for file, module in modules:
        module_tables = tuple(tables.get(str(file), ()))
        if module_tables:
            title, _, purpose = inspect.cleandoc(module.__doc__ or "").partition("\n")
            path = file.relative_to(folder.parent).as_posix()
            sections.append(Section(path, title.strip(), purpose.strip(), module_tables))
    try:
        return build_catalog(
            [item for item in declared.values() if isinstance(item, Table)],
            platform_tables=platform.tables,
            functions=(
                *platform.functions,
                *(item for item in declared.values() if isinstance(item, Function)),
            ),
            roles=(*platform.roles, *(item for item in declared.values() if isinstance(item, Role))),
            sections=tuple(sections),
        )
    except DefinitionError as error:
        raise _relativize_location(error) from error


def _list_declarations(module: ModuleType) -> Iterator[Table | Function | Role]:
    """Yield the objects that module-level names are bound to, directly or in a list, tuple or dict."""
    for value in list(vars(module).values()):
        kind = type(value)
        items = value.values() if kind is dict else value if kind in (list, tuple) else (value,)
        for item in items:
            if isinstance(item, Table | Function | Role):
                yield item


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
        sys.path_importer_cache.pop(str(folder), None)
        for imported in [
            imported for imported in sys.modules if imported == name or imported.startswith(f"{name}.")
        ]:
            del sys.modules[imported]


def _load_module(file: Path, package: str, folder: Path) -> ModuleType:
    name = f"{package}.{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    assert spec is not None  # noqa: S101 - the name ends in .py
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _contained():
            spec.loader.exec_module(module)
    except DefinitionError as error:
        if error.where is None:
            error.where = _find_definitions_line(error, folder) or str(file)
        raise _relativize_location(error) from error
    except SyntaxError as error:
        where = f"{error.filename}:{error.lineno}" if error.filename else str(file)
        source_line = (error.text or "").strip()
        raise _relativize_location(
            DefinitionError(
                f"not valid Python: {error.msg}",
                where=where,
                instead=f"The error is in: {source_line}" if source_line else None,
            )
        ) from error
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # the definitions can raise any exception
        where = _find_definitions_line(error, folder) or str(file)
        what = f"{type(error).__name__}: {_describe(error, package)}"
        instead = _suggest_remedy(error, folder)
        raise _relativize_location(DefinitionError(what, where=where, instead=instead)) from error
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
    """Run a definitions file: what it prints goes to standard error, and the current folder stays.

    Standard output is for the SQL of `--stdout` and for reports.
    """
    folder = Path.cwd()
    stream = _Protected(sys.stderr)
    with redirect_stdout(stream), redirect_stderr(stream):
        try:
            yield
        finally:
            os.chdir(folder)


def _describe(error: BaseException, package: str) -> str:
    """Return the message of an error without the names of the temporary package."""
    message = str(error)
    if isinstance(error, ImportError) and f"{package}." in message:
        message = re.sub(r" \(.*\)$", "", message.replace(f"{package}.", "."))
    return message or "no message"


def _suggest_remedy(error: BaseException, folder: Path) -> str | None:
    """Suggest the name that an unknown name or keyword was probably meant to be, or another remedy."""
    import schema_dsl  # noqa: PLC0415 - importing the whole vocabulary is needed only for errors

    message = str(error)
    if isinstance(error, ModuleNotFoundError) and error.name and (folder / f"{error.name}.py").is_file():
        return f"Import another definitions file with a leading dot: from .{error.name} import ..."
    if isinstance(error, SystemExit):
        return "A definitions file must not exit."
    if isinstance(error, ImportError) and _is_circular(error, folder):
        return "Two definitions files import each other: move what both need into a third file."
    unknown = re.search(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'", message)
    if unknown:
        callee, name = unknown.groups()
        function = getattr(schema_dsl, callee, None)
        known = list(inspect.signature(function).parameters) if callable(function) else []
    elif isinstance(error, NameError) and error.name:
        name, known = error.name, [*schema_dsl.__all__, *dir(builtins)]
    elif isinstance(error, ImportError) and error.name == "schema_dsl":
        name, known = message.partition("'")[2].partition("'")[0], schema_dsl.__all__
    else:
        return None
    near = get_close_matches(name, known, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known: {', '.join(known)}." if unknown and known else None


def _is_circular(error: ImportError, folder: Path) -> bool:
    """Return whether the module that lacks a name is still being imported."""
    file = folder / f"{(error.name or '').rpartition('.')[2]}.py"
    return any(Path(frame.filename) == file for frame in traceback.extract_tb(error.__traceback__)[:-1])


def _find_definitions_line(error: BaseException, folder: Path) -> str | None:
    """Return the innermost traceback line within the definitions, as `file:line`."""
    lines = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    return lines[-1] if lines else None


def _relativize_location(error: DefinitionError) -> DefinitionError:
    """Make the location of an error relative to the current folder."""
    if error.where is not None:
        file, colon, line = error.where.rpartition(":")
        error.where = (
            f"{_display_path(Path(file))}{colon}{line}"
            if colon and line.isdigit()
            else _display_path(Path(error.where))
        )
    return error


def _display_path(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
