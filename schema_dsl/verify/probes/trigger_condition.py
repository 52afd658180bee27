"""The WHEN condition of a trigger, evaluated by the server for given rows."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from schema_dsl.sql import Sql, identifiers, literal
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.rows.table_description import ColumnDescription, TableDescription


@attrs.frozen(eq=False)
class TriggerCondition:
    """The condition of a trigger.

    Attributes:
        sandbox: The sandbox with the server that evaluates the condition.
        relation: The table.
        when: The declared condition, on columns of OLD and NEW; None for a trigger without a condition.
    """

    sandbox: Sandbox
    relation: TableDescription
    when: str | None

    def evaluate(
        self, old: Mapping[str, str | None] | None, new: Mapping[str, str | None] | None
    ) -> bool | None:
        """Return whether the condition is true for the OLD and NEW row; None if it raises an error.

        The rows have values in Postgres text format. None is for a row that the event does not have.
        """
        value = self.sandbox.evaluator.value(self.build(old, new))
        return None if value is None else bool(value)

    def build(self, old: Mapping[str, str | None] | None, new: Mapping[str, str | None] | None) -> Sql:
        """Return SQL for whether the condition is true for the OLD and NEW row."""
        sides = [
            f"(SELECT {', '.join(_cast(field, row[name]) for name, field in self.relation.columns.items())}) "
            f'AS "{side}" ({identifiers(self.relation.columns)})'
            for side, row in (("old", old), ("new", new))
            if row is not None
        ]
        source = f" FROM {', '.join(sides)}" if sides else ""
        return Sql(f"(SELECT ({self.when}) IS TRUE{source})")


def _cast(field: ColumnDescription, text: str | None) -> Sql:
    return Sql(f"CAST({literal(text)} AS {field.slot.written})")
