"""Probe whether triggers on views call their functions for the declared events, and for no others.

A query of one row of NULLs replaces that of the view, so that an UPDATE and a DELETE have a row, and no other relation
matters. The columns stay, and with them the triggers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import attrs
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.trigger import Trigger
from schema_dsl.sql import identifier, qualified
from schema_dsl.verify.probes.answers import ProbeResult
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.probes.trigger_recorder import TriggerCall, TriggerRecorder

_COLUMNS: Final = """
    SELECT a.attrelid, a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod),
        nullif(a.attcollation, 0)::pg_catalog.regcollation::text
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(%s) AND a.attnum > 0
    ORDER BY a.attnum
"""

_STATEMENTS: Final = {
    "insert": "INSERT INTO {view} ({column}) VALUES (NULL)",
    "update": "UPDATE {view} SET {column} = NULL",
    "delete": "DELETE FROM {view}",
}


@contextmanager
def single_row_view(
    sandbox: Sandbox, identity: Identity
) -> Iterator[tuple[int | None, Mapping[str, sql.Composed]]]:
    """Replace the query of the view of a trigger by one row of NULLs, and roll back at the end of the block.

    Yields:
        The oid of the view, and a statement for each event; None and no statements if no such view exists, or
        it has no columns.
    """
    view = qualified(*identity.relation)
    columns = sandbox.connection.execute(_COLUMNS, [str(view)]).fetchall()
    if not columns:
        yield None, {}
        return
    names = {"view": sql.Identifier(*identity.relation), "column": sql.Identifier(columns[0][1])}
    keys = ", ".join(
        f"CAST(NULL AS {kind}){'' if collation is None else f' COLLATE {collation}'} AS {identifier(name)}"
        for _, name, kind, collation in columns
    )
    with sandbox.rolled_back():
        sandbox.connection.execute(f"CREATE OR REPLACE VIEW {view} AS SELECT {keys}".encode())
        yield columns[0][0], {event: sql.SQL(text).format(**names) for event, text in _STATEMENTS.items()}


def probe_view_trigger(recorder: TriggerRecorder, identity: Identity, trigger: Trigger) -> ProbeResult:
    """Probe on which events a trigger of a view fires, and how it calls its function.

    Args:
        recorder: The recorder of calls.
        identity: The identity of the trigger.
        trigger: The declared trigger.
    """
    result = ProbeResult()
    with result.trying(identity), single_row_view(recorder.sandbox, identity) as (oid, statements):
        if oid is None:
            # `matches` reports a view that is missing, and one without columns takes no rows.
            result.untried.append(f"when {identity} fires: the view does not exist, or has no columns")
        else:
            _ViewTriggerProbe(recorder, identity, trigger, oid, result).try_statements(statements)
    return result


@attrs.frozen(eq=False)
class _ViewTriggerProbe:
    """The probe of one trigger on a view.

    Attributes:
        recorder: The recorder of calls.
        identity: The identity of the trigger.
        trigger: The declared trigger.
        oid: The oid of the view.
        result: The result.
    """

    recorder: TriggerRecorder
    identity: Identity
    trigger: Trigger
    oid: int
    result: ProbeResult

    def try_statements(self, statements: Mapping[str, sql.Composed]) -> None:
        """Run a statement for each event, and compare the calls of the trigger with the declaration."""
        for event, statement in statements.items():
            answer, calls = self.recorder.record_calls(
                self.oid,
                self.identity.name,
                lambda: self.recorder.sandbox.connection.execute(statement),  # noqa: B023
            )
            is_declared = event in self.trigger.events
            if not answer.accepted:
                # Without an INSTEAD OF trigger for the event, Postgres refuses the statement.
                if is_declared:
                    self.result.untried.append(
                        f"{self.identity}: found no {event.upper()} on which the trigger fires (it was {answer})"
                    )
            elif not is_declared:
                self.result.expect_refused(
                    not calls, f"{self.identity} must not fire on {event.upper()}, but does"
                )
            else:
                self._compare(calls, event)

    def _compare(self, calls: list[TriggerCall], event: str) -> None:
        function = f"{self.trigger.function.schema}.{self.trigger.function.name}"
        declared = TriggerCall(
            self.oid,
            self.identity.name,
            self.trigger.timing,
            event,
            self.trigger.for_each_row,
            self.trigger.arguments,
        )
        observed = ", ".join(map(str, calls)) or "nothing"
        self.result.expect_accepted(
            calls == [declared],
            f"{self.identity} calls {function} {observed} on {event.upper()}, but is declared {declared}",
        )
