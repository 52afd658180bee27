"""Read the constraints of a table."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.effects.names import constraint_kind
from schema_dsl.analysis.trees import names
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey, PrimaryKey, Unique
from schema_dsl.model.from_sql.nodes import (
    read_expression,
    read_options,
    read_relation_name,
    refuse,
)
from schema_dsl.model.identity import Origin
from schema_dsl.model.reference import Reference
from schema_dsl.parsing import Node

_ACTIONS: Final = {
    "a": "no action",
    "r": "restrict",
    "c": "cascade",
    "n": "set null",
    "d": "set default",
}


def read_constraint(node: Node, columns: tuple[str, ...], origin: Origin) -> Any:
    """Return the constraint of a parse tree.

    Args:
        node: The Constraint.
        columns: The column that has the constraint; empty for a constraint of the table.
        origin: The line of the statement.
    """
    values: dict[str, Any] = {"name": node.conname, "origin": origin}
    kind = constraint_kind(node.contype)
    if kind == "check":
        expression = read_expression(node, "raw_expr")
        assert expression is not None  # noqa: S101 - the grammar requires it
        return Check(expression, **values, **_without_defaults(node), no_inherit=node.is_no_inherit)
    values |= {"deferrable": node.deferrable, "initially_deferred": node.initdeferred}
    if kind == "foreign_key":
        return _read_foreign_key(node, columns, values)
    values |= {"include": names(node.including), "parameters": read_options(node.options)}
    if kind == "exclusion":
        return _read_exclusion(node, values)
    if node.indexname:
        raise refuse(f"constraint {node.conname} has USING INDEX", "Write its columns.")
    key = columns or tuple(names(node.keys))
    if kind == "primary_key":
        return PrimaryKey(key, **values, without_overlaps=node.without_overlaps)
    if kind == "unique":
        return Unique(
            key, **values, without_overlaps=node.without_overlaps, nulls_not_distinct=node.nulls_not_distinct
        )
    raise refuse(
        f"constraint {node.conname} is of a kind that SQL cannot declare here", "Declare the table in Python."
    )


def _without_defaults(node: Node) -> dict[str, Any]:
    """Return whether a constraint is not enforced or not validated."""
    values: dict[str, Any] = {}
    if not node.is_enforced:
        values["enforced"] = False
    elif node.skip_validation and not node.initially_valid:
        values["validated"] = False
    return values


def _read_foreign_key(node: Node, columns: tuple[str, ...], values: dict[str, Any]) -> ForeignKey:
    schema, table = read_relation_name(node.pktable)
    return ForeignKey(
        columns or tuple(names(node.fk_attrs)),
        Reference(table, names(node.pk_attrs), schema=schema),
        on_delete=_ACTIONS[node.fk_del_action or "a"],  # type: ignore[arg-type] # the letters of the actions
        on_update=_ACTIONS[node.fk_upd_action or "a"],  # type: ignore[arg-type]
        on_delete_columns=names(node.fk_del_set_cols),
        match_full=node.fk_matchtype == "f",
        period=node.fk_with_period,
        **values,
        **_without_defaults(node),
    )


def _read_exclusion(node: Node, values: dict[str, Any]) -> Exclusion:
    from schema_dsl.model.from_sql.kinds.index import read_element  # noqa: PLC0415 - kinds load this module

    elements = []
    for item in node.exclusions:
        element, operator = item.list.items
        elements.append((read_element(element.index_elem), names(operator.list.items)[-1]))
    return Exclusion(
        elements,
        method=node.access_method or "gist",
        where=read_expression(node, "where_clause"),
        **values,
    )
