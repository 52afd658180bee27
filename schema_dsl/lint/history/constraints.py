"""Add the constraints of a relation, with the names that Postgres chooses for unnamed ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import (
    enumeration,
    names,
)
from schema_dsl.lint.history.schema import (
    HistoryConstraint,
    HistoryIndex,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
    RelationKey,
    resolve_relation_key,
)
from schema_dsl.model.names import choose_default_name
from schema_dsl.parsing import Node, figure_output_name, list_columns_in

_LABELS = {
    "primary_key": "pkey",
    "unique": "key",
    "check": "check",
    "foreign_key": "fkey",
    "exclusion": "excl",
}
# The constraints that may be NOT ENFORCED since Postgres 18.
_ENFORCED = frozenset({"check", "foreign_key"})
_UNIQUE = frozenset({"primary_key", "unique"})


def add_constraint(
    schema: HistorySchema,
    relation: HistoryRelation,
    node: Node,
    position: HistoryPosition | None,
    on: str = "",
) -> HistoryConstraint | None:
    """Add a constraint to a relation; `on` is the column of a column constraint.

    Returns:
        The constraint; None for NOT NULL and for clauses that are not constraints.
    """
    kind = constraint_kind(node.contype)
    if kind not in _LABELS:
        if kind == "not_null":
            columns = (on,) if on else tuple(names(node.keys))
            valid = not node.skip_validation
            if valid:
                set_not_null(relation, columns)
            if node.conname:
                relation.constraints[node.conname] = HistoryConstraint(
                    relation.part(kind, node.conname), columns, valid=valid, created_at=position
                )
        elif not kind and relation.constraints:
            _apply_clause(relation, enumeration("ConstrType")[node.contype])
        return None
    constraint = build_constraint(schema, relation, node, kind, on)
    constraint.created_at = position
    twin = _find_twin(relation, constraint) if kind == "unique" else None
    if twin is not None:
        # Postgres makes one index for equal keys of one statement.
        return twin
    name = constraint.name
    relation.constraints[name] = constraint
    if kind == "primary_key":
        set_not_null(relation, constraint.columns)
    if kind in _UNIQUE or kind == "exclusion":
        index = HistoryIndex(
            relation.part("index", name),
            constraint.columns,
            unique=kind in _UNIQUE,
            created_at=position,
        )
        index.method = node.access_method or "btree"
        index.partial = node.HasField("where_clause")
        relation.indexes[name] = index
    return constraint


def _apply_clause(relation: HistoryRelation, clause: str) -> None:
    """Apply a clause that follows the constraint of its column, as DEFERRABLE does."""
    *_, last = relation.constraints.values()
    if clause == "CONSTR_ATTR_NOT_ENFORCED":
        last.enforced = last.valid = False
    elif clause in {"CONSTR_ATTR_DEFERRABLE", "CONSTR_ATTR_DEFERRED"}:
        last.deferrable = True


def _find_twin(relation: HistoryRelation, constraint: HistoryConstraint) -> HistoryConstraint | None:
    """Return the key of the same statement with the columns and properties of a unique constraint."""
    if constraint.created_at is None:
        return None
    return next(
        (
            twin
            for twin in relation.constraints.values()
            if twin.kind in _UNIQUE
            and twin.created_at == constraint.created_at
            and (twin.columns, twin.key_options) == (constraint.columns, constraint.key_options)
        ),
        None,
    )


def build_constraint(
    schema: HistorySchema, relation: HistoryRelation, node: Node, kind: str, on: str
) -> HistoryConstraint:
    """Build a constraint, with the name that Postgres chooses for an unnamed one."""
    columns: tuple[str, ...] = (on,) if on else ()
    target: RelationKey | None = None
    target_columns: tuple[str, ...] = ()
    if kind in _UNIQUE and node.keys:
        columns = tuple(names(node.keys))
    elif kind in _UNIQUE and node.indexname and node.indexname in relation.indexes:
        columns = relation.indexes[node.indexname].columns
    elif kind == "foreign_key":
        columns = tuple(names(node.fk_attrs)) or columns
        target = resolve_relation_key(schema, node.pktable)
        schema.referenced.add(target)
        target_columns = tuple(names(node.pk_attrs))
    elif kind == "exclusion":
        columns = tuple(exclusion.list.items[0].index_elem.name for exclusion in node.exclusions)
    checked: frozenset[str] = frozenset()
    if kind == "check":
        columns, checked = (), frozenset(iter_column_names(node.raw_expr))
    name = node.conname or node.indexname
    if not name:
        named: Iterable[str] = () if kind == "primary_key" else columns
        if kind == "check":
            # Postgres includes a column in the name of a check only if the check uses exactly one column.
            named = checked if len(checked) == 1 else ()
        elif kind == "exclusion":
            keys = [exclusion.list.items[0].index_elem for exclusion in node.exclusions]
            named = [key.name or figure_output_name(key.expr, "expr") for key in keys]
        name = choose_default_name(relation.name, named, _LABELS[kind], relation.constraints.__contains__)
    return HistoryConstraint(
        relation.part(kind, name),
        columns,
        target,
        target_columns,
        valid=not node.skip_validation,
        deferrable=node.deferrable,
        tree=node,
        checked=checked,
        enforced=node.is_enforced or kind not in _ENFORCED,
    )


def iter_column_names(node: Node) -> Iterator[str]:
    """Yield the column names in an expression.

    The common kinds of nodes are handled here, because the generic walk is slow.
    """
    pending = [node]
    while pending:
        outer = pending.pop()
        kind = outer.WhichOneof("node")
        if kind is None or kind == "a_const":
            continue
        inner = getattr(outer, kind)
        if kind == "column_ref":
            yield inner.fields[-1].string.sval
        elif kind == "a_expr":
            pending += (inner.rexpr, inner.lexpr)
        elif kind in {"bool_expr", "func_call"}:
            pending += reversed(inner.args[:])
        elif kind == "list":
            pending += reversed(inner.items[:])
        elif kind in {"null_test", "type_cast"}:
            pending.append(inner.arg)
        else:
            yield from (parts[-1] for parts in list_columns_in(outer))


def set_not_null(relation: HistoryRelation, columns: Iterable[str]) -> None:
    """Mark columns as NOT NULL."""
    for name in columns:
        if name in relation.columns:
            relation.columns[name].not_null = True


def find_primary_key(relation: HistoryRelation) -> tuple[str, ...]:
    """Return the columns of the primary key; empty if no primary key is known."""
    return next(
        (
            constraint.columns
            for constraint in relation.constraints.values()
            if constraint.kind == "primary_key"
        ),
        (),
    )
