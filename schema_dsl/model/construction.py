"""Record the tables that definitions construct, so that a table that no name is bound to can be reported."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from schema_dsl.model.table import Table


@attrs.define(eq=False)
class ConstructedTables:
    """The tables that were constructed while definitions loaded.

    Attributes:
        tables: The tables, in the order of construction.
        passed: Tables that another object refers to, such as a foreign key.
    """

    tables: list[Table] = attrs.Factory(list)
    passed: list[object] = attrs.Factory(list)


_current: ContextVar[ConstructedTables | None] = ContextVar("constructed_tables", default=None)


@contextmanager
def record_constructed_tables() -> Iterator[ConstructedTables]:
    """Record the tables that are constructed within the context."""
    constructed = ConstructedTables()
    token = _current.set(constructed)
    try:
        yield constructed
    finally:
        _current.reset(token)


def record_table(table: Table) -> None:
    """Record a constructed table, if definitions are being loaded."""
    constructed = _current.get()
    if constructed is not None:
        constructed.tables.append(table)


def record_passed(target: object) -> None:
    """Record that an object refers to a table, if definitions are being loaded."""
    constructed = _current.get()
    if constructed is not None:
        constructed.passed.append(target)
