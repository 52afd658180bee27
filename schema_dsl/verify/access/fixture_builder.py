"""Build the rows and persons of the trials of a table, from the reads of its policies and its declared access."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.access import MatchingRows, MemberRows
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.access.column_values import DistinguishingValues
from schema_dsl.verify.access.condition_reader import ConditionReader
from schema_dsl.verify.access.database_code import DatabaseCode
from schema_dsl.verify.access.fixture_rows import (
    LOCATION,
    Fixture,
    FixtureRow,
    WritableColumn,
    insert_row,
    read_columns,
    read_rows,
)
from schema_dsl.verify.access.input_values import InputValues, identity_input
from schema_dsl.verify.access.persons import Person, PersonFactory
from schema_dsl.verify.access.provenance import ColumnSource, ConditionTerm, Provenance, SessionInput
from schema_dsl.verify.access.reads import AccessReads, ColumnReads, collect_reads
from schema_dsl.verify.access.related_rows import RelatedRows
from schema_dsl.verify.access.row_kinds import RowKind, combine_options, describe_kind
from schema_dsl.verify.access.row_rules import OwnerPath, RowRules, resolve_rules
from schema_dsl.verify.access.sampling import LIMITS, TrialLimits
from schema_dsl.verify.access.statement_runner import StatementRun, create_runner, store_each
from schema_dsl.verify.access.table_links import TableLinks
from schema_dsl.verify.access.trial import OWNER_LABEL
from schema_dsl.verify.rows import RowBuilder, RowError
from schema_dsl.verify.rows.statements import write_insert
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import Evaluator

_CONFLICTS: Final = frozenset({"23505", "23P01"})
_REFUSED: Final = frozenset({"23514", "23502"})
_MAX_BATCHES: Final = 48


def read_access(
    code: DatabaseCode, table: Table, rules: RowRules, identity: SessionInput | None
) -> AccessReads:
    """Find the reads that decide on access to a table: those of its policies and of the conditions of its access."""
    name = (table.schema, table.name)
    reader = ConditionReader(code)
    reader.read_policies(name)
    terms = []
    for rule in table.access.rules if table.access is not None else ():
        if isinstance(rule, MatchingRows):
            reader.read_condition(rule.condition, name)
        elif isinstance(rule, MemberRows):
            reader.read_condition(rules.membership(rule, Sql("true"), rule.condition), name)
            if identity is not None:
                member = ColumnSource(rules.membership_table(rule), rules.members[rule])
                terms.append(ConditionTerm(Provenance(frozenset({member}), frozenset({identity}))))
    return collect_reads(reader, terms)


_COLUMNS: Final = """
    SELECT n.nspname, c.relname, pg_catalog.array_agg(a.attname::text)
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.oid IN (SELECT pg_catalog.to_regclass(name)::oid FROM pg_catalog.unnest(%s::text[]) AS name)
    GROUP BY n.nspname, c.relname
