"""One statement, as a client would send it, and what Postgres makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import psycopg

from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.fixture_rows import FixtureTable, last
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import Caller, Observation

_PERMISSION = "42501"
_BY_POLICY = "ExecWithCheckOptions"
# Refused by a constraint, or by a foreign key that points here: access was had.
_HAD = ("23", "0A000")


@attrs.frozen(kw_only=True)
class Attempt:
    """A way in: the stage, the caller, and what the owner does beforehand (`first`).

    Privileges and policies judge the session's current role. That is the client's role, taken by the role
    that logs in for it, exactly as a request does; the claims are set by then.
    """

    stage: FixtureTable
    client: ClientRole
    caller: Caller
    claims: str | None
    first: str = ""
    role: str = ""

    def entrance(self, savepoint: str) -> str:
        """Write what leads from a savepoint to the client's session."""
        parts = [f"ROLLBACK TO SAVEPOINT {savepoint}"]
        if self.first:
            parts.append(self.first)
        if self.client.through and not self.role:
            parts.append(f"SET LOCAL SESSION AUTHORIZATION {identifier(self.client.through)}")
        parts.append(f"SET LOCAL ROLE {identifier(self.role or self.client.name)}")
        if self.caller.claims is not None and self.claims:
            name, value = literal(self.claims), literal(self.caller.claims)
            parts.append(f"SELECT pg_catalog.set_config({name}, {value}, true)")
        return "; ".join(parts)

    def run(self, statement: Sql, savepoint: str = "rows", *, counted: bool = True) -> Observation:
        """Do it, and say what came of it; the transaction is left where the statement left it.

        Not all statements tell how many rows they touched; those that do not are `counted` as having.
        """
        try:
            cursor = self.stage.connection.execute(f"{self.entrance(savepoint)}; {statement}".encode())
        except psycopg.Error as error:
            return refusal(error)
        rows = last(cursor).rowcount if counted else 1
        return Observation(outcome="allowed" if rows else "filtered", rows=rows)

    def places(self) -> list[str]:
        """List where the rows lie that the caller's policies show, with the privilege to look given."""
        more = f"{self.first}; " if self.first else ""
        grant = f"{more}GRANT SELECT ON TABLE {self.stage.name} TO {identifier(self.client.name)}"
        looking = attrs.evolve(self, first=grant)
        query = f"{looking.entrance('rows')}; {self.stage.where_rows_are}"
        return [place for (place,) in last(self.stage.connection.execute(query.encode())).fetchall()]


def refusal(error: psycopg.Error) -> Observation:
    """Say what an error means for access."""
    state, message = error.sqlstate or "", error.diag.message_primary
    if state == _PERMISSION:
        by_policy = error.diag.source_function == _BY_POLICY
        return Observation(
            outcome="denied", sqlstate=state, by="policy" if by_policy else "privilege", message=message
        )
    if state.startswith(_HAD):
        return Observation(outcome="allowed", rows=1, sqlstate=state, message=message)
    return Observation(outcome="error", sqlstate=state or None, message=message)


def split(seen: Observation, places: Sequence[str], touched: set[str]) -> list[Observation]:
    """Tell what was seen of all rows apart into what was seen of each."""
    if seen.outcome != "allowed" or seen.sqlstate is not None or seen.rows >= len(places):
        return [seen] * len(places)
    none = Observation(outcome="filtered")
    return [Observation(outcome="allowed", rows=1) if place in touched else none for place in places]
