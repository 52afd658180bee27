"""Try the declared access of a view as each caller, with rows of every kind in its tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import attrs
import psycopg

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import PostgresError
from schema_dsl.model.access import Access
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.grant import PUBLIC_ROLE
from schema_dsl.model.privilege import privilege_identity
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection, Database
from schema_dsl.sql import Sql
from schema_dsl.verify.access.fixtures.fixture_builder import FixtureBuilder
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureTable, read_columns
from schema_dsl.verify.access.fixtures.input_values import identity_input
from schema_dsl.verify.access.fixtures.persons import PersonFactory
from schema_dsl.verify.access.reads.database_code import DatabaseCode
from schema_dsl.verify.access.reads.view_reads import DeclaredView, ViewReads, read_view, stand_in
from schema_dsl.verify.access.roles import list_client_roles
from schema_dsl.verify.access.row_rules import OwnerPath, RowRules, resolve_rules
from schema_dsl.verify.access.sampling import TrialLimits
from schema_dsl.verify.access.table_result import TableResult
from schema_dsl.verify.access.trial import Trial
from schema_dsl.verify.access.trials.callers import CallerKinds
from schema_dsl.verify.access.trials.table_trials import ClientCaller
from schema_dsl.verify.access.trials.view_comparison import AccessTrials, InvokerTrials
from schema_dsl.verify.access.trials.view_rows import ViewRows
from schema_dsl.verify.proof import Sample
from schema_dsl.verify.rows import RowBuilder


def try_view(
    database: Database,
    view: DeclaredView,
    platform: Platform,
    wanted: Catalog,
    *,
    code: DatabaseCode,
    limits: TrialLimits,
) -> TableResult:
    """Try the access of each client role through a view, then roll back.

    A view with a declared access must show the rows that the access allows, of all rows that the view or its declared
    query shows any caller, or a superuser who sets the parameters of one. A view with security_invoker must show
    the caller the rows of its query. Each table whose rows the view shows holds rows of every kind in turn.

    Args:
        database: The database of the view. The role that connects by default must be a superuser.
        view: The declared view.
        platform: The platform, which says how the view knows the caller.
        wanted: The declared schema, which helps to build rows.
        code: The code of the database.
        limits: The largest numbers of trials.
    """
    name = (view.schema, view.name)
    # The trials of tables cover the policies.
    applied = code.without_policies()
    with contextlib.closing(database.connect()) as connection:
        rules = resolve_rules(connection, stand_in(name, code, view), platform, wanted)
    found = read_view(applied, name, rules, identity_input(platform), wanted)
    trials: list[Trial] = []
    sample = Sample(0, 0, limits.seed)
    untried = [
        f"{view.name}: what {unknown} reads is unknown, because {why}, so the rows that it distinguishes may be missing"
        for unknown, why in found.reads.unreadable.items()
    ]
    for table in found.tables:
        try:
            with (
                contextlib.closing(database.connect()) as connection,
                connection.transaction(force_rollback=True),
            ):
                connection.execute("SET LOCAL lock_timeout = '5s'")
                over = _OverTable(connection, view, table, found, rules, platform, wanted, applied, limits)
                trials += over.run()
                sample += over.sample
                untried += over.untried
        except (PostgresError, psycopg.Error) as error:
            why = error.what if isinstance(error, PostgresError) else error.diag.message_primary
            untried.append(f"{view.name}: what it shows of {'.'.join(table)} was not tried: {why}")
    # A view with security_invoker that shows no row would still show one if it read past policies.
    if view.access is not None and not any(trial.row_owner for trial in trials):
        untried.append(f"{view.name}: no row that was tried shows in the view")
    return TableResult(trials, sample, untried)


@attrs.define(eq=False)
class _OverTable:
    """The trials of a view, with rows of every kind in one of its tables.

    Attributes:
        connection: A connection of a superuser, with an open transaction.
        view: The declared view.
        table: The schema and name of the table.
        found: The reads of the view.
        rules: The rules of the access of the view.
        platform: The platform.
        wanted: The declared schema.
        code: The code of the database as the owner of the view sees it.
        limits: The largest numbers of trials.
        sample: The numbers of tried and of possible kinds of rows and callers.
        untried: Sentences about omitted trials.
    """

    connection: Connection
    view: DeclaredView
    table: QualifiedKey
    found: ViewReads
    rules: RowRules
    platform: Platform
    wanted: Catalog
    code: DatabaseCode
    limits: TrialLimits
    sample: Sample = attrs.field(init=False, default=Sample(0, 0, 0))
    untried: Sequence[str] = attrs.field(init=False, default=())

    def run(self) -> Iterator[Trial]:
        """Run all trials."""
        rows = self._build_rows()
        fixture, access = rows.view.fixture, self.view.access
        self.sample = fixture.sample
        # The trials of the tables report which of their rows could not be built.
        self.untried = fixture.untried if access is not None else ()
        kinds = CallerKinds(self.platform, fixture, access or Access(), self.limits)
        callers: list[ClientCaller] = []
        for client in list_client_roles(self.connection, self.rules.table, self.platform, self.wanted):
            if access is None and not self._may_select(client.name):
                continue
            listed, of_callers = kinds.list_callers(client)
            callers += [(client, caller) for caller in listed]
            self.sample = self.sample if of_callers.is_complete else self.sample + of_callers
        if access is not None:
            trials = AccessTrials(rows, access, self.view.query, tuple(self.found.columns))
            yield from rows.run(callers, trials.try_batch)
        else:
            query = Sql(self.code.relations[self.view.schema, self.view.name].query)
            yield from rows.run(callers, InvokerTrials(rows, query).try_batch)

    def _may_select(self, role: str) -> bool:
        """Return whether the definitions let a role read the view."""
        view = self.view
        for name in (role, PUBLIC_ROLE):
            held = self.wanted.objects.get(privilege_identity(view.identity, name))
            if held is not None and "select" in held.privileges:
                return True
        return False

    def _build_rows(self) -> ViewRows:
        access, declared = self.view.access, self.wanted.tables.get(self.table)
        table = stand_in(self.table, self.code)
        source = self.found.columns.get(access.own or "") if access is not None else None
        if source is not None and source.relation == self.table:
            table = attrs.evolve(table, access=Access(own=source.column))
        elif access is None and declared is not None:
            table = declared
        builder = FixtureBuilder(
            self.connection, table, self.platform, self.wanted, self.code, self.limits, self.found.reads
        )
        fixture = builder.build()
        filled = FixtureTable(self.connection, table, builder.columns, fixture)
        path = None if access is None or access.own is None else self._find_path(access.own, builder.rows)
        of_view = attrs.evolve(fixture, rules=self.rules, path=path)
        view = self.rules.table
        shown = FixtureTable(self.connection, view, read_columns(self.connection, view), of_view)
        return ViewRows(filled, shown, self.found.list_compared())

    def _find_path(self, own: str, rows: RowBuilder) -> OwnerPath:
        """Return how a row of the view leads to its owner."""
        source = self.found.columns.get(own)
        if source is None:
            return OwnerPath((), own, (self.view.schema, self.view.name))
        factory = PersonFactory(self.connection, rows, self.platform, self.wanted)
        path = factory.find_path(source.relation, source.column)
        if not path.steps:
            return attrs.evolve(path, column=own)
        (_, target, key), *rest = path.steps
        return attrs.evolve(path, steps=((own, target, key), *rest))
