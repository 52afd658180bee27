"""Probe whether triggers call their functions for the declared events, columns and rows, and for no others.

A function that records its calls replaces the trigger functions, so the probes need their own database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import attrs
from psycopg import sql as pg

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.trigger import Trigger
from schema_dsl.sql import Sql, identifier
from schema_dsl.verify.probes.answers import ProbeResult, StatementResult, format_values
from schema_dsl.verify.probes.isolation import disable_other_triggers
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.probes.trigger_recorder import TriggerCall, TriggerRecorder
from schema_dsl.verify.probes.trigger_rows import NEW, SIDES, TextValues, TriggerRows
from schema_dsl.verify.proof import Sample, draw_sample
from schema_dsl.verify.rows.table_description import TableDescription

# The states in which a trigger fires in a session that does not replicate.
FIRING: Final = frozenset({"origin", "always"})
_MOST_UPDATES = 60


def probe_trigger(recorder: TriggerRecorder, identity: Identity, trigger: Trigger) -> ProbeResult:
    """Probe on which events, columns and rows a trigger of a table fires, and how it calls its function."""
    sandbox = recorder.sandbox
    result = ProbeResult()
    described = sandbox.describe_table(identity)
    generated = sandbox.generated_columns(identity)
    known_values = partial(sandbox.factory.list_candidates, described)
    with sandbox.isolated(identity) as relation, result.trying(identity):
        disable_other_triggers(sandbox.connection, identity)
        required = [name for name, field in described.columns.items() if field.not_null]
        rows = TriggerRows(sandbox, trigger, relation, required, generated, known_values)
        probe = _TriggerProbe(recorder, identity, trigger, relation, rows, result)
        probe.try_inserts()
        probe.try_updates()
        probe.try_deletes()
        probe.report_untried()
    return result


@attrs.define(eq=False)
class _TriggerProbe:
    """The probe of one trigger, on a table without constraints, rows and other triggers.

    Attributes:
        recorder: The recorder of calls.
        identity: The identity of the trigger.
        trigger: The declared trigger.
        relation: The table.
        rows: Chooses and inserts rows.
        result: The result.
        fired: The events, and the updated columns, on which the trigger fired.
        refusal: The first answer other than accepted.
    """

    recorder: TriggerRecorder
    identity: Identity
    trigger: Trigger
    relation: TableDescription
    rows: TriggerRows
    result: ProbeResult
    fired: set[tuple[str, str | None]] = attrs.field(init=False, factory=set)
    refusal: StatementResult | None = attrs.field(init=False, default=None)

    @property
    def sandbox(self) -> Sandbox:
        """Return the sandbox of the recorder."""
        return self.recorder.sandbox

    def report_untried(self) -> None:
        """Name the declared events and columns on which the trigger was not seen to fire."""
        if self.result.failures or self.trigger.enabled not in FIRING:
            return
        refusal = f" (a row was {self.refusal})" if self.refusal is not None else ""
        for event in self.trigger.events:
            if not any(fired == event for fired, _ in self.fired):
                self.result.untried.append(
                    f"{self.identity}: found no {event.upper()} on which the trigger fires{refusal}"
                )
        # With a condition, an update of one column may never make the trigger fire.
        for name in self.trigger.update_of if self.trigger.when is None else ():
            if not self.fired & {("update", column) for column in (name, *self.rows.list_base_columns(name))}:
                self.result.untried.append(
                    f"{self.identity}: found no UPDATE of {name} on which the trigger fires{refusal}"
                )
        if self.trigger.when is not None and not self.result.refused:
            self.result.untried.append(
                f"{self.identity}: found no row on which the trigger does not fire{refusal}"
            )

    def try_inserts(self) -> None:
        """Try INSERT with different rows."""
        for row in self.rows.list_start_rows("insert"):
            what = f"an INSERT of {format_values(row)}" if row else "an INSERT"
            self._try_statement("insert", what, lambda row=row: self.rows.insert(row), None)  # type: ignore[misc]

    def try_updates(self) -> None:
        """Try UPDATE of every column, and with new values of the columns that the condition names."""
        changes = list(self.rows.list_changes(NEW))
        # The first values derive from the condition.
        half = _MOST_UPDATES // 2
        tried = changes[:half] + draw_sample(changes[half:], half, self.sandbox.seed)
        starts = self.rows.list_start_rows("update")
        if self.trigger.when is not None:
            possible = len(changes) * (1 + len(list(self.rows.list_changes(SIDES["update"]))))
            self.result.add_sample(Sample(len(tried) * len(starts), possible, self.sandbox.seed))
        for start in starts:
            with self.sandbox.rolled_back():
                row = self._insert_start_row(start)
                if row is None:
                    continue
                for name, field in self.relation.columns.items():
                    if not field.generated:
                        self._try_update(row, name, row[name], default=field.identity)
                for name, value in tried:
                    self._try_update(row, name, value)

    def try_deletes(self) -> None:
        """Try DELETE and TRUNCATE."""
        for start in self.rows.list_start_rows("delete"):
            with self.sandbox.rolled_back():
                row = self._insert_start_row(start)
                if row is not None:
                    delete = pg.SQL("DELETE FROM {}").format(self._table)
                    self._try_statement("delete", "a DELETE", lambda: self._run(delete), row)  # noqa: B023
        truncate = pg.SQL("TRUNCATE {} CASCADE").format(self._table)
        self._try_statement("truncate", "TRUNCATE", lambda: self._run(truncate), None)

    @property
    def _table(self) -> pg.Identifier:
        return pg.Identifier(self.relation.schema, self.relation.name)

    def _run(self, command: pg.Composed) -> TextValues | None:
        """Run statements, and return the row that the last statement reads, if it reads one."""
        cursor = self.sandbox.connection.execute(command)
        while cursor.nextset():
            pass
        if cursor.description is None:
            return None
        row = cursor.fetchone()
        return None if row is None else dict(zip(self.relation.columns, row, strict=True))

    @property
    def _texts(self) -> Sql:
        return Sql(", ".join(f"{identifier(name)}::text" for name in self.relation.columns))

    def _insert_start_row(self, given: Mapping[str, Any]) -> TextValues | None:
        """Insert the only row of the table, and return its values in Postgres text format; None if it is refused."""
        answer = self.sandbox.try_action(lambda: self.rows.insert(given))
        if answer.accepted:
            row = self.rows.insert(given)
            # A deferred constraint trigger that fires on the start row must not count for the statement under test.
            self.sandbox.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
            return row
        self.refusal = self.refusal or answer
        return None

    def _try_update(self, row: TextValues, name: str, value: str | None, *, default: bool = False) -> None:
        # Postgres updates an identity column that is GENERATED ALWAYS to its next number only. It refuses RETURNING if
        # the table has a rule for UPDATE. The table has one row.
        command = pg.SQL("UPDATE {table} SET {column} = {value}; SELECT {texts} FROM {table}").format(
            table=self._table,
            column=pg.Identifier(name),
            value=pg.SQL("DEFAULT") if default else pg.Literal(value),
            texts=pg.SQL(self._texts),
        )
        what = f"an UPDATE of {name}" + ("" if value == row[name] else f" to {value}")
        place = self._read_partition()
        moves: list[bool] = []

        def act() -> TextValues | None:
            found = self._run(command)
            moves.append(self._read_partition() != place)
            return found

        self._try_statement("update", what, act, row, updated=name, moves=moves)

    def _read_partition(self) -> int | None:
        """Return the oid of the partition with the only row; None if the table is not partitioned."""
        table = self.sandbox.wanted.objects.get(self.identity.parent or self.identity)
        if getattr(table, "partition_by", None) is None:
            return None
        query = pg.SQL("SELECT tableoid FROM {}").format(self._table)
        found = self.sandbox.connection.execute(query).fetchone()
        return None if found is None else int(found[0])

    def _is_updated(self, name: str) -> bool | None:
        """Return whether an update of a column counts as an update of the columns of UPDATE OF; None if unknown."""
        if not self.trigger.update_of or name in self.trigger.update_of:
            return True
        generated = [column for column in self.trigger.update_of if column in self.rows.generated]
        # Postgres counts a generated column as updated if a column of its expression is. With a BEFORE trigger on the
        # table, which may change any column, Postgres counts every generated column, depending on the version.
        return (
            True
            if any(name in self.rows.list_base_columns(column) for column in generated)
            else None
            if generated
            else False
        )

    def _try_statement(
        self,
        event: str,
        what: str,
        act: Callable[[], TextValues | None],
        old: TextValues | None,
        *,
        updated: str | None = None,
        moves: Sequence[bool] = (),
    ) -> None:
        """Run a statement, and compare the calls of the trigger with the declaration.

        Args:
            event: The event.
            what: The statement for messages.
            act: Runs the statement and returns the new row, if there is one.
            old: The row before the statement.
            updated: The column that an UPDATE sets.
            moves: Receives whether the UPDATE moves the row to another partition.
        """
        rows: list[TextValues | None] = []
        answer, calls = self.recorder.record_calls(
            self.relation.oid, self.identity.name, lambda: rows.append(act())
        )
        if not rows:
            self.refusal = self.refusal or answer
            return
        is_updated = True if updated is None else self._is_updated(updated)
        if is_updated is None:
            return
        events = self._list_events(event, is_moved=any(moves), is_updated=is_updated)
        declared = [self._build_call(each) for each in events]
        if self.trigger.when is not None:
            truths = [
                self.rows.condition.evaluate(
                    None if each == "insert" else old, None if each == "delete" else rows[0]
                )
                for each in events
            ]
            if None in truths:
                return
            declared = [call for call, truth in zip(declared, truths, strict=True) if truth]
        function = f"{self.trigger.function.schema}.{self.trigger.function.name}"
        if declared and calls:
            self.fired.add((event, updated))
            self.result.expect_accepted(
                calls == declared,
                f"{self.identity} calls {function} {', '.join(map(str, calls))}, but is declared"
                f" {', '.join(map(str, declared))}",
            )
        elif declared:
            self.result.expect_accepted(
                holds=False, sentence=f"{self.identity} must call {function} on {what}, but does not"
            )
        else:
            self.result.expect_refused(not calls, f"{self.identity} must not fire on {what}, but does")

    def _list_events(self, event: str, *, is_moved: bool, is_updated: bool) -> list[str]:
        """Return the events of a statement on which the trigger fires if its condition is true.

        An UPDATE that moves a row to another partition is a DELETE and an INSERT for triggers FOR EACH ROW, of which
        those BEFORE the event also see the UPDATE (PostgreSQL documentation, "Overview of Trigger Behavior").
        """
        events = [event]
        if is_moved and self.trigger.for_each_row:
            events = [*events * (self.trigger.timing == "before"), "delete", "insert"]
        return [
            each
            for each in events
            if each in self.trigger.events
            and self.trigger.enabled in FIRING
            and (each != "update" or is_updated)
        ]

    def _build_call(self, event: str) -> TriggerCall:
        return TriggerCall(
            self.relation.oid,
            self.identity.name,
            self.trigger.timing,
            event,
            self.trigger.for_each_row,
            self.trigger.arguments,
        )
