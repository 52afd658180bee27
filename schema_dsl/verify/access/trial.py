"""One thing tried by one caller: what was meant, and what was seen."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs

from schema_dsl.model.access import Access
from schema_dsl.model.table import Table

Whose: TypeAlias = Literal["own", "another's", "own to another's", "another's to own", "any", ""]
Expected: TypeAlias = Literal["allowed", "nothing", "denied", "no privilege"]
Layer: TypeAlias = Literal["as it is", "policies alone", "without bypass"]

NEVER: Final = ("truncate", "references", "trigger", "maintain")
"""What no client is ever meant to do: policies say nothing about these."""


@attrs.frozen(kw_only=True)
class Caller:
    """Who asks: a role, the claims of the request (None: never set in the session), and who that is.

    `user` is a sign for the person behind the claims: "owner" of a row, "another" without rows; "" is nobody
    that the table could know. A role that never stands for people is not a `person` at all.
    """

    role: str
    claims: str | None
    label: str
    user: Literal["owner", "another", ""] = ""
    person: bool = False


@attrs.frozen(kw_only=True)
class Observation:
    """What Postgres did: let it pass (how many rows), show nothing, refuse (42501), or fail otherwise."""

    outcome: Literal["allowed", "filtered", "denied", "error"]
    rows: int = 0
    sqlstate: str | None = None
    by: Literal["privilege", "policy"] | None = None
    message: str | None = None


@attrs.frozen(kw_only=True)
class Trial:
    """What a caller tried on a table, what was meant to come of it, and what came.

    `layer` says what stood in the way: everything there is; policies alone, with every privilege granted for
    the moment; or, for a role that no policy binds, its policies without that exemption.
    """

    table: str
    role: str
    caller: str
    operation: str
    whose: Whose
    column: str | None = None
    layer: Layer = "as it is"
    expected: Expected
    seen: Observation
    setting: str = ""

    @property
    def holds(self) -> bool:
        """Say whether what was seen is what was meant."""
        outcome = self.seen.outcome
        match self.expected:
            case "allowed":
                return outcome == "allowed"
            case "nothing":
                return outcome != "allowed"
            case "denied":
                return outcome in ("denied", "error")
            case "no privilege":
                return outcome == "denied" and self.seen.by == "privilege"


def expected(
    access: Access,
    caller: Caller,
    operation: str,
    whose: Whose,
    *,
    layer: Layer = "as it is",
    column: str = "",
) -> Expected:
    """Say what is meant, from the access alone: no policy is looked at.

    What the role may do to no row at all, it must not hold the privilege for either. Without policies in
    between a column makes no difference, so beyond "as it is" columns are not told apart.
    """
    if operation in NEVER:
        return "no privilege"
    grants = [grant for grant in access.roles.get(caller.role, ()) if operation in grant.operations]
    if layer == "as it is":
        grants = [grant for grant in grants if not column or not grant.columns or column in grant.columns]
    mine = caller.user == "owner" and whose == "own"
    if any(grant.rows == "all" or mine for grant in grants):
        return "allowed"
    if not grants and layer == "as it is":
        return "no privilege"
    return "denied" if operation == "insert" else "nothing"


def only_columns(access: Access, role: str, operation: str) -> tuple[str, ...]:
    """List the columns that the role's operation is limited to; none, where it is not limited."""
    grants = [grant for grant in access.roles.get(role, ()) if operation in grant.operations]
    if any(not grant.columns for grant in grants):
        return ()
    return tuple(dict.fromkeys(column for grant in grants for column in grant.columns))


def shown(table: Table) -> str:
    """Name a table for a person."""
    return table.name if table.schema == "public" else f"{table.schema}.{table.name}"
