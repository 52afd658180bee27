"""Re-run, after each statement of a migration, the statements that could now do something else, and roll back.

Let each statement up to an interruption change nothing when it runs again. Then the re-run of the migration arrives,
after these statements, in the state in which the first run was, and ends as the first run would have ended. From one
interruption to the next, only one statement is added. So it is enough to run again, after each statement, those that
share a name with it.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import attrs
import psycopg
from psycopg import errors

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, last_result
from schema_dsl.verify.proof import Sample, draw_sample
from schema_dsl.verify.reruns.written_rows import are_same, read_written
from schema_dsl.verify.scripts.apply import apply_statements, locate_errors
from schema_dsl.verify.scripts.inner_commits import may_commit
from schema_dsl.verify.snapshots.catalog import Snapshot, find_catalog_changes, snapshot_catalog

_MOST_RELATED: Final = 120
_MOST_DISTANT: Final = 40
"""The largest number of re-run statements that share only frequent names with another."""

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
_BEGIN: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ; SAVEPOINT schema_dsl_rerun"
_UNDO: Final = "ROLLBACK TO SAVEPOINT schema_dsl_rerun"
# A rollback does not undo the changes of these functions, and Postgres does not count them.
_SEQUENCES: Final = frozenset({"nextval", "setval"})
_OF_THE_CLUSTER: Final = frozenset({"role", "schema", "database", "tablespace", "membership"})

# The numbers of rows of each catalog, and of all tables, that the session has written. pg_statistic describes no
# object.
_COUNTS: Final = """
    SELECT pg_catalog.current_setting('track_counts') = 'on',
        coalesce(jsonb_object_agg(name, number) FILTER (WHERE is_catalog), '{}'),
        coalesce(sum(number) FILTER (WHERE NOT is_catalog), 0)
    FROM (
        SELECT c.relname AS name, c.relnamespace = 'pg_catalog'::regnamespace AS is_catalog,
            pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid)
                + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
                + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS number
        FROM pg_catalog.pg_class AS c
        WHERE c.relkind IN ('r', 'm') AND c.relnamespace <> 'pg_toast'::regnamespace
            AND c.oid <> 'pg_catalog.pg_statistic'::regclass
    ) AS counted
    WHERE number > 0
