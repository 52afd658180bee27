"""Sequences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, Literal, get_args

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.construction import record_passed
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.owner import to_owner
from schema_dsl.model.owning_column import OwningColumn
from schema_dsl.model.reference import Reference
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.sql import Sql, literal, qualified

SequenceType = Literal["smallint", "integer", "bigint"]
_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


def _validate_name(value: str) -> str:
    return validate_name(value, "sequence")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_type(_: Any, __: Any, value: Any) -> None:
    if value not in get_args(SequenceType):
        raise DefinitionError(
            f"the type of a sequence must be {', '.join(get_args(SequenceType))}, not {value!r}",
            instead='Write type="bigint".',
        )


def _validate_number(_: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
    if value is not None and type(value) is not int:
        raise DefinitionError(
            f"{attribute.name} of a sequence must be a whole number, not {value!r}",
            instead=f"Write {attribute.name}=1.",
        )


def _validate_owner(_: Any, __: Any, value: Any) -> None:
    if value is not None and (not isinstance(value, Reference) or len(value.columns) != 1):
        raise DefinitionError(
            f"owned_by must be one column of a table, not {value!r}",
            instead='Write owned_by=Reference("table", "column").',
        )
    record_passed(value)


@attrs.frozen
class Sequence(SchemaObject):
    """A sequence. `Column("number", bigint, default=numbers.next_value())` takes its numbers from it.

    A serial column of a database is read as such a column, with the sequence that it owns. For a new column, prefer
    `identity=`.

    Attributes:
        name: The name.
        type: The type of the numbers, which limits them.
        increment: The step from one number to the next; negative to count down.
        minimum: The smallest number, by default 1, or of a descending sequence the smallest number of the type.
        maximum: The largest number, by default the largest number of the type, or of a descending sequence -1.
        start: The first number, by default the smallest one, or of a descending sequence the largest one.
        cache: The number of values that a session takes at once.
        cycle: Whether the sequence starts again after its last number.
        owned_by: The column with which Postgres drops the sequence: `Reference("orders", "number")`.
        unlogged: Whether the sequence is not written to the write-ahead log, since Postgres 15.
        schema: The schema.
        usage: The roles that may take the next value. All others, PUBLIC included, may not. By default, the privileges
            are not managed.
        grants: Further privileges, such as `Grant("select", to="admin")`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the sequence.

    Raises:
        DefinitionError: If Postgres rejects the numbers, or the owning table is in another schema.
    """

    kind: ClassVar[str] = "sequence"
    privilege_fields: ClassVar[tuple[str, ...]] = ("usage",)

    name: str = attrs.field(converter=_validate_name)
    type: SequenceType = attrs.field(default="bigint", validator=_validate_type, kw_only=True)
    increment: int = attrs.field(default=1, validator=_validate_number, kw_only=True)
    minimum: int | None = attrs.field(default=None, validator=_validate_number, kw_only=True)
    maximum: int | None = attrs.field(default=None, validator=_validate_number, kw_only=True)
    start: int | None = attrs.field(default=None, validator=_validate_number, kw_only=True)
    cache: int = attrs.field(default=1, validator=_validate_number, kw_only=True)
    cycle: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    owned_by: Reference | None = attrs.field(default=None, validator=_validate_owner, eq=False, kw_only=True)
    unlogged: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Fill in the numbers that Postgres would choose, and raise DefinitionError for numbers that it refuses."""
        if self.increment == 0 or self.cache < 1:
            self._refuse(
                "has increment 0" if self.increment == 0 else f"has cache {self.cache}",
                "Postgres needs an increment other than 0, and a cache of at least 1.",
            )
        smallest, largest = self.default_bounds()
        for name, value in (("minimum", smallest), ("maximum", largest)):
            if getattr(self, name) is None:
                object.__setattr__(self, name, value)
        if self.start is None:
            object.__setattr__(self, "start", self.minimum if self.increment > 0 else self.maximum)
        limit = _LARGEST[self.type]
        assert self.minimum is not None  # noqa: S101 - filled in above
        assert self.maximum is not None  # noqa: S101
        assert self.start is not None  # noqa: S101
        if not -limit - 1 <= self.minimum < self.maximum <= limit:
            self._refuse(
                f"counts from {self.minimum} to {self.maximum}",
                f"minimum must be less than maximum, and both must be numbers of type {self.type}.",
            )
        if not self.minimum <= self.start <= self.maximum:
            self._refuse(
                f"starts with {self.start}", f"Choose a start from {self.minimum} to {self.maximum}."
            )
        owner = self.owned_by
        if owner is not None and owner.schema is None:
            object.__setattr__(self, "owned_by", attrs.evolve(owner, schema=self.schema))
        elif owner is not None and owner.schema != self.schema:
            self._refuse(
                f"is owned by a column of schema {owner.schema}",
                f"Postgres wants the sequence in the schema of the table: write schema={owner.schema!r}.",
            )
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"sequence {self.name} {what}", where=format_origin(self), instead=instead)

    def default_bounds(self) -> tuple[int, int]:
        """Return the smallest and the largest number that Postgres would choose."""
        largest = _LARGEST[self.type]
        return (1, largest) if self.increment > 0 else (-largest - 1, -1)

    def list_parts(self) -> Iterable[SchemaObject]:
        """Yield the ownership, which is a step of its own, because the column may need the sequence."""
        if self.owned_by is not None:
            yield OwningColumn(self.name, self.owned_by, schema=self.schema, origin=self.origin)

    def next_value(self) -> Sql:
        """Return the SQL of the next number, for the default of a column."""
        return Sql(f"nextval({literal(str(qualified(self.schema, self.name)))}::regclass)")
