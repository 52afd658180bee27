"""Run statements as a client role and classify the results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs
import psycopg

from schema_dsl.postgres import last_result
from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureTable
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.statement_runner import StatementRun, run_each
from schema_dsl.verify.access.trial import Caller, Layer, ObservedAccess

_INSUFFICIENT_PRIVILEGE: Final = "42501"
# The runner sets lc_messages to C.
_POLICY_MESSAGE: Final = "new row violates row-level security policy"
# Postgres checks access before constraints, so a constraint error shows that access was allowed. TRUNCATE of a
# table that a foreign key references fails with 0A000.
_CONSTRAINT_ERRORS: Final = ("23", "0A000")
# But Postgres finds the partition for a row before it checks the policies.
_NO_PARTITION: Final = "no partition of relation"


@attrs.frozen(kw_only=True)
class Attempt:
    """A session of one caller on the fixture table.

    As in an API request, the login role sets the client role with SET ROLE and sets the request claims. Postgres
    checks privileges and policies against the current role.

    Attributes:
        fixture: The table with its fixture rows.
        client: The client role.
        caller: The caller.
        layer: The protection of the rows, as in `Trial`.
        setup_sql: Statements that the superuser runs before the session starts.
        role: A role to use in place of the client role.
    """

    fixture: FixtureTable
    client: ClientRole
    caller: Caller
    layer: Layer = "as it is"
    setup_sql: str = ""
    role: str = ""

    def session_setup(self, savepoint: str, prepare: str = "") -> str:
        """Return the statements that roll back to a savepoint and start the session of the caller.

        Args:
            savepoint: The savepoint to roll back to first: "empty" or "rows".
            prepare: Further statements that the superuser runs.
        """
        return join_statements(f"ROLLBACK TO SAVEPOINT {savepoint}", self.setup_sql, prepare, self.session)

    @property
    def session(self) -> str:
        """Return the statements that start the session of the caller."""
        role = self.role or self.caller.member_role or self.client.name
        parts = []
        if self.caller.member_role and not self.role:
            parts.append(f"GRANT {identifier(self.client.name)} TO {identifier(role)}")
        # Without a login role, the client role itself logs in.
        login = self.client.login_role if not self.role else None
        if login is not None or not self.role:
            parts.append(f"SET LOCAL SESSION AUTHORIZATION {identifier(login or role)}")
        parts.append(f"SET LOCAL ROLE {identifier(role)}")
        return join_statements(*parts, set_parameters(self.caller.parameters))

    def run(
        self, statement: Sql, savepoint: str = "rows", *, prepare: str = "", counted: bool = True
    ) -> ObservedAccess:
        """Run a statement as the caller and return the result, without rolling back.

        Args:
            statement: The statement.
            savepoint: The savepoint to roll back to first: "empty" or "rows".
            prepare: Further statements that the superuser runs before.
            counted: Whether Postgres reports a row count for the statement. TRUNCATE has no row count.
        """
        try:
            setup = self.session_setup(savepoint, prepare)
            cursor = self.fixture.connection.execute(f"{setup}; {statement}".encode())
        except psycopg.Error as error:
            return classify_error(error.sqlstate or "", error.diag.message_primary or "")
        rows = last_result(cursor).rowcount if counted else 1
        return ObservedAccess(outcome="allowed" if rows else "filtered", rows=rows)

    def run_each(
        self, statements: Sequence[Sql], savepoint: str, prepare: Sequence[str] = ()
    ) -> list[ObservedAccess]:
        """Run each statement as the caller, undo it, and return the results.

        Args:
            statements: The statements.
            savepoint: The savepoint to roll back to first: "empty" or "rows".
            prepare: For each statement, further statements that the superuser runs before.
        """
        before = join_statements(f"ROLLBACK TO SAVEPOINT {savepoint}", self.setup_sql)
        results = run_each(self.fixture.connection, self.session, statements, prepare, before=before)
        return [_classify(result) for result in results]

    def read_visible(self) -> set[str]:
        """Return the locations of the rows that the policies show to the caller, with SELECT granted."""
        grant = f"GRANT SELECT ON TABLE {self.fixture.name} TO {identifier(self.client.name)}"
        query = f"{self.session_setup('rows', grant)}; {self.fixture.locations_query}"
        rows = last_result(self.fixture.connection.execute(query.encode())).fetchall()
        return {location for (location,) in rows}


def join_statements(*statements: str) -> str:
    """Join statements, without those that are empty."""
    return "; ".join(statement for statement in statements if statement)


def set_parameters(parameters: Mapping[str, str]) -> str:
    """Return a statement that sets configuration parameters for the transaction; "" for none."""
    calls = [
        f"pg_catalog.set_config({literal(name)}, {literal(value)}, true)"
        for name, value in parameters.items()
    ]
    return f"SELECT {', '.join(calls)}" if calls else ""


def classify_error(state: str, message: str) -> ObservedAccess:
    """Return the access that an error shows."""
    if state == _INSUFFICIENT_PRIVILEGE:
        by_policy = message.startswith(_POLICY_MESSAGE)
        return ObservedAccess(
            outcome="denied", sqlstate=state, by="policy" if by_policy else "privilege", message=message
        )
    if state.startswith(_CONSTRAINT_ERRORS) and not message.startswith(_NO_PARTITION):
        return ObservedAccess(outcome="allowed", rows=1, sqlstate=state, message=message)
    return ObservedAccess(outcome="error", sqlstate=state or None, message=message)


def _classify(result: StatementRun) -> ObservedAccess:
    if result.sqlstate is not None:
        return classify_error(result.sqlstate, result.message or "")
    return ObservedAccess(outcome="allowed" if result.rows else "filtered", rows=result.rows)
