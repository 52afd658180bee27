"""The values that a membership of the caller may have beside the user and the group, such as a role."""

from __future__ import annotations

import itertools

from schema_dsl.lint.facts.values import NOT_NULL, FoldedValue
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import walk

_ROLES = frozenset({"admin", "editor", "manager", "member", "owner", "viewer"})
# The number of columns beside identities of which all values are tried.
_MOST_CHOSEN = 2


def list_other_values(
    select: Node, table: HistoryRelation, user: str, names: list[str]
) -> list[dict[str, FoldedValue]]:
    """Return the values of other columns in the caller's row of another group: the role there, for example.

    The values are known only in a table in which a user has a row for each group.
    """
    keys = [each.columns for each in table.constraints.values() if each.is_key]
    if (user,) in keys or not any(user in key and len(key) > 1 for key in keys):
        return [{}]
    constants = _list_texts(select.where_clause)
    chosen = [name for name in names if name in table.columns]
    if len(chosen) > _MOST_CHOSEN:
        return [{}]
    choices = [_list_common_values(table, name, sorted(constants - {""})) for name in chosen]
    return [dict(zip(chosen, values, strict=True)) for values in itertools.product(*choices)]


def _list_common_values(table: HistoryRelation, name: str, constants: list[str]) -> list[FoldedValue]:
    """Return the values that a user may have: for an unrestricted text, its default and common roles."""
    column = table.columns[name]
    if column.type == "bool":
        return [True, False]
    checked = any(name in each.checked for each in table.constraints.values())
    default = () if column.default is None else _list_texts(column.default)
    is_limited = checked or column.type not in {"text", "varchar"}
    return [*(each for each in constants if is_limited or each in {*_ROLES, *default}), NOT_NULL]


def _list_texts(node: Node) -> set[str]:
    return {each.sval.sval for each in walk(node) if each.DESCRIPTOR.name == "A_Const"}
