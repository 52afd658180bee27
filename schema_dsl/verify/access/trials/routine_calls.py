"""Call a SECURITY DEFINER function as each client role, and find out which rows the calls changed."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import attrs
import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.model.access import Access, Permission
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, literal, qualified
from schema_dsl.verify.access.fixtures.fixture_builder import FixtureBuilder
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable, read_columns, read_rows
from schema_dsl.verify.access.fixtures.input_values import identity_input
from schema_dsl.verify.access.fixtures.persons import UNKNOWN_USER, PersonFactory
from schema_dsl.verify.access.reach.reachable import list_role_names
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.provenance import ColumnSource, ConditionTerm, Provenance, SessionInput
from schema_dsl.verify.access.reads.table_reads import AccessReads, collect_reads
from schema_dsl.verify.access.reads.view_reads import stand_in
from schema_dsl.verify.access.roles import list_client_roles
from schema_dsl.verify.access.row_rules import resolve_rules
from schema_dsl.verify.access.sampling import TrialLimits
from schema_dsl.verify.access.trial import (
    Caller,
    ObservedAccess,
    Trial,
    display_name,
    find_expected,
    list_grants,
)
from schema_dsl.verify.access.trials.attempt import Attempt
from schema_dsl.verify.access.trials.callers import CallerKinds
from schema_dsl.verify.access.trials.expectation import Expectation, list_forced_tables
from schema_dsl.verify.access.trials.table_trials import ClientCaller
from schema_dsl.verify.access.trials.trial_builder import TrialBuilder
from schema_dsl.verify.proof import Sample, draw_sample

_ARGUMENT: Final = "argument "
_MOST_CALLS: Final = 40
_MOST_POSSIBLE: Final = 10_000
_MOST_VALUES: Final = 100
_UNKNOWN: Final = "00000000-0000-4000-8000-000000000001"
_DONE: Final = ObservedAccess(outcome="allowed", rows=1)

Stored: TypeAlias = Mapping[str, FixtureRow]
"""The rows of a table by location."""


def name_place(table: str, identity: Identity) -> str:
    """Return the name of a table that a function changes, for reports."""
    return f"{table} through {identity.name}()"


def argument_input(number: int) -> SessionInput:
    """Return the input that stands for an argument of a function."""
    return SessionInput(f"{_ARGUMENT}{number}")


@attrs.frozen(eq=False)
class ChangedTable:
    """A table that a function may change.

    Attributes:
        fixture: The table in the transaction of the calls.
        permissions: The declared changes.
        key: The columns of the primary key.
    """

    fixture: FixtureTable
    permissions: tuple[Permission, ...]
    key: tuple[str, ...]

    def read(self) -> Stored:
        """Return all rows by location."""
        fixture, alias = self.fixture, self.fixture.table.name
        path = fixture.fixture.path
        owner = None if path is None else path.owner_of(alias)
        rows = read_rows(fixture.connection, fixture.name, alias, fixture.columns, owner)
        return {location: FixtureRow(values, {}, person) for location, person, values in rows}

    def compare(self, before: Stored, after: Stored) -> Iterator[tuple[str, FixtureRow]]:
        """Yield the rows that a call has changed, with the operation: of an update, the old and the new row."""
        old = [row for location, row in before.items() if location not in after]
        new = [row for location, row in after.items() if location not in before]
        shared = {self._key(row) for row in old} & {self._key(row) for row in new} - {()}
        for operation, rows in (("delete", old), ("insert", new)):
            for row in rows:
                yield "update" if self._key(row) in shared else operation, row

    def _key(self, row: FixtureRow) -> tuple[str | None, ...]:
        return tuple(row.values[column] for column in self.key)


@attrs.define(eq=False)
class RoutineCalls:
    """The calls of a function, with rows of every kind in one of the tables that it names.

    Attributes:
        connection: A connection of a superuser, with an open transaction.
        identity: The declared function.
        oid: The oid of the function.
        types: The types of its arguments.
        table: The schema and name of the table.
        reader: The reads of the function.
        platform: The platform.
        wanted: The declared schema.
        code: The code of the database.
        limits: The largest numbers of trials.
        sample: The numbers of tried and of possible kinds of rows and callers.
        untried: Sentences about omitted trials.
    """

    connection: Connection
    identity: Identity
    oid: int
    types: Sequence[str]
    table: QualifiedKey
    reader: ConditionReader
    platform: Platform
    wanted: Catalog
    code: DatabaseCode
    limits: TrialLimits
    sample: Sample = attrs.field(init=False)
    untried: Sequence[str] = attrs.field(init=False, default=())

    def run(self) -> Iterator[Trial]:
        """Run all trials, the callers without settings first, because settings stay set in the session."""
        reads, arguments = self._collect_reads(), collect_reads(self.reader)
        table = self._stand_in(self.table)
        code = self.code.without_policies()
        builder = FixtureBuilder(self.connection, table, self.platform, self.wanted, code, self.limits, reads)
        fixture = builder.build()
        self.sample, self.untried = fixture.sample, fixture.untried
        filled = FixtureTable(self.connection, table, builder.columns, fixture)
        changed = [self._describe(name, filled, builder) for name in self.reader.related]
        callers = list(self._list_callers(filled))
        filled.empty()
        for has_settings in (False, True):
            chosen = [found for found in callers if bool(found[1].parameters) is has_settings]
            for number, batch in enumerate(fixture.batches):
                concerned = [found for found in chosen if not number or found[1].is_principal]
                if concerned:
                    filled.insert_rows(batch)
                    yield from self._try_batch(filled, concerned, changed, arguments)

    def _collect_reads(self) -> AccessReads:
        """Return the comparisons of the function without its arguments, and the columns with the ids of callers."""
        identity = identity_input(self.platform)
        sources = [
            ColumnSource(name, access.own)
            for name in self.reader.related
            if (access := self._stand_in(name).access) is not None and access.own is not None
        ]
        for declared in self.wanted.changes[self.identity]:
            name = (declared.table.schema or self.identity.schema, declared.table.table)
            rules = resolve_rules(self.connection, self._stand_in(name), self.platform, self.wanted)
            sources += [
                ColumnSource(rules.membership_table(rule), rules.members[rule]) for rule in rules.members
            ]
        of_callers = [
            ConditionTerm(Provenance(frozenset({source}), frozenset({identity})))
            for source in sources
            if identity is not None
        ]
        reader = self.reader
        terms = {term: None for term in map(_without_arguments, reader.terms) if term is not None}
        plain = ConditionReader(reader.code, terms, reader.unreadable, reader.related, reader.materialized)
        return collect_reads(plain, of_callers)

    def _stand_in(self, name: QualifiedKey) -> Table:
        """Return a table with the owner column of its access and the declared changes of every client role."""
        known = self.wanted.tables.get(name)
        own = known.access.own if known is not None and known.access is not None else None
        roles = {role: self._list_permissions(name) for role in list_role_names(self.platform, self.wanted)}
        return attrs.evolve(stand_in(name, self.code), access=Access(own=own, **roles))

    def _list_permissions(self, name: QualifiedKey) -> tuple[Permission, ...]:
        return tuple(
            permission
            for declared in self.wanted.changes[self.identity]
            if (declared.table.schema or self.identity.schema, declared.table.table) == name
            for permission in declared.permissions
        )

    def _describe(self, name: QualifiedKey, filled: FixtureTable, builder: FixtureBuilder) -> ChangedTable:
        table = self._stand_in(name)
        rules = resolve_rules(self.connection, table, self.platform, self.wanted)
        own = table.access.own if table.access is not None else None
        factory = PersonFactory(self.connection, builder.rows, self.platform, self.wanted)
        path = None if own is None else factory.find_path(name, own)
        fixture = attrs.evolve(filled.fixture, rules=rules, path=path)
        known = self.wanted.tables.get(name)
        key = known.primary_key_columns if known is not None else ()
        shown = FixtureTable(self.connection, table, read_columns(self.connection, table), fixture)
        return ChangedTable(shown, self._list_permissions(name), key)

    def _list_callers(self, filled: FixtureTable) -> Iterator[ClientCaller]:
        kinds = CallerKinds(self.platform, filled.fixture, Access(), self.limits)
        for client in list_client_roles(self.connection, filled.table, self.platform, self.wanted):
            row = self.connection.execute(_MAY_EXECUTE, [client.name, self.oid]).fetchone()
            if row == (True,):
                callers, sample = kinds.list_callers(client)
                self.sample = self.sample if sample.is_complete else self.sample + sample
                yield from ((client, caller) for caller in callers)

    def _try_batch(
        self,
        filled: FixtureTable,
        callers: Sequence[ClientCaller],
        changed: Sequence[ChangedTable],
        reads: AccessReads,
    ) -> Iterator[Trial]:
        arguments = self._choose_arguments(reads)
        before = [each.read() for each in changed]
        for client, caller in callers:
            attempt = Attempt(fixture=filled, client=client, caller=caller)
            found: list[list[tuple[str, FixtureRow]]] = [[] for _ in changed]
            for call in arguments:
                try:
                    self.connection.execute(f"{attempt.session_setup('rows')}; {call}".encode())
                    self.connection.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT")
                except psycopg.Error:
                    # The next call rolls back to the savepoint.
                    continue
                for place, table, known in zip(found, changed, before, strict=True):
                    place.extend(table.compare(known, table.read()))
            self.connection.execute("ROLLBACK TO SAVEPOINT rows")
            for place, table in zip(found, changed, strict=True):
                yield from self._judge(caller, table, place)

    def _choose_arguments(self, reads: AccessReads) -> list[Sql]:
        """Return calls with values of the columns that the function compares its arguments with, and others."""
        values = []
        for number, kind in enumerate(self.types):
            found: dict[str, None] = {}
            for source in reads.compared.get(argument_input(number), ()):
                if not source.path:
                    column, relation = identifier(source.column), qualified(*source.relation)
                    query = f"SELECT DISTINCT {column}::text FROM {relation} LIMIT {_MOST_VALUES}"
                    found |= {str(literal(text)): None for (text,) in self.connection.execute(query.encode())}
            found |= {str(constant): None for constant in reads.inputs.get(argument_input(number), ())}
            labels = self.connection.execute(_LABELS, [kind]).fetchall()
            found |= {str(literal(label)): None for (label,) in labels}
            found |= dict.fromkeys({"uuid": [f"'{_UNKNOWN}'"], "boolean": ["true", "false"]}.get(kind, ()))
            values.append([f"({text})::{kind}" for text in (*found, "NULL")])
        possible = list(itertools.islice(itertools.product(*values), _MOST_POSSIBLE))
        chosen = draw_sample(possible, _MOST_CALLS, self.limits.seed)
        if len(chosen) < len(possible):
            self.sample += Sample(len(chosen), len(possible), self.limits.seed)
        name = qualified(self.identity.schema, self.identity.name)
        return [Sql(f"SELECT {name}({', '.join(call)})") for call in chosen]

    def _judge(
        self, caller: Caller, table: ChangedTable, found: Sequence[tuple[str, FixtureRow]]
    ) -> Iterator[Trial]:
        """Yield a trial for each row that the calls of a caller changed."""
        access = table.fixture.table.access
        if not found or access is None:
            return
        if any(UNKNOWN_USER in text for text in caller.parameters.values()):
            caller = attrs.evolve(caller, id=UNKNOWN_USER)
        expectation = Expectation(table.fixture, access, list_forced_tables(table.fixture))
        builder = TrialBuilder(table.fixture, access, expectation)
        satisfied = expectation.of_new(caller, [row for _, row in found], "rows")
        for (operation, row), rules in zip(found, satisfied, strict=True):
            # The function holds every privilege.
            granted = list_grants(access, caller, operation, rules, layer="policies alone")
            yield Trial(
                table=name_place(display_name(table.fixture.table), self.identity),
                role=caller.role,
                caller=caller.label,
                operation=operation,
                row_owner=builder.find_row_owner(caller, row),
                granted_by=granted,
                expected=find_expected(access, caller, operation, rules, layer="policies alone"),
                seen=_DONE,
            )


def _without_arguments(term: ConditionTerm) -> ConditionTerm | None:
    """Return a term without the arguments of the function; None if it compares a column with nothing else."""
    sources = term.sources
    inputs = frozenset(each for each in sources.inputs if not each.parameter.startswith(_ARGUMENT))
    if inputs == sources.inputs:
        return term
    kept = attrs.evolve(sources, inputs=inputs)
    return ConditionTerm(kept) if inputs or sources.constants or len(sources.columns) > 1 else None


_MAY_EXECUTE: Final = "SELECT pg_catalog.has_function_privilege(%s, %s::oid, 'EXECUTE')"
_LABELS: Final = (
    "SELECT enumlabel FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype(%s) ORDER BY oid"
)
