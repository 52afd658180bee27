"""Apply a migration statement by statement, and probe access after each statement that may change it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs
import psycopg
from psycopg import sql

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database, rolled_back
from schema_dsl.verify.access.moments.concurrent import probe_concurrently
from schema_dsl.verify.access.moments.momentary import MomentaryWatch
from schema_dsl.verify.access.moments.probe import AccessProbe, AccessQuestion, ReachableAccess
from schema_dsl.verify.access.state.access_reader import AccessReader
from schema_dsl.verify.access.state.access_state import AccessState
from schema_dsl.verify.access.state.catalog_writes import (
    WRITES,
    WrittenCatalogs,
    fetch_writes,
    list_written,
    run_counted,
)
from schema_dsl.verify.access.statement_runner import create_runner
from schema_dsl.verify.access.trial import Trial
from schema_dsl.verify.databases.scratch import Scratch, ScratchState
from schema_dsl.verify.reruns.statements import list_words
from schema_dsl.verify.scripts.apply import apply_statements, locate_errors
from schema_dsl.verify.scripts.inner_commits import may_commit
from schema_dsl.verify.scripts.script_name import locate_line

_HARMLESS: Final = frozenset({"comment_stmt", "index_stmt", "variable_set_stmt"})
"""The kinds of statements that change nothing that `AccessState` contains."""

_WITH_DEFAULT_PRIVILEGES: Final = frozenset({"pg_proc", "pg_namespace"})
"""The catalogs, apart from pg_class, whose new objects get default privileges that decide on access."""

AccessByTable = dict[QualifiedKey, ReachableAccess]
"""The access to each table that exists."""


@attrs.frozen
class AccessMoment:
    """The access of client roles at one moment of the migration, to the tables to which it changed.

    Attributes:
        statement: The number of the last applied statement, 0 before the first statement.
        changed: The access to each table to which access changed since the moment before; at the start to all tables.
        within: Whether the moment is during the statement, not after the statement.
    """

    statement: int
    changed: Mapping[QualifiedKey, ReachableAccess]
    within: bool = False

    @property
    def allowed(self) -> Iterator[tuple[AccessQuestion, Trial]]:
        """Yield the questions with a successful trial."""
        for reached in self.changed.values():
            yield from reached.allowed.items()


@attrs.frozen
class Cut:
    """A place where an interruption leaves another access than the statement before.

    Attributes:
        statement: The number of the last statement before the interruption.
        reached: The access at the cut, for the tables that a re-run was seen to change.
        moments: The moments of the re-run.
        is_same: Whether the re-run of the statements before the cut ended in the state of the cut.
        creates: Whether the re-run may have created objects that get default privileges.
    """

    statement: int
    reached: Mapping[QualifiedKey, ReachableAccess]
    moments: Sequence[AccessMoment]
    is_same: bool = True
    creates: bool = True


@attrs.define(eq=False)
class Observer:
    """Follows the access in one database.

    Attributes:
        timeline: The timeline.
        database: The database.
        probing: A session of a superuser in the database.
        watch: Follows objects that no trial covers.
        reached: The present access to each table.
    """

    timeline: Timeline
    database: Database
    probing: Connection
    watch: MomentaryWatch | None = None
    _reader: AccessReader = attrs.field(init=False)
    _state: AccessState | None = attrs.field(init=False, default=None)
    _closures: dict[QualifiedKey, frozenset[QualifiedKey]] = attrs.field(init=False, factory=dict)
    _digests: dict[QualifiedKey, str | None] = attrs.field(init=False, factory=dict)
    _written: dict[int, WrittenCatalogs] = attrs.field(init=False, factory=dict)
    reached: AccessByTable = attrs.field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Create the reader of states."""
        self._reader = AccessReader(self.probing, self.timeline.reader)

    @property
    def state(self) -> AccessState:
        """Return the state of the last read."""
        assert self._state is not None  # noqa: S101 - the caller has looked
        return self._state

    def look(
        self, written: WrittenCatalogs | None = None, statement: int = 0
    ) -> tuple[AccessByTable, set[QualifiedKey] | None]:
        """Return the access to the tables to which it may have changed since the last read, and the changed relations.

        The second item is None if an object that belongs to no relation changed, such as a function.

        Args:
            written: The catalog rows that may have changed; by default all.
            statement: The number of the last applied statement.
        """
        if written is None:
            return self._follow(self._reader.read(), statement)
        self._written[statement] = written
        return self._follow(self._reader.read(written), statement)

    def _follow(self, state: AccessState, statement: int) -> tuple[AccessByTable, set[QualifiedKey] | None]:
        earlier, self._state = self._state, state
        if self.watch is not None and state is not earlier:
            self.watch.visit(self.probing, state, earlier, statement)
        relations = None if earlier is None else state.changed_since(earlier)
        # A statement may call a function that changed without the name of a relation.
        found = relations if earlier is not None and state.functions == earlier.functions else None
        if relations is not None and not relations:
            return {}, found
        self.timeline.changed.update(relations or ())
        self.timeline.changed_shared |= relations is None and earlier is not None
        changed: AccessByTable = {}
        for name, probed in self.timeline.probe.tables.items():
            if relations is not None and relations.isdisjoint(self._closures[name]):
                continue
            self._closures[name] = probed.closure(state)
            digest = state.digest(self._closures[name]) if name in state.relations else None
            if earlier is not None and digest == self._digests[name]:
                continue
            self._digests[name] = digest
            changed[name] = self._probe(name, digest)
        self.reached.update(changed)
        return changed, found

    def _probe(self, name: QualifiedKey, digest: str | None) -> ReachableAccess:
        if digest is None:
            return ReachableAccess({})
        known = self.timeline.known
        if (name, digest) not in known:
            with rolled_back(self.probing):
                # A rehearsal runs as the owner of the migration.
                self.probing.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT")
                known[name, digest] = self.timeline.probe.find_reachable(self.probing, name)
        return known[name, digest]

    def rehearse(self, numbers: Iterable[int], cut: int) -> Cut | None:
        """Run statements as the owner of the migration in a transaction, read the access after each, and roll back.

        Args:
            numbers: The numbers of the statements.
            cut: The number of the last statement that was applied.

        Returns:
            The observed moments, or None if a statement failed.
        """
        start, before = self._state, dict(self.reached)
        digests, closures = dict(self._digests), dict(self._closures)
        moments: list[AccessMoment] = []
        present, creates = self._reader.list_relations(), False
        act_as_owner = sql.SQL("SET LOCAL SESSION AUTHORIZATION {}").format(
            sql.Identifier(self.timeline.scratch.owner)
        )
        begin = b"%b;%b" % (act_as_owner.as_bytes(self.probing), WRITES.encode())
        try:
            with self._reader.rolled_back(), rolled_back(self.probing):
                writes = fetch_writes(self.probing.execute(begin))
                script = ""
                for number in numbers:
                    self.timeline.moments += 1
                    statement = self.timeline.statements[number - 1]
                    script += f"{statement.text}\n;\n"
                    if statement.kind in _HARMLESS:
                        continue
                    expected = self._written.get(number, {})
                    state, now = self._reader.read_after(script, expected, writes)
                    written = self._written[number] = list_written(writes, now)
                    creates |= not _WITH_DEFAULT_PRIVILEGES.isdisjoint(written)
                    creates |= "pg_class" in written and not self._reader.list_relations() <= present
                    script, writes = "", now
                    changed, _ = self._follow(state, number)
                    if changed:
                        moments.append(AccessMoment(number, changed))
                self.probing.execute(script.encode())
                is_same = self._state == start
        except psycopg.Error:
            return None
        finally:
            self._state, self.reached = start, before
            self._digests, self._closures = digests, closures
        seen = {name: before.get(name, ReachableAccess({})) for each in moments for name in each.changed}
        return Cut(cut, seen, moments, is_same, creates)


