"""Types of a database, and what their values look like."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from schema_dsl.postgres import Connection

# Numbers below are Postgres' own, the same in every database.
_FIRST_OF_USERS = 16384
_builtin: dict[int, DatabaseType] = {}


@attrs.frozen(kw_only=True)
class DatabaseType:
    """A type. `made_of` is a domain's base, an array's element, a range's bound.

    `form` and `category` are `typtype` and `typcategory` of pg_type. `checks` are a domain's, on VALUE.
    """

    oid: int
    name: str
    form: str
    category: str
    made_of: DatabaseType | None
    modifier: int
    not_null: bool
    labels: tuple[str, ...]
    checks: tuple[str, ...]
    fields: int

    @property
    def plain(self) -> DatabaseType:
        """Give what a domain is of in the end; any other type is itself."""
        return self.made_of.plain if self.form == "d" and self.made_of else self


@attrs.define(eq=False)
class DatabaseTypes:
    """The types of one database, each read once."""

    connection: Connection
    _known: dict[int, DatabaseType] = attrs.field(init=False, factory=dict)

    def at(self, oids: Iterable[int]) -> Mapping[int, DatabaseType]:
        """Give types by their numbers in the catalog."""
        missing = {oid for oid in oids if oid not in self._known and oid not in _builtin}
        if missing:
            rows = {row[0]: row for row in self.connection.execute(_query(), [list(missing)])}
            for oid in rows:
                self._make(oid, rows)
        return _builtin | self._known

    def _make(self, oid: int, rows: Mapping[int, tuple[Any, ...]]) -> DatabaseType:
        keep = _builtin if oid < _FIRST_OF_USERS else self._known
        if oid not in keep:
            _, name, form, category, made_of, modifier, not_null, labels, checks, fields = rows[oid]
            keep[oid] = DatabaseType(
                oid=oid,
                name=name,
                form=form,
                category=category,
                made_of=self._make(made_of, rows) if made_of else None,
                modifier=modifier,
                not_null=not_null,
                labels=tuple(labels),
                checks=tuple(checks),
                fields=fields,
            )
        return keep[oid]


@cache
def _query() -> bytes:
    return (files(__package__) / "types.sql").read_bytes()
