"""The way to rows of any table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.postgres import Connection
from schema_dsl.verify.rows.errors import MissingError
from schema_dsl.verify.rows.filler import Filler
from schema_dsl.verify.rows.relation import TableDescription, TableDescriptions, TableName
from schema_dsl.verify.rows.statements import insert


@attrs.define(eq=False)
class RowBuilder:
    """Fills rows from what the database says of a table: its types, constraints and foreign keys.

    Works on any table of the database. `wanted` is looked at where a check cannot be met otherwise: rows that
    are declared with it, `Check(accepts=[...])`, are taken as examples. What the tables are is read once.
    """

    connection: Connection
    wanted: Catalog = attrs.Factory(Catalog)
    _filler: Filler = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        """Share one connection."""
        self._filler = Filler(self.connection, self.wanted)

    @property
    def relations(self) -> TableDescriptions:
        """Give what the database says of its tables."""
        return self._filler.relations

    def row(self, table: TableName, /, **given: Any) -> dict[str, Any]:
        """Insert a row, and give it as it is then.

        Args:
            table: Its name, with its schema where others share the name: "notes", "public.notes", a pair of
                the two, or a Table.
            given: Values of columns; SQL as `sql("...")`, `SOMETHING` for any but NULL. The rest is filled,
                parents of foreign keys are made.

        Raises:
            RowError: If no row can be made, naming the constraint in the way.
        """
        relation = self.relations.named(table)
        with self.connection.transaction():
            return self._filler.row(relation, self._checked(relation, given), ())

    def values(self, table: TableName, /, **given: Any) -> dict[str, Any]:
        """Give what a row would be inserted with; columns that are best left to their default are not in it.

        Parents of foreign keys are made. Values are as a parameter of an INSERT takes them.

        Raises:
            RowError: If no row can be made.
        """
        relation = self.relations.named(table)
        with self.connection.transaction():
            return self._filler.filled(relation, self._checked(relation, given)).values

    def rough(
        self, table: TableName, given: Mapping[str, Any] | None = None, *, without: str | None = None
    ) -> dict[str, Any]:
        """Give what `values` does, of a row that need not meet checks for which no values are known.

        A check that the row is to be `without` is not even tried to be met.
        """
        with self.connection.transaction():
            relation = self.relations.named(table)
            return self._filler.filled(relation, given or {}, strict=False, without=without).values

    def insert(self, table: TableName, values: Mapping[str, Any], *, returning: str = "*") -> dict[str, Any]:
        """Insert exactly these values, and give what is RETURNING. What Postgres says is not caught."""
        return insert(self.connection, self.relations.named(table), values, returning)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Undo at the end whatever was done in between, by this factory or on its connection."""
        with self._filler.chooser.forgetful(), self.connection.transaction(force_rollback=True):
            yield

    def candidates(self, relation: TableDescription, column: str) -> list[str | None]:
        """Give values that a column's checks make worth trying, as texts."""
        return [option.text for option in self._filler.chooser.candidates(relation, column)]

    def texts(self, relation: TableDescription, values: Mapping[str, Any]) -> dict[str, str | None] | None:
        """Give values as texts, asking Postgres how it writes them; None where one does not fit its column."""
        return self._filler.texts(relation, values)

    def _checked(self, relation: TableDescription, given: Mapping[str, Any]) -> dict[str, Any]:
        for name in given:
            if name not in relation.fields:
                near = get_close_matches(name, relation.fields, n=1)
                raise MissingError(
                    f"{relation} has no column {name}",
                    instead=f"Did you mean {near[0]}?" if near else f"It has: {', '.join(relation.fields)}.",
                )
        return dict(given)