@attrs.define(eq=False)
class Timeline:
    """The moments of a migration under one setting of default privileges.

    Attributes:
        scratch: The scratch databases of the migration.
        setting: The setting of default privileges.
        statements: The statements of the migration.
        probe: The probe of access.
        known: The access by table and digest. The timelines of all settings share this mapping, to probe a state once.
        moments: The number of observed moments.
        rounds: The number of rounds of the concurrent probe.
        reader: What read a copy of the database before the migration; None if nothing has.
        changed: The relations whose protection some statement changed.
        changed_shared: Whether a statement changed an object that belongs to no relation, such as a function.
    """

    scratch: Scratch
    setting: str
    statements: Sequence[Statement]
    probe: AccessProbe
    known: dict[tuple[QualifiedKey, str], ReachableAccess]
    moments: int = 0
    rounds: int = 0
    reader: AccessReader | None = attrs.field(default=None, kw_only=True)
    changed: set[QualifiedKey] = attrs.field(init=False, factory=set)
    changed_shared: bool = attrs.field(init=False, default=False)
    _words: list[frozenset[str]] = attrs.field(init=False)
    _places: dict[str, set[int]] = attrs.field(init=False, factory=dict)
    _rehearsed: frozenset[int] = attrs.field(init=False)
    _nameless: frozenset[int] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Index the statements that a re-run repeats by their words, and those that name no probed table."""
        self._words = [list_words(statement.text) for statement in self.statements]
        numbers = range(1, len(self.statements) + 1)
        self._rehearsed = frozenset(number for number in numbers if self._is_rehearsed(number))
        for number in self._rehearsed:
            for word in self.words(number):
                self._places.setdefault(word, set()).add(number)
        named = {number for _, name in self.probe.tables for number in self._list_naming(name)}
        self._nameless = self._rehearsed - named

    def observe(
        self, migrating: Connection, observer: Observer
    ) -> Iterator[tuple[AccessMoment, set[QualifiedKey] | None]]:
        """Apply each statement in its own transaction, as `psql -f` does, and yield the moments.

        Yields:
            The moments with a changed state, with the relations that changed, as in `Observer.look`. The first moment
            is the start, with the access to every table.
        """
        observer.look()
        yield AccessMoment(0, dict(observer.reached)), set()
        for number, statement in enumerate(self.statements, 1):
            self.moments += 1
            written: WrittenCatalogs | None = None
            if self.may_commit(number):
                yield self._apply_watched(migrating, observer, number), set()
            elif statement.kind in _HARMLESS:
                apply_statements(migrating, [statement], self.scratch.subject.file)
                continue
            else:
                with locate_errors(statement, self.scratch.subject.file):
                    written = run_counted(migrating, statement.text)
            changed, relations = observer.look(written, number)
            if relations is None or relations:
                yield AccessMoment(number, changed), relations

    def list_related(self, cut: int, relations: set[QualifiedKey] | None) -> list[int]:
        """Return the numbers of the statements up to a cut that may do something else because of its last statement.

        These statements name a relation that the last statement changed, or no relation, so that they may find it.

        Args:
            cut: The number of the last statement.
            relations: The relations that the last statement changed; None if any may have changed.
        """
        related = self._rehearsed
        if relations is not None:
            related = self._nameless.union(*(self._list_naming(name) for _, name in relations))
        return sorted(number for number in related if number <= cut)

    def _is_rehearsed(self, number: int) -> bool:
        return self.statements[number - 1].kind not in _HARMLESS and not self.may_commit(number)

    def _list_naming(self, relation: str) -> frozenset[int]:
        """Return the numbers of the statements that contain all words of the name of a relation."""
        return self._rehearsed.intersection(*(self._places.get(word, ()) for word in list_words(relation)))

    def _apply_watched(self, migrating: Connection, observer: Observer, number: int) -> AccessMoment:
        """Apply a statement while a second session probes the tables that it names, and return the access."""
        statement = self.statements[number - 1]
        words = self.words(number)
        named = [name for name in self.probe.tables if list_words(name[1]) <= words]
        with probe_concurrently(observer.database, self.probe, named or list(self.probe.tables)) as watch:
            apply_statements(migrating, [statement], self.scratch.subject.file)
        self.rounds += watch.rounds
        reached: dict[QualifiedKey, dict[AccessQuestion, Trial]] = {}
        for question, trial in watch.reached.items():
            reached.setdefault(("", trial.table), {})[question] = trial
        return AccessMoment(
            number, {name: ReachableAccess(found) for name, found in reached.items()}, within=True
        )

    def may_commit(self, number: int) -> bool:
        """Return whether other sessions can see a statement unfinished, because it may commit inside."""
        return self.statements[number - 1].kind not in _HARMLESS and may_commit(self.statements[number - 1])

    def words(self, number: int) -> frozenset[str]:
        """Return the words of a statement."""
        return self._words[number - 1]

    def observe_resumed(self, interrupted_after: int) -> Cut:
        """Apply the first statements to a new database, then observe a re-run of the whole migration."""
        with open_sessions(self.scratch, "before", self.setting) as (database, probing, migrating):
            apply_statements(migrating, self.statements[:interrupted_after], self.scratch.subject.file)
            observer = Observer(self, database, probing)
            moments = [moment for moment, _ in self.observe(migrating, observer)]
            return Cut(interrupted_after, moments[0].changed, moments[1:])

    def describe_position(self, number: int) -> str:
        """Return the position of a statement in the file, for the report."""
        if not number:
            return "the start"
        line = locate_line(self.scratch.subject.file, self.statements[number - 1].line)
        return f"statement {number} (line {line})"


@contextlib.contextmanager
def open_sessions(
    scratch: Scratch, state: ScratchState, setting: str | None
) -> Iterator[tuple[Database, Connection, Connection]]:
    """Create a database in a state and yield it with two connections.

    The first connection is that of a superuser, for the probes. The second is that of the role that runs migrations.
    """
    with (
        scratch.fresh(state, setting) as database,
        contextlib.closing(database.connect()) as probing,
        contextlib.closing(scratch.connect(database)) as migrating,
    ):
        create_runner(probing)
        yield database, probing, migrating


@contextlib.contextmanager
def open_sides(scratch: Scratch) -> Iterator[tuple[Connection, Connection]]:
    """Yield sessions of a superuser in the states before and after the migration, for probes that are rolled back."""
    with (
        scratch.unchanged("before") as before,
        scratch.unchanged("after") as after,
        contextlib.closing(before.connect()) as first,
        contextlib.closing(after.connect()) as second,
    ):
        for connection in (first, second):
            create_runner(connection)
        yield first, second
