"""Flatten a declared table into objects with an identity each."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity, table_identity, table_part
from schema_dsl.errors import DefinitionError, ParseError
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique, backfill_to_sql
from schema_dsl.model.expression import Predicate
from schema_dsl.model.identity import copy_with, format_origin
from schema_dsl.model.index import Index
from schema_dsl.model.index_mark import MARK_FIELDS, build_marks
from schema_dsl.model.names import choose_default_name, number_duplicates
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.privilege import build_privileges
from schema_dsl.model.reference import to_reference
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import Table, TableConstraint
from schema_dsl.parsing import figure_column_name, list_columns
from schema_dsl.sql import Sql


@attrs.frozen
class UsedNames:
    """The names in use, as (schema, name) pairs.

    Attributes:
        relations: The names of relations, including indexes.
        constraints: The names of constraints.
    """

    relations: set[tuple[str, str]] = attrs.Factory(set)
    constraints: set[tuple[str, str]] = attrs.Factory(set)


def flatten(
    table: Table, used_names: UsedNames, roles: Sequence[str], *, belongs_to_platform: bool = False
) -> Iterator[tuple[Identity, Any]]:
    """Yield the declared objects of a table, with default names chosen and short forms expanded.

    Args:
        table: The table.
        used_names: The names in use, which this function extends.
        roles: The client roles. If the table declares privileges, PUBLIC, the client roles and the named roles
            each yield a Privilege.
        belongs_to_platform: Whether the platform has granted the privileges of the table, which stay as they are.
    """
    schema, name = table.schema, table.name
    # The identities of the parts share this one, so that comparisons of their parents are fast.
    identity = table_identity(schema, name)
    yield (
        identity,
        Table(
            name,
            schema=schema,
            existing=() if table.existing is not None else None,
            row_security=table.row_security,
            force_row_security=table.force_row_security,
            unlogged=table.unlogged,
            parameters=table.parameters,
            replica_identity=table.replica_identity,
            inherits=table.inherits,
            partition_by=table.partition_by,
            partition_of=table.partition_of,
            bound=table.bound,
            comment=table.comment,
            renamed_from=table.renamed_from,
            origin=table.origin,
        ),
    )
    key = table.primary_key_columns
    # A partition has the columns of the partitioned table.
    for column in table.columns if table.partition_of is None else ():
        yield (
            table_part("column", schema, name, column.name),
            strip_constraints(column, in_key=column.name in key),
        )
        if column.not_null_name is not None:
            named_column = NotNullName(column.name, column.not_null_name, origin=column.origin)
            yield table_part(named_column.kind, schema, name, column.name), named_column
    indexes = []
    for constraint, on in _list_constraints(table):
        named = _assign_name(constraint, on, table, used_names)
        indexes.append(named.name)
        yield table_part(named.kind, schema, name, named.name), named
    for index in table.indexes:
        named = _assign_name(index, (), table, used_names)
        indexes.append(named.name)
        yield table_part("index", schema, name, named.name), named
    yield from build_marks(table, indexes)
    for trigger in table.triggers:
        yield table_part("trigger", schema, name, trigger.name), trigger
    for rule in table.rules:
        yield table_part("rule", schema, name, rule.name), rule
    for policy in table.policies:
        yield table_part("policy", schema, name, policy.name), policy
    # A role can revoke only privileges that the role itself granted.
    grants = table.grants if belongs_to_platform else table.list_grants()
    if grants is not None:
        named = table.access.roles if table.access is not None else ()
        managed = () if belongs_to_platform else (*roles, *named)
        yield from build_privileges(identity, grants, managed, table.origin)


def flatten_relation(item: SchemaObject, used_names: UsedNames) -> Iterator[tuple[Identity, Any]]:
    """Yield a declared object that is no table, without its parts, and these, with default names chosen.

    Args:
        item: The object, such as a materialized view with indexes.
        used_names: The names in use, which this function extends.
    """
    present = [name for name in _PARTS if getattr(item, name, ())]
    without: dict[str, Any] = dict.fromkeys(present, ())
    without.update((name, None) for name in MARK_FIELDS.values() if getattr(item, name, None) is not None)
    identity = item.identity
    yield identity, copy_with(item, **without) if without else item
    indexes = []
    for name in present:
        for part in getattr(item, name):
            named = part
            if isinstance(part, Index):
                named = _assign_name(part, (), item, used_names)
                indexes.append(named.name)
            yield Identity(part.kind, item.schema, named.name, parent=identity), named
    yield from build_marks(item, indexes)


_PARTS: Final = ("indexes", "triggers", "rules")


def strip_constraints(column: Column, *, in_key: bool = False) -> Column:
    """Return the column without the constraints that are declared on it, but NOT NULL if Postgres makes it so."""
    not_null = in_key or column.is_not_null
    has_constraints = (
        column.primary_key
        or column.unique
        or column.check
        or column.references is not None
        or column.not_null_name is not None
    )
    if not has_constraints and not_null == column.not_null:
        return column
    return copy_with(column, not_null=not_null, **_NO_CONSTRAINTS)


_NO_CONSTRAINTS = {
    "primary_key": False,
    "unique": False,
    "not_null_name": None,
    "check": (),
    "references": None,
    "on_delete": "no action",
    "on_update": "no action",
}


def _list_constraints(table: Table) -> Iterator[tuple[TableConstraint, tuple[str, ...]]]:
    """Yield the constraints of the columns and then of the table.

    Yields:
        The constraint, and the column that declares it; no column if the name depends on the constraint alone.
    """
    key = [column for column in table.columns if column.primary_key]
    if key:
        yield PrimaryKey([column.name for column in key], origin=key[0].origin), ()
    for column in table.columns:
        on = (column.name,)
        if column.unique:
            yield Unique(on, origin=column.origin), on
        backfill = {} if column.backfill is None else {column.name: column.backfill}
        for check in column.check:
            is_predicate = isinstance(check, Predicate)
            condition = check.on(column.name) if isinstance(check, Predicate) else check
            yield Check(condition, backfill=backfill, origin=column.origin), on if is_predicate else ()
        if column.references is not None:
            foreign_key = ForeignKey(
                on,
                column.references,
                on_delete=column.on_delete,
                on_update=column.on_update,
                origin=column.origin,
            )
            yield foreign_key, on
    for constraint in table.constraints:
        if isinstance(constraint, Check) and constraint.backfill:
            yield attrs.evolve(constraint, backfill=backfill_to_sql(constraint, table.column_types)), ()
        else:
            yield constraint, ()


def _assign_name(part: Any, on: tuple[str, ...], table: SchemaObject, used_names: UsedNames) -> Any:
    """Return the constraint or index with a name, and the target of a foreign key as a Reference."""
    schema = table.schema
    is_relation = not isinstance(part, Check | ForeignKey)
    is_constraint = not isinstance(part, Index)
    name = part.name
    if not name:

        def is_used(candidate: str) -> bool:
            key = (schema, candidate)
            return (is_relation and key in used_names.relations) or (
                is_constraint and key in used_names.constraints
            )

        columns = on or _list_name_columns(part, table.name)
        name = choose_default_name(table.name, columns, _NAME_LABELS[part.kind], is_used)
    elif is_relation and (schema, name) in used_names.relations:
        raise DefinitionError(
            f"{part.kind.replace('_', ' ')} {name} of table {table.name} has the name of another relation",
            where=format_origin(part),
            instead="Choose another name: indexes, and constraints with an index, share a namespace with tables.",
        )
    if is_relation:
        used_names.relations.add((schema, name))
    if is_constraint:
        used_names.constraints.add((schema, name))
    changes: dict[str, Any] = {"name": name} if name != part.name else {}
    if isinstance(part, ForeignKey):
        changes["references"] = to_reference(part.references, schema)
    return copy_with(part, **changes) if changes else part


_NAME_LABELS = {
    "primary_key": "pkey",
    "unique": "key",
    "check": "check",
    "foreign_key": "fkey",
    "exclusion": "excl",
    "index": "idx",
}


def _list_name_columns(part: Any, table: str) -> Iterable[str]:
    """Return the column names that Postgres puts into the default name.

    Raises:
        DefinitionError: If an expression has a syntax error.
    """
    try:
        match part:
            case PrimaryKey():
                return ()
            case Check():
                # Postgres puts the column into the name of a check only if the check uses exactly one column.
                columns = {reference[-1] for reference in list_columns(part.expression)} - {"*"}
                return columns if len(columns) == 1 else ()
            case Exclusion():
                keys = [*part.keys, *part.include]
            case Index():
                keys = [*(element.on for element in part.elements), *part.include]
            case Unique():
                # Postgres names the columns of INCLUDE as well.
                keys = [*part.columns, *part.include]
            case _:
                return tuple(part.columns)
        return number_duplicates(figure_column_name(key) if isinstance(key, Sql) else key for key in keys)
    except ParseError as error:
        kind = part.kind.replace("_", " ")
        raise DefinitionError(
            f"{kind} {part.name} of table {table}: {error.what}"
            if part.name
            else f"{kind} of table {table}: {error.what}",
            where=format_origin(part),
            instead="Correct the SQL: write one expression, without a semicolon.",
        ) from error


def suggest_name(
    part: Any, table: str, columns: Iterable[str] = (), used: Container[str] = frozenset()
) -> str:
    """Return the name that Postgres chooses for a constraint or an index.

    Args:
        part: The constraint or index.
        table: The name of the table.
        columns: The columns in the name, by default those of the part.
        used: The names that other objects have.
    """
    names = tuple(columns) or _list_name_columns(part, table)
    return choose_default_name(table, names, _NAME_LABELS[part.kind], used.__contains__)
