"""The definitions/ folder, loaded into a Catalog."""

from __future__ import annotations

import gc
import inspect
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, Section, build_catalog
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.platforms import Platform

_loads = count()


def load_definitions(folder: Path, platform: Platform) -> Catalog:
    """Import every module of a folder and collect what is bound to module-level names.

    Modules are taken in the order of their names; one may import from another by `from .other import x`.
    Tables in a list or tuple that is bound to a name count as well.

    Raises:
        DefinitionError: If there is nothing to load, a module fails, or the parts contradict each other; with
            the file and line in the definitions that it comes from.
    """
    files = sorted(folder.glob("*.py"))
    if not files:
        raise DefinitionError(
            f"{_shown(folder)} holds no definitions",
            instead="`schema-dsl init` writes a starting point; or set `definitions` in [tool.schema-dsl].",
        )
    with _collection_paused(), _package(folder) as package:
        modules = [(file, _load(file, package, folder)) for file in files]
        return _catalog(modules, platform, folder)


def _catalog(modules: list[tuple[Path, ModuleType]], platform: Platform, folder: Path) -> Catalog:
    theirs = {id(each) for each in (*platform.tables, *platform.functions, *platform.roles)}
    tables: dict[int, Table] = {}
    functions: dict[int, Function] = {}
    roles: dict[int, Role] = {}
    sections = []
    for file, module in modules:
        here = []
        for each in _bound(module):
            if id(each) in theirs or id(each) in tables:
                continue
            match each:
                case Table():
                    tables[id(each)] = each
                    here.append((each.schema, each.name))
                case Function():
                    functions[id(each)] = each
                case Role():
                    roles[id(each)] = each
        if here:
            title, _, purpose = inspect.cleandoc(module.__doc__ or "").partition("\n")
            shown = file.relative_to(folder.parent).as_posix()
            sections.append(Section(shown, title.strip(), purpose.strip(), tuple(here)))
    try:
        return build_catalog(
            tables.values(),
            platform_tables=platform.tables,
            functions=(*platform.functions, *functions.values()),
            roles=(*platform.roles, *roles.values()),
            sections=tuple(sections),
        )
    except DefinitionError as error:
        raise _relative(error) from error


def _bound(module: ModuleType) -> Iterator[Any]:
    for value in list(vars(module).values()):
        if isinstance(value, list | tuple) and type(value) in (list, tuple):
            yield from value
        else:
            yield value


@contextmanager
def _package(folder: Path) -> Iterator[str]:
    """Lend the folder a package name of its own, so that its modules can import each other and nothing is left."""
    name = f"_schema_dsl_definitions_{next(_loads)}"
    package = module_from_spec(ModuleSpec(name, None, is_package=True))
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    # Nothing is written beside a user's definitions.
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield name
    finally:
        sys.dont_write_bytecode = writes
        for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[each]


@contextmanager
def _collection_paused() -> Iterator[None]:
    """Stop the garbage collector, which would look through all the many objects again and again for no garbage."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _load(file: Path, package: str, folder: Path) -> ModuleType:
    name = f"{package}.{file.stem}"
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    assert spec is not None  # noqa: S101 - the name ends in .py
    assert spec.loader is not None  # noqa: S101
    module = module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except DefinitionError as error:
        if error.where is None:
            error.where = _last_line(error, folder)
        raise _relative(error) from error
    except SyntaxError as error:
        where = f"{_shown(Path(error.filename))}:{error.lineno}" if error.filename else _shown(file)
        raise DefinitionError(f"not valid Python: {error.msg}", where=where) from error
    except Exception as error:  # whatever a person's Python can raise, told at their line
        where = _last_line(error, folder) or str(file)
        raise _relative(DefinitionError(f"{type(error).__name__}: {error}", where=where)) from error
    return module


def _last_line(error: BaseException, folder: Path) -> str | None:
    """Find the deepest line of the definitions that an error passed through."""
    lines = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(folder)
    ]
    return lines[-1] if lines else None


def _relative(error: DefinitionError) -> DefinitionError:
    """Write the place as seen from where the command runs."""
    if error.where is not None:
        file, colon, line = error.where.rpartition(":")
        error.where = f"{_shown(Path(file))}{colon}{line}" if colon and line.isdigit() else _shown(Path(error.where))
    return error


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
