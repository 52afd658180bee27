"""One trial: an operation by a caller on a table, with the expected and the observed outcome."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

import attrs

from schema_dsl.model.access import Access
from schema_dsl.model.table import Table

RowOwner: TypeAlias = Literal["own", "another's", "own to another's", "another's to own", "any", ""]
ExpectedOutcome: TypeAlias = Literal["allowed", "nothing", "denied", "no privilege"]
Layer: TypeAlias = Literal["as it is", "policies alone", "without bypass"]

FORBIDDEN_OPERATIONS: Final = ("truncate", "references", "trigger", "maintain")
"""Operations that no client role may have, because policies do not restrict them."""


@attrs.frozen(kw_only=True)
class Caller:
    """A role with request claims.

    Attributes:
        role: The name of the role.
        claims: The request claims as JSON; None if the session has never set the claims.
        label: A phrase for the report, for instance "without claims".
        user: The user in the claims: "owner" of the first row, "another" user without rows, or "" for no user.
        is_user: Whether signed-in users have the role.
    """

    role: str
    claims: str | None
    label: str
    user: Literal["owner", "another", ""] = ""
    is_user: bool = False


@attrs.frozen(kw_only=True)
class Observation:
    """The observed outcome of a statement.

    Attributes:
        outcome: "allowed"; "filtered" if the statement reached no row; "denied" with insufficient_privilege
            (42501); or any other "error".
        rows: The number of rows that the statement reached.
        sqlstate: The SQLSTATE of the error.
        by: What denied the statement: a missing privilege or a policy.
        message: The message of the error.
    """

    outcome: Literal["allowed", "filtered", "denied", "error"]
    rows: int = 0
    sqlstate: str | None = None
    by: Literal["privilege", "policy"] | None = None
    message: str | None = None


@attrs.frozen(kw_only=True)
class Trial:
    """An operation by a caller on a table, with the expected and the observed outcome.

    Attributes:
        table: The name of the table.
        role: The name of the role.
        caller: The label of the caller.
        operation: The operation, for instance "select".
        whose: The owner of the row, relative to the caller.
        column: The column, if the trial is about one column.
        layer: What protects the rows: everything ("as it is"); the policies alone, with all privileges granted;
            or, for a role with BYPASSRLS, the policies as for a role without BYPASSRLS ("without bypass").
        expected: The outcome that the declared access requires.
        seen: The observed outcome.
        setting: The setting of default privileges under which the database was created.
    """

    table: str
    role: str
    caller: str
    operation: str
    whose: RowOwner
    column: str | None = None
    layer: Layer = "as it is"
    expected: ExpectedOutcome
    seen: Observation
    setting: str = ""

    @property
    def holds(self) -> bool:
        """Return whether the observed outcome is the expected outcome."""
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


def find_expected(
    access: Access,
    caller: Caller,
    operation: str,
    whose: RowOwner,
    *,
    layer: Layer = "as it is",
    column: str = "",
) -> ExpectedOutcome:
    """Return the outcome that the declared access requires, independent of the policies.

    A role must not hold the privilege for an operation that the access allows on no row. Columns count in the
    layer "as it is" only, because the other layers grant all privileges.

    Args:
        access: The declared access of the table.
        caller: The caller.
        operation: The operation.
        whose: The owner of the row, relative to the caller.
        layer: What protects the rows, as in `Trial`.
        column: The column, if the trial is about one column.
    """
    if operation in FORBIDDEN_OPERATIONS:
        return "no privilege"
    grants = [grant for grant in access.roles.get(caller.role, ()) if operation in grant.operations]
    if layer == "as it is":
        grants = [grant for grant in grants if not column or not grant.columns or column in grant.columns]
    is_own = caller.user == "owner" and whose == "own"
    if any(grant.rows == "all" or is_own for grant in grants):
        return "allowed"
    if not grants and layer == "as it is":
        return "no privilege"
    return "denied" if operation == "insert" else "nothing"


def list_column_limits(access: Access, role: str, operation: str) -> tuple[str, ...]:
    """List the columns to which the access limits an operation of a role; empty if there is no limit."""
    grants = [grant for grant in access.roles.get(role, ()) if operation in grant.operations]
    if any(not grant.columns for grant in grants):
        return ()
    return tuple(dict.fromkeys(column for grant in grants for column in grant.columns))


def display_name(table: Table) -> str:
    """Return the name of a table for display, without the schema public."""
    return table.name if table.schema == "public" else f"{table.schema}.{table.name}"
