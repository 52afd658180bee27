"""The intended access to a table, declared separately from the policies that implement it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError, ParseError
from schema_dsl.model.expression import to_sql
from schema_dsl.model.grant import Grant
from schema_dsl.model.identity import format_arguments, to_names, validate_name
from schema_dsl.model.reference import Reference, ReferenceTarget, to_reference, validate_target
from schema_dsl.parsing import parse_expression
from schema_dsl.sql import Sql

Operation: TypeAlias = Literal["select", "insert", "update", "delete"]
OperationOrAll: TypeAlias = Literal["select", "insert", "update", "delete", "all"]
RowScope: TypeAlias = Literal["own", "all"]

OPERATIONS: Final[tuple[Operation, ...]] = ("select", "insert", "update", "delete")
ROWS: Final[tuple[RowScope, ...]] = ("own", "all")


@attrs.frozen
class MatchingRows:
    """The rows that satisfy a condition.

    Attributes:
        name: The name of the rows in reports.
        condition: The condition.
    """

    name: str
    condition: Sql

    def __str__(self) -> str:
        """Return the name in reports."""
        return self.name


@attrs.frozen
class MemberRows:
    """The rows of a group that the caller is a member of.

    Attributes:
        table: The table of memberships; without a schema, it is in the schema of the row's table.
        column: The column of the row with the group.
        group: The column of the membership with the group.
        member: The column of the membership with the id of the member; None if a foreign key to the users finds it.
        condition: A further condition on the membership.
        name: The name of the rows in reports.
    """

    table: Reference
    column: str
    group: str
    member: str | None
    condition: Sql | None
    name: str

    def __str__(self) -> str:
        """Return the name in reports."""
        return self.name


RowRule: TypeAlias = RowScope | MatchingRows | MemberRows


def where(name: str, condition: str) -> MatchingRows:
    """Declare the rows that satisfy a condition: `where("published", "state = 'published'")`.

    The condition does not pass through policies, and may use the claims of the request; `current_user` and
    `session_user` stand for the role of the caller.

    Args:
        name: The name of the rows in reports.
        condition: An SQL condition on the columns of the table.

    Raises:
        DefinitionError: If the name is empty, or the condition is not one SQL expression.
    """
    return MatchingRows(_to_report_name(name, "where()"), _to_condition(condition, f"where({name!r})"))


def member_of(
    table: str | ReferenceTarget,
    column: str,
    *,
    group: str | None = None,
    member: str | None = None,
    condition: str | None = None,
    name: str | None = None,
) -> MemberRows:
    """Declare the rows of a group that the caller is a member of: `member_of("memberships", "account_id")`.

    Args:
        table: The table of memberships: a Table, a Reference with a schema, or a name in the schema of the row's table.
        column: The column of the row with the id of the group.
        group: The column of the membership with the id of the group, by default the same name as `column`.
        member: The column of the membership with the id of the member, by default the column that references the
            users.
        condition: A further SQL condition on the membership, such as "role = 'admin'". It may name columns of the row
            with the name of its table: "memberships.user_id = bookings.user_id".
        name: The name of the rows in reports, by default the name of the table of memberships.

    Raises:
        DefinitionError: If a name is invalid, or the condition is not one SQL expression.
    """
    target = _to_table(table)
    return MemberRows(
        table=target,
        column=validate_name(column, "column"),
        group=validate_name(group if group is not None else column, "column"),
        member=None if member is None else validate_name(member, "column"),
        condition=None if condition is None else _to_condition(condition, f"member_of({target.table!r})"),
        name=target.table if name is None else _to_report_name(name, "member_of()"),
    )


def _to_table(table: str | ReferenceTarget) -> Reference:
    if isinstance(table, str):
        return Reference(table)
    validate_target(table)
    return table if isinstance(table, Reference) else to_reference(table, table.schema)


def _to_report_name(name: object, what: str) -> str:
    if isinstance(name, str) and name.strip() and name not in ROWS:
        return name
    raise DefinitionError(
        f"{what}: {name!r} cannot be the name of rows",
        instead=f'Write a word that reports show, such as "published". {" and ".join(ROWS)} are taken.',
    )


def _to_condition(text: object, what: str) -> Sql:
    condition = to_sql(text, f"the condition of {what}")
    try:
        parse_expression(condition)
    except ParseError as error:
        raise DefinitionError(
            f"{what}: {error.what}", instead="Write one SQL condition, without a semicolon."
        ) from error
    return condition


def expand_operations(operations: Iterable[OperationOrAll], what: str) -> tuple[Operation, ...]:
    """Return the operations in a fixed order, with "all" replaced by every operation.

    Args:
        operations: The operations.
        what: The function that takes the operations, for the text of errors.

    Raises:
        DefinitionError: If an operation is unknown, or there is none.
    """
    names = tuple(operations)
    for name in names:
        listed = format_arguments(name)
        if listed is not None:
            raise DefinitionError(
                f"{what}: unknown operation {name!r}",
                instead=f"Write the names as separate arguments: {listed}.",
            )
        if name not in (*OPERATIONS, "all"):
            raise DefinitionError(
                f"{what}: unknown operation {name!r}", instead=f"Known: all, {', '.join(OPERATIONS)}."
            )
    if not names:
        raise DefinitionError(
            f"{what} needs at least one operation", instead="Leave out a role that has no access."
        )
    return OPERATIONS if "all" in names else tuple(name for name in OPERATIONS if name in names)


@attrs.frozen
class Permission:
    """The operations that a role may perform on some rows.

    Attributes:
        operations: The operations.
        rows: The rows. A row belongs to them if it satisfies one of the rules.
        columns: The columns that the operations are limited to; all columns if empty.
        when: The claims that the request must carry.
    """

    operations: tuple[Operation, ...]
    rows: tuple[RowRule, ...]
    columns: tuple[str, ...] = ()
    when: Mapping[str, Any] = attrs.field(factory=dict, hash=False)

    def applies_to(self, claims: object) -> bool:
        """Return whether the claims of a request contain the claims of `when`, as `@>` of jsonb does."""
        return not self.when or _contains(claims, self.when)


def _contains(document: object, part: object) -> bool:
    if isinstance(part, Mapping):
        return isinstance(document, Mapping) and all(
            key in document and _contains(document[key], value) for key, value in part.items()
        )
    if isinstance(part, list | tuple):
        return isinstance(document, list | tuple) and all(
            any(_contains(item, value) for item in document) for value in part
        )
    return type(document) is type(part) and document == part


def may(
    *operations: OperationOrAll,
    rows: RowRule | Sequence[RowRule],
    columns: str | Iterable[str] = (),
    when: Mapping[str, Any] | None = None,
) -> Permission:
    """Declare operations that a role may do: `may("select", "update", rows="own")`, `may("all", rows="all")`.

    Args:
        operations: "select", "insert", "update", "delete", or "all" for these four. "all" excludes TRUNCATE,
            because row level security does not apply to TRUNCATE.
        rows: "own" for the rows of the caller, "all" for every row, `where(...)`, `member_of(...)`, or a list of
            these: then the role may use a row that is in one of them. An insert must produce such a row, and an
            update needs such a row before and after it.
        columns: The columns that the operations are limited to, by default all columns.
        when: The claims that a request must carry, such as {"app_metadata": {"role": "admin"}}.

    Raises:
        DefinitionError: If an operation or `rows` is unknown, DELETE is limited to columns, or `when` is not a
            mapping that JSON can represent.
    """
    expanded = expand_operations(operations, "may()")
    column_names = to_names(columns)
    if column_names and "delete" in expanded:
        raise DefinitionError(
            "may(): DELETE cannot be limited to columns",
            instead='Write a separate may("delete", ...) without columns.',
        )
    return Permission(expanded, _to_rules(rows), column_names, _to_claims(when))


def _to_rules(rows: object) -> tuple[RowRule, ...]:
    rules: tuple[Any, ...] = tuple(rows) if isinstance(rows, list | tuple) else (rows,)
    for rule in rules:
        if not isinstance(rule, MatchingRows | MemberRows) and rule not in ROWS:
            raise DefinitionError(
                f'may(): rows must be "own", "all", where(...) or member_of(...), not {rule!r}',
                instead='Write rows="own", rows="all", or a list such as rows=["own", where("published", "...")].',
            )
    if not rules:
        raise DefinitionError("may(): rows is empty", instead="Leave out a role that has no access.")
    return tuple(dict.fromkeys(rules))


def _to_claims(when: object) -> Mapping[str, Any]:
    if when is None:
        return {}
    instead = 'Write the claims as a dict, such as when={"app_metadata": {"role": "admin"}}.'
    if not isinstance(when, Mapping) or not when:
        raise DefinitionError(
            f"may(): when must be a mapping with at least one claim, not {when!r}", instead=instead
        )
    try:
        claims: Mapping[str, Any] = json.loads(json.dumps(dict(when), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"may(): when: {error}", instead=instead) from error
    return claims


@attrs.frozen(init=False)
class Access:
    """The intended access to a table: the permissions of each role. Other roles have no access.

    Generated migrations grant the privileges that the access needs, and revoke all others. Policies are declared
    separately; `schema-dsl verify` proves on a server that privileges and policies implement the access.

    Attributes:
        own: The column with the id of the owner of a row.
        roles: Role to permissions.
    """

    own: str | None
    roles: Mapping[str, tuple[Permission, ...]] = attrs.field(eq=dict)

    def __init__(self, *, own: str | None = None, **roles: Permission | Sequence[Permission]) -> None:
        """Declare the access of each role.

        Raises:
            DefinitionError: If a permission is not may(...), or has rows="own" without an `own` column.
        """
        collected: dict[str, tuple[Permission, ...]] = {}
        for role, value in roles.items():
            permissions: tuple[Any, ...] = tuple(value) if isinstance(value, list | tuple) else (value,)
            for permission in permissions:
                if not isinstance(permission, Permission):
                    raise DefinitionError(
                        f"access of {role} must be may(...), not {permission!r}",
                        instead='Write may("select", rows="own").',
                    )
                if "own" in permission.rows and own is None:
                    raise DefinitionError(
                        f'access of {role} has rows="own", but Access() has no own column',
                        instead='Name the column with the id of the owner: Access(own="user_id", ...).',
                    )
            collected[role] = permissions
        self.__attrs_init__(own, collected)
        names: dict[str, RowRule] = {}
        for rule in self.rules:
            if names.setdefault(str(rule), rule) != rule:
                raise DefinitionError(
                    f"two different rules of an access are named {rule}",
                    instead="Give each where(...) and member_of(...) a name of its own: reports show the names.",
                )

    @property
    def rules(self) -> tuple[RowRule, ...]:
        """Return the rules for rows of all permissions, in a fixed order."""
        return tuple(dict.fromkeys(rule for permission in self.permissions for rule in permission.rows))

    @property
    def permissions(self) -> tuple[Permission, ...]:
        """Return the permissions of all roles."""
        return tuple(permission for permissions in self.roles.values() for permission in permissions)

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of the table that the access names."""
        named = [column for permission in self.permissions for column in permission.columns]
        named += [rule.column for rule in self.rules if isinstance(rule, MemberRows)]
        return tuple(dict.fromkeys([*named, *([self.own] if self.own else [])]))

    def list_grants(self) -> Iterator[Grant]:
        """Yield the grants of each role."""
        for role in self.roles:
            privileges = self.privileges(role)
            if privileges:
                yield Grant(*privileges, to=role)
            for column, name in self.column_privileges(role):
                yield Grant(name, to=role, columns=column)

    def privileges(self, role: str) -> tuple[Operation, ...]:
        """Return the table privileges that the role needs, in a fixed order."""
        needed = {
            operation
            for permission in self.roles.get(role, ())
            if not permission.columns
            for operation in permission.operations
        }
        return tuple(operation for operation in OPERATIONS if operation in needed)

    def column_privileges(self, role: str) -> tuple[tuple[str, Operation], ...]:
        """Return the (column, privilege) pairs that the role needs in addition to its table privileges."""
        on_table = self.privileges(role)
        pairs = {
            (column, operation)
            for permission in self.roles.get(role, ())
            for column in permission.columns
            for operation in permission.operations
            if operation not in on_table
        }
        return tuple(sorted(pairs))


def validate_view_access(access: object, select: object, what: str, where: str | None) -> None:
    """Raise DefinitionError for an access that a view cannot have.

    Args:
        access: The access of the view; None if it declares none.
        select: The roles that the view names in `select`.
        what: The view, for the text of errors.
        where: The line that declares the view.
    """
    if access is None:
        return
    if not isinstance(access, Access):
        raise DefinitionError(
            f"{what}: access must be Access(...), not {access!r}",
            where=where,
            instead='Write access=Access(app=may("select", rows="all")).',
        )
    if select is not None:
        raise DefinitionError(
            f"{what} has both access= and select=",
            where=where,
            instead="Remove select=: the access says which roles may read the view.",
        )
    written = [
        name for permission in access.permissions for name in permission.operations if name != "select"
    ]
    if written:
        raise DefinitionError(
            f"{what}: the access of a view is about SELECT, not {written[0].upper()}",
            where=where,
            instead=f'Write may("select", ...), and name the roles that may {written[0].upper()} with '
            f"{written[0]}=[...].",
        )
