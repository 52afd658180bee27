"""The definitions/ folder, loaded into a Catalog."""

from __future__ import annotations

import builtins
import inspect
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import invalidate_caches
from importlib.machinery import ModuleSpec
from importlib.util import module_from_spec, spec_from_file_location
from itertools import count
from pathlib import Path
from types import ModuleType

from schema_dsl.collection import collection_paused
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
    Tables in a list, tuple or dict that is bound to a name count as well.

    Raises:
        DefinitionError: If there is nothing to load, a module fails, or the parts contradict each other; with
            the file and line in the definitions that it comes from.
    """
    folder = folder.resolve()
    files = sorted(folder.glob("*.py"))
    if not files:
        what = "holds no definitions" if folder.is_dir() else "is not there"
        raise DefinitionError(
            f"{_shown(folder)} {what}",
            instead="`schema-dsl init` writes a starting point; or set `definitions` in [tool.schema-dsl].",
        )
    with collection_paused(), _package(folder) as package:
        modules = [(file, _load(file, package, folder)) for file in files]
        return _catalog(modules, platform, folder)


def _catalog(modules: list[tuple[Path, ModuleType]], platform: Platform, folder: Path) -> Catalog:
    theirs = {id(each) for each in (*platform.tables, *platform.functions, *platform.roles)}
    bound = [
        (str(file), each) for file, module in modules for each in _bound(module) if id(each) not in theirs
    ]
    # One that a module imports from another belongs to the other.
    home = {id(each): file for file, each in bound if each.origin and each.origin.file == file}
    ours = {id(each): each for file, each in bound if home.setdefault(id(each), file) == file}
    tables: dict[str, list[tuple[str, str]]] = {}
    for each in ours.values():
        if isinstance(each, Table):
            tables.setdefault(home[id(each)], []).append((each.schema, each.name))
    sections = []
    for file, module in modules:
        here = tuple(tables.get(str(file), ()))
        if here:
            title, _, purpose = inspect.cleandoc(module.__doc__ or "").partition("\n")
            shown = file.relative_to(folder.parent).as_posix()
            sections.append(Section(shown, title.strip(), purpose.strip(), here))
    try:
        return build_catalog(
            [each for each in ours.values() if isinstance(each, Table)],
            platform_tables=platform.tables,
            functions=(*platform.functions, *(each for each in ours.values() if isinstance(each, Function))),
            roles=(*platform.roles, *(each for each in ours.values() if isinstance(each, Role))),
            sections=tuple(sections),
        )
    except DefinitionError as error:
        raise _relative(error) from error


def _bound(module: ModuleType) -> Iterator[Table | Function | Role]:
    """Give what a module declares: what is bound to a name, itself or in a list, tuple or dict."""
    for value in list(vars(module).values()):
        kind = type(value)
        within = value.values() if kind is dict else value if kind in (list, tuple) else (value,)
        for each in within:
            if isinstance(each, Table | Function | Role):
                yield each


@contextmanager
def _package(folder: Path) -> Iterator[str]:
    """Lend the folder a package of its own: its modules can import each other, and nothing is left."""
    name = f"_schema_dsl_definitions_{next(_loads)}"
    package = module_from_spec(ModuleSpec(name, None, is_package=True))
    package.__path__ = [str(folder)]
    sys.modules[name] = package
    # A file that has just been written must be found, and nothing is written beside a user's definitions.
    invalidate_caches()
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield name
    finally:
        sys.dont_write_bytecode = writes
        sys.path_importer_cache.pop(str(folder), None)
        for each in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
            del sys.modules[each]


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
            error.where = _last_line(error, folder) or str(file)
        raise _relative(error) from error
    except SyntaxError as error:
        at = f"{error.filename}:{error.lineno}" if error.filename else str(file)
        shown = (error.text or "").strip()
        raise _relative(
            DefinitionError(
                f"not valid Python: {error.msg}",
                where=at,
                instead=f"Python stopped at: {shown}" if shown else None,
            )
        ) from error
    except (Exception, SystemExit) as error:  # whatever a person's Python can raise, told at their line
        at = _last_line(error, folder) or str(file)
        what = f"{type(error).__name__}: {error}"
        raise _relative(DefinitionError(what, where=at, instead=_remedy(error, folder))) from error
    return module


def _remedy(error: BaseException, folder: Path) -> str | None:
    """Say what was probably meant by a word that Python does not know."""
    import schema_dsl  # noqa: PLC0415 - a layer above this one; only its words are looked up, and only in errors

    message = str(error)
    if isinstance(error, ModuleNotFoundError) and error.name and (folder / f"{error.name}.py").is_file():
        return f"Definitions import each other by a dot: from .{error.name} import ..."
    unknown = re.search(r"(\w+)(?:\.__init__)?\(\) got an unexpected keyword argument '(\w+)'", message)
    if unknown:
        callee, word = unknown.groups()
        wanted = getattr(schema_dsl, callee, None)
        words = list(inspect.signature(wanted).parameters) if callable(wanted) else []
    elif isinstance(error, NameError) and error.name:
        word, words = error.name, [*schema_dsl.__all__, *dir(builtins)]
    elif isinstance(error, ImportError) and error.name == "schema_dsl":
        word, words = message.partition("'")[2].partition("'")[0], schema_dsl.__all__
    else:
        return None
    near = get_close_matches(word, words, n=1)
    if near:
        return f"Did you mean {near[0]}?"
    return f"Known: {', '.join(words)}." if unknown and words else None


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
        error.where = (
            f"{_shown(Path(file))}{colon}{line}" if colon and line.isdigit() else _shown(Path(error.where))
        )
    return error


def _shown(path: Path) -> str:
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return str(path)
