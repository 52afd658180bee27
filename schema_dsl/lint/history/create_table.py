"""Apply CREATE TABLE: columns, constraints, and the names that Postgres chooses for unnamed constraints."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import (
    enumeration,
    is_serial,
    option_text,
    options,
    qualified_name,
    resolve_type_name,
    type_modifiers,
)
from schema_dsl.lint.history.constraints import add_constraint
from schema_dsl.lint.history.default_privileges import find_default_grants
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryColumn,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    resolve_relation_key,
)
from schema_dsl.parsing import Node

_GENERATED = {"s": "stored", "v": "virtual"}
_IDENTITY = {"a": "always", "d": "by default"}
_SERIAL_TYPES = frozenset({"int2", "int4", "int8"})
_ATTRIBUTES = frozenset({"default", "expression", "identity"})
# TableLikeOption bits: LIKE copies these only with INCLUDING.
_LIKE_DEFAULTS, _LIKE_GENERATED, _LIKE_IDENTITY = 1 << 3, 1 << 4, 1 << 5


def create_table(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a table, unless IF NOT EXISTS skips the statement."""
    relation = build_relation(schema, tree, position)
    schema.last_built = None
    existing = schema.relations.get(relation.key)
    if existing is not None and not existing.declared and tree.if_not_exists and not existing.uncertain:
        return
    add_relation(schema, relation)


def add_relation(schema: HistorySchema, relation: HistoryRelation) -> None:
    """Add a relation, with its default privileges."""
    if schema.default_privileges.granted and not relation.grants and not relation.temporary:
        relation.grants = find_default_grants(schema, "relation", relation.schema)
    if relation.owner is None and relation.created_at is not None:
        relation.owner = schema.creating_role
    schema.note_roles((*relation.grants, *relation.column_grants, relation.owner), relation)
    if schema.row_security_by_trigger and relation.kind == "table" and not relation.partition_key:
        relation.row_security = None
    replaced = schema.relations.get(relation.key)
    if replaced is not None:
        schema.dependencies.replace(replaced, relation)
    schema.dependencies.note(relation, schema.search_path)
    schema.relations[relation.key] = relation
    schema.dropped.discard(relation.key)
    for index in relation.indexes.values():
        schema.indexes[relation.schema, index.name] = index


