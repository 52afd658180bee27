"""Row level security policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import to_sql
from schema_dsl.model.grant import PUBLIC_ROLE, Grantee, to_grantees
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    to_former_name,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.sql import Sql

PolicyCommand: TypeAlias = Literal["all", "select", "insert", "update", "delete"]

COMMANDS: Final[tuple[PolicyCommand, ...]] = ("all", "select", "insert", "update", "delete")


def _validate_name(value: str) -> str:
    return validate_name(value, "policy")


def _to_roles(value: Grantee | Iterable[Grantee]) -> tuple[str, ...]:
    roles = to_grantees(value)
    # Postgres ignores other roles beside PUBLIC, and the order of roles.
    return (PUBLIC_ROLE,) if PUBLIC_ROLE in roles else roles


def _to_condition(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "a policy's condition")


@attrs.frozen
class Policy:
    """A row level security policy.

    Attributes:
        name: The name.
        command: The command that the policy is for.
        to: The roles: one or several, by name or as `Role`. Required, because the default of Postgres is every role.
        using: The USING condition, on existing rows.
        check: The WITH CHECK condition, on new rows; an UPDATE or ALL policy without it applies `using`.
        permissive: Whether the policy is PERMISSIVE; otherwise RESTRICTIVE.
        conditional: Whether the policy has a condition. Without one, a permissive policy allows no row, and a
            restrictive one denies none.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the policy.
        origin: The line that declares the policy.

    Raises:
        DefinitionError: If Postgres rejects the combination, or the policy has no condition and does not say so.
    """

    kind: ClassVar[str] = "policy"
    name: str = attrs.field(converter=_validate_name)
    command: PolicyCommand = "all"
    to: tuple[str, ...] = attrs.field(converter=_to_roles, kw_only=True)
    using: Sql | None = attrs.field(default=None, converter=_to_condition, kw_only=True)
    check: Sql | None = attrs.field(default=None, converter=_to_condition, kw_only=True)
    permissive: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    conditional: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for a policy that Postgres rejects, or without a condition."""
        if self.command not in COMMANDS:
            raise DefinitionError(
                f"command of policy {self.name} must be one of {', '.join(COMMANDS)}, not {self.command!r}",
                instead="Write one policy per command.",
            )
        if not self.to:
            raise DefinitionError(
                f"policy {self.name} has no role", instead='Name at least one role: to="...".'
            )
        if self.command == "insert" and self.using is not None:
            raise DefinitionError(
                f"policy {self.name}: INSERT has no existing row, so it cannot have using=",
                instead="Use check= instead of using=.",
            )
        if self.command in ("select", "delete") and self.check is not None:
            raise DefinitionError(
                f"policy {self.name}: {self.command.upper()} has no new row, so it cannot have check=",
                instead="Use using= instead of check=.",
            )
        has_condition = self.using is not None or self.check is not None
        if self.conditional and not has_condition:
            raise DefinitionError(
                f"policy {self.name} has no condition",
                instead='Add using= or check=; the condition for every row is "true".',
            )
        if has_condition and not self.conditional:
            raise DefinitionError(
                f"policy {self.name} has a condition and conditional=False",
                instead="Remove one of the two.",
            )
