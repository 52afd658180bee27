"""Indexes."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import expression
from schema_dsl.model.identity import Origin, caller, comment_text, names, valid_name
from schema_dsl.sql import Sql


@attrs.frozen
class IndexElement:
    """One key of an index: a column's name, or an expression as SQL, with how it is sorted.

    `nulls_first` is None where Postgres' own order holds: nulls last ascending, first descending.
    """

    on: str | Sql
    descending: bool = attrs.field(default=False, kw_only=True)
    nulls_first: bool | None = attrs.field(default=None, kw_only=True)
    operator_class: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Write the default order of nulls in its one form."""
        if not isinstance(self.on, str):
            raise DefinitionError(
                f"an index is on columns by name or on SQL, not on {self.on!r}",
                instead='Write "column" or sql("expression").',
            )
        if self.nulls_first is self.descending:
            object.__setattr__(self, "nulls_first", None)


def descending(on: str | Sql, *, nulls_first: bool | None = None) -> IndexElement:
    """Sort one key of an index the other way round."""
    return IndexElement(on, descending=True, nulls_first=nulls_first)


def _name(value: Any) -> str:
    return valid_name(value, "index") if value != "" else ""


def _elements(value: Any) -> tuple[IndexElement, ...]:
    values = (value,) if isinstance(value, str | IndexElement) else tuple(value)
    if not values:
        raise DefinitionError(
            "an index needs at least one column or expression", instead='Write Index("column").'
        )
    return tuple(each if isinstance(each, IndexElement) else IndexElement(each) for each in values)


def _where(value: Any) -> Sql | None:
    return None if value is None else expression(value, "an index's where")


@attrs.frozen
class Index:
    """An index on a column, or on several elements given as a list.

    `Index("a")`, `Index(["a", descending("b")])`, `Index(sql("lower(email)"), unique=True)`.
    """

    kind: ClassVar[str] = "index"
    elements: tuple[IndexElement, ...] = attrs.field(converter=_elements)
    name: str = attrs.field(default="", converter=_name, kw_only=True)
    where: Sql | None = attrs.field(default=None, converter=_where, kw_only=True)
    unique: bool = attrs.field(default=False, kw_only=True)
    nulls_not_distinct: bool = attrs.field(default=False, kw_only=True)
    method: str = attrs.field(default="btree", kw_only=True)
    include: tuple[str, ...] = attrs.field(default=(), converter=names, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=comment_text, kw_only=True)
    origin: Origin | None = attrs.field(factory=caller, eq=False, repr=False, kw_only=True)