"""


def _list_present_columns(
    connection: Connection, relations: Iterable[QualifiedKey]
) -> dict[QualifiedKey, Collection[str]]:
    """Return the columns of those of some relations that exist."""
    names = [str(qualified(*relation)) for relation in relations]
    rows = connection.execute(_COLUMNS, [names]).fetchall() if names else ()
    return {(schema, name): frozenset(columns) for schema, name, columns in rows}


@attrs.frozen(eq=False)
class PendingRow:
    """A row to store.

    Attributes:
        kind: The kind of the row.
        given: The values of the kind.
        values: The values of all columns that the INSERT writes.
    """

    kind: RowKind
    given: Mapping[str, str | None]
    values: Mapping[str, str | None]


@attrs.define(eq=False)
class FixtureBuilder:
    """Builds the fixture of one table in an open transaction, and leaves the rows of other tables in place.

    Attributes:
        connection: A connection of a superuser.
        table: The declared table.
        platform: The platform.
        wanted: The declared schema.
        code: The code of the database.
        limits: The largest numbers of trials.
        reads: The reads that decide on access; by default those of the policies and the access of the table.
    """

    connection: Connection
    table: Table
    platform: Platform
    wanted: Catalog
    code: DatabaseCode
    limits: TrialLimits = LIMITS
    reads: AccessReads | None = None
    rows: RowBuilder = attrs.field(init=False)
    described: TableDescription = attrs.field(init=False)
    columns: Sequence[WritableColumn] = attrs.field(init=False)
    path: OwnerPath | None = attrs.field(init=False, default=None)
    untried: dict[str, None] = attrs.field(init=False, factory=dict)

    def build(self) -> Fixture:
        """Build the fixture.

        Raises:
            PostgresError: If no row or no owner of a row can be built.
        """
        run = self.connection.execute
        create_runner(self.connection)
        # Triggers would write further rows, or need the claims of a caller.
        run("SET LOCAL session_replication_role = replica")
        run(f"DELETE FROM {self._sql_name}".encode())
        self.rows = RowBuilder(self.connection, self.wanted)
        self.described = self.rows.tables.by_name(self._name)
        self.columns = read_columns(self.connection, self.table)
        rules = resolve_rules(self.connection, self.table, self.platform, self.wanted)
        identity = identity_input(self.platform)
        reads = self.reads or read_access(self.code, self.table, rules, identity)
        reads = reads.restrict(_list_present_columns(self.connection, reads.list_relations()))
        factory = PersonFactory(self.connection, self.rows, self.platform, self.wanted)
        own = self.table.access.own if self.table.access is not None else None
        self.path = None if own is None else factory.find_path(self._name, own)
        persons = self._create_persons(factory, reads, identity)
        inputs = InputValues(factory, reads, identity, persons[:2])
        values = DistinguishingValues(self.rows, Evaluator(self.connection), self.limits.values)
        links = TableLinks(reads, self.rows.tables, identity, self.platform.users)
        related = RelatedRows(self.connection, self.rows, reads, values, inputs, links, self.limits)
        base = self._build_base(factory, own, persons)
        options = related.list_options(self._name, base, (self._name,), own=self.path, own_column=own or "")
        crossed = [own] if own else []
        unread = [column for column in options if column not in reads.of(self._name) and column != own]
        kinds = combine_options(options, crossed, self.limits.rows, self.limits.seed, unread)
        special = self._create_special(related) if persons else []
        batches = self._store(kinds.kinds, base, related)
        refresh = [Sql(f"REFRESH MATERIALIZED VIEW {qualified(*view)}") for view in reads.materialized]
        for statement in refresh:
            run(statement.encode())
        context = [FixtureRow(row, {}, owner) for _, owner, row in self._read()]
        run("SET LOCAL session_replication_role = origin")
        return Fixture(
            batches=batches,
            context=context,
            setup=[*self._write_setup(factory), *refresh],
            persons=persons,
            special=special,
            inputs=self._list_inputs(inputs) if persons else {},
            reads=reads,
            rules=rules,
            path=self.path,
            sample=kinds.sample,
            untried=tuple(self.untried),
        )

    @property
    def _name(self) -> QualifiedKey:
        return self.table.schema, self.table.name

    @property
    def _sql_name(self) -> Sql:
        return qualified(*self._name)

    def _create_persons(
        self, factory: PersonFactory, reads: AccessReads, identity: SessionInput | None
    ) -> list[Person]:
        """Create the owner, another user and a user without rows, if the access depends on the caller."""
        if self.path is not None:
            home: tuple[QualifiedKey, str] | None = (self.path.table, self.path.column)
        elif identity is not None and identity in reads.inputs:
            compared = [source for source in reads.compared[identity] if not source.path]
            home = (compared[0].relation, compared[0].column) if compared else None
        else:
            return []
        labels = ((OWNER_LABEL, "the owner's"), ("", "another user's"), ("as another user", ""))
        return [
            Person(factory.create(*home) if home is not None else factory.create_user(), label, possessive)
            for label, possessive in labels
        ]

    def _build_base(
        self, factory: PersonFactory, own: str | None, persons: Sequence[Person]
    ) -> dict[str, str | None]:
        """Return the values of a row that the builder of rows chooses."""
        given = {own: factory.supply(self.path, persons[0].id)} if own and self.path is not None else {}
        values = self._complete(given)
        stored = store_each(self.connection, [self._insert(values)])[0]
        if stored.location is None:
            raise RowError(f"cannot insert a row into {self.described}: {stored.message}")
        row = next(row for location, _, row in self._read() if location == stored.location)
        self.connection.execute(
            f"DELETE FROM {self._sql_name} WHERE {LOCATION} = %s".encode(), [stored.location]
        )
        return row

    def _complete(self, given: Mapping[str, str | None]) -> dict[str, str | None]:
        """Return the values of a row with given values, which satisfies the checks and the keys."""
        values: dict[str, Any] = self.rows.build_values(self._name, **given)
        texts = self.rows.format_texts(self.described, values)
        if texts is None:
            raise RowError(f"a value does not fit the type of a column of {self.described}")
        return texts

    def _insert(self, values: Mapping[str, str | None]) -> Sql:
        return Sql(f"{insert_row(self._sql_name, values, list(values))} RETURNING {LOCATION}")

    def _read(self) -> list[tuple[str, str | None, dict[str, str | None]]]:
        alias = self.table.name
        owner = None if self.path is None else self.path.owner_of(alias)
        return list(read_rows(self.connection, self._sql_name, alias, self.columns, owner))

    def _create_special(self, related: RelatedRows) -> list[Person]:
        """Create users about whom related tables have rows of each kind."""
        special = []
        factory = related.inputs.factory
        for name in related.links.list_person_tables(self._name):
            if name != self._name:
                for person in related.inputs.persons:
                    related.insert_person_row(name, person)
            for kind in related.list_person_kinds(name) or [{}]:
                user = factory.create(name, related.links.list_identity_columns(name)[0])
                if related.insert_person_kind(name, user, kind):
                    where = f" where {describe_kind(kind)}" if kind else ""
                    special.append(Person(user, f"as a user with {name[1]}{where}", "a user's"))
        return special

    def _store(
        self, kinds: Sequence[RowKind], base: Mapping[str, str | None], related: RelatedRows
    ) -> list[list[FixtureRow]]:
        """Store the rows of each kind for a moment, and return them in batches that unique keys allow."""
        reads = related.reads
        renewed = self.described.columns if self._name in reads.related else self.described.distinct_columns
        pending: list[PendingRow] = []
        for kind in kinds:
            try:
                given = related.supply_values(self.described, kind, renewed)
                pending.append(PendingRow(kind, given, self._overlay(base, given)))
            except RowError as error:
                self._note_untried(kind, error.what)
        pending = self._satisfy_checks(pending)
        batches: list[list[FixtureRow]] = []
        while pending and len(batches) < _MAX_BATCHES:
            rows, pending = self._store_batch(pending)
            if not rows:
                break
            batches.append(rows)
        for row in pending:
            if not self._contradicts_itself(row, reads):
                self._note_untried(row.kind, "unique keys allow too few rows at a time")
        if not batches:
            raise RowError(f"no fixture row fits {self.described}")
        return batches

    def _contradicts_itself(self, row: PendingRow, reads: AccessReads) -> bool:
        """Return whether a unique key forbids a row beside the rows of its own table that its kind is about.

        No database has such a row: for instance a membership of a user as guest, in a group of which a membership
        of the same user as admin exists.
        """
        linked = [
            Sql(f"{identifier(other)}::text = {literal(row.given[column])}")
            for column, read in reads.of(self._name).items()
            if row.given.get(column) is not None
            for other in self._list_own_links(column, read)
        ]
        if not linked:
            return False
        self.connection.execute("SAVEPOINT alone")
        self.connection.execute(
            f"DELETE FROM {self._sql_name} WHERE ({' OR '.join(linked)}) IS NOT TRUE".encode()
        )
        result = store_each(self.connection, [self._insert(row.values)])[0]
        self.connection.execute("ROLLBACK TO SAVEPOINT alone")
        return result.sqlstate in _CONFLICTS

    def _list_own_links(self, column: str, read: ColumnReads) -> list[str]:
        """List the columns of the table itself that conditions compare with a column."""
        found = [other for related, other in read.links if related == self._name]
        return [*found, column] if read.self_linked else found

    def _note_untried(self, kind: RowKind, why: str) -> None:
        where = f" where {describe_kind(kind)}" if kind else ""
        self.untried[f"rows of {self.table.name}{where}: {why}"] = None

    def _satisfy_checks(self, pending: Sequence[PendingRow]) -> list[PendingRow]:
        """Choose other values for the columns that are free, where a check refuses a row; drop impossible rows."""
        _, results = self._try_rows(pending)
        satisfied = []
        for row, result in zip(pending, results, strict=True):
            if result.sqlstate not in _REFUSED:
                satisfied.append(row)
                continue
            with contextlib.suppress(RowError):
                satisfied.append(attrs.evolve(row, values=self._complete(row.given)))
        return satisfied

    def _store_batch(self, pending: Sequence[PendingRow]) -> tuple[list[FixtureRow], list[PendingRow]]:
        """Store rows and roll back; return the stored rows, and those that a unique key kept out."""
        stored, results = self._try_rows(pending)
        rows, kept_out = [], []
        for pending_row, result in zip(pending, results, strict=True):
            if result.location is not None:
                owner, row = stored[result.location]
                labels = {column: option.label for column, option in pending_row.kind.items()}
                rows.append(FixtureRow(row, labels, owner))
            elif result.sqlstate in _CONFLICTS:
                kept_out.append(pending_row)
        return rows, kept_out

    def _try_rows(
        self, pending: Sequence[PendingRow]
    ) -> tuple[dict[str, tuple[str | None, dict[str, str | None]]], list[StatementRun]]:
        """Insert rows and roll back; return the stored rows by location, and the result of each INSERT."""
        self.connection.execute("SAVEPOINT batch")
        results = store_each(self.connection, [self._insert(row.values) for row in pending])
        stored = {location: (owner, row) for location, owner, row in self._read()}
        self.connection.execute("ROLLBACK TO SAVEPOINT batch")
        return stored, results

    def _overlay(
        self, base: Mapping[str, str | None], given: Mapping[str, str | None]
    ) -> dict[str, str | None]:
        """Return the values of a row that differs from the base row in the given values."""
        values = dict(given)
        for column, field in self.described.columns.items():
            if column in values or field.generated or field.default_varies:
                continue
            if (
                column in self.described.distinct_columns
                and field.default is None
                and base[column] is not None
            ):
                return self._complete(given)
            values[column] = base[column]
        return values

    def _write_setup(self, factory: PersonFactory) -> list[Sql]:
        roles = [Sql(f"CREATE ROLE {identifier(name)}") for name in factory.roles]
        return roles + [
            write_insert(self.connection, relation, row)
            for relation, row in self.rows.inserted
            if (relation.schema, relation.name) != self._name
        ]

    def _list_inputs(self, inputs: InputValues) -> dict[SessionInput, tuple[str, str]]:
        """Return the values of the session inputs that conditions compare with columns."""
        return {
            session_input: (inputs.value(session_input, 0), inputs.value(session_input, 1))
            for session_input in inputs.reads.inputs
            if inputs.names_a_value(session_input)
        }
