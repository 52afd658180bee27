"""Read the types of a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from schema_dsl.postgres import Connection

# Lower oids are assigned by Postgres and are the same in every database.
_FIRST_USER_OID = 16384
_builtin: dict[int, DatabaseType] = {}


@attrs.frozen(kw_only=True)
class DatabaseType:
    """A type.

    Attributes:
        oid: The oid of the type.
        name: The name in pg_type.
        typtype: `typtype` in pg_type.
        category: `typcategory` in pg_type.
        component: The base type of a domain, the element of an array, or the bound of a range.
        modifier: The type modifier of a domain.
        not_null: Whether the type is a domain with NOT NULL.
        labels: The labels of an enum.
        checks: The check expressions of a domain, on VALUE.
        attribute_count: The number of attributes of a composite type.
    """

    oid: int
    name: str
    typtype: str
    category: str
    component: DatabaseType | None
    modifier: int
    not_null: bool
    labels: tuple[str, ...]
    checks: tuple[str, ...]
    attribute_count: int

    @property
    def is_builtin(self) -> bool:
        """Return whether the type is the same in every database."""
        return self.oid < _FIRST_USER_OID

    @property
    def base_type(self) -> DatabaseType:
        """Return the base type of a domain, through nested domains; return any other type itself."""
        return self.component.base_type if self.typtype == "d" and self.component else self


@attrs.define(eq=False)
class DatabaseTypes:
    """The types of one database. A type is read once."""

    connection: Connection
    _known: dict[int, DatabaseType] = attrs.field(init=False, factory=dict)

    def read(self, oids: Iterable[int]) -> Mapping[int, DatabaseType]:
        """Return types by oid, among all known types."""
        missing = {oid for oid in oids if oid not in self._known and oid not in _builtin}
        if missing:
            rows = {row[0]: row for row in self.connection.execute(_query(), [list(missing)])}
            for oid in rows:
                self._build_type(oid, rows)
        return _builtin | self._known

    def _build_type(self, oid: int, rows: Mapping[int, tuple[Any, ...]]) -> DatabaseType:
        known_types = _builtin if oid < _FIRST_USER_OID else self._known
        if oid not in known_types:
            _, name, typtype, category, component, modifier, not_null, labels, checks, attribute_count = rows[
                oid
            ]
            known_types[oid] = DatabaseType(
                oid=oid,
                name=name,
                typtype=typtype,
                category=category,
                component=self._build_type(component, rows) if component else None,
                modifier=modifier,
                not_null=not_null,
                labels=tuple(labels),
                checks=tuple(checks),
                attribute_count=attribute_count,
            )
        return known_types[oid]


@cache
def _query() -> bytes:
    return (files(__package__) / "types.sql").read_bytes()
