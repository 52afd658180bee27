"""Probe whether triggers call their functions for the declared events, columns and rows, and for no others.

A function that records its calls replaces the trigger functions, so the probes need their own database.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.trigger import Trigger
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, identifier, identifiers, literal
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox, format_values
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import candidate_values, distinct_value

_NOTICE_PREFIX = "schema_dsl saw "
_MOST_STARTS = 6
_MOST_CHANGES = 12
_MOST_UPDATES = 60

_RECORDING_FUNCTION = """
CREATE OR REPLACE FUNCTION {} () RETURNS trigger LANGUAGE plpgsql AS $record$
BEGIN
    RAISE NOTICE 'schema_dsl saw %', json_build_array(
        TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_NAME, lower(TG_WHEN), lower(TG_OP), TG_LEVEL = 'ROW', TG_ARGV
    );
    -- A BEFORE trigger that returns NULL suppresses the event.
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$record$
"""

TextValues: TypeAlias = dict[str, "str | None"]


@attrs.frozen
class TriggerCall:
    """A call of a trigger function.

    Attributes:
        trigger: The schema, table and name of the trigger.
        timing: "before" or "after".
        event: The event, for instance "update".
        for_each_row: Whether the call is FOR EACH ROW.
        arguments: The arguments.
    """

    trigger: tuple[str, str, str]
    timing: str
    event: str
    for_each_row: bool
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        """Return the call in the words of CREATE TRIGGER."""
        level = "ROW" if self.for_each_row else "STATEMENT"
        return (
            f"{self.timing.upper()} {self.event.upper()} FOR EACH {level} with arguments "
            f"({', '.join(self.arguments)})"
        )


@attrs.define(eq=False)
class TriggerRecorder:
    """Records the calls of the functions of declared triggers in a sandbox."""

    sandbox: Sandbox
    _calls: list[TriggerCall] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        """Replace the trigger functions by functions that record their calls."""
        for function in {trigger.function for trigger in self.sandbox.wanted.of_kind("trigger").values()}:
            name = pg.Identifier(function.schema, function.name)
            self.sandbox.connection.execute(pg.SQL(_RECORDING_FUNCTION).format(name))
        self.sandbox.connection.add_notice_handler(self._record_notice)

    def _record_notice(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        message = diagnostic.message_primary or ""
        if message.startswith(_NOTICE_PREFIX):
            schema, table, name, timing, event, for_each_row, arguments = json.loads(
                message.removeprefix(_NOTICE_PREFIX)
            )
            self._calls.append(
                TriggerCall((schema, table, name), timing, event, for_each_row, tuple(arguments or ()))
            )

    def record_calls(self, trigger: Identity, act: Callable[[], Any]) -> list[TriggerCall] | None:
        """Run statements, roll back, and return the calls by a trigger; return None if Postgres refuses them."""
        self._calls.clear()
        answer = self.sandbox.try_action(act)
        if not answer.accepted and not answer.deferred:
            return None
        return [call for call in self._calls if call.trigger == (*trigger.relation, trigger.name)]

    def probe(self, identity: Identity, trigger: Trigger) -> ProbeResult:
        """Probe on which events, columns and rows a trigger fires, and how it calls its function."""
        trigger_probe = _TriggerProbe(self, identity, trigger, self.sandbox.describe_table(identity))
        trigger_probe.try_inserts()
        trigger_probe.try_updates()
        trigger_probe.try_deletes()
        for count, what in (
            (trigger_probe.result.accepted, "fires"),
            (trigger_probe.result.refused, "does not fire"),
        ):
            if (
                not count
                and not trigger_probe.result.failures
                and (trigger.when is not None or what == "fires")
            ):
                trigger_probe.result.notes.append(f"{identity}: found no row on which the trigger {what}")
        return trigger_probe.result


@attrs.define(eq=False)
class _TriggerProbe:
    """The probe of one trigger."""

    recorder: TriggerRecorder
    identity: Identity
    trigger: Trigger
    relation: TableDescription
    result: ProbeResult = attrs.Factory(ProbeResult)

    def try_inserts(self) -> None:
        """Try INSERT with different rows."""
        for row in self._list_start_rows("new"):
            with self.recorder.sandbox.rolled_back():
                inserted = self._insert_start_row(row)
            if inserted is not None:
                values = self.recorder.sandbox.complete_values(self.relation, row)
                name = (self.relation.schema, self.relation.name)
                self._try_statement(
                    "insert",
                    f"an INSERT of {format_values(row)}" if row else "an INSERT",
                    lambda values=values, name=name: self.recorder.sandbox.factory.insert_values(  # type: ignore[misc]
                        name, values, returning="true AS accepted"
                    ),
                    None,
                    inserted[1],
                )

    def try_updates(self) -> None:
        """Try UPDATE of every column, and with new values of the columns that the condition names."""
        for start in self._list_start_rows("old"):
            with self.recorder.sandbox.rolled_back():
                inserted = self._insert_start_row(start)
                if inserted is None:
                    continue
                location, row = inserted
                for name, field in self.relation.columns.items():
                    if not field.generated and not field.identity:
                        self._try_update(location, row, name, row[name])
                for name, value in itertools.islice(self._list_changes(), _MOST_UPDATES):
                    self._try_update(location, row, name, value)

    def try_deletes(self) -> None:
        """Try DELETE and TRUNCATE."""
        for row in self._list_start_rows("old"):
            with self.recorder.sandbox.rolled_back():
                inserted = self._insert_start_row(row)
                if inserted is not None:
                    command = pg.SQL("DELETE FROM {} WHERE ctid = {}::tid").format(self._table, inserted[0])
                    self._try_statement("delete", "a DELETE", lambda: self._run(command), inserted[1], None)  # noqa: B023
        truncate = pg.SQL("TRUNCATE {} CASCADE").format(self._table)
        self._try_statement("truncate", "TRUNCATE", lambda: self._run(truncate), None, None)

    @property
    def _table(self) -> pg.Identifier:
        return pg.Identifier(self.relation.schema, self.relation.name)

    def _run(self, command: pg.Composed) -> None:
        self.recorder.sandbox.connection.execute(command)

    def _list_start_rows(self, side: str) -> Iterator[TextValues]:
        """Yield given values for start rows: none, then the values that the condition names for OLD or NEW."""
        yield {}
        changes = (dict([change]) for change in self._list_changes(side))
        yield from itertools.islice(changes, _MOST_STARTS)

    def _list_changes(self, side: str = "new") -> Iterator[tuple[str, str | None]]:
        """Yield columns and values to try for the columns that the condition names for OLD or NEW."""
        named = [parts for parts in list_columns(self.trigger.when or "true") if parts[0] == side]
        # Without a declared condition, a condition in the database may use any column.
        columns = {parts[-1] for parts in named} if self.trigger.when is not None else {"*"}
        fields = {
            name: field
            for name, field in self.relation.columns.items()
            if ("*" in columns or name in columns) and not field.generated and not field.identity
        }
        found = candidate_values(
            self.trigger.when or "true", {name: field.slot for name, field in fields.items()}
        )
        changes = []
        for name, field in fields.items():
            other = self._distinct_value(name)
            options = [*found.get(name, ())[:_MOST_CHANGES], literal(other)]
            texts = self.recorder.sandbox.evaluator.texts([(option, field.slot) for option in options])
            known = [
                *texts,
                *self.recorder.sandbox.factory.list_candidates(self.relation, name)[:_MOST_CHANGES],
            ]
            changes.append([(name, text) for text in dict.fromkeys(known) if text is not None])
        for pairs in itertools.zip_longest(*changes):
            yield from (pair for pair in pairs if pair is not None)

    def _distinct_value(self, name: str) -> str | None:
        """Return a value that no row has; for a foreign key column, the value of a new referenced row."""
        field, factory = self.relation.columns[name], self.recorder.sandbox.factory
        for key in self.relation.foreign_keys:
            if (referenced := dict(key.pairs).get(name)) is not None:
                target = factory.tables.by_oid(key.target)
                value = factory.insert_row((target.schema, target.name))[referenced]
                return (factory.format_texts(target, {referenced: value}) or {}).get(referenced)
        return distinct_value(field.slot.type, field.slot.modifier, 800_000, name)

    def _insert_start_row(self, given: Mapping[str, Any]) -> tuple[str, TextValues] | None:
        """Insert a start row, and return its ctid and its values in Postgres text format; None if it is refused."""
        sandbox, columns = self.recorder.sandbox, list(self.relation.columns)
        values = sandbox.complete_values(self.relation, given)
        texts = ", ".join(f"{identifier(name)}::text AS {identifier(name)}" for name in columns)
        try:
            with sandbox.connection.transaction():
                row = sandbox.factory.insert_values(
                    (self.relation.schema, self.relation.name),
                    values,
                    returning=f"ctid::text AS ctid, {texts}",
                )
        except psycopg.Error:
            return None
        return row.pop("ctid"), row

    def _try_update(self, location: str, row: TextValues, name: str, value: str | None) -> None:
        command = pg.SQL("UPDATE {} SET {} = {} WHERE ctid = {}::tid").format(
            self._table, pg.Identifier(name), value, location
        )
        what = f"an UPDATE of {name}" + ("" if value == row[name] else f" to {value}")
        is_updated = not self.trigger.update_of or name in self.trigger.update_of
        self._try_statement(
            "update", what, lambda: self._run(command), row, row | {name: value}, is_updated=is_updated
        )

    def _try_statement(
        self,
        event: str,
        what: str,
        act: Callable[[], Any],
        old: TextValues | None,
        new: TextValues | None,
        *,
        is_updated: bool = True,
    ) -> None:
        fires = is_updated and event in self.trigger.events
        if fires and self.trigger.when is not None:
            truth = self._evaluate_when(old, new)
            if truth is None:
                return
            fires = truth
        calls = self.recorder.record_calls(self.identity, act)
        if calls is None:
            return
        declared = TriggerCall(
            (*self.identity.relation, self.identity.name),
            self.trigger.timing,
            event,
            self.trigger.for_each_row,
            self.trigger.arguments,
        )
        function = f"{self.trigger.function.schema}.{self.trigger.function.name}"
        if fires and calls:
            observed = ", ".join(str(call) for call in calls)
            self.result.expect_accepted(
                calls == [declared],
                f"{self.identity} calls {function} {observed}, but is declared {declared}",
            )
        elif fires:
            self.result.expect_accepted(
                holds=False, sentence=f"{self.identity} must call {function} on {what}, but does not"
            )
        else:
            self.result.expect_refused(not calls, f"{self.identity} must not fire on {what}, but does")

    def _evaluate_when(self, old: TextValues | None, new: TextValues | None) -> bool | None:
        """Return whether the declared condition is true for the OLD and NEW row; None if it raises an error."""
        sides = [
            f"(SELECT {', '.join(self._cast(name, text) for name, text in row.items())}) "
            f'AS "{side}" ({identifiers(row)})'
            for side, row in (("old", old), ("new", new))
            if row is not None
        ]
        source = f" FROM {', '.join(sides)}" if sides else ""
        value = self.recorder.sandbox.evaluator.value(f"(SELECT ({self.trigger.when}) IS TRUE{source})")
        return None if value is None else bool(value)

    def _cast(self, name: str, text: str | None) -> Sql:
        return Sql(f"CAST({literal(text)} AS {self.relation.columns[name].slot.written})")
