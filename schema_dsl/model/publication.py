"""Publications."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Final, Literal, get_args

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import (
    Origin,
    copy_with,
    find_origin,
    format_origin,
    to_names,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.owner import to_owner
from schema_dsl.model.published_table import PublishedTable, to_published_tables
from schema_dsl.model.schema_object import DatabaseObject

PublishedOperation = Literal["insert", "update", "delete", "truncate"]
_OPERATIONS: Final = get_args(PublishedOperation)


def _validate_name(value: str) -> str:
    return validate_name(value, "publication")


def _to_schemas(value: Any) -> tuple[str, ...]:
    items = (value,) if isinstance(value, str) or hasattr(value, "name") else tuple(value)
    return tuple(sorted({validate_name(getattr(item, "name", item), "schema") for item in items}))


def _to_operations(value: PublishedOperation | Iterable[PublishedOperation]) -> tuple[str, ...]:
    operations = to_names(value)
    for name in operations:
        if name not in _OPERATIONS:
            raise DefinitionError(
                f"a publication cannot publish {name!r}", instead=f"Choose from {', '.join(_OPERATIONS)}."
            )
    return tuple(name for name in _OPERATIONS if name in operations)


def _to_existing(value: Literal[True] | tuple[()] | None) -> tuple[()] | None:
    return () if value in (True, ()) else None


@attrs.frozen
class Publication(DatabaseObject):
    """A publication: the tables whose changes subscribers of logical replication receive.

    With `existing=True`, the publication exists before the migrations, such as `supabase_realtime` of Supabase: the
    definitions only add tables to it, and leave everything else as it is.

    Attributes:
        name: The name.
        tables: The tables, as Table, Reference or PublishedTable.
        schemas: The schemas of which all tables are published, also later ones. Needs Postgres 15 and a superuser.
        all_tables: Whether all tables of the database are published. Needs a superuser.
        operations: The published operations: "insert", "update", "delete" and "truncate", by default all of them.
        via_partition_root: Whether the changes of partitions are published as those of the partitioned table.
        generated_columns: Whether stored generated columns are published. Needs Postgres 18.
        existing: Whether the publication exists already.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the publication.

    Raises:
        DefinitionError: If the publication of all tables lists tables, or an existing one has more than tables.
    """

    kind: ClassVar[str] = "publication"

    name: str = attrs.field(converter=_validate_name)
    tables: tuple[PublishedTable, ...] = attrs.field(default=(), converter=to_published_tables)
    schemas: tuple[str, ...] = attrs.field(default=(), converter=_to_schemas, kw_only=True)
    all_tables: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    operations: tuple[PublishedOperation, ...] = attrs.field(
        default=_OPERATIONS, converter=_to_operations, kw_only=True
    )
    via_partition_root: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    generated_columns: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    existing: tuple[()] | None = attrs.field(default=None, converter=_to_existing, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for refused values, and for attributes of an existing publication."""
        if self.all_tables and (self.tables or self.schemas):
            raise DefinitionError(
                f"publication {self.name} has all_tables=True, and also lists tables or schemas",
                where=format_origin(self),
                instead="Remove all_tables=True, or the tables and schemas.",
            )
        if self.existing is not None:
            given = [
                field.name
                for field in attrs.fields(Publication)
                if field.eq
                and field.name not in {"name", "tables", "existing"}
                and getattr(self, field.name) != field.default
            ]
            if given:
                raise DefinitionError(
                    f"publication {self.name} exists already, and has {given[0]}=",
                    where=format_origin(self),
                    instead=f"Remove {given[0]}=: the definitions only add tables.",
                )
        self.record()

    def without_grants(self, clients: Sequence[str]) -> Publication:
        """Return the publication without its owner and its tables, which are objects of their own in a catalog."""
        return copy_with(super().without_grants(clients), tables=())

    def list_parts(self) -> Iterable[PublishedTable]:
        """Return the tables."""
        return tuple(
            attrs.evolve(table, publication=self.name, origin=table.origin or self.origin)
            for table in self.tables
        )
