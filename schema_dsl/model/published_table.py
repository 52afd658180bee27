"""The tables of publications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.errors import DefinitionError
from schema_dsl.model.construction import record_passed
from schema_dsl.model.expression import to_sql
from schema_dsl.model.identity import Origin, find_origin, format_origin, to_names, validate_name
from schema_dsl.model.reference import Reference, ReferenceTarget
from schema_dsl.sql import Sql

if TYPE_CHECKING:
    from schema_dsl.model.table import Table


def _to_table(value: ReferenceTarget) -> Reference:
    table: Any = value
    if isinstance(table, Reference):
        return Reference(table.table, schema=table.schema or "public")
    if not hasattr(type(table), "primary_key_columns"):
        raise DefinitionError(
            f"a publication cannot have the table {value!r}",
            instead='Pass the Table object, or Reference("orders").',
        )
    record_passed(table)
    return Reference(table.name, schema=table.schema)


def _to_columns(value: str | Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({validate_name(each, "column") for each in to_names(value)}))


def _to_where(value: str | None) -> Sql | None:
    return None if value is None else to_sql(value, "the where of a published table")


@attrs.frozen
class PublishedTable:
    """A table of a publication, with the columns and the rows that it publishes.

    For example, `Publication("changes", [PublishedTable(orders, columns=["id", "state"], where="state <> 'draft'")])`.

    Attributes:
        table: The table, or its name as `Reference("orders")`.
        columns: The published columns; empty for all columns, also later ones. Needs Postgres 15.
        where: The condition on the published rows; None for all rows. Needs Postgres 15.
        publication: The name of the publication, which the publication fills in.
        origin: The line that declares it.

    Raises:
        DefinitionError: If the table is neither a Table nor a Reference.
    """

    kind: ClassVar[str] = "published_table"

    table: Reference = attrs.field(converter=_to_table)
    columns: tuple[str, ...] = attrs.field(default=(), converter=_to_columns, kw_only=True)
    where: Sql | None = attrs.field(default=None, converter=_to_where, kw_only=True)
    publication: str = attrs.field(default="", repr=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    @property
    def identity(self) -> Identity:
        """The identity: a part of the table, with the name of the publication."""
        assert self.table.schema is not None  # noqa: S101 - the converter fills it in
        return table_part(self.kind, self.table.schema, self.table.table, self.publication)

    @property
    def declared_in(self) -> Identity:
        """The object whose declaration has this part: the publication, and not the table."""
        return Identity("publication", "", self.publication)


PublishedTarget: TypeAlias = "Table | Reference | PublishedTable"


def to_published_tables(value: PublishedTarget | Sequence[PublishedTarget]) -> tuple[PublishedTable, ...]:
    """Convert one table or several tables of a publication.

    Raises:
        DefinitionError: If one of them is no table, or a table occurs twice.
    """
    items: Sequence[Any] = value if isinstance(value, list | tuple) else (value,)
    tables = [item if isinstance(item, PublishedTable) else PublishedTable(item) for item in items]
    found: set[Reference] = set()
    for item in tables:
        if item.table in found:
            raise DefinitionError(
                f"a publication has the table {item.table.schema}.{item.table.table} twice",
                where=format_origin(item),
                instead="Remove one of the two.",
            )
        found.add(item.table)
    return tuple(tables)
