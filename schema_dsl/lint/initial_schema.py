"""What there is before a history begins: the platform's, and what is declared as existing."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING

from schema_dsl.lint.builtins import Signature
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryConstraint,
    HistoryRelation,
    HistoryRole,
    Routine,
    Schema,
)
from schema_dsl.lint.history.trees import modifiers, type_named
from schema_dsl.model.column import Column as DeclaredColumn
from schema_dsl.model.constraint import PrimaryKey, Unique
from schema_dsl.model.role import Role as DeclaredRole
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.parsing import Node, SqlSyntaxError, expression

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.platforms import Platform


def of_platform(platform: Platform) -> Schema:
    """Give what every database of the platform has."""
    schema = Schema()
    _add(schema, platform.tables, platform.functions, platform.roles)
    return schema


def of_history(platform: Platform, wanted: Catalog | None) -> Schema:
    """Give what was there before a project's first migration, so far as the definitions tell.

    The columns of an existing table are those that somebody needed to name: there may be more.
    """
    schema = of_platform(platform)
    if wanted is not None:
        existing = [table for table in wanted.tables.values() if table.existing is not None]
        _add(schema, existing, wanted.functions, wanted.roles, written=False)
    return schema


def of_definitions(wanted: Catalog) -> Schema:
    """Give what is declared: of the project's own tables, existing ones too, nothing else can be named."""
    schema = Schema()
    _add(schema, wanted.tables.values(), wanted.functions, wanted.roles)
    for identity in wanted.objects:
        if identity.kind == "table":
            relation = schema.relations[identity.schema, identity.name]
            relation.complete = relation.declared = True
    return schema


def _add(
    schema: Schema,
    tables: Iterable[Table],
    functions: Iterable[Function],
    roles: Iterable[DeclaredRole],
    *,
    written: bool = True,
) -> None:
    for table in tables:
        schema.schemas.add(table.schema)
        relation = HistoryRelation(table.schema, table.name)
        for each in table.all_columns if written else table.existing or ():
            relation.columns[each.name] = _column(schema, each)
        _keys(relation, table)
        schema.relations[relation.key] = relation
    for function in functions:
        schema.schemas.add(function.schema)
        arguments = tuple(_type(schema, each)[0] for each in function.arguments)
        signature = Signature(arguments, _type(schema, function.returns)[0], volatility="s")
        made = Routine(function.schema, function.name, signature)
        schema.routines.setdefault((function.schema, function.name), []).append(made)
    for role in roles:
        schema.roles[role.name] = HistoryRole(role.name, bypasses_row_security=role.bypasses_row_security)


def _column(schema: Schema, declared: DeclaredColumn) -> HistoryColumn:
    kind, numbers = _type(schema, declared.type.sql)
    return HistoryColumn(
        declared.name,
        kind,
        numbers,
        not_null=declared.not_null or declared.primary_key,
        generated="stored" if declared.generated is not None else "",
        identity=declared.identity or "",
    )


def _keys(relation: HistoryRelation, table: Table) -> None:
    key = table.primary_key_columns
    if key:
        relation.constraints["primary key"] = HistoryConstraint("primary key", "primary", key)
    for each in table.constraints:
        if isinstance(each, Unique) and not isinstance(each, PrimaryKey) and each.name:
            relation.constraints[each.name] = HistoryConstraint(each.name, "unique", each.columns)


def _type(schema: Schema, sql: str) -> tuple[str | None, tuple[int, ...]]:
    node = _type_name(sql)
    return (None, ()) if node is None else (type_named(schema, node), modifiers(node))


@functools.lru_cache(maxsize=1024)
def _type_name(sql: str) -> Node | None:
    if sql == "trigger":
        # The commonest by far, and no type of a value.
        sql = "pg_catalog.trigger"
    try:
        return expression(f"CAST(NULL AS {sql})").type_cast.type_name
    except SqlSyntaxError:
        return None
