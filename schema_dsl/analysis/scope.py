"""Resolve column references in nested scopes of FROM items and PL/pgSQL variables (parse_relation.c)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

from schema_dsl.analysis.schema import RelationInfo

ColumnTypes: TypeAlias = list[tuple[str, "str | None"]]

SYSTEM_COLUMNS = {
    "ctid": "tid",
    "xmin": "xid",
    "xmax": "xid",
    "cmin": "cid",
    "cmax": "cid",
    "tableoid": "oid",
}


@attrs.define(eq=False)
class FromItem:
    """An item of a FROM clause (Postgres: range table entry).

    Attributes:
        complete: Whether `columns` lists every column.
        schema: The schema of a table without an alias.
        has_system_columns: Whether the item has ctid, xmin and the other system columns.
        merged_columns: The columns that JOIN USING merged, which only a qualified name can reference.
        qualified_only: Whether only qualified names can reference the columns, as for EXCLUDED, OLD and NEW.
        is_scalar_function: Whether the alias also names the single column of a function.
    """

    alias: str
    columns: dict[str, str | None]
    complete: bool = True
    schema: str = ""
    row_type: str | None = None
    relation: RelationInfo | None = None
    has_system_columns: bool = False
    merged_columns: frozenset[str] = frozenset()
    qualified_only: bool = False
    is_scalar_function: bool = False


@attrs.define(eq=False)
class Scope:
    """One level of name resolution.

    Attributes:
        items: The FROM items of the level.
        outer: The scope of the enclosing query.
        ctes: The columns of the WITH queries, by name; None for a query with unknown columns.
        variables: The PL/pgSQL variables and parameters, with their types.
        complete: Whether no other names can exist on the level.
    """

    items: list[FromItem] = attrs.field(factory=list)
    outer: Scope | None = None
    ctes: dict[str, ColumnTypes | None] = attrs.field(factory=dict)
    variables: dict[str, str | None] | None = None
    complete: bool = True

    def find_cte(self, name: str) -> tuple[bool, ColumnTypes | None]:
        """Return whether a WITH query of that name is in scope, and its columns."""
        level: Scope | None = self
        while level is not None:
            if name in level.ctes:
                return True, level.ctes[name]
            level = level.outer
        return False, None

    def levels(self) -> Iterable[Scope]:
        """Yield this scope and its outer scopes."""
        level: Scope | None = self
        while level is not None:
            yield level
            level = level.outer


def build_from_item(relation: RelationInfo, alias: str = "") -> FromItem:
    """Build the FROM item of a relation."""
    return FromItem(
        alias or relation.name,
        {name: column.type for name, column in relation.columns.items()},
        complete=relation.complete and not relation.uncertain,
        schema="" if alias else relation.schema,
        row_type=relation.row_type,
        relation=relation,
        has_system_columns=True,
    )


@attrs.frozen
class UnresolvedName:
    """The reason why a name does not resolve.

    Attributes:
        candidates: The names in scope; for an ambiguous name, the qualified names to choose from.
        new_name: The new name of a renamed column.
    """

    message: str
    candidates: tuple[str, ...]
    new_name: str = ""
    ambiguous: bool = False


def resolve_column(scope: Scope, parts: list[str]) -> tuple[str | None, UnresolvedName | None]:
    """Resolve a column reference.

    Returns:
        The type (None if unknown), and the reason if the name certainly does not resolve.
    """
    if len(parts) == 1:
        return _resolve_unqualified(scope, parts[0])
    if len(parts) == 2:  # noqa: PLR2004 - table.column
        return _resolve_qualified(scope, "", parts[0], parts[1])
    return _resolve_qualified(scope, parts[-3], parts[-2], parts[-1])


def _resolve_unqualified(scope: Scope, name: str) -> tuple[str | None, UnresolvedName | None]:
    candidates: list[str] = []
    relation_names: list[str] = []
    new_name = ""
    for level in scope.levels():
        is_final, answer = _resolve_at_level(level, name)
        if is_final:
            return answer
        for item in level.items:
            if not item.qualified_only:
                candidates += item.columns
                relation_names.append(_display_item(item))
                new_name = new_name or (
                    item.relation.removed_columns.get(name, "") if item.relation is not None else ""
                )
        candidates += level.variables or ()
    display = _join_names(relation_names)
    message = f'column "{name}" does not exist' + (f" in {display}" if display else "")
    return None, UnresolvedName(message, tuple(candidates), new_name)


def _resolve_at_level(level: Scope, name: str) -> tuple[bool, tuple[str | None, UnresolvedName | None]]:
    """Look up an unqualified name at one level; return whether the search ends there, and the result."""
    visible = [item for item in level.items if not item.qualified_only]
    holders = [item for item in visible if name in item.columns and name not in item.merged_columns]
    if holders:
        return True, (holders[0].columns[name], None) if len(holders) == 1 else _ambiguous(holders, name)
    if any(not item.complete for item in visible):
        return True, _find_removed(visible, name)
    if name in SYSTEM_COLUMNS and any(item.has_system_columns for item in visible):
        return True, (SYSTEM_COLUMNS[name], None)
    for item in level.items:
        if item.alias == name:
            return True, (item.row_type or (None if item.is_scalar_function else "record"), None)
    if level.variables is not None and name in level.variables:
        return True, (level.variables[name], None)
    return not level.complete, (None, None)


def _certainly_has(relation: RelationInfo, name: str) -> bool:
    column = relation.columns.get(name)
    return not (
        column is None or column.uncertain or relation.uncertain or "columns" in relation.unknown_kinds
    )


def _ambiguous(holders: list[FromItem], name: str) -> tuple[None, UnresolvedName | None]:
    if any(item.relation is not None and not _certainly_has(item.relation, name) for item in holders):
        return None, None
    candidates = tuple(f"{item.alias}.{name}" for item in holders)
    return None, UnresolvedName(f'column reference "{name}" is ambiguous', candidates, ambiguous=True)


def _find_removed(items: list[FromItem], name: str) -> tuple[None, UnresolvedName | None]:
    """Return the reason for a dropped or renamed column of a relation whose columns are not all known."""
    if len(items) == 1 and items[0].relation is not None and name in items[0].relation.removed_columns:
        relation = items[0].relation
        return None, UnresolvedName(
            f'column "{name}" does not exist in {relation}: an earlier statement dropped or renamed it',
            tuple(relation.columns),
            relation.removed_columns[name],
        )
    return None, None


def _resolve_qualified(
    scope: Scope, schema: str, table: str, name: str
) -> tuple[str | None, UnresolvedName | None]:
    aliases: list[str] = []
    for level in scope.levels():
        for item in level.items:
            if item.alias == table and (not schema or not item.schema or item.schema == schema):
                return _resolve_in_item(item, name)
        if level.variables is not None and table in level.variables:
            return None, None
        if not level.complete:
            return None, None
        aliases += [item.alias for item in level.items if item.alias]
    if schema:
        return None, None
    return None, UnresolvedName(f'missing FROM-clause entry for table "{table}"', tuple(aliases))


def _resolve_in_item(item: FromItem, name: str) -> tuple[str | None, UnresolvedName | None]:
    if name in item.columns:
        return item.columns[name], None
    if name == "*":
        return item.row_type or "record", None
    if name in SYSTEM_COLUMNS:
        return SYSTEM_COLUMNS[name], None
    if not item.complete:
        return _find_removed([item], name)
    new_name = item.relation.removed_columns.get(name, "") if item.relation is not None else ""
    return None, UnresolvedName(f"column {item.alias}.{name} does not exist", tuple(item.columns), new_name)


def _display_item(item: FromItem) -> str:
    return str(item.relation) if item.relation is not None else item.alias


def _join_names(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))
