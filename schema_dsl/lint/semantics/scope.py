"""What names can mean at a place: the tables of a FROM, those around it, and PL/pgSQL's variables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import attrs

from schema_dsl.lint.history.schema import HistoryRelation

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
    """One thing that a FROM names. `complete`: it has these columns and no others."""

    alias: str
    columns: dict[str, str | None]
    complete: bool = True
    schema: str = ""
    row_type: str | None = None
    relation: HistoryRelation | None = None
    system: bool = False
    # Those that only a qualified name reaches, as JOIN USING has merged them.
    merged: frozenset[str] = frozenset()
    # EXCLUDED, OLD and NEW are only there by name.
    qualified_only: bool = False
    # A function's single column can be called like the function.
    doubled: bool = False


@attrs.define(eq=False)
class Scope:
    """A level of names. `certain` is False where names may come from elsewhere, as in PL/pgSQL."""

    items: list[FromItem] = attrs.field(factory=list)
    outer: Scope | None = None
    ctes: dict[str, ColumnTypes | None] = attrs.field(factory=dict)
    variables: dict[str, str | None] | None = None
    certain: bool = True

    def cte(self, name: str) -> tuple[bool, ColumnTypes | None]:
        """Find a WITH query by its name."""
        level: Scope | None = self
        while level is not None:
            if name in level.ctes:
                return True, level.ctes[name]
            level = level.outer
        return False, None

    def levels(self) -> Iterable[Scope]:
        """Yield this level and those around it."""
        level: Scope | None = self
        while level is not None:
            yield level
            level = level.outer


def item_of(relation: HistoryRelation, alias: str = "") -> FromItem:
    """Make a relation something that a FROM names."""
    return FromItem(
        alias or relation.name,
        {name: column.type for name, column in relation.columns.items()},
        complete=relation.complete and not relation.doubtful,
        schema="" if alias else relation.schema,
        row_type=relation.row_type,
        relation=relation,
        system=True,
    )


@attrs.frozen
class UnresolvedName:
    """Why a name could not be resolved: with the names that there are, or those that it may mean."""

    what: str
    where: str
    known: tuple[str, ...]
    gone: str = ""
    ambiguous: bool = False


def resolve(scope: Scope, parts: list[str]) -> tuple[str | None, UnresolvedName | None]:
    """Find the type that a column reference has; or say what is missing, if it surely is.

    A type of None without anything missing is one that is not known.
    """
    if len(parts) == 1:
        return _bare(scope, parts[0])
    if len(parts) == 2:  # noqa: PLR2004 - table.column
        return _qualified(scope, "", parts[0], parts[1])
    return _qualified(scope, parts[-3], parts[-2], parts[-1])


def _bare(scope: Scope, name: str) -> tuple[str | None, UnresolvedName | None]:
    known: list[str] = []
    where: list[str] = []
    gone = ""
    for level in scope.levels():
        found, answer = _at_level(level, name)
        if found:
            return answer
        for item in level.items:
            if not item.qualified_only:
                known += item.columns
                where.append(_shown(item))
                gone = gone or (item.relation.gone.get(name, "") if item.relation is not None else "")
        known += level.variables or ()
    return None, UnresolvedName(f'column "{name}" does not exist', _list(where), tuple(known), gone)


def _at_level(level: Scope, name: str) -> tuple[bool, tuple[str | None, UnresolvedName | None]]:
    """Look a bare name up at one level; say whether the search ends there, and with what."""
    visible = [item for item in level.items if not item.qualified_only]
    holders = [item for item in visible if name in item.columns and name not in item.merged]
    if holders:
        return True, (holders[0].columns[name], None) if len(holders) == 1 else _ambiguous(holders, name)
    if any(not item.complete for item in visible):
        return True, _gone(visible, name)
    if name in SYSTEM_COLUMNS and any(item.system for item in visible):
        return True, (SYSTEM_COLUMNS[name], None)
    for item in level.items:
        if item.alias == name:
            return True, (item.row_type or (None if item.doubled else "record"), None)
    if level.variables is not None and name in level.variables:
        return True, (level.variables[name], None)
    return not level.certain, (None, None)


def _surely_has(relation: HistoryRelation, name: str) -> bool:
    column = relation.columns.get(name)
    return not (column is None or column.doubtful or relation.doubtful or "columns" in relation.doubts)


def _ambiguous(holders: list[FromItem], name: str) -> tuple[None, UnresolvedName | None]:
    if any(item.relation is not None and not _surely_has(item.relation, name) for item in holders):
        return None, None
    known = tuple(f"{item.alias}.{name}" for item in holders)
    return None, UnresolvedName(f'column reference "{name}" is ambiguous', "", known, ambiguous=True)


def _gone(items: list[FromItem], name: str) -> tuple[None, UnresolvedName | None]:
    """Of tables that are not wholly known, say at least what surely was dropped."""
    if len(items) == 1 and items[0].relation is not None and name in items[0].relation.gone:
        relation = items[0].relation
        return None, UnresolvedName(
            f'column "{name}" does not exist any more',
            str(relation),
            tuple(relation.columns),
            relation.gone[name],
        )
    return None, None


def _qualified(scope: Scope, schema: str, table: str, name: str) -> tuple[str | None, UnresolvedName | None]:
    aliases: list[str] = []
    for level in scope.levels():
        for item in level.items:
            if item.alias == table and (not schema or not item.schema or item.schema == schema):
                return _of_item(item, name)
        if level.variables is not None and table in level.variables:
            return None, None
        if not level.certain:
            return None, None
        aliases += [item.alias for item in level.items if item.alias]
    if schema:
        return None, None
    return None, UnresolvedName(f'missing FROM-clause entry for table "{table}"', "", tuple(aliases))


def _of_item(item: FromItem, name: str) -> tuple[str | None, UnresolvedName | None]:
    if name in item.columns:
        return item.columns[name], None
    if name == "*":
        return item.row_type or "record", None
    if name in SYSTEM_COLUMNS:
        return SYSTEM_COLUMNS[name], None
    if not item.complete:
        return _gone([item], name)
    gone = item.relation.gone.get(name, "") if item.relation is not None else ""
    return None, UnresolvedName(
        f'column "{item.alias}.{name}" does not exist', _shown(item), tuple(item.columns), gone
    )


def _shown(item: FromItem) -> str:
    return str(item.relation) if item.relation is not None else item.alias


def _list(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))
