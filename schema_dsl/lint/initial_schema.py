"""The schema before a history: the objects of the platform, and the objects declared as existing."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.identity import QUERIED_KINDS, Identity, table_identity
from schema_dsl.analysis.trees import resolve_type_name, type_modifiers
from schema_dsl.lint.history.create_objects import add_range_constructors, add_sequence, install_extension
from schema_dsl.lint.history.replay import replay
from schema_dsl.lint.history.schema import (
    HistoryColumn,
    HistoryConstraint,
    HistoryRelation,
    HistoryRole,
    HistorySchema,
    Routine,
    UserType,
)
from schema_dsl.lint.source import Source
from schema_dsl.model.column import Column as DeclaredColumn
from schema_dsl.model.composite_type import CompositeType
from schema_dsl.model.constraint import PrimaryKey, Unique
from schema_dsl.model.domain import Domain
from schema_dsl.model.enum import Enum
from schema_dsl.model.extension import Extension
from schema_dsl.model.function import Function
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.range_type import RangeType
from schema_dsl.model.role import Role as DeclaredRole
from schema_dsl.model.schema import Schema
from schema_dsl.model.sequence import Sequence
from schema_dsl.model.table import Table
from schema_dsl.model.type import DeclaredType
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression
from schema_dsl.plan.known_objects import find_variadic
from schema_dsl.plan.state import State

if TYPE_CHECKING:
    from schema_dsl.model.catalog import Catalog
    from schema_dsl.plan import Difference
    from schema_dsl.platforms import Platform


def schema_of_platform(platform: Platform) -> HistorySchema:
    """Return the schema of an empty database of the platform."""
    schema = HistorySchema()
    _add_objects(schema, platform.tables, platform.functions, platform.roles)
    return schema


def schema_before_history(
    platform: Platform, wanted: Catalog | None, default_privileges: str = ""
) -> HistorySchema:
    """Return the known schema before the first migration of a project.

    The definitions list only some columns of an existing table; the table may have more.

    Args:
        platform: The platform.
        wanted: The definitions.
        default_privileges: The set of default privileges of the platform that the project has; "" if unknown.
    """
    schema = schema_of_platform(platform)
    script = platform.default_privileges.get(default_privileges)
    if script is not None:
        for _ in replay([Source.of(platform.script(script, platform.owner))], schema):
            pass
    if wanted is not None:
        existing_tables = [table for table in wanted.tables.values() if table.existing is not None]
        _add_objects(schema, existing_tables, wanted.functions, wanted.roles, all_columns=False)
    return schema


def schema_of_definitions(wanted: Catalog) -> HistorySchema:
    """Return the declared schema, in which the columns of every table are complete."""
    schema = HistorySchema()
    for item in wanted.objects.values():
        if isinstance(item, Schema):
            schema.schemas.add(item.name)
        elif isinstance(item, Sequence):
            add_sequence(schema, (item.schema, item.name), None)
        elif isinstance(item, Extension):
            schema.extensions.add(item.name)
            install_extension(schema, item.name, item.schema)
    _add_types(schema, wanted)
    managed = (item for item in wanted.objects.values() if isinstance(item, Function))
    _add_objects(schema, wanted.tables.values(), (*wanted.functions, *managed), wanted.roles)
    for identity in wanted.objects:
        if identity.kind == "table":
            relation = schema.relations[identity.schema, identity.name]
            relation.complete = relation.declared = True
    _add_views(schema, wanted)
    _add_parents(schema, wanted)
    return schema


def _add_parents(schema: HistorySchema, wanted: Catalog) -> None:
    """Add which tables are partitions or inherit, because a change of the columns of a table reaches its children."""
    for identity, item in wanted.objects.items():
        for parent in getattr(item, "parents", ()):
            child, table = schema.relations.get(identity.relation), schema.relations.get(parent.relation)
            if child is None or table is None:
                continue
            child.parents.append(table.key)
            table.children.append(child.key)
            for name in child.columns.keys() & table.columns.keys():
                child.columns[name].inherited = True


_VIEWED: Final = QUERIED_KINDS - {Table.kind}


def _add_views(schema: HistorySchema, wanted: Catalog) -> None:
    """Add the declared relations other than tables, with their columns."""
    known = State(wanted.objects).known_objects
    for identity in wanted.objects:
        found = known.find_relation(*identity.relation) if identity.kind in _VIEWED else None
        if found is None:
            continue
        relation = HistoryRelation(identity, complete=found.complete, declared=True)
        relation.add_columns((column.name, column.type) for column in found.columns.values())
        schema.relations[relation.key] = relation


def schema_of_change(wanted: Catalog, changes: Iterable[Difference]) -> HistorySchema:
    """Return the declared schema together with the tables and columns that a migration drops.

    The statements of the migration see them until it drops them.
    """
    schema = schema_of_definitions(wanted)
    dropped = [change for change in changes if change.after is None]
    tables = [change.before for change in dropped if change.identity.kind == "table"]
    _add_objects(schema, tables, (), ())
    for change in dropped:
        relation = schema.relations.get(change.identity.relation)
        if relation is not None and change.identity.kind == "column":
            relation.columns[change.identity.name] = _build_column(schema, relation, change.before)
    return schema


def _add_types(schema: HistorySchema, wanted: Catalog) -> None:
    """Add the declared types; a domain may restrict an enum or another domain."""
    types = [item for item in wanted.objects.values() if isinstance(item, DeclaredType)]
    for item in types:
        schema.schemas.add(item.schema)
        labels = list(item.labels) if isinstance(item, Enum) else []
        if isinstance(item, CompositeType):
            schema.relations[item.schema, item.name] = HistoryRelation(
                item.identity, complete=True, fully_known=True
            )
        else:
            schema.types[item.schema, item.name] = UserType(item.identity, labels)
    for item in types:
        if isinstance(item, CompositeType):
            composite = schema.relations[item.schema, item.name]
            for attribute in item.attributes:
                composite.columns[attribute.name] = HistoryColumn(
                    composite.part("attribute", attribute.name), *_resolve_type(schema, attribute.type.sql)
                )
        if isinstance(item, RangeType):
            range_type = schema.types[item.schema, item.name]
            range_type.base, _ = _resolve_type(schema, item.subtype.sql)
            add_range_constructors(schema, range_type, item.multirange, None)
        if isinstance(item, Domain):
            declared = schema.types[item.schema, item.name]
            declared.base, declared.modifiers = _resolve_type(schema, item.base.sql)
            declared.constrained = item.not_null or bool(item.check)


def _add_objects(
    schema: HistorySchema,
    tables: Iterable[Table],
    functions: Iterable[Function],
    roles: Iterable[DeclaredRole],
    *,
    all_columns: bool = True,
) -> None:
    for table in tables:
        schema.schemas.add(table.schema)
        relation = HistoryRelation(table_identity(table.schema, table.name))
        for column in table.all_columns if all_columns else table.existing or ():
            relation.columns[column.name] = _build_column(schema, relation, column)
        _add_keys(relation, table)
        schema.relations[relation.key] = relation
    for function in functions:
        schema.schemas.add(function.schema)
        inputs = [argument for argument in function.arguments if argument.is_input]
        arguments = tuple(_resolve_type(schema, argument.type)[0] for argument in inputs)
        signature = Signature(
            arguments,
            _resolve_type(schema, function.returns)[0],
            volatility="s" if function.body is None else function.volatility[0],
            variadic=find_variadic(inputs, arguments),
            defaults=sum(argument.default is not None for argument in inputs),
        )
        routine = Routine(function.schema, function.name, signature)
        schema.routines.setdefault((function.schema, function.name), []).append(routine)
    for role in roles:
        schema.roles[role.name] = HistoryRole(
            Identity("role", "", role.name), bypasses_row_security=role.bypasses_row_security
        )


def _build_column(
    schema: HistorySchema, relation: HistoryRelation, declared: DeclaredColumn
) -> HistoryColumn:
    type_name, modifiers_given = _resolve_type(schema, declared.type.sql)
    return HistoryColumn(
        relation.part("column", declared.name),
        type_name,
        modifiers_given,
        not_null=declared.not_null or declared.primary_key,
        generated="" if declared.generated is None else "virtual" if declared.virtual else "stored",
        as_identity=declared.identity or "",
    )


def _add_keys(relation: HistoryRelation, table: Table) -> None:
    key = table.primary_key_columns
    if key:
        declared = (each.name for each in table.constraints if isinstance(each, PrimaryKey) and each.name)
        name = next(declared, None) or choose_default_name(table.name, [], "pkey", lambda _: False)
        relation.constraints[name] = HistoryConstraint(relation.part("primary_key", name), key)
    for constraint in table.constraints:
        if isinstance(constraint, Unique) and not isinstance(constraint, PrimaryKey) and constraint.name:
            relation.constraints[constraint.name] = HistoryConstraint(
                relation.part("unique", constraint.name), constraint.columns
            )


def _resolve_type(schema: HistorySchema, sql: str) -> tuple[str | None, tuple[int, ...]]:
    node = _parse_type_name(sql)
    return (None, ()) if node is None else (resolve_type_name(schema, node), type_modifiers(node))


@functools.lru_cache(maxsize=1024)
def _parse_type_name(sql: str) -> Node | None:
    if sql == "trigger":
        # The return type of trigger functions is always the pseudo-type in pg_catalog.
        sql = "pg_catalog.trigger"
    try:
        return parse_expression(f"CAST(NULL AS {sql})").type_cast.type_name
    except SqlSyntaxError:
        return None
