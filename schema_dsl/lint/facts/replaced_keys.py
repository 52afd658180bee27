"""The keys that a file drops and that lose nothing: replaced under another name, or dropped with their data."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.effects import DEFINING_KINDS, Effect, effects
from schema_dsl.analysis.effects.names import local_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.file_names import find_drop_offsets
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint
from schema_dsl.lint.source import Source
from schema_dsl.parsing.grammar import strings


@attrs.frozen
class _AddedKey:
    """A key that a file adds.

    Attributes:
        kind: foreign_key, primary_key, or unique, also for a unique index.
        name: The name of the constraint, "" if Postgres names it.
        table: The table of the key.
        columns: Its columns.
        target: The table that a foreign key references.
        start: The offset of the statement.
    """

    kind: str
    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    start: int


def is_key_needless(step: HistoryStep, table: str, name: str, constraint: HistoryConstraint) -> bool:
    """Return whether a file adds a dropped key under another name, or drops a column or one of the tables.

    Args:
        step: The statement that drops the constraint.
        table: The table of the constraint.
        name: The name of the constraint.
        constraint: The constraint.
    """
    source = step.source
    tables = _list_names(source, ("relation", table))
    targets = _list_names(source, ("relation", constraint.target[1])) if constraint.target else set[str]()
    columns = [
        set[str]().union(*(_list_names(source, ("column", each, column)) for each in tables))
        for column in constraint.columns
    ]
    lost: list[tuple[str, ...]] = [("relation", each) for each in tables | targets]
    lost += [("column", each, column) for each in tables for names in columns for column in names]
    drop_offsets = find_drop_offsets(source)
    return any(drop_offsets.get(each, -1) >= step.statement.start for each in lost) or any(
        added.table in tables
        and _replaces(added, constraint, columns, targets)
        # Before the statement, a key without a name may be the one that the statement drops.
        and (added.start >= step.statement.start or added.name not in {"", name})
        for added in _find_added_keys(source)
    )


def _replaces(
    added: _AddedKey, constraint: HistoryConstraint, columns: list[set[str]], targets: set[str]
) -> bool:
    """Return whether a new key refuses the rows that a dropped one of the same table refuses.

    Args:
        added: The new key.
        constraint: The dropped constraint.
        columns: The names that the file gives to each column of the dropped constraint.
        targets: The names that the file gives to the table that the dropped constraint references.
    """
    if constraint.kind == "primary_key" or added.kind == "primary_key":
        # A table has one primary key, whatever its columns are. It is unique too.
        if constraint.kind == added.kind:
            return True
        if constraint.kind != "unique":
            return False
    elif added.kind != constraint.kind:
        return False
    if len(added.columns) != len(columns):
        return False
    if constraint.kind == "foreign_key":
        pairs = zip(added.columns, columns, strict=True)
        return added.target in targets and all(column in names for column, names in pairs)
    return all(any(column in names for column in added.columns) for names in columns)


def _list_names(source: Source, name: tuple[str, ...]) -> set[str]:
    """Return the last part of a local name, and of the names that the file gives to the object later."""
    renames = _find_renames(source)
    found = {name[-1]}
    while name in renames and renames[name][-1] not in found:
        name = renames[name]
        found.add(name[-1])
    return found


@cached
def _find_renames(source: Source) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the local names that a file changes, with the new ones."""
    return {
        local_name(effect.identity): local_name(effect.new_identity)
        for statement in source.expanded
        if statement.kind in DEFINING_KINDS
        for effect in effects(statement)
        if effect.verb == "rename" and effect.new_identity is not None
    }


@cached
def _find_added_keys(source: Source) -> list[_AddedKey]:
    """Return the keys that the table constraints and the unique indexes of a file add."""
    return [
        _AddedKey(*key, statement.start)
        for statement in source.expanded
        if statement.kind in DEFINING_KINDS
        for effect in effects(statement)
        if effect.creates and (key := _read_key(effect)) is not None
    ]


def _read_key(effect: Effect) -> tuple[str, str, str, tuple[str, ...], str] | None:
    """Return the kind, the name, the table, the columns and the referenced table of a new key."""
    identity, node = effect.identity, effect.node
    if identity.kind == "foreign_key":
        return identity.kind, identity.name, identity.root.name, strings(node.fk_attrs), node.pktable.relname
    if identity.kind in {"unique", "primary_key"}:
        return identity.kind, identity.name, identity.root.name, strings(node.keys), ""
    if node.DESCRIPTOR.name != "IndexStmt" or not node.unique or node.HasField("where_clause"):
        return None
    columns = tuple(part.index_elem.name for part in node.index_params)
    return "unique", identity.name, node.relation.relname, columns, ""
