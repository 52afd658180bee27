"""The Catalog: every object of a state, by identity. What is wanted and what is there are the same class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.constraint import ForeignKey, PrimaryKey, Unique
from schema_dsl.model.fingerprint import fingerprint
from schema_dsl.model.flatten import UsedNames, flatten
from schema_dsl.model.identity import Identity, completed, where
from schema_dsl.model.policy import Policy
from schema_dsl.model.reference import Reference
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function, Trigger
from schema_dsl.sql import Sql


@attrs.frozen
class Section:
    """The part of a schema that one definitions file holds: its purpose, in the words of its docstring."""

    file: str
    title: str
    purpose: str
    tables: tuple[tuple[str, str], ...]


@attrs.frozen
class Catalog:
    """A state of a schema.

    `objects` are those that are ours. `tables` are the declarations they came from, with what a database
    does not hold (access, examples), those that exist elsewhere included; `functions` and `roles` are known
    to exist. A Catalog read from a database has objects only.
    """

    objects: Mapping[Identity, Any] = attrs.Factory(dict)
    tables: Mapping[tuple[str, str], Table] = attrs.Factory(dict)
    functions: tuple[Function, ...] = ()
    roles: tuple[Role, ...] = ()
    sections: tuple[Section, ...] = ()

    def of_kind(self, kind: str) -> dict[Identity, Any]:
        """Give the objects of one kind, in their order."""
        return {identity: each for identity, each in self.objects.items() if identity.kind == kind}

    def fingerprint(self) -> str:
        """Give a short text that changes exactly when something declared does that reaches SQL."""
        return fingerprint(self.objects)

    def existing(self) -> Catalog:
        """Give the state before any of ours: the tables made elsewhere, with nothing said about them."""
        before = {
            identity: Table(identity.name, schema=identity.schema, existing=())
            for identity, table in self.objects.items()
            if identity.kind == "table" and table.existing is not None
        }
        return Catalog(before)


def build_catalog(
    tables: Iterable[Table],
    *,
    platform_tables: Iterable[Table] = (),
    functions: Iterable[Function] = (),
    roles: Iterable[Role] = (),
    sections: tuple[Section, ...] = (),
) -> Catalog:
    """Take declarations apart into a Catalog, and hold them against each other.

    Raises:
        DefinitionError: On a name used twice, a foreign key to a table or column nobody declared, a policy
            for a role that nobody knows.
    """
    known: dict[tuple[str, str], Table] = {(table.schema, table.name): table for table in platform_tables}
    taken = UsedNames(set(known))
    declared: dict[tuple[str, str], Table] = {}
    for table in tables:
        key = (table.schema, table.name)
        if key in declared:
            raise DefinitionError(
                f"table {table.schema}.{table.name} is declared twice",
                where=where(table),
                instead=f"The other is at {where(declared[key])}: keep one.",
            )
        declared[key] = table
    # Before the first index gets its name: whatever the order, no index takes that of a table.
    taken.relations.update(declared)
    known |= declared
    known_roles = tuple(roles)
    clients = tuple(role.name for role in known_roles if role.client)
    objects: dict[Identity, Any] = {}
    names: set[tuple[str, str, str]] = set()
    for table in declared.values():
        for identity, each in flatten(table, taken, clients):
            if identity.kind in _CONSTRAINTS:
                name = (identity.schema, identity.parent, identity.name)
                if name in names:
                    raise DefinitionError(
                        f"table {table.name} has constraint {identity.name} twice",
                        where=where(each),
                        instead="Give each a name of its own.",
                    )
                names.add(name)
            objects[identity] = _completed(each, known, (identity.schema, identity.parent))
    role_names = {role.name for role in known_roles}
    _hold_roles(objects, role_names)
    return Catalog(objects, known, _all_functions(functions, objects), known_roles, sections)


_CONSTRAINTS = frozenset({"primary_key", "unique", "check", "foreign_key", "exclusion"})


def _completed(each: Any, known: Mapping[tuple[str, str], Table], relation: tuple[str, str]) -> Any:
    """Resolve what a foreign key points to; other objects stand as they are."""
    if not isinstance(each, ForeignKey):
        return each
    reference = each.references
    assert isinstance(reference, Reference)  # noqa: S101 - flatten() has turned every target into names
    assert reference.schema is not None  # noqa: S101
    target = known.get((reference.schema, reference.table))
    if target is None:
        near = get_close_matches(reference.table, [name for _, name in known], n=1)
        raise DefinitionError(
            f"foreign key {each.name} references {reference.schema}.{reference.table}, which nobody declared",
            where=where(each),
            instead=f"Did you mean {near[0]}?"
            if near
            else "Declare the table, with existing=[...] if it is there.",
        )
    columns = reference.columns or target.primary_key_columns
    if not columns:
        raise DefinitionError(
            f"foreign key {each.name} references {target.name}, whose primary key is not declared",
            where=where(each),
            instead="Name the columns: Reference(table, [columns]).",
        )
    names = {column.name for column in target.all_columns}
    for column in columns:
        if column not in names:
            near = get_close_matches(column, names, n=1)
            raise DefinitionError(
                f"foreign key {each.name} references column {column}, which {target.name} does not have",
                where=where(each),
                instead=f"Did you mean {near[0]}?"
                if near
                else f"It has: {', '.join(sorted(names)) or 'none'}.",
            )
    if len(columns) != len(each.columns):
        raise DefinitionError(
            f"foreign key {each.name} has {len(each.columns)} columns for the {len(columns)} it references",
            where=where(each),
            instead=f"It references ({', '.join(columns)}) of {target.name}.",
        )
    _hold_target_unique(each, target, columns, relation)
    if reference.columns:
        return each
    return completed(each, references=completed(reference, columns=columns))


def _hold_target_unique(
    key: ForeignKey, target: Table, columns: tuple[str, ...], of: tuple[str, str]
) -> None:
    """Refuse a target that nothing keeps unique, as Postgres does; of existing tables we know too little."""
    if target.existing is not None:
        return
    wanted = set(columns)
    key_of_target = next((each for each in target.constraints if isinstance(each, PrimaryKey)), None)
    if wanted == set(target.primary_key_columns) and not (key_of_target and key_of_target.deferrable):
        return
    if len(columns) == 1 and any(column.unique for column in target.columns if column.name == columns[0]):
        return
    held = [
        set(each.columns)
        for each in target.constraints
        if isinstance(each, Unique | PrimaryKey) and not each.deferrable
    ]
    if (target.schema, target.name) != of:
        # A table's own indexes are made after it, with its foreign keys inside.
        held += [
            {each.on for each in index.elements if not isinstance(each.on, Sql)}
            for index in target.indexes
            if index.unique and index.where is None
        ]
    if wanted not in held:
        raise DefinitionError(
            f"foreign key {key.name} references ({', '.join(columns)}) of {target.name}, not unique there",
            where=where(key),
            instead="Reference the primary key, or declare those columns unique.",
        )


def _hold_roles(objects: Mapping[Identity, Any], known: set[str]) -> None:
    """Refuse roles nobody knows, where the platform says which there are."""
    if not known:
        return
    everybody = known | {"public"}
    for identity, each in objects.items():
        used = (
            each.to if isinstance(each, Policy) else (identity.name,) if identity.kind == "privilege" else ()
        )
        for role in used:
            if role not in everybody:
                near = get_close_matches(role, everybody, n=1)
                what = f"policy {each.name}" if isinstance(each, Policy) else "access"
                raise DefinitionError(
                    f"{what} of table {identity.parent} names role {role}, which nobody declared",
                    where=where(each),
                    instead=f"Did you mean {near[0]}?" if near else f'Declare it: Role("{role}").',
                )


def _all_functions(given: Iterable[Function], objects: Mapping[Identity, Any]) -> tuple[Function, ...]:
    called = (each.function for each in objects.values() if isinstance(each, Trigger))
    return tuple(dict.fromkeys((*given, *called)))
