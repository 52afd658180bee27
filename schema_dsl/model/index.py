"""Indexes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final, Literal, TypeAlias

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
from schema_dsl.model.parameters import Parameters, to_parameters
from schema_dsl.sql import Sql, identifier

IndexMethod: TypeAlias = Literal[
    "btree",
    "hash",
    "gist",
    "spgist",
    "gin",
    "brin",
    # Access methods of the extensions bloom, rum and vector.
    "bloom",
    "rum",
    "hnsw",
    "ivfflat",
]


def _to_operator_class(value: str | Sql | None) -> Sql | None:
    """Quote the name of an operator class."""
    if value is None or isinstance(value, Sql):
        return value
    return identifier(validate_name(value, "operator class"))


def _to_statistics(value: Mapping[int, int] | Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    if value == ():
        return ()
    items: Any = value.items() if isinstance(value, Mapping) else value
    pairs = tuple(sorted(tuple(item) for item in items))
    for number, target in pairs:
        if number < 1 or not 0 <= target <= _MOST_STATISTICS:
            raise DefinitionError(
                f"statistics cannot give key {number} of an index the target {target}",
                instead="Write statistics={1: 500}: the number of the key, and a target from 0 to 10000.",
            )
    return pairs


_MOST_STATISTICS: Final = 10_000


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
        operator_class: The operator class, by default that of the type: a name, or SQL for an operator class that is
            not on the search path, such as `sql("extensions.gin_trgm_ops")`.
        operator_class_parameters: The parameters of the operator class, such as {"siglen": 64}.
    """

    on: str | Sql
    descending: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    nulls_first: bool | None = attrs.field(default=None, validator=validate_flag, kw_only=True)
    collation: str | Sql | None = attrs.field(default=None, converter=to_collation, kw_only=True)
    operator_class: str | Sql | None = attrs.field(default=None, converter=_to_operator_class, kw_only=True)
    operator_class_parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Validate the key, and normalize the default order of nulls to None."""
        if self.operator_class_parameters and self.operator_class is None:
            raise DefinitionError(
                f"an index element on {self.on} has parameters, but no operator class",
                instead="Name the operator class: operator_class=...",
            )
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


def get_key(element: str | Sql | IndexElement) -> str | Sql:
    """Return the column or the expression of a key, without its options."""
    return element.on if isinstance(element, IndexElement) else element


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
        parameters: The storage parameters, such as {"fillfactor": 70}.
        statistics: The statistics targets of keys that are expressions, by the number of the key: {1: 500}.
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
    parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)
    statistics: tuple[tuple[int, int], ...] = attrs.field(default=(), converter=_to_statistics, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)
