"""Indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import to_sql
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    to_collation,
    to_former_name,
    to_names,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.sql import Sql

IndexMethod: TypeAlias = Literal[
    "btree",
    "hash",
    "gist",
    "spgist",
    "gin",
    "brin",
    # Of the extensions bloom, rum and vector.
    "bloom",
    "rum",
    "hnsw",
    "ivfflat",
]


@attrs.frozen
class IndexElement:
    """A key of an index.

    Attributes:
        on: The name of a column, or an expression as `sql("...")`.
        descending: Whether the order is DESC.
        nulls_first: Whether the order is NULLS FIRST; None is the default of Postgres: NULLS LAST for ASC,
            NULLS FIRST for DESC.
        collation: The collation, by default that of the column or expression: a name, or SQL for a collation that is
            not on the search path, such as `sql("app.german")`.
        operator_class: The operator class, by default that of the type.
    """

    on: str | Sql
    descending: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    nulls_first: bool | None = attrs.field(default=None, validator=validate_flag, kw_only=True)
    collation: str | Sql | None = attrs.field(default=None, converter=to_collation, kw_only=True)
    operator_class: str | None = attrs.field(default=None, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Validate `on`, and normalize the default order of nulls to None."""
        if not isinstance(self.on, str):
            raise DefinitionError(
                f"an index element is the name of a column or SQL, not {self.on!r}",
                instead='Write "column" or sql("expression").',
            )
        if self.nulls_first is self.descending:
            object.__setattr__(self, "nulls_first", None)


def descending(on: str | Sql, *, nulls_first: bool | None = None) -> IndexElement:
    """Return an index element with the order DESC.

    Args:
        on: The name of a column, or an expression as `sql("...")`.
        nulls_first: Whether the order is NULLS FIRST; None is the default for DESC, NULLS FIRST.
    """
    return IndexElement(on, descending=True, nulls_first=nulls_first)


def _validate_name(value: str) -> str:
    return validate_name(value, "index") if value != "" else ""


def _to_elements(
    value: str | IndexElement | Iterable[str | IndexElement],
) -> tuple[IndexElement, ...]:
    elements: tuple[Any, ...] = (value,) if isinstance(value, str | IndexElement) else tuple(value)
    if not elements:
        raise DefinitionError(
            "an index needs at least one column or expression", instead='Write Index("column").'
        )
    return tuple(
        element if isinstance(element, IndexElement) else IndexElement(element) for element in elements
    )


def _to_where(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "an index's where")


@attrs.frozen
class Index:
    """An index: `Index("a")`, `Index(["a", descending("b")])`, `Index(sql("lower(email)"), unique=True)`.

    Attributes:
        elements: The keys: one or several of a column's name, an expression as `sql("...")`, or an IndexElement.
        name: The name, by default the name that Postgres chooses.
        where: The predicate of a partial index.
        unique: Whether the index is UNIQUE.
        nulls_not_distinct: Whether NULL equals NULL in a unique index; since PostgreSQL 15.
        method: The index method.
        include: The columns of INCLUDE.
        comment: The comment.
        renamed_from: The former name. It has an effect once: in the migration that renames the index.
        origin: The line that declares the index.
    """

    kind: ClassVar[str] = "index"
    elements: tuple[IndexElement, ...] = attrs.field(converter=_to_elements)
    name: str = attrs.field(default="", converter=_validate_name, kw_only=True)
    where: Sql | None = attrs.field(default=None, converter=_to_where, kw_only=True)
    unique: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    nulls_not_distinct: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    method: IndexMethod = attrs.field(default="btree", kw_only=True)
    include: tuple[str, ...] = attrs.field(default=(), converter=to_names, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)
