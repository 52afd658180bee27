"""Columns."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, ClassVar, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import Predicate, default_value, expression
from schema_dsl.model.identity import Origin, caller, comment_text, valid_name
from schema_dsl.model.reference import hold_target
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql

if TYPE_CHECKING:
    from schema_dsl.model.reference import Target

IDENTITY: Final = ("always", "by default")
ACTIONS: Final = ("no action", "restrict", "cascade", "set null", "set default")


def _name(value: Any) -> str:
    return valid_name(value, "column")


def _checks(value: Any) -> tuple[Predicate | Sql, ...]:
    values = value if isinstance(value, list | tuple) else () if value is None else (value,)
    for each in values:
        if not isinstance(each, Predicate | Sql):
            raise DefinitionError(
                f"check must be a predicate such as one_of(...) or SQL, not {each!r}",
                instead='Write SQL as sql("...").',
            )
    return tuple(values)


def _generated(value: Any) -> Sql | None:
    return None if value is None else expression(value, "generated")


@attrs.frozen
class Column:
    """A column of a table.

    `primary_key`, `unique`, `check` and `references` are short for constraints that the table then holds
    under the names Postgres would give them. A `default` that is a Python value is quoted; SQL is given as
    `sql("...")` or by a helper such as `now()`.

    Raises:
        DefinitionError: If the parts contradict each other, or the name cannot be one.
    """

    kind: ClassVar[str] = "column"

    name: str = attrs.field(converter=_name)
    type: Type
    not_null: bool = attrs.field(default=False, kw_only=True)
    default: Any = attrs.field(default=None, kw_only=True)
    generated: Sql | None = attrs.field(default=None, converter=_generated, kw_only=True)
    identity: str | None = attrs.field(default=None, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=comment_text, kw_only=True)
    primary_key: bool = attrs.field(default=False, kw_only=True)
    unique: bool = attrs.field(default=False, kw_only=True)
    check: tuple[Predicate | Sql, ...] = attrs.field(default=(), converter=_checks, kw_only=True)
    references: Target | None = attrs.field(default=None, kw_only=True)
    on_delete: str = attrs.field(default="no action", kw_only=True)
    on_update: str = attrs.field(default="no action", kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Hold the parts against each other."""
        if not isinstance(self.type, Type):
            raise DefinitionError(
                f"column {self.name} has {self.type!r} for a type",
                instead="Use a type such as text or timestamptz, or Type(...) for one spelt in SQL.",
            )
        if self.default is not None and not isinstance(self.default, Sql):
            object.__setattr__(self, "default", default_value(self.default, self.type.sql))
        if (self.default, self.generated, self.identity).count(None) < _ONE_SOURCE:
            raise DefinitionError(
                f"column {self.name} has more than one of default, generated and identity",
                instead="Postgres takes one source for a column's value.",
            )
        if self.identity is not None and self.identity not in IDENTITY:
            raise DefinitionError(
                f"column {self.name} has identity {self.identity!r}",
                instead=f"It is one of {', '.join(IDENTITY)}.",
            )
        if self.references is not None:
            hold_target(self.references)
        if self.on_delete != ACTIONS[0] or self.on_update != ACTIONS[0]:
            self._hold_actions()

    def _hold_actions(self) -> None:
        if self.references is None:
            raise DefinitionError(
                f"column {self.name} has on_delete or on_update, but references nothing",
                instead="Add references=...",
            )
        for what, action in (("on_delete", self.on_delete), ("on_update", self.on_update)):
            hold_action(what, action)


# Of three sources, two are None.
_ONE_SOURCE: Final = 2


def hold_action(what: str, action: object) -> None:
    """Refuse what is no action of a foreign key.

    Raises:
        DefinitionError: With the words that are.
    """
    if action not in ACTIONS:
        near = get_close_matches(str(action), ACTIONS, n=1)
        raise DefinitionError(
            f"{what} cannot be {action!r}",
            instead=f"Did you mean {near[0]!r}?" if near else f"It is one of {', '.join(ACTIONS)}.",
        )
