"""Row level security policies."""

from __future__ import annotations

from typing import Any, ClassVar, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import expression
from schema_dsl.model.identity import Origin, caller, comment_text, names, valid_name
from schema_dsl.sql import Sql

COMMANDS: Final = ("all", "select", "insert", "update", "delete")


def _name(value: Any) -> str:
    return valid_name(value, "policy")


def _roles(value: Any) -> tuple[str, ...]:
    given = set(names(value))
    # With everybody among them, Postgres keeps nobody else; and their order means nothing.
    return ("public",) if "public" in given else tuple(sorted(given))


def _condition(value: Any) -> Sql | None:
    return None if value is None else expression(value, "a policy's condition")


@attrs.frozen
class Policy:
    """A row level security policy.

    `to` must be said: Postgres' own default is every role, which is hardly ever meant. `using` decides which
    existing rows are seen, `check` which new ones are let in; where an UPDATE or ALL policy has no `check`,
    Postgres uses `using` for both.

    Raises:
        DefinitionError: If Postgres would refuse the combination.
    """

    kind: ClassVar[str] = "policy"
    name: str = attrs.field(converter=_name)
    command: str = "all"
    to: tuple[str, ...] = attrs.field(converter=_roles, kw_only=True)
    using: Sql | None = attrs.field(default=None, converter=_condition, kw_only=True)
    check: Sql | None = attrs.field(default=None, converter=_condition, kw_only=True)
    permissive: bool = attrs.field(default=True, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=comment_text, kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Refuse what Postgres refuses."""
        if self.command not in COMMANDS:
            raise DefinitionError(
                f"policy {self.name} is for one of {', '.join(COMMANDS)}, not {self.command!r}",
                instead="Several commands take a policy each.",
            )
        if not self.to:
            raise DefinitionError(
                f"policy {self.name} is for no role", instead='Name at least one in to="...".'
            )
        if self.command == "insert" and self.using is not None:
            raise DefinitionError(
                f"policy {self.name}: INSERT has no existing row to look at",
                instead="Use check= instead of using=.",
            )
        if self.command in ("select", "delete") and self.check is not None:
            raise DefinitionError(
                f"policy {self.name}: {self.command.upper()} writes no new row",
                instead="Use using= instead of check=.",
            )
        if self.using is None and self.check is None:
            raise DefinitionError(
                f"policy {self.name} has no condition, so it lets nothing through",
                instead='Say which rows it lets through; all of them is using=sql("true").',
            )
