"""One trial: an operation by a caller on a row, with the expected and the observed outcome."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

import attrs

from schema_dsl.model.access import ROWS, Access, Permission, RowRule
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.model.table import Table
from schema_dsl.model.view import View

RowOwner: TypeAlias = Literal["own", "another's", "any", ""]
ExpectedOutcome: TypeAlias = Literal["allowed", "nothing", "denied", "no privilege"]
Layer: TypeAlias = Literal["as it is", "policies alone", "without bypass"]

OWNER_LABEL: Final = "as the row's owner"
"""The label of the caller who owns the first row."""
FORBIDDEN_OPERATIONS: Final = ("truncate", "references", "trigger", "maintain")
"""Operations that no client role may have, because policies do not restrict them."""


@attrs.frozen(kw_only=True, eq=False)
class Caller:
    """A role with the information of the session about its caller.

    Attributes:
        role: The name of the client role.
        label: A phrase for the report, for instance "without claims".
        parameters: The configuration parameters that the session sets; empty if it has never set one.
        claims: The claims of the request, for `when=`.
        id: The id of the user; None for a caller without an id.
        is_user: Whether signed-in users have the role.
        is_principal: Whether the caller is the owner of rows, or another user, without further claims.
        member_role: A role that is a member of the client role and logs in; "" for the client role itself.
    """

    role: str
    label: str
    parameters: Mapping[str, str] = attrs.Factory(dict)
    claims: object = None
    id: str | None = None
    is_user: bool = False
    is_principal: bool = False
    member_role: str = ""


@attrs.frozen(kw_only=True)
class ObservedAccess:
    """The observed outcome of a statement.

    Attributes:
        outcome: "allowed"; "filtered" if the statement reached no row; "denied" with insufficient_privilege
            (42501); or any other "error".
        rows: The number of rows that the statement reached.
        sqlstate: The SQLSTATE of the error.
        by: The cause of a denial: a missing privilege or a policy.
        message: The message of the error.
    """

    outcome: Literal["allowed", "filtered", "denied", "error"]
    rows: int = 0
    sqlstate: str | None = None
    by: Literal["privilege", "policy"] | None = None
    message: str | None = None


@attrs.frozen(kw_only=True, eq=False)
class Trial:
    """An operation by a caller on a row, with the expected and the observed outcome.

    Attributes:
        table: The name of the table.
        role: The name of the role.
        caller: The label of the caller.
        operation: The operation, for instance "select".
        row_owner: The owner of the row, relative to the caller.
        kind: The values of the row that conditions distinguish: column to "is 'published'".
        change: The column that an UPDATE changes, and the value of the new row, such as "is 'published'".
        granted_by: The rows by which the access allows the operation, such as "own rows" or "published"; none if it
            does not allow the operation.
        column: The column, if the trial is about one column.
        layer: The protection of the rows: everything ("as it is"); the policies alone, with all privileges granted;
            or, for a role with BYPASSRLS, the policies as for a role without BYPASSRLS ("without bypass").
        expected: The outcome that the declared access requires.
        seen: The observed outcome.
        setting: The setting of default privileges under which the database was created.
    """

    table: str
    role: str
    caller: str
    operation: str
    row_owner: RowOwner
    kind: Mapping[str, str] = attrs.Factory(dict)
    change: tuple[str, str] | None = None
    granted_by: tuple[str, ...] = ()
    column: str | None = None
    layer: Layer = "as it is"
    expected: ExpectedOutcome
    seen: ObservedAccess
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
                return outcome in ("denied", "error", "filtered")
            case "no privilege":
                return outcome == "denied" and self.seen.by == "privilege"

    def of_policies(self) -> Trial:
        """Return the trial where the privileges of the table belong to the platform, and only policies are declared."""
        if self.expected != "no privilege":
            return self
        return attrs.evolve(self, expected="denied" if self.operation == "insert" else "nothing")


def find_expected(
    access: Access,
    caller: Caller,
    operation: str,
    satisfied: Collection[RowRule],
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
        satisfied: The rules that the row satisfies for the caller; for an UPDATE, before and after it.
        layer: The protection of the rows, as in `Trial`.
        column: The column, if the trial is about one column.
    """
    permissions = _list_applicable(access, caller.role, operation, layer, column)
    if operation in FORBIDDEN_OPERATIONS or (layer == "as it is" and not permissions):
        return "no privilege"
    if list_grants(access, caller, operation, satisfied, layer=layer, column=column):
        return "allowed"
    return "denied" if operation == "insert" else "nothing"


def list_grants(
    access: Access,
    caller: Caller,
    operation: str,
    satisfied: Collection[RowRule],
    *,
    layer: Layer = "as it is",
    column: str = "",
) -> tuple[str, ...]:
    """Return the names of the rows by which the access allows an operation.

    The arguments are those of `find_expected`.
    """
    names: dict[str, None] = {}
    for permission in _list_applicable(access, caller.role, operation, layer, column):
        if permission.applies_to(caller.claims):
            for rule in permission.rows:
                if rule in satisfied:
                    name = f"{rule} rows" if rule in ROWS else str(rule)
                    names[f"{name} ({_format_claims(permission.when)})" if permission.when else name] = None
    return tuple(names)


def _list_applicable(
    access: Access, role: str, operation: str, layer: Layer, column: str
) -> list[Permission]:
    return [
        permission
        for permission in list_permissions(access, role, operation)
        if layer != "as it is" or not column or not permission.columns or column in permission.columns
    ]


def _format_claims(claims: Mapping[str, Any]) -> str:
    """Return claims as a phrase, such as "app_metadata.role = admin"."""
    return " and ".join(f"{name} = {value}" for name, value in _flatten(claims))


def _flatten(claims: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in claims.items():
        if isinstance(value, Mapping):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", value


def list_permissions(access: Access, role: str, operation: str) -> list[Permission]:
    """List the permissions of a role for an operation."""
    return [permission for permission in access.roles.get(role, ()) if operation in permission.operations]


def list_column_limits(access: Access, role: str, operation: str) -> tuple[str, ...]:
    """List the columns to which the access limits an operation of a role; empty if there is no limit."""
    permissions = list_permissions(access, role, operation)
    if any(not permission.columns for permission in permissions):
        return ()
    return tuple(dict.fromkeys(column for permission in permissions for column in permission.columns))


def display_name(table: Table | View | MaterializedView) -> str:
    """Return the name of a table or view for display, without the schema public."""
    return table.name if table.schema == "public" else f"{table.schema}.{table.name}"