def create_foreign_table(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a foreign table."""
    add_relation(schema, build_relation(schema, tree.base_stmt, position, kind="foreign_table"))


def build_relation(
    schema: HistorySchema, tree: Node, position: HistoryPosition | None, *, kind: str = "table"
) -> HistoryRelation:
    """Build the relation of a CreateStmt, without changing the schema.

    The result is cached: a second call for the same statement returns the same relation.
    """
    node = tree.relation
    cache_key = (position, node.schemaname, node.relname)
    if position is not None and schema.last_built is not None and schema.last_built[0] == cache_key:
        cached: HistoryRelation = schema.last_built[1]
        return cached
    relation = _build_relation(schema, tree, position, kind)
    schema.last_built = (cache_key, relation)
    return relation


def _build_relation(
    schema: HistorySchema, tree: Node, position: HistoryPosition | None, kind: str
) -> HistoryRelation:
    node = tree.relation
    temporary = node.relpersistence == "t"
    schema_name = TEMPORARY_SCHEMA if temporary else schema.creation_schema(node.schemaname)
    relation = HistoryRelation(
        Identity(kind, schema_name, node.relname),
        partition_key=tuple(param.partition_elem.name for param in tree.partspec.part_params[:]),
        partition_strategy=read_strategy(tree.partspec),
        partition_bound=tree.partbound if tree.HasField("partbound") else None,
        complete=not tree.HasField("of_typename"),
        # After IF NOT EXISTS, an existing table may have other parts.
        fully_known=not tree.if_not_exists or schema.is_absent_relation(schema_name, node.relname),
        created_at=position,
        row_security=False,
        force_row_security=False,
        temporary=temporary,
        unlogged=node.relpersistence == "u",
        access_method=_read_access_method(schema, tree),
        on_commit_drop=enumeration("OnCommitAction")[tree.oncommit] == "ONCOMMIT_DROP",
        of_type=(resolve_type_name(schema, tree.of_typename) or "?") if tree.HasField("of_typename") else "",
    )
    partition = tree.HasField("partbound")
    for wrapped in tree.inh_relations[:]:
        inherit_from(schema, relation, wrapped.range_var, partition=partition)
    _add_elements(schema, relation, tree, position)
    for name, value in options(tree.options):
        relation.options[name] = option_text(value)
    return relation


def _read_access_method(schema: HistorySchema, tree: Node) -> str:
    """Return the access method of a new table; "" for a partition, which may have that of its parent."""
    if tree.access_method or tree.HasField("partbound"):
        return str(tree.access_method)
    return schema.settings.get("default_table_access_method", "heap")


def read_strategy(spec: Node) -> str:
    """Return the letter of the strategy of a PartitionSpec, as in a bound: r, l or h; "" without a strategy."""
    word = enumeration("PartitionStrategy")[spec.strategy].removeprefix("PARTITION_STRATEGY_")
    return {"RANGE": "r", "LIST": "l", "HASH": "h"}.get(word, "")


def _add_elements(
    schema: HistorySchema, relation: HistoryRelation, tree: Node, position: HistoryPosition | None
) -> None:
    # The constraints, each with the column of a column constraint.
    constraints: list[tuple[Node, str]] = []
    for element in tree.table_elts[:]:
        kind = element.WhichOneof("node")
        if kind == "column_def":
            definition = element.column_def
            own = [wrapped.constraint for wrapped in definition.constraints[:]]
            added = build_column(schema, relation, definition, position, own)
            name = added.name
            inherited = relation.columns.get(name)
            constraints += [
                (constraint, name)
                for constraint in own
                if inherited is not None or not _is_attribute(constraint)
            ]
            if relation.partition_of is None or inherited is None:
                relation.columns[name] = added
                _inherit_values(added, inherited)
        elif kind == "table_like_clause":
            _copy_like(schema, relation, element.table_like_clause, position)
        elif kind == "constraint":
            constraints.append((element.constraint, ""))
    for constraint, on in constraints:
        add_constraint(schema, relation, constraint, position, on)


def _is_attribute(constraint: Node) -> bool:
    """Return whether a column constraint is only an attribute of its column, which `build_column` reads."""
    kind = constraint_kind(constraint.contype)
    return kind in _ATTRIBUTES or (kind == "not_null" and not constraint.conname)


def _inherit_values(column: HistoryColumn, inherited: HistoryColumn | None) -> None:
    """Give a column the default and NOT NULL of the column of the parent that it merges with."""
    if inherited is None:
        return
    column.not_null = column.not_null or inherited.not_null
    if column.default is None and not column.owns_sequence:
        column.default, column.serial = inherited.default, inherited.serial


def collation_name(node: Node) -> str:
    """Return the collation of a ColumnDef, or ""."""
    return qualified_name(node.coll_clause.collname)[1] if node.HasField("coll_clause") else ""


def build_column(
    schema: HistorySchema,
    relation: HistoryRelation,
    node: Node,
    position: HistoryPosition | None,
    constraints: Sequence[Node] | None = None,
) -> HistoryColumn:
    """Build a column from a ColumnDef and its column constraints, by default all in the ColumnDef."""
    if constraints is None:
        constraints = [wrapped.constraint for wrapped in node.constraints[:]]
    type_name = node.type_name
    full_name = resolve_type_name(schema, type_name)
    column = HistoryColumn(
        relation.part("column", node.colname),
        full_name,
        type_modifiers(type_name) if type_name.typmods else (),
        created_at=position,
        serial=full_name in _SERIAL_TYPES and is_serial(type_name),
        collation=collation_name(node),
        definition=node,
    )
    if full_name is None:
        column.unknown_type = qualified_name(type_name.names)[1]
    for constraint in constraints:
        kind = constraint_kind(constraint.contype)
        if kind in {"not_null", "primary_key"}:
            column.not_null = True
        elif kind == "default":
            column.default = constraint.raw_expr
        elif kind == "expression":
            column.generated = _GENERATED.get(constraint.generated_kind, "stored")
            column.default = constraint.raw_expr
        elif kind == "identity":
            column.as_identity = read_identity(constraint.generated_when)
            column.not_null = True
    column.not_null = column.not_null or column.serial
    return column


def read_identity(letter: str) -> str:
    """Return when Postgres generates the values of an identity column: always, or by default."""
    return _IDENTITY.get(letter, "always")


def inherit_from(schema: HistorySchema, relation: HistoryRelation, parent: Node, *, partition: bool) -> None:
    """Add the columns of a parent to a relation."""
    key = resolve_relation_key(schema, parent)
    relation.parents.append(key)
    if partition:
        relation.partition_of = key
    parent_relation = schema.relations.get(key)
    if parent_relation is None:
        relation.complete = False
        return
    parent_relation.children.append(relation.key)
    relation.complete = relation.complete and parent_relation.complete
    for column in parent_relation.columns.values():
        if column.name not in relation.columns:
            relation.columns[column.name] = attrs.evolve(
                column,
                identity=relation.part("column", column.name),
                inherited=True,
                definition=None,
                as_identity=column.as_identity if partition else "",
                not_null=column.not_null and not _is_not_inherited(column),
            )


def _is_not_inherited(column: HistoryColumn) -> bool:
    """Return whether the NOT NULL of a column is declared with NO INHERIT."""
    return column.definition is not None and any(
        constraint_kind(each.constraint.contype) == "not_null" and each.constraint.is_no_inherit
        for each in column.definition.constraints
    )


def _copy_like(
    schema: HistorySchema, relation: HistoryRelation, clause: Node, position: HistoryPosition | None
) -> None:
    source = schema.find_relation(clause.relation.schemaname, clause.relation.relname)
    if source is None:
        relation.complete = relation.fully_known = False
        return
    relation.complete = relation.complete and source.complete
    # LIKE may also copy constraints and indexes.
    relation.fully_known = False
    for column in source.columns.values():
        copied = HistoryColumn(
            relation.part("column", column.name),
            column.type,
            column.modifiers,
            not_null=column.not_null,
            created_at=position,
            uncertain=column.uncertain,
        )
        if clause.options & _LIKE_DEFAULTS:
            copied.default = column.default
        if clause.options & _LIKE_GENERATED:
            copied.generated = column.generated
        if clause.options & _LIKE_IDENTITY:
            copied.as_identity = column.as_identity
        relation.columns[column.name] = copied
