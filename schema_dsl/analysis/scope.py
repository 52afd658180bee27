"""Resolve column references in nested scopes of FROM items and PL/pgSQL variables (parse_relation.c)."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from typing import Final, NamedTuple, TypeAlias

import attrs

from schema_dsl.analysis.schema import RelationInfo

ColumnTypes: TypeAlias = list[tuple[str, "str | None"]]
NO_RETURNING: Final[ColumnTypes] = []
"""The columns of a WITH query that changes rows and returns none, which only WITH can name."""
ColumnOrigins: TypeAlias = Mapping[str, tuple[tuple[RelationInfo, str], ...]]
"""The columns of relations that a name of a column stands for; several for a column that JOIN USING merged."""
ItemColumn: TypeAlias = tuple[int, str]
"""A column of a FROM item. All columns that a JOIN USING merges have the same key."""

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
        is_derived: Whether the columns belong to a query, a function or VALUES, and not to a relation.
        origins: The columns of relations behind the names; None for a relation whose columns have their own names.
        merged_items: The items whose columns JOIN USING merged into this one.
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
    is_derived: bool = False
    origins: ColumnOrigins | None = None
    merged_items: tuple[FromItem, ...] = ()

    def certainly_has(self, name: str) -> bool:
        """Return whether the item has a column after any effect of unreadable statements."""
        return name in self.columns and (self.relation is None or _certainly_has(self.relation, name))

    def key(self, name: str) -> ItemColumn:
        """Return the key of a column, or of the whole row for `*`."""
        return (0 if self.merged_items or name in self.merged_columns else id(self), name)

    def has_name(self, schema: str, name: str) -> bool:
        """Return whether a qualifier names the item; an empty schema means a qualifier without a schema."""
        return self.alias == name and (not schema or not self.schema or self.schema == schema)

    def find_origins(self, name: str) -> tuple[tuple[RelationInfo, str], ...]:
        """Return the columns of relations that a column of the item stands for."""
        if self.origins is not None and (name in self.origins or name in self.columns):
            return self.origins.get(name, ())
        return () if self.relation is None else ((self.relation, name),)


class LocatedUse(NamedTuple):
    """A use of a column outside of aggregate functions and grouped expressions; `*` is the whole row.

    Attributes:
        is_nested: Whether the use stands in a subquery of the query that has the column.
    """

    item: FromItem
    name: str
    location: int
    is_nested: bool = False

    @property
    def key(self) -> ItemColumn:
        """The key of the column."""
        return self.item.key(self.name)


@attrs.define(eq=False)
class Scope:
    """One level of name resolution (Postgres: ParseState).

    Attributes:
        items: The FROM items of the level.
        outer: The scope of the enclosing query.
        ctes: The columns of the WITH queries, by name; None for a query with unknown columns.
        variables: The PL/pgSQL variables and parameters, with their types.
        complete: Whether no other names can exist on the level.
        clause: The clause under analysis, if it restricts aggregate and window functions.
        uses: The uses of columns of the items so far.
        grouped: The expressions of GROUP BY that are more than a column.
        aggregates: The number of calls of aggregate functions so far.
        windows: The number of calls of window functions so far.
        window_names: The names of the WINDOW clause.
    """

    items: list[FromItem] = attrs.field(factory=list)
    outer: Scope | None = None
    ctes: dict[str, ColumnTypes | None] = attrs.field(factory=dict)
    variables: dict[str, str | None] | None = None
    complete: bool = True
    clause: str = ""
    uses: list[LocatedUse] = attrs.field(factory=list)
    grouped: Collection[Hashable] = ()
    aggregates: int = 0
    windows: int = 0
    window_names: Collection[str] = ()

    def record_use(self, item: FromItem, name: str, location: int) -> None:
        """Record the use of a column on the level that has the item."""
        level: Scope | None = self
        while level is not None:
            for each in level.items:
                if each is item:
                    level.uses.append(LocatedUse(item, name, location, level is not self))
                    return
            level = level.outer

    def replace_row_use(self, item: FromItem, name: str) -> None:
        """Replace the last use, of a whole row, by the use of a column."""
        for level in self.levels():
            if level.uses and level.uses[-1].item is item and level.uses[-1].name == "*":
                level.uses[-1] = level.uses[-1]._replace(name=name)
                return

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
        row_type=relation.full_name,
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


class ResolvedColumn(NamedTuple):
    """The result of resolving a column reference.

    Attributes:
        type: The type; None if unknown.
        missing: The reason if the name certainly does not resolve.
        item: The FROM item that the name belongs to; None for a variable, and for a name that is not resolved.
        name: The column of the item; "*" for the whole row.
        is_open: Whether the name may belong to a relation that is not known well enough.
    """

    type: str | None = None
    missing: UnresolvedName | None = None
    item: FromItem | None = None
    name: str = ""
    is_open: bool = False


def resolve_column(scope: Scope, parts: list[str]) -> ResolvedColumn:
    """Resolve a column reference."""
    if len(parts) == 1:
        return _resolve_unqualified(scope, parts[0])
    if len(parts) == 2:  # noqa: PLR2004 - table.column
        return _resolve_qualified(scope, "", parts[0], parts[1])
    return _resolve_qualified(scope, parts[-3], parts[-2], parts[-1])


def _resolve_unqualified(scope: Scope, name: str) -> ResolvedColumn:
    level: Scope | None = scope
    while level is not None:
        is_final, answer = _resolve_at_level(level, name)
        if is_final:
            return answer
        level = level.outer
    return ResolvedColumn(missing=_describe_unknown(scope, name))


def _describe_unknown(scope: Scope, name: str) -> UnresolvedName:
    """Return the reason for a name that no level has."""
    candidates: list[str] = []
    relation_names: list[str] = []
    new_name = ""
    for level in scope.levels():
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
    return UnresolvedName(message, tuple(candidates), new_name)


def _resolve_at_level(level: Scope, name: str) -> tuple[bool, ResolvedColumn]:
    """Look up an unqualified name at one level; return whether the search ends there, and the result."""
    holders = [
        item
        for item in level.items
        if name in item.columns and not item.qualified_only and name not in item.merged_columns
    ]
    if len(holders) == 1:
        return True, ResolvedColumn(holders[0].columns[name], item=holders[0], name=name)
    if holders:
        return True, ResolvedColumn(missing=_ambiguous(holders, name), is_open=True)
    visible = [item for item in level.items if not item.qualified_only]
    incomplete = [item for item in visible if not item.complete]
    if incomplete:
        is_open = not all(item.is_derived for item in incomplete)
        return True, ResolvedColumn(missing=_find_removed(visible, name), is_open=is_open)
    systems = [item for item in visible if item.has_system_columns] if name in SYSTEM_COLUMNS else []
    rows = [item for item in level.items if item.alias == name]
    if systems:
        found = ResolvedColumn(SYSTEM_COLUMNS[name], item=systems[0], name=name)
    elif rows:
        row_type = rows[0].row_type or (None if rows[0].is_scalar_function else "record")
        found = ResolvedColumn(row_type, item=rows[0], name="*")
    elif level.variables is not None and name in level.variables:
        found = ResolvedColumn(level.variables[name])
    else:
        return not level.complete, ResolvedColumn(is_open=True)
    return True, found


def _certainly_has(relation: RelationInfo, name: str) -> bool:
    column = relation.columns.get(name)
    return not (
        column is None or column.uncertain or relation.uncertain or "columns" in relation.unknown_kinds
    )


def _ambiguous(holders: list[FromItem], name: str) -> UnresolvedName | None:
    if any(item.relation is not None and not _certainly_has(item.relation, name) for item in holders):
        return None
    candidates = tuple(f"{item.alias}.{name}" for item in holders)
    return UnresolvedName(f'column reference "{name}" is ambiguous', candidates, ambiguous=True)


def _find_removed(items: list[FromItem], name: str) -> UnresolvedName | None:
    """Return the reason for a dropped or renamed column of a relation whose columns are not all known."""
    if len(items) == 1 and items[0].relation is not None and name in items[0].relation.removed_columns:
        relation = items[0].relation
        return UnresolvedName(
            f'column "{name}" does not exist in {relation}: an earlier statement dropped or renamed it',
            tuple(relation.columns),
            relation.removed_columns[name],
        )
    return None


def _resolve_qualified(scope: Scope, schema: str, table: str, name: str) -> ResolvedColumn:
    aliases: list[str] = []
    for level in scope.levels():
        for item in level.items:
            if item.has_name(schema, table):
                return _resolve_in_item(item, name)
        if level.variables is not None and table in level.variables:
            # The name of a routine or the label of a block qualifies its variables.
            is_label = level.variables[table] is None
            return ResolvedColumn(level.variables.get(name) if is_label else None)
        if not level.complete:
            return ResolvedColumn(is_open=True)
        aliases += [item.alias for item in level.items if item.alias]
    if schema:
        return ResolvedColumn(is_open=True)
    message = f'missing FROM-clause entry for table "{table}"'
    return ResolvedColumn(missing=UnresolvedName(message, tuple(aliases)))


def _resolve_in_item(item: FromItem, name: str) -> ResolvedColumn:
    if name in item.columns:
        return ResolvedColumn(item.columns[name], item=item, name=name)
    if name == "*":
        return ResolvedColumn(item.row_type or "record", item=item, name="*")
    if name in SYSTEM_COLUMNS:
        return ResolvedColumn(SYSTEM_COLUMNS[name], item=item, name=name)
    if not item.complete:
        return ResolvedColumn(missing=_find_removed([item], name), is_open=not item.is_derived)
    new_name = item.relation.removed_columns.get(name, "") if item.relation is not None else ""
    message = f"column {item.alias}.{name} does not exist"
    return ResolvedColumn(missing=UnresolvedName(message, tuple(item.columns), new_name))


def _display_item(item: FromItem) -> str:
    return str(item.relation) if item.relation is not None else item.alias


def _join_names(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(name for name in names if name))
