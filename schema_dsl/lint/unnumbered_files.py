"""The place of files without a number beside migrations: before them, behind them, or in a history of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from schema_dsl.analysis.builtins import split_words
from schema_dsl.analysis.effects import DEFINING_KINDS
from schema_dsl.lint.source import Source

# Statements that change the schema, and blocks, which may. COPY, REFRESH, TRUNCATE and VACUUM need the tables.
_CHANGING = {"do_stmt", "call_stmt", ""} | DEFINING_KINDS - split_words(
    "refresh_mat_view_stmt truncate_stmt vacuum_stmt reindex_stmt cluster_stmt lock_stmt copy_stmt explain_stmt"
)


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
    kinds = {statement.kind for statement in source.applied}
    # beforeMigrate.sql is a callback of Flyway.
    is_before = source.path.rpartition("/")[2].startswith("before")
    return bool(kinds) and not is_before and kinds.isdisjoint(_CHANGING)
