"""Run one statement as a client role and classify the result."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import psycopg

from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.fixture_rows import FixtureTable, last_result
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import Caller, Observation

_INSUFFICIENT_PRIVILEGE = "42501"
_CHECK_POLICY_FUNCTION = "ExecWithCheckOptions"
# Postgres checks access before constraints, so a constraint error shows that access was allowed. TRUNCATE of a
# table that a foreign key references fails with 0A000.
_CONSTRAINT_ERRORS = ("23", "0A000")


@attrs.frozen(kw_only=True)
class Attempt:
    """A session of one caller on the fixture table.

    As in an API request, the login role sets the client role with SET ROLE and sets the request claims. Postgres
    checks privileges and policies against the current role.

    Attributes:
        fixture: The table with its fixture rows.
        client: The client role.
        caller: The caller, which is the client role plus request claims.
        claims: The name of the setting that holds request claims; None if the platform has no such setting.
        setup_sql: Statements that the superuser runs before the session starts.
        role: A role to use in place of the client role.
    """

    fixture: FixtureTable
    client: ClientRole
    caller: Caller
    claims: str | None
    setup_sql: str = ""
    role: str = ""

    def session_setup(self, savepoint: str) -> str:
        """Return the statements that roll back to a savepoint and start the session of the caller."""
        parts = [f"ROLLBACK TO SAVEPOINT {savepoint}"]
        if self.setup_sql:
            parts.append(self.setup_sql)
        if self.client.login_role and not self.role:
            parts.append(f"SET LOCAL SESSION AUTHORIZATION {identifier(self.client.login_role)}")
        parts.append(f"SET LOCAL ROLE {identifier(self.role or self.client.name)}")
        if self.caller.claims is not None and self.claims:
            name, value = literal(self.claims), literal(self.caller.claims)
            parts.append(f"SELECT pg_catalog.set_config({name}, {value}, true)")
        return "; ".join(parts)

    def run(self, statement: Sql, savepoint: str = "rows", *, counted: bool = True) -> Observation:
        """Run a statement as the caller and return the result, without rolling back.

        Args:
            statement: The statement.
            savepoint: The savepoint to roll back to first: "empty" or "rows".
            counted: Whether Postgres reports a row count for the statement. TRUNCATE has no row count.
        """
        try:
            cursor = self.fixture.connection.execute(f"{self.session_setup(savepoint)}; {statement}".encode())
        except psycopg.Error as error:
            return classify_error(error)
        rows = last_result(cursor).rowcount if counted else 1
        return Observation(outcome="allowed" if rows else "filtered", rows=rows)

    def list_visible_locations(self) -> list[str]:
        """List the locations of the rows that the policies show to the caller, with SELECT granted."""
        prefix = f"{self.setup_sql}; " if self.setup_sql else ""
        grant = f"{prefix}GRANT SELECT ON TABLE {self.fixture.name} TO {identifier(self.client.name)}"
        granted = attrs.evolve(self, setup_sql=grant)
        query = f"{granted.session_setup('rows')}; {self.fixture.locations_query}"
        return [
            location
            for (location,) in last_result(self.fixture.connection.execute(query.encode())).fetchall()
        ]


def classify_error(error: psycopg.Error) -> Observation:
    """Return what an error shows about access."""
    state, message = error.sqlstate or "", error.diag.message_primary
    if state == _INSUFFICIENT_PRIVILEGE:
        by_policy = error.diag.source_function == _CHECK_POLICY_FUNCTION
        return Observation(
            outcome="denied", sqlstate=state, by="policy" if by_policy else "privilege", message=message
        )
    if state.startswith(_CONSTRAINT_ERRORS):
        return Observation(outcome="allowed", rows=1, sqlstate=state, message=message)
    return Observation(outcome="error", sqlstate=state or None, message=message)


def split_by_row(observed: Observation, locations: Sequence[str], touched: set[str]) -> list[Observation]:
    """Split the result of a statement on all rows into one result per row.

    Args:
        observed: The result of the statement.
        locations: The locations of all rows.
        touched: The locations of the rows that the statement read or changed.
    """
    if observed.outcome != "allowed" or observed.sqlstate is not None or observed.rows >= len(locations):
        return [observed] * len(locations)
    filtered = Observation(outcome="filtered")
    return [
        Observation(outcome="allowed", rows=1) if location in touched else filtered for location in locations
    ]
