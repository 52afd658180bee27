"""Re-run, after each statement of a migration, the statements that could now do something else, and roll back.

Let each statement up to an interruption change nothing when it runs again. Then the re-run of the migration arrives,
after these statements, in the state in which the first run was, and ends as the first run would have ended. From one
interruption to the next, only one statement is added. So it is enough to run again, after each statement, those that
share a name with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final

import attrs
import psycopg
from psycopg import IsolationLevel, errors

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, last_result
from schema_dsl.verify.apply import apply_statements, locate_errors
from schema_dsl.verify.inner_commits import may_commit
from schema_dsl.verify.proof import Sample, draw_sample
from schema_dsl.verify.snapshot import Snapshot, find_catalog_changes, snapshot_catalog
from schema_dsl.verify.written_rows import are_same, read_written

_MOST_RELATED: Final = 40
_RARE: Final = 20
"""A word of at most so many statements counts as a name. Frequent words count if they are names of relations."""

# CREATE INDEX CONCURRENTLY, VACUUM and the like, and COMMIT in a DO block.
_NOT_IN_TRANSACTION: Final = (errors.ActiveSqlTransaction, errors.InvalidTransactionTermination)
_COMMENTS: Final = frozenset({"pg_description", "pg_shdescription"})
_READS_COMMENTS: Final = frozenset(
    {*_COMMENTS, "obj_description", "col_description", "shobj_description", "comment"}
)
_ROUTINES: Final = frozenset({"function", "procedure", "aggregate"})
_WORD: Final = re.compile(r"\w+")
# What these functions change is not undone by a rollback and not counted.
_SEQUENCES: Final = frozenset({"nextval", "setval"})
_OF_THE_CLUSTER: Final = frozenset({"role", "schema", "database", "tablespace", "membership"})

# How many rows of each catalog, and of all tables, the transaction has written. pg_statistic describes no object.
_WRITES: Final = """
    SELECT pg_catalog.current_setting('track_counts') = 'on', coalesce(array_agg(name) FILTER (WHERE is_catalog), '{}'),
        coalesce(bool_or(NOT is_catalog), false)
    FROM (
        SELECT c.relname AS name, c.relnamespace = 'pg_catalog'::regnamespace AS is_catalog
        FROM pg_catalog.pg_class AS c
        WHERE c.relkind IN ('r', 'm') AND c.relnamespace <> 'pg_toast'::regnamespace
            AND c.oid <> 'pg_catalog.pg_statistic'::regclass
            AND pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid)
                + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
                + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) > 0
    ) AS written
