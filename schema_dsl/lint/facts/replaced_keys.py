"""The foreign keys that a file drops and that lose nothing: replaced under another name, or dropped with their data."""

from __future__ import annotations

import attrs

from schema_dsl.analysis.effects import DEFINING_KINDS, effects
from schema_dsl.analysis.effects.names import local_name
from schema_dsl.lint.facts.cache import cached
from schema_dsl.lint.facts.file_names import find_drop_offsets
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint
from schema_dsl.lint.source import Source
from schema_dsl.parsing.grammar import strings


@attrs.frozen
class _AddedKey:
    """A foreign key that a file adds.

    Attributes:
        name: The name of the constraint, "" if Postgres names it.
        table: The table of the foreign key.
        columns: Its columns.
        target: The table that it references.
        start: The offset of the statement.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    target: str
    start: int


def is_key_needless(step: HistoryStep, table: str, name: str, constraint: HistoryConstraint) -> bool:
    """Return whether a file adds a dropped foreign key under another name, or drops a column or one of the tables.

    Args:
        step: The statement that drops the foreign key.
        table: The table of the foreign key.
        name: The name of the foreign key.
        constraint: The foreign key.
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
        and added.target in targets
        and len(added.columns) == len(columns)
        and all(column in names for column, names in zip(added.columns, columns, strict=True))
        # Before the statement, a key without a name may be the one that the statement drops.
        and (added.start >= step.statement.start or added.name not in {"", name})
        for added in _find_added_keys(source)
    )


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
    """Return the foreign keys that the table constraints of a file add."""
    return [
        _AddedKey(
            effect.identity.name,
            effect.identity.root.name,
            tuple(strings(effect.node.fk_attrs)),
            effect.node.pktable.relname,
            statement.start,
        )
        for statement in source.expanded
        if statement.kind in DEFINING_KINDS
        for effect in effects(statement)
        if effect.creates and effect.identity.kind == "foreign_key"
    ]
