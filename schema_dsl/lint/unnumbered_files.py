"""The place of files without a number beside migrations: before them, behind them, or in a history of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement

# Blocks and procedures may change the schema, and so may a statement that does not parse.
_MAY_CHANGE: Final = frozenset({"do_stmt", "call_stmt", ""})
# COPY, REFRESH, TRUNCATE and VACUUM have other verbs: they need the tables.
_CHANGES: Final = frozenset({"create", "replace", "alter", "rename", "move", "drop", "attach", "detach"})


def place_unnumbered(history: Sequence[Source]) -> tuple[list[int], list[int]]:
    """Return the files of a history in the order in which lint replays them, and the dumps among them, as indexes.

    A dump creates tables that migrations create, too: it is another way to the same state. A file that only writes
    rows or reads, such as a seed, runs behind the migrations. Others may create what the migrations use.
    """
    numbered = [at for at, source in enumerate(history) if source.name is not None]
    created = {name for at in numbered for name in _list_created_tables(history[at])}
    first: list[int] = []
    last: list[int] = []
    dumps: list[int] = []
    for at, source in enumerate(history):
        if source.name is not None:
            continue
        if not created.isdisjoint(_list_created_tables(source)):
            dumps.append(at)
        elif numbered and _writes_rows_only(source):
            last.append(at)
        else:
            first.append(at)
    return [*first, *numbered, *last], dumps


def _list_created_tables(source: Source) -> Iterator[str]:
    for statement in source.applied:
        if statement.kind == "create_stmt" and not statement.tree.if_not_exists:
            yield statement.tree.relation.relname


def _writes_rows_only(source: Source) -> bool:
    # beforeMigrate.sql is a callback of Flyway.
    is_before = source.path.rpartition("/")[2].startswith("before")
    return bool(source.applied) and not is_before and not any(map(_may_change_schema, source.applied))


def _may_change_schema(statement: Statement) -> bool:
    return statement.kind in _MAY_CHANGE or any(effect.verb in _CHANGES for effect in effects(statement))