"""


def list_words(text: str) -> frozenset[str]:
    """Return the words of a text, in lower case."""
    return frozenset(_WORD.findall(text.lower()))


@attrs.frozen
class Writes:
    """What a transaction has written.

    Attributes:
        catalogs: The catalogs.
        rows: Whether it has written rows of tables.
    """

    catalogs: frozenset[str]
    rows: bool

    def __bool__(self) -> bool:
        """Return whether the transaction has written anything."""
        return bool(self.catalogs) or self.rows


@attrs.define(eq=False)
class Reruns:
    """Finds out whether statements change nothing when they run again.

    Attributes:
        statements: The statements of the migration.
        relations: The words of the names of relations and of other objects that are no routines.
        routines: The words of the names of routines.
        seed: The seed that selects statements where too many share a name.
        sample: How many of how many statements were run again.
    """

    statements: Sequence[Statement]
    relations: frozenset[str]
    routines: frozenset[str]
    seed: int
    sample: Sample = attrs.field(init=False)
    _words: Sequence[frozenset[str]] = attrs.field(init=False)
    _rare: frozenset[str] = attrs.field(init=False)
    _places: dict[str, list[int]] = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Index the statements by the names that they share."""
        self.sample = Sample(0, 0, self.seed)
        self._words = [list_words(statement.text) for statement in self.statements]
        count = Counter(word for each in self._words for word in each)
        self._rare = frozenset(word for word, number in count.items() if number <= _RARE)
        for number, each in enumerate(self._words):
            for word in each & (self._rare | self.relations | self.routines):
                self._places.setdefault(word, []).append(number)

    def list_related(self, last: int, writes: Writes | None) -> list[int]:
        """Return the indexes of the statements up to one that may do something else because of it.

        They share a name with it. If it shares no name, they are all statements up to it.

        Args:
            last: The index of the statement.
            writes: What it has written; None if that is unknown.
        """
        if writes is not None and not writes:
            return []
        names = self._rare | self.relations
        if writes is None or "pg_proc" in writes.catalogs:
            names |= self.routines
        sharing = {
            number for word in names & self._words[last] for number in self._places[word] if number <= last
        }
        if writes is not None and not writes.rows and writes.catalogs <= _COMMENTS:
            # Only comments, and code that reads them, find out that there is another comment.
            sharing = {number for number in sharing if self._concerns_comments(number)}
        related = sorted(sharing or range(last + 1))
        chosen = draw_sample(related, _MOST_RELATED, self.seed)
        self.sample += Sample(len(chosen), len(related), self.seed)
        return chosen

    def _concerns_comments(self, number: int) -> bool:
        statement = self.statements[number]
        return statement.kind == "comment_stmt" or not _READS_COMMENTS.isdisjoint(self._words[number])

    def changes_nothing(self, connection: Connection, last: int, writes: Writes | None) -> bool:
        """Return whether the statements that share a name with the last applied one change nothing when they run again.

        Args:
            connection: A session without a transaction in the database.
            last: The index of the last applied statement.
            writes: What it has written; None if that is unknown.
        """
        related = self.list_related(last, writes)
        if not related:
            return True
        # Later statements may rely on the settings of the session, such as search_path.
        settings = [number for number in range(last) if self.statements[number].kind == "variable_set_stmt"]
        script = [self.statements[number] for number in sorted({*related, *settings})]
        if any(not _SEQUENCES.isdisjoint(self._words[number]) for number in related):
            return False
        try:
            return _try_script(connection, script)
        except _NOT_IN_TRANSACTION:
            # The proof interrupts such a statement in any case.
            return _try_script(connection, [statement for statement in script if not may_commit(statement)])


def find_names(*catalogs: Snapshot) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words of the names of relations and other objects, and those of the names of routines."""
    names: dict[bool, set[str]] = {False: set(), True: set()}
    for catalog in catalogs:
        for target in catalog.objects:
            if not target.relation and target.kind not in _OF_THE_CLUSTER:
                name = target.name.partition("(")[0].rpartition(".")[2]
                names[target.kind in _ROUTINES] |= list_words(name)
    return frozenset(names[False]), frozenset(names[True])


def apply_counted(connection: Connection, statement: Statement, file: str) -> Writes | None:
    """Run a statement in a transaction of its own and return what it has written; None if that is unknown.

    Raises:
        ApplyError: If the statement fails, with its file and line.
    """
    if may_commit(statement) or statement.kind == "transaction_stmt":
        apply_statements(connection, [statement], file)
        return None
    with locate_errors(statement, file):
        return _read_writes(connection.execute(f"{statement.text}\n;{_WRITES}".encode()))


def _read_writes(cursor: psycopg.Cursor[Any]) -> Writes | None:
    is_known, catalogs, rows = last_result(cursor).fetchone() or (False, (), True)
    return Writes(frozenset(catalogs), rows) if is_known else None


def _try_script(connection: Connection, script: Iterable[Statement]) -> bool:
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with connection.transaction(force_rollback=True):
            return _run_in_transaction(connection, script)
    except _NOT_IN_TRANSACTION:
        raise
    except psycopg.Error:
        return False
    finally:
        connection.isolation_level = None


def _run_in_transaction(connection: Connection, script: Iterable[Statement]) -> bool:
    text = "\n;\n".join(statement.text for statement in script)
    with connection.transaction(force_rollback=True):
        writes = _read_writes(connection.execute(f"{text}\n;{_WRITES}".encode()))
        if writes is None or writes.rows:
            return False
        if not writes:
            return True
        new = read_written(connection, writes.catalogs, "xmin")
    if are_same(read_written(connection, writes.catalogs, "xmax"), new):
        return True
    # Equal objects that refer to each other may have been made anew.
    before = snapshot_catalog(connection)
    connection.execute(text.encode())
    return not find_catalog_changes(before, snapshot_catalog(connection), same_storage=False)