"""


def list_words(text: str) -> frozenset[str]:
    """Return the words of a text, in lower case."""
    return frozenset(_WORD.findall(text.lower()))


@attrs.frozen
class Writes:
    """The writes of a transaction.

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
        sample: The numbers of re-run and of all statements.
        reads_comments: Whether the result of a statement may depend on comments.
    """

    statements: Sequence[Statement]
    relations: frozenset[str]
    routines: frozenset[str]
    seed: int
    sample: Sample = attrs.field(init=False)
    reads_comments: bool = attrs.field(init=False)
    _words: Sequence[frozenset[str]] = attrs.field(init=False)
    _rare: frozenset[str] = attrs.field(init=False)
    _places: dict[str, list[int]] = attrs.field(init=False, factory=dict)
    _settings: Sequence[int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Index the statements by the names that they share."""
        self.sample = Sample(0, 0, self.seed)
        self._words = [list_words(statement.text) for statement in self.statements]
        self._settings = [
            number
            for number, statement in enumerate(self.statements)
            if statement.kind == "variable_set_stmt"
        ]
        count = Counter(word for each in self._words for word in each)
        self._rare = frozenset(word for word, number in count.items() if number <= _RARE)
        self.reads_comments = any(
            statement.kind != "comment_stmt" and not _READS_COMMENTS.isdisjoint(words)
            for statement, words in zip(self.statements, self._words, strict=True)
        )
        for number, each in enumerate(self._words):
            for word in each & (self._rare | self.relations | self.routines):
                self._places.setdefault(word, []).append(number)

    def list_related(self, last: int, writes: Writes | None) -> list[int]:
        """Return the indexes of the statements up to one that may do something else because of it.

        These statements share a name with the last statement, or are all statements up to it if it has no name. Where
        too many share only frequent names, a seed selects some of them.

        Args:
            last: The index of the statement.
            writes: Its writes; None if they are unknown.
        """
        chosen = self._list_sharing(last, writes)
        close = {
            number for word in self._rare & self._words[last] for number in self._places[word]
        }.intersection(chosen)
        distant = [number for number in chosen if number not in close]
        selected = draw_sample(sorted(close), _MOST_RELATED, self.seed)
        selected += draw_sample(distant, _MOST_DISTANT, self.seed)
        self.sample += Sample(len(selected), len(chosen), self.seed)
        return sorted(selected)

    def _list_sharing(self, last: int, writes: Writes | None) -> list[int]:
        if writes is not None and not writes:
            return []
        words = self._words[last]
        names = words & self._rare | words & self.relations
        if writes is None or "pg_proc" in writes.catalogs:
            names |= words & self.routines
        sharing = {
            number
            for word in names
            for number in self._places[word][: bisect_right(self._places[word], last)]
        }
        if writes is not None and not writes.rows and writes.catalogs <= _COMMENTS:
            if self.statements[last].kind == "comment_stmt" and not self.reads_comments:
                # COMMENT always writes the comment, so each re-run sets all of them again, the last one last.
                return []
            # Only comments, and code that reads them, find out that there is another comment.
            sharing = {number for number in sharing if self._concerns_comments(number)}
        return sorted(sharing or range(last + 1))

    def _concerns_comments(self, number: int) -> bool:
        statement = self.statements[number]
        return statement.kind == "comment_stmt" or not _READS_COMMENTS.isdisjoint(self._words[number])

    def changes_nothing(self, connection: Connection, last: int, writes: Writes | None) -> bool:
        """Return whether the statements that share a name with the last applied one change nothing when they run again.

        Args:
            connection: A session without a transaction in the database.
            last: The index of the last applied statement.
            writes: Its writes; None if they are unknown.
        """
        if writes is not None and not writes and not _SEQUENCES.isdisjoint(self._words[last]):
            return False
        related = self.list_related(last, writes)
        if not related or self._try_related(connection, last, related):
            return True
        # A sample may recreate an object without the statements that complete it.
        everything = self._list_sharing(last, writes)
        self.sample += Sample(len(everything) - len(related), 0, self.seed)
        return len(related) < len(everything) and self._try_related(connection, last, everything)

    def _try_related(self, connection: Connection, last: int, related: Collection[int]) -> bool:
        # Later statements may rely on the settings of the session, such as search_path.
        settings = self._settings[: bisect_left(self._settings, last)]
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
    """Run a statement in a transaction of its own and return its writes; None if they are unknown.

    Raises:
        ApplyError: If the statement fails, with its file and line.
    """
    if statement.kind == "variable_set_stmt":
        # SET TRANSACTION must come first in its transaction.
        apply_statements(connection, [statement], file)
        return Writes(frozenset(), rows=False)
    if may_commit(statement) or statement.kind == "transaction_stmt":
        apply_statements(connection, [statement], file)
        return None
    with locate_errors(statement, file):
        return _read_writes(connection.execute(f"{_COUNTS};\n{statement.text}\n;{_COUNTS}".encode()))


def _read_writes(cursor: psycopg.Cursor[Any]) -> Writes | None:
    """Return the writes of a script between the first and the last of its results, which are counts.

    Postgres counts on from one transaction to the next, and begins again at some time between two transactions.
    """
    start = cursor.fetchone()
    end = last_result(cursor).fetchone()
    if not start or not end or not (start[0] and end[0]):
        return None
    catalogs = {name for name, number in end[1].items() if number != start[1].get(name, 0)}
    return Writes(frozenset(catalogs), start[2] != end[2])


def _try_script(connection: Connection, script: Iterable[Statement]) -> bool:
    try:
        return _run_in_transaction(connection, script)
    except _NOT_IN_TRANSACTION:
        raise
    except psycopg.Error:
        return False
    finally:
        if not connection.closed:
            connection.execute("ROLLBACK")


def _run_in_transaction(connection: Connection, script: Iterable[Statement]) -> bool:
    """Run statements in a new transaction, which stays open, and return whether they change nothing."""
    text = "\n;\n".join(statement.text for statement in script)
    # One snapshot for the whole transaction excludes concurrent writes of other sessions.
    connection.execute(_BEGIN)
    writes = _read_writes(connection.execute(f"{_COUNTS};\n{text}\n;{_COUNTS}".encode()))
    if writes is None or writes.rows:
        return False
    if not writes:
        return True
    new = read_written(connection, writes.catalogs, "xmin")
    connection.execute(_UNDO)
    if are_same(read_written(connection, writes.catalogs, "xmax"), new):
        return True
    # Equal objects that refer to each other may have been made anew.
    before = snapshot_catalog(connection)
    connection.execute(text.encode())
    return not find_catalog_changes(before, snapshot_catalog(connection), same_storage=False)
