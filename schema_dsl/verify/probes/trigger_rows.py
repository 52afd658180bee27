"""Choose the rows, and the changes of rows, with which a trigger is tried: on both sides of its condition."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs

from schema_dsl.model.trigger import Trigger
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.probes.trigger_condition import TriggerCondition
from schema_dsl.verify.proof import draw_sample
from schema_dsl.verify.rows import ANY_VALUE
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import candidate_values, distinct_value

_MOST_STARTS = 6
_MOST_CHANGES = 12
_MOST_PRODUCT = 5000
_MOST_COMBINED = 60
_MOST_FIRING = 2
NEW = frozenset({"new"})
# The rows of an event that have values of the row before it, or else of the statement. In an UPDATE, NEW has the values
# of OLD in the columns that the statement does not set.
SIDES = {"insert": NEW, "update": frozenset({"old", "new"}), "delete": frozenset({"old"})}

TextValues: TypeAlias = dict[str, "str | None"]


def insert_row(
    sandbox: Sandbox, relation: TableDescription, required: Iterable[str], given: Mapping[str, Any]
) -> TextValues:
    """Insert a row without NULL in NOT NULL columns, and return its values in Postgres text format.

    Args:
        sandbox: The sandbox, in which the table is isolated.
        relation: The table.
        required: The columns that are NOT NULL outside of the sandbox.
        given: Values of the row, by column.
    """
    name = (relation.schema, relation.name)
    fields = relation.columns
    missing = (
        column
        for column in required
        if not (fields[column].generated or fields[column].identity or fields[column].default)
    )
    values = sandbox.factory.build_unchecked_values(name, dict.fromkeys(missing, ANY_VALUE) | dict(given))
    returning = ", ".join(f"{identifier(column)}::text AS {identifier(column)}" for column in fields)
    return sandbox.factory.insert_values(name, values, returning=returning)


@attrs.frozen(eq=False)
class TriggerRows:
    """Chooses and inserts rows of a table without constraints, rows and other triggers.

    Attributes:
        sandbox: The sandbox.
        trigger: The declared trigger.
        relation: The table.
        required: The columns that are NOT NULL outside of the probe.
        generated: The expressions of the generated columns.
        known_values: Returns values for a column from the checks of the table, which the probe removes.
    """

    sandbox: Sandbox
    trigger: Trigger
    relation: TableDescription
    required: list[str]
    generated: Mapping[str, str]
    known_values: Callable[[str], list[str | None]]

    @property
    def condition(self) -> TriggerCondition:
        """Return the condition of the trigger."""
        return TriggerCondition(self.sandbox, self.relation, self.trigger.when)

    def insert(self, given: Mapping[str, Any]) -> TextValues:
        """Insert a row with these values, and return its values in Postgres text format."""
        return insert_row(self.sandbox, self.relation, self.required, given)

    def list_start_rows(self, event: str) -> list[TextValues]:
        """Return given values for start rows: none, values that the condition names, and values on which it fires."""
        changes = itertools.islice(self.list_changes(SIDES[event]), _MOST_STARTS)
        rows: list[TextValues] = [{}]
        rows += ({name: value} for name, value in changes)
        return rows + self._find_firing_rows(event)

    def _find_firing_rows(self, event: str) -> list[TextValues]:
        """Return values of several columns on which the condition is true."""
        if self.trigger.when is None or event not in self.trigger.events:
            return []
        shown: list[TextValues] = []
        if not self.sandbox.try_action(lambda: shown.append(self.insert({}))).accepted:
            return []
        options = self._list_options(SIDES[event])
        rows: list[TextValues] = [
            dict(zip(options, values, strict=True))
            for values in draw_sample(
                list(itertools.islice(itertools.product(*options.values()), _MOST_PRODUCT)),
                _MOST_COMBINED,
                self.sandbox.seed,
            )
        ]
        changes = list(itertools.islice(self.list_changes(NEW), _MOST_CHANGES)) if event == "update" else []
        trials: list[tuple[TextValues, Sql]] = []
        for row in rows:
            start = shown[0] | row
            if event == "update":
                trials += [
                    (row, self.condition.build(start, start | {name: value})) for name, value in changes
                ]
            else:
                trials.append(
                    (row, self.condition.build(*((None, start) if event == "insert" else (start, None))))
                )
        truths = self.sandbox.evaluator.values([text for _, text in trials])
        firing = [row for (row, _), truth in zip(trials, truths, strict=True) if truth]
        return [row for number, row in enumerate(firing) if row not in firing[:number]][:_MOST_FIRING]

    def _list_options(self, sides: Collection[str]) -> dict[str, list[str]]:
        """Return the values to try for each column that the condition names for OLD or NEW."""
        named = [parts for parts in list_columns(self.trigger.when or "true") if parts[0] in sides]
        # Without a declared condition, a condition in the database may use any column.
        columns = {parts[-1] for parts in named} if self.trigger.when is not None else {"*"}
        columns |= {base for name in columns for base in self.list_base_columns(name)}
        fields = {
            name: field
            for name, field in self.relation.columns.items()
            if ("*" in columns or name in columns) and not field.generated and not field.identity
        }
        found = candidate_values(
            self.trigger.when or "true",
            {name: field.slot for name, field in fields.items()},
            {name: self.list_base_columns(name) for name in self.generated},
        )
        options = {}
        for name, field in fields.items():
            values = [*found.get(name, ())[:_MOST_CHANGES]]
            other = distinct_value(field.slot.type, field.slot.modifier, 800_000, name)
            if other is not None:
                values.append(literal(other))
            texts = self.sandbox.evaluator.texts([(value, field.slot) for value in values])
            known = [*texts, *self.known_values(name)[:_MOST_CHANGES]]
            options[name] = [text for text in dict.fromkeys(known) if text is not None]
        return options

    def list_changes(self, sides: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield columns and values to try for the columns that the condition names for OLD or NEW."""
        changes = [[(name, text) for text in texts] for name, texts in self._list_options(sides).items()]
        for pairs in itertools.zip_longest(*changes):
            yield from (pair for pair in pairs if pair is not None)

    def list_base_columns(self, name: str) -> list[str]:
        """Return the columns that a generated column is computed from; none for any other column."""
        return [parts[-1] for parts in list_columns(self.generated.get(name, "NULL"))]
