"""Collect the objects that the modules of a definitions folder declare."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import ModuleType

from schema_dsl.analysis.identity import Identity
from schema_dsl.collection import collection_paused
from schema_dsl.definitions.modules import list_files, load_modules
from schema_dsl.definitions.sql_files import list_sql_files, read_sql_files
from schema_dsl.errors import DefinitionError, display_path
from schema_dsl.model.catalog import Catalog, Section, build_catalog
from schema_dsl.model.construction import ConstructedObjects, record_constructed_objects
from schema_dsl.model.identity import format_origin
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.model.role import Role
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import Table
from schema_dsl.model.view import View
from schema_dsl.platforms import Platform


def load_definitions(folder: Path, platform: Platform, excluded: Iterable[Path] = ()) -> Catalog:
    """Import every module of a folder and its sub-folders, and collect the objects of module-level names.

    Files of SQL in the folder declare objects as well, unless an object has their text.

    Modules are imported in the order of their paths, and may import from each other by `from .other import x`.
    Objects in a list, tuple or dict that is bound to a module-level name are collected as well.

    Args:
        folder: The folder.
        platform: The platform.
        excluded: Files and folders of SQL in the folder that are no definitions: the baseline and the migrations.

    Raises:
        DefinitionError: If the folder has no files, an import fails, declarations contradict each
            other, or an object is bound to no name. The error has the file and line in the definitions.
    """
    folder = folder.resolve()
    files, sql_files = list_files(folder), list_sql_files(folder, excluded)
    if not files and not sql_files:
        what = "contains no .py and no .sql files" if folder.is_dir() else "does not exist"
        raise DefinitionError(
            f"{display_path(folder)}/ {what}",
            instead="Run `schema-dsl init`, add a .py file with a Table, or set `definitions` in [tool.schema-dsl].",
        )
    with collection_paused():
        with record_constructed_objects() as constructed:
            modules = load_modules(folder, files)
        own = [file for file in sql_files if file.resolve() not in constructed.files]
        return _build_catalog(modules, own, platform, folder, constructed)


def _build_catalog(
    modules: Sequence[tuple[Path, ModuleType]],
    sql_files: Sequence[Path],
    platform: Platform,
    folder: Path,
    constructed: ConstructedObjects,
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
    roots: dict[str, list[Identity]] = {}
    for item in declared.values():
        if not item.is_reference:
            roots.setdefault(home[id(item)], []).append(item.identity)
    texts = {file: inspect.cleandoc(module.__doc__ or "") for file, module in modules}
    if sql_files:
        found = read_sql_files(sql_files, declared, platform)
        declared = found.objects
        for item in found.from_sql:
            assert item.origin is not None  # noqa: S101 - a statement has a line
            roots.setdefault(item.origin.file, []).append(item.identity)
        texts |= found.comments
    sections = []
    for file, text in texts.items():
        module_roots = tuple(roots.get(str(file), ()))
        if module_roots:
            title, _, purpose = text.partition("\n")
            path = file.relative_to(folder.parent).as_posix()
            sections.append(Section(path, title.strip(), purpose.strip(), module_roots))
    tables = [item for item in declared.values() if isinstance(item, Table)]
    views = [item for item in declared.values() if isinstance(item, View | MaterializedView)]
    _require_claims([*tables, *views], platform)
    _require_own_privileges(tables, platform)
    declared_roles = [item for item in declared.values() if isinstance(item, Role)]
    _require_own_roles(declared_roles, platform)
    return build_catalog(
        declared.values(),
        platform_tables=platform.tables,
        functions=platform.functions,
        roles=(*platform.roles, *declared_roles),
        sections=tuple(sections),
        owns=platform.owns,
        migrator=platform.owner,
    )


def _require_claims(relations: Iterable[Table | View | MaterializedView], platform: Platform) -> None:
    """Raise DefinitionError for a permission with `when=` on a platform whose requests carry no claims."""
    caller = platform.caller
    if caller is None or caller.key is not None:
        return
    meaning = "the name of the database role" if caller.is_role else "an id, not a JSON object"
    for relation in relations:
        what = f"{relation.kind.replace('_', ' ')} {relation.name}"
        for role, permissions in relation.access.roles.items() if relation.access is not None else ():
            if any(permission.when for permission in permissions):
                raise DefinitionError(
                    f"{what}: the access of {role} has when=..., but no request carries claims: "
                    f'the setting claims = "{caller}" is {meaning}',
                    where=format_origin(relation),
                    instead='Set claims to a key of a JSON object, such as "app.claims ->> user_id", or write the '
                    "condition as rows=where(...).",
                )


def _require_own_privileges(tables: Iterable[Table], platform: Platform) -> None:
    """Raise DefinitionError for an access to columns of a table whose privileges belong to the platform."""
    for table in tables:
        if table.access is None or not platform.owns(table.identity):
            continue
        for role, permissions in table.access.roles.items():
            if any(permission.columns for permission in permissions):
                raise DefinitionError(
                    f"table {table.schema}.{table.name}: the access of {role} has columns=..., but the privileges of "
                    f"this table belong to the platform {platform.name}, and a migration cannot revoke them",
                    where=format_origin(table),
                    instead="Leave columns= out, and let a trigger or a policy restrict what may change.",
                )


def _require_own_roles(roles: Iterable[Role], platform: Platform) -> None:
    """Raise DefinitionError for a managed role that belongs to the platform."""
    of_platform = {role.name for role in platform.roles} | {role.name for role in platform.server_roles}
    for role in roles:
        if role.managed and role.name in of_platform:
            raise DefinitionError(
                f"role {role.name} is managed, but it belongs to the platform {platform.name}",
                where=format_origin(role),
                instead="Remove managed=True: the platform creates the role.",
            )


def _require_bound(
    constructed: ConstructedObjects, declared: Iterable[SchemaObject], files: set[str]
) -> None:
    """Raise DefinitionError for an object that the files construct, and that is no part of the schema.

    A table that another object refers to, such as a foreign key, needs no name of its own. A name that is assigned
    twice, or a table that a helper constructs and does not return, loses the table.
    """
    known = {item.identity for item in declared}
    passed = {id(target) for target in constructed.passed}
    for item in constructed.objects:
        if (
            item.identity not in known
            and getattr(item, "existing", None) is None
            and id(item) not in passed
            and item.origin is not None
            and item.origin.file in files
        ):
            raise DefinitionError(
                f"{item.identity} is bound to no module-level name, so it is not declared",
                where=format_origin(item),
                instead="Assign it to a name of its own, or put it into a list, tuple or dict that has a name; "
                "remove it if the schema does not need it.",
            )


def _list_declarations(module: ModuleType) -> Iterator[SchemaObject]:
    """Yield the objects that module-level names are bound to, directly or within lists, tuples and dicts."""
    seen: set[int] = set()
    for name, value in list(vars(module).items()):
        if name != "__builtins__":
            yield from _list_contained(value, seen)


def _list_contained(value: object, seen: set[int]) -> Iterator[SchemaObject]:
    """Yield an object, or the objects within a list, tuple or dict that was not seen before."""
    if isinstance(value, SchemaObject):
        yield value
    elif isinstance(value, list | tuple | dict) and id(value) not in seen:
        seen.add(id(value))
        for item in list(value.values() if isinstance(value, dict) else value):
            yield from _list_contained(item, seen)
