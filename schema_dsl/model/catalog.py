"""The Catalog: the objects of a schema by identity, for the wanted state and the present state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS, Identity, Namespace
from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.changes import Changes
from schema_dsl.model.constraint import PrimaryKey, Unique
from schema_dsl.model.event_trigger import EventTrigger
from schema_dsl.model.expand_partitions import expand_partitions
from schema_dsl.model.fingerprint import compute_fingerprint
from schema_dsl.model.flatten import UsedNames, flatten, flatten_relation
from schema_dsl.model.former_names import require_no_exchange
from schema_dsl.model.function import Function
from schema_dsl.model.identity import copy_with, format_origin
from schema_dsl.model.inheritance import inherit_columns
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.model.owner import Ownership, ownership_identity
from schema_dsl.model.privilege import build_privileges, privilege_identity
from schema_dsl.model.referenced_columns import require_columns, resolve_reference
from schema_dsl.model.role import Role
from schema_dsl.model.role_names import require_known_roles
from schema_dsl.model.schema import PUBLIC_SCHEMA
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Trigger
from schema_dsl.model.view import View


@attrs.frozen
class Section:
    """The objects of one definitions file.

    Attributes:
        file: The path of the file.
        title: The first line of the docstring.
        purpose: The rest of the docstring.
        roots: The tables and the other objects that are no part of a table.
    """

    file: str
    title: str
    purpose: str
    roots: tuple[Identity, ...]


@attrs.frozen
class Catalog:
    """A state of a schema. A Catalog from a database has only objects.

    Attributes:
        objects: The declared objects by identity.
        tables: The declarations of tables by (schema, name), including existing tables. They have the access
            and the example rows, which a database does not store.
        functions: The existing functions.
        roles: The roles, those that exist and those that migrations create.
        sections: The definitions files.
        is_complete: Whether the objects are all objects of a database, so that a role without privileges has none.
        views: The declarations of views and materialized views by (schema, name). They have the access, which a
            database does not store.
        changes: The changes that callers may make through functions, by identity, which a database does not store.
    """

    objects: Mapping[Identity, Any] = attrs.Factory(dict)
    tables: Mapping[tuple[str, str], Table] = attrs.Factory(dict)
    functions: tuple[Function, ...] = ()
    roles: tuple[Role, ...] = ()
    sections: tuple[Section, ...] = ()
    is_complete: bool = False
    views: Mapping[tuple[str, str], View | MaterializedView] = attrs.Factory(dict)
    changes: Mapping[Identity, tuple[Changes, ...]] = attrs.Factory(dict)

    def of_kind(self, kind: str) -> dict[Identity, Any]:
        """Return the objects of one kind, in the order of the Catalog."""
        return {identity: declared for identity, declared in self.objects.items() if identity.kind == kind}

    def of_relation(self, relation: tuple[str, str]) -> Mapping[Identity, Any]:
        """Return the parts of a relation, such as its columns, in the order of the Catalog."""
        return self._parts.get(relation, {})

    @cached_property
    def _parts(self) -> dict[tuple[str, str], dict[Identity, Any]]:
        found: dict[tuple[str, str], dict[Identity, Any]] = {}
        for identity, declared in self.objects.items():
            if identity.parent is not None:
                found.setdefault(identity.relation, {})[identity] = declared
        return found

    def fingerprint(self) -> str:
        """Return the fingerprint, which changes exactly when the SQL of an object can change."""
        return self._fingerprint

    @cached_property
    def _fingerprint(self) -> str:
        return compute_fingerprint(self.objects)

    def existing(self) -> Catalog:
        """Return the state before the first generated migration: the existing objects, tables without attributes."""
        before = {
            identity: Table(identity.name, schema=identity.schema, existing=())
            if isinstance(item, Table)
            else item
            for identity, item in self.objects.items()
            if identity.parent is None and getattr(item, "existing", None) is not None
        }
        return Catalog(before)


def build_catalog(
    declared: Iterable[SchemaObject],
    *,
    platform_tables: Iterable[Table] = (),
    functions: Iterable[Function] = (),
    roles: Iterable[Role] = (),
    sections: tuple[Section, ...] = (),
    owns: Callable[[Identity], bool] = lambda _: False,
    migrator: str | None = None,
) -> Catalog:
    """Build a Catalog from declarations, and validate their cross-references.

    Args:
        declared: The declared tables and other objects.
        platform_tables: The tables of the platform.
        functions: The existing functions, in addition to those that triggers call.
        roles: The existing roles, in addition to those that are declared; without roles, the names of roles are not
            validated.
        sections: The definitions files.
        owns: Whether an object belongs to the platform.
        migrator: The role that runs the migrations, and owns the objects that they create; None if it is not known.

    Raises:
        DefinitionError: If a name is declared twice, a foreign key refers to an undeclared table or column, or
            a policy or an access refers to an undeclared role.
    """
    known: dict[tuple[str, str], Table] = {(table.schema, table.name): table for table in platform_tables}
    used_names = UsedNames(set(known))
    all_declared = tuple(expand_partitions(declared))
    roots = [item for item in all_declared if not item.is_reference]
    _require_free_names(roots)
    tables = {
        (item.schema, item.name): _complete_existing(item, known) for item in roots if isinstance(item, Table)
    }
    # Register all relations before the first index, so that no index gets the name of a later one.
    used_names.relations.update(
        (item.schema, item.name) for item in roots if item.identity.kind in RELATION_KINDS
    )
    tables = inherit_columns(tables, known | tables)
    known |= tables
    known_roles = tuple(dict.fromkeys((*roles, *(item for item in roots if isinstance(item, Role)))))
    clients = tuple(role.name for role in known_roles if role.client)
    objects: dict[Identity, Any] = {}
    names: set[tuple[str, str, str]] = set()
    keys: dict[tuple[object, ...], Unique | PrimaryKey] = {}
    for table in tables.values():
        parts = flatten(table, used_names, clients, belongs_to_platform=owns(table.identity))
        for identity, item in parts:
            # A constraint trigger is a constraint as well. A NOT NULL constraint has the identity of its column.
            constraint = getattr(item, "constraint", False)
            if identity.kind in _CONSTRAINT_KINDS or constraint:
                name = (*identity.relation, constraint if isinstance(constraint, str) else identity.name)
                if name in names:
                    raise DefinitionError(
                        f"table {table.name} has constraint {name[-1]} twice",
                        where=format_origin(item),
                        instead="Rename or remove one of the two.",
                    )
                names.add(name)
            objects[identity] = resolve_reference(item, known, identity.relation)
            _require_new_key(keys, identity, item)
    for item in roots:
        if not isinstance(item, Table):
            objects.update(flatten_relation(item.without_grants(clients), used_names))
            grants = item.list_grants()
            if grants is not None:
                # On an existing object, the privileges of roles that the definitions do not name are not managed.
                managed = clients if getattr(item, "existing", None) is None else ()
                objects.update(build_privileges(item.identity, grants, managed, item.origin))
            objects.update((part.identity, _require_root(part, objects)) for part in item.list_parts())
        owner = getattr(item, "owner", None)
        if owner is not None:
            objects[ownership_identity(item.identity)] = Ownership(owner, item.origin)
    require_columns(objects.values(), known)
    role_names = {role.name for role in known_roles}
    require_known_roles(objects, role_names)
    for identity in _list_owners_privileges(roots, migrator):
        objects.pop(identity, None)
    require_no_exchange(objects)
    return Catalog(
        objects,
        known,
        _collect_functions((*functions, *_list_existing(all_declared)), objects),
        known_roles,
        sections,
        views={(item.schema, item.name): item for item in roots if isinstance(item, View | MaterializedView)},
        changes={
            item.identity: item.changes
            for item in roots
            if isinstance(item, Function) and item.changes is not None
        },
    )


def _list_owners_privileges(roots: Iterable[SchemaObject], migrator: str | None) -> Iterator[Identity]:
    """Yield the privileges of the owners of objects, which own all privileges: REVOKE would withhold some from them."""
    for item in roots:
        is_created = getattr(item, "existing", None) is None and item.identity != PUBLIC_SCHEMA
        owner = getattr(item, "owner", None) or (migrator if is_created else None)
        if owner is not None:
            yield privilege_identity(item.identity, owner)


def _require_free_names(roots: Iterable[SchemaObject]) -> None:
    """Raise DefinitionError if two objects have a name that Postgres gives to one of them only."""
    names: dict[Namespace, SchemaObject] = {}
    for item in roots:
        for namespace in item.identity.namespaces:
            other = names.setdefault(namespace, item)
            if other is item:
                continue
            is_same = other.identity == item.identity
            raise DefinitionError(
                f"{item.identity} {'is declared twice' if is_same else f'has the name of {other.identity}'}",
                where=format_origin(item),
                instead=f"The other declaration is at {format_origin(other)}: "
                f"{'remove' if is_same else 'rename'} one of the two.",
            )


def _require_root(part: Any, objects: Mapping[Identity, Any]) -> Any:
    """Return a part that one object declares of a second object, such as a published table, if the second is declared.

    Raises:
        DefinitionError: If it is not.
    """
    root = part.identity.root
    if root not in objects:
        raise DefinitionError(
            f"{part.identity} refers to {root}, which is not declared",
            where=format_origin(part),
            instead=suggest_similar(
                root.name,
                (each.name for each in objects if each.kind == root.kind),
                "Declare the table; for an existing table, with existing=[...].",
            ),
        )
    return part


def _complete_existing(table: Table, known: Mapping[tuple[str, str], Table]) -> Table:
    """Return an existing table of the platform with the columns that the platform knows and the table does not name."""
    of_platform = known.get((table.schema, table.name))
    if table.existing is None or of_platform is None:
        return table
    names = {column.name for column in table.all_columns}
    others = [column for column in of_platform.all_columns if column.name not in names]
    return copy_with(table, existing=(*table.existing, *others)) if others else table


def _require_new_key(
    keys: dict[tuple[object, ...], Unique | PrimaryKey], identity: Identity, item: Any
) -> None:
    """Raise DefinitionError if a table declares the same key twice: CREATE TABLE creates one constraint for both."""
    if not isinstance(item, Unique | PrimaryKey):
        return
    nulls = getattr(item, "nulls_not_distinct", False)
    key = (identity.relation, item.columns, item.deferrable, item.initially_deferred, nulls)
    other = keys.setdefault(key, item)
    if other is not item:
        raise DefinitionError(
            f"table {identity.parent_name} has two keys on ({', '.join(item.columns)}): {other.name} and {item.name}",
            where=format_origin(item),
            instead=f"Remove one of the two; {format_origin(other) or other.name} declares the other.",
        )


_CONSTRAINT_KINDS = frozenset({"primary_key", "unique", "check", "foreign_key", "exclusion"})


def _list_existing(declared: Iterable[SchemaObject]) -> Iterable[Function]:
    return (item for item in declared if isinstance(item, Function) and item.body is None)


def _collect_functions(
    functions: Iterable[Function], objects: Mapping[Identity, Any]
) -> tuple[Function, ...]:
    """Return the existing functions: those that are declared, and those that only triggers name."""
    called = (item.function for item in objects.values() if isinstance(item, EventTrigger | Trigger))
    return tuple(dict.fromkeys((*functions, *(item for item in called if item.body is None))))
