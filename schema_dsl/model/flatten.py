"""A table as declared, taken apart into objects with an identity each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from schema_dsl.errors import DefinitionError, ParseError
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from schema_dsl.model.expression import Predicate
from schema_dsl.model.identity import Identity, completed, where
from schema_dsl.model.index import Index
from schema_dsl.model.names import default_name, distinct
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.reference import as_reference
from schema_dsl.model.table import Table, TableConstraint
from schema_dsl.parsing import columns_of, figure_column_name
from schema_dsl.sql import Sql

EVERYBODY = "public"


@attrs.frozen
class UsedNames:
    """The names in use, as Postgres counts them: relations (and indexes) and constraints, per schema."""

    relations: set[tuple[str, str]] = attrs.Factory(set)
    constraints: set[tuple[str, str]] = attrs.Factory(set)


def flatten(table: Table, taken: UsedNames, roles: tuple[str, ...]) -> Iterator[tuple[Identity, Any]]:
    """Give each object of a table that is ours, completed: names chosen, short forms written out.

    `roles` are the platform's roles that a client can be; where an access is stated they, and everybody,
    hold what it says and nothing else.
    """
    schema, name = table.schema, table.name
    yield (
        Identity("table", schema, "", name),
        Table(
            name,
            schema=schema,
            existing=() if table.existing is not None else None,
            row_security=table.row_security,
            force_row_security=table.force_row_security,
            comment=table.comment,
            origin=table.origin,
        ),
    )
    key = table.primary_key_columns
    for column in table.columns:
        yield Identity("column", schema, name, column.name), plain_column(column, in_key=column.name in key)
    for constraint, on in _constraints(table):
        named = _named(constraint, on, table, taken)
        yield Identity(named.kind, schema, name, named.name), named
    for index in table.indexes:
        named = _named(index, (), table, taken)
        yield Identity("index", schema, name, named.name), named
    for trigger in table.triggers:
        yield Identity("trigger", schema, name, trigger.name), trigger
    for policy in table.policies:
        yield Identity("policy", schema, name, policy.name), policy
    if table.access is not None:
        for role in dict.fromkeys((EVERYBODY, *roles, *table.access.roles)):
            privilege = Privilege(
                role,
                table.access.privileges(role),
                table.access.column_privileges(role),
                origin=table.origin,
            )
            yield Identity("privilege", schema, name, role), privilege


def plain_column(column: Column, *, in_key: bool = False) -> Column:
    """Give the column without the constraints that were declared on it.

    Postgres makes the columns of a primary key NOT NULL, and those that are generated as identity.
    """
    not_null = column.not_null or in_key or column.primary_key or column.identity is not None
    short = column.primary_key or column.unique or column.check or column.references is not None
    if not short and not_null == column.not_null:
        return column
    return completed(column, not_null=not_null, **_NO_CONSTRAINTS)


_NO_CONSTRAINTS = {
    "primary_key": False,
    "unique": False,
    "check": (),
    "references": None,
    "on_delete": "no action",
    "on_update": "no action",
}


def _constraints(table: Table) -> Iterator[tuple[TableConstraint, tuple[str, ...]]]:
    """Give the constraints declared on columns and then the table's own.

    With each come the columns that it is known to be on, whatever its expression says.
    """
    key = [column for column in table.columns if column.primary_key]
    if key:
        yield PrimaryKey([column.name for column in key], origin=key[0].origin), ()
    for column in table.columns:
        on = (column.name,)
        if column.unique:
            yield Unique(on, origin=column.origin), on
        for check in column.check:
            if isinstance(check, Predicate):
                yield Check(check.on(column.name), origin=column.origin), on
            else:
                yield Check(check, origin=column.origin), ()
        if column.references is not None:
            key_of = ForeignKey(
                on,
                column.references,
                on_delete=column.on_delete,
                on_update=column.on_update,
                origin=column.origin,
            )
            yield key_of, on
    for constraint in table.constraints:
        yield constraint, ()


def _named(part: Any, on: tuple[str, ...], table: Table, taken: UsedNames) -> Any:
    """Give the constraint or index its name, and a foreign key its target by name."""
    schema = table.schema
    makes_relation = not isinstance(part, Check | ForeignKey)
    makes_constraint = not isinstance(part, Index)
    name = part.name
    if not name:

        def used(candidate: str) -> bool:
            key = (schema, candidate)
            return (makes_relation and key in taken.relations) or (
                makes_constraint and key in taken.constraints
            )

        name = default_name(table.name, on or _columns_in_name(part), _LABELS[part.kind], used)
    elif makes_relation and (schema, name) in taken.relations:
        raise DefinitionError(
            f"{part.kind.replace('_', ' ')} {name} of table {table.name} has the name of another relation",
            where=where(part),
            instead="Indexes, and constraints that an index holds, share their names with the tables.",
        )
    if makes_relation:
        taken.relations.add((schema, name))
    if makes_constraint:
        taken.constraints.add((schema, name))
    changes: dict[str, Any] = {"name": name} if name != part.name else {}
    if isinstance(part, ForeignKey):
        changes["references"] = as_reference(part.references, schema)
    return completed(part, **changes) if changes else part


_LABELS = {
    "primary_key": "pkey",
    "unique": "key",
    "check": "check",
    "foreign_key": "fkey",
    "exclusion": "excl",
    "index": "idx",
}


def _columns_in_name(part: Any) -> Iterable[str]:
    """Say which columns Postgres would put into the name.

    Raises:
        DefinitionError: If an expression is not SQL.
    """
    try:
        match part:
            case PrimaryKey():
                return ()
            case Check():
                # Postgres names a check after a column only where it is about exactly one.
                columns = {reference[-1] for reference in columns_of(part.expression)} - {"*"}
                return columns if len(columns) == 1 else ()
            case Exclusion():
                keys = [on for on, _ in part.elements]
            case Index():
                keys = [*(each.on for each in part.elements), *part.include]
            case _:
                return tuple(part.columns)
        return distinct(figure_column_name(key) if isinstance(key, Sql) else key for key in keys)
    except ParseError as error:
        raise DefinitionError(
            error.what,
            where=where(part),
            instead="Correct the SQL; it is one expression, without a semicolon.",
        ) from error
