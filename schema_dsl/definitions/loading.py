"""Collect the objects that the modules of a definitions folder declare."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from schema_dsl.collection import collection_paused
from schema_dsl.definitions.mistakes import display_path, relativize_location
from schema_dsl.definitions.modules import list_files, load_modules
from schema_dsl.errors import DefinitionError
from schema_dsl.model.catalog import Catalog, Section, build_catalog
from schema_dsl.model.construction import ConstructedTables, record_constructed_tables
from schema_dsl.model.identity import format_origin
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.platforms import Platform


def load_definitions(folder: Path, platform: Platform) -> Catalog:
    """Import every module of a folder and its sub-folders, and collect what module-level names are bound to.

    Modules are imported in the order of their paths, and may import from each other by `from .other import x`.
    Objects in a list, tuple or dict that is bound to a module-level name are collected as well.

    Raises:
        DefinitionError: If the folder has no modules, an import fails, declarations contradict each
            other, or a table is bound to no name. The error has the file and line in the definitions.
    """
    folder = folder.resolve()
    files = list_files(folder)
    if not files:
        what = "contains no Python files" if folder.is_dir() else "does not exist"
        raise DefinitionError(
            f"{display_path(folder)}/ {what}",
            instead="Run `schema-dsl init`, add a .py file with a Table, or set `definitions` in [tool.schema-dsl].",
        )
    with collection_paused():
        with record_constructed_tables() as constructed:
            modules = load_modules(folder, files)
        return _build_catalog(modules, platform, folder, constructed)


def _build_catalog(
    modules: Sequence[tuple[Path, ModuleType]],
    platform: Platform,
    folder: Path,
    constructed: ConstructedTables,
) -> Catalog:
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
    _require_bound(constructed, declared.values(), {str(file) for file, _ in modules})
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
        raise relativize_location(error) from error


def _require_bound(
    constructed: ConstructedTables, declared: Iterable[Table | Function | Role], files: set[str]
) -> None:
    """Raise DefinitionError for a table that the files construct, and that is no part of the schema.

    A table that another object refers to, such as a foreign key, needs no name of its own. A name that is assigned
    twice, or a table that a helper constructs and does not return, loses the table.
    """
    known = {(item.schema, item.name) for item in declared if isinstance(item, Table)}
    passed = {id(target) for target in constructed.passed}
    for table in constructed.tables:
        if (
            (table.schema, table.name) not in known
            and table.existing is None
            and id(table) not in passed
            and table.origin is not None
            and table.origin.file in files
        ):
            raise relativize_location(
                DefinitionError(
                    f"table {table.schema}.{table.name} is bound to no module-level name, so it is not declared",
                    where=format_origin(table),
                    instead="Assign it to a name of its own, or put it into a list, tuple or dict that has a name; "
                    "remove it if the schema does not need it.",
                )
            )


def _list_declarations(module: ModuleType) -> Iterator[Table | Function | Role]:
    """Yield the objects that module-level names are bound to, directly or within lists, tuples and dicts."""
    seen: set[int] = set()
    for name, value in list(vars(module).items()):
        if name != "__builtins__":
            yield from _list_contained(value, seen)


def _list_contained(value: object, seen: set[int]) -> Iterator[Table | Function | Role]:
    """Yield an object, or the objects within a list, tuple or dict that was not seen before."""
    if isinstance(value, Table | Function | Role):
        yield value
    elif isinstance(value, list | tuple | dict) and id(value) not in seen:
        seen.add(id(value))
        for item in list(value.values() if isinstance(value, dict) else value):
            yield from _list_contained(item, seen)
