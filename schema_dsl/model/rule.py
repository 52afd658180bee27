"""Rules of tables and views."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import to_sql
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_former_name,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.trigger import STATES, TriggerState
from schema_dsl.sql import Sql

RuleEvent: TypeAlias = Literal["insert", "update", "delete"]

_EVENTS: Final = ("insert", "update", "delete")


def _validate_name(value: str) -> str:
    return validate_name(value, "rule")


def _to_where(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "a rule's where")


def _to_action(value: str) -> Sql:
    return Sql(to_sql(value, "the action of a rule").strip().removesuffix(";").rstrip())


@attrs.frozen
class RewriteRule:
    """A rule, which rewrites the statements on a table or view.

    For example, `RewriteRule("keep", "delete", "NOTHING", instead=True)`.

    Attributes:
        name: The name.
        event: The statements that the rule rewrites: "insert", "update" or "delete".
        action: NOTHING, a statement, or several in parentheses. It refers to the rows as NEW and OLD.
        where: The condition on NEW and OLD under which the rule applies.
        instead: Whether the action replaces the original statement; otherwise it runs in addition.
        enabled: When the rule applies: "origin", unless the session replicates; "replica", only then; "always"; or
            "disabled", never.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the rule.
        origin: The line that declares the rule.

    Raises:
        DefinitionError: If Postgres has no such event.
    """

    kind: ClassVar[str] = "rule"

    name: str = attrs.field(converter=_validate_name)
    event: RuleEvent
    action: Sql = attrs.field(converter=_to_action)
    where: Sql | None = attrs.field(default=None, converter=_to_where, kw_only=True)
    instead: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    enabled: TriggerState = attrs.field(default="origin", kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for an event or a state that Postgres does not have."""
        attributes: tuple[tuple[str, str, tuple[str, ...]], ...] = (
            ("event", self.event, _EVENTS),
            ("enabled", self.enabled, STATES),
        )
        for name, value, choices in attributes:
            if value not in choices:
                raise DefinitionError(
                    f"{name} of rule {self.name} must be one of {', '.join(choices)}, not {value!r}",
                    where=format_origin(self),
                    instead="A rule on SELECT is a view." if value == "select" else None,
                )
