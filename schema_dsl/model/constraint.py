"""Constraints: primary key, unique, check, foreign key, exclusion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.column import hold_action
from schema_dsl.model.expression import expression
from schema_dsl.model.identity import Origin, caller, comment_text, names, valid_name
from schema_dsl.model.reference import Reference, Target, hold_target
from schema_dsl.sql import Sql


def _name(value: Any) -> str:
    return valid_name(value, "constraint") if value != "" else ""


def _columns(value: Any) -> tuple[str, ...]:
    given = names(value)
    if not given:
        raise DefinitionError("a constraint needs at least one column", instead='Write ["column", ...].')
    return given


def _keys(value: Any) -> tuple[str, ...]:
    given = _columns(value)
    if len(set(given)) != len(given):
        raise DefinitionError(
            f"a key names a column twice: {', '.join(given)}", instead="Name each column once."
        )
    return given


def _elements(value: Any) -> tuple[tuple[str | Sql, str], ...]:
    pairs = tuple(value)
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2 or not all(isinstance(e, str) for e in pair):  # noqa: PLR2004
            raise DefinitionError(
                f"an exclusion is of (column, operator) pairs, not {pair!r}",
                instead='Write Exclusion([("room", "="), ("during", "&&")]).',
            )
    if not pairs:
        raise DefinitionError("an exclusion needs at least one pair", instead='Write [("room", "=")], say.')
    return tuple((on, operator) for on, operator in pairs)


def _sql(value: Any) -> Sql:
    return expression(value, "a check")


def _optional_sql(value: Any) -> Sql | None:
    return None if value is None else expression(value, "where")


def _rows(value: Any) -> tuple[Mapping[str, Any], ...]:
    return (value,) if isinstance(value, Mapping) else tuple(value)


def _action(_: Any, attribute: attrs.Attribute[str], value: str) -> None:
    hold_action(attribute.name, value)


def _target(_: Any, __: Any, value: Any) -> None:
    hold_target(value)


@attrs.frozen(kw_only=True)
class _ConstraintBase:
    """What all constraints share. An empty name means the one Postgres would choose."""

    name: str = attrs.field(default="", converter=_name)
    comment: str | None = attrs.field(default=None, converter=comment_text)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class _Deferrable(_ConstraintBase):
    deferrable: bool = False
    initially_deferred: bool = False

    def __attrs_post_init__(self) -> None:
        """Write in one form what says the same: what starts deferred can be."""
        if self.initially_deferred and not self.deferrable:
            object.__setattr__(self, "deferrable", True)


@attrs.frozen(kw_only=True)
class PrimaryKey(_Deferrable):
    """The primary key, where it has several columns or a name of its own."""

    kind: ClassVar[str] = "primary_key"
    columns: tuple[str, ...] = attrs.field(converter=_keys, kw_only=False)


@attrs.frozen(kw_only=True)
class Unique(_Deferrable):
    """A unique constraint. `nulls_not_distinct` (PostgreSQL 15) lets NULL stand once."""

    kind: ClassVar[str] = "unique"
    columns: tuple[str, ...] = attrs.field(converter=_keys, kw_only=False)
    nulls_not_distinct: bool = False


@attrs.frozen(kw_only=True)
class Check(_ConstraintBase):
    """A condition that every row meets.

    `accepts` and `refuses` are rows, as mappings of column to value, that the proof of constraints uses where
    it cannot derive them from the expression: the first must be taken, the second must not.
    """

    kind: ClassVar[str] = "check"
    expression: Sql = attrs.field(converter=_sql, kw_only=False)
    accepts: tuple[Mapping[str, Any], ...] = attrs.field(default=(), converter=_rows, eq=False)
    refuses: tuple[Mapping[str, Any], ...] = attrs.field(default=(), converter=_rows, eq=False)


@attrs.frozen(kw_only=True)
class ForeignKey(_Deferrable):
    """A foreign key. Without `name`d columns in the reference, it points to the primary key there."""

    kind: ClassVar[str] = "foreign_key"
    columns: tuple[str, ...] = attrs.field(converter=_columns, kw_only=False)
    references: Target | Reference = attrs.field(validator=_target, kw_only=False)
    on_delete: str = attrs.field(default="no action", validator=_action)
    on_update: str = attrs.field(default="no action", validator=_action)


@attrs.frozen(kw_only=True)
class Exclusion(_Deferrable):
    """No two rows for which every element compares true by its operator.

    `elements` are pairs of a column, or an expression in SQL, and an operator.
    """

    kind: ClassVar[str] = "exclusion"
    elements: tuple[tuple[str | Sql, str], ...] = attrs.field(converter=_elements, kw_only=False)
    method: str = "gist"
    where: Sql | None = attrs.field(default=None, converter=_optional_sql)
