"""Extended statistics."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Literal, get_args

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.construction import record_passed
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_names,
    validate_comment,
    validate_name,
)
from schema_dsl.model.reference import Reference
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import Sql

StatisticsKind = Literal["ndistinct", "dependencies", "mcv"]
_MOST_TARGET: Final = 10_000


def _validate_name(value: str) -> str:
    return validate_name(value, "statistics object")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_table(value: Any) -> Reference:
    table = value if isinstance(value, Reference) else None
    if table is None and hasattr(type(value), "primary_key_columns"):
        table = Reference(value.name, schema=value.schema)
    if table is None:
        raise DefinitionError(
            f"table must be a table or Reference(...), not {value!r}",
            instead='Write table=Reference("orders"), or pass the Table object.',
        )
    record_passed(value)
    return Reference(table.table, schema=table.schema)


def _to_elements(value: str | Iterable[str]) -> tuple[str, ...]:
    """Return the columns, sorted, and then the expressions: Postgres keeps only the order of the expressions."""
    elements = to_names(value)
    columns = sorted({validate_name(each, "column") for each in elements if not isinstance(each, Sql)})
    return (*columns, *dict.fromkeys(each for each in elements if isinstance(each, Sql)))


def _to_kinds(value: Any) -> tuple[str, ...]:
    kinds = tuple(sorted(set(to_names(value))))
    wrong = [each for each in kinds if each not in get_args(StatisticsKind)]
    if wrong:
        raise DefinitionError(
            f"{wrong[0]!r} is no kind of statistics",
            instead=f"Choose from {', '.join(get_args(StatisticsKind))}.",
        )
    return kinds


@attrs.frozen
class Statistics(SchemaObject):
    """Extended statistics: how the values of several columns, or of an expression, depend on each other.

    Attributes:
        name: The name.
        table: The table, or its name as `Reference("orders")`.
        on: The columns, and expressions as `sql("...")`.
        kinds: The kinds that Postgres collects: "ndistinct", "dependencies" and "mcv", by default all three. Of a
            single expression, it collects the statistics of a column, and no kinds.
        target: The statistics target; None for that of the columns.
        schema: The schema of the statistics object.
        comment: The comment.
        origin: The line that declares the object.

    Raises:
        DefinitionError: If there are fewer than two columns and no expression, or an argument is wrong.
    """

    kind: ClassVar[str] = "statistics"

    name: str = attrs.field(converter=_validate_name)
    table: Reference = attrs.field(converter=_to_table)
    on: tuple[str, ...] = attrs.field(converter=_to_elements)
    kinds: tuple[StatisticsKind, ...] = attrs.field(default=(), converter=_to_kinds, kw_only=True)
    target: int | None = attrs.field(default=None, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Fill in the kinds, and raise DefinitionError for values that Postgres refuses."""
        is_expression = len(self.on) == 1 and isinstance(self.on[0], Sql)
        if not self.on or (len(self.on) == 1 and not is_expression):
            self._refuse(
                "need two columns, or an expression", 'Write on=["city", "zip"], or on=sql("lower(city)").'
            )
        if is_expression and self.kinds:
            self._refuse("are about one expression, which allows no kinds=", "Remove kinds=.")
        if self.target is not None and (type(self.target) is not int or not 0 <= self.target <= _MOST_TARGET):
            self._refuse(f"have target {self.target!r}", f"Write a number from 0 to {_MOST_TARGET}.")
        if not self.kinds and not is_expression:
            object.__setattr__(self, "kinds", tuple(sorted(get_args(StatisticsKind))))
        if self.table.schema is None:
            object.__setattr__(self, "table", Reference(self.table.table, schema=self.schema))
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"statistics {self.name} {what}", where=format_origin(self), instead=instead)
