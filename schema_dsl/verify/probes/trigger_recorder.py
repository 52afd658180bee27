"""Record the calls of the functions of triggers, in the place of these functions."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.verify.probes.answers import StatementResult
from schema_dsl.verify.probes.sandbox import Sandbox

_NOTICE_PREFIX = "schema_dsl saw "

_RECORDING_FUNCTION = """
CREATE OR REPLACE FUNCTION {} () RETURNS trigger LANGUAGE plpgsql AS $record$
BEGIN
    -- A row trigger of a partitioned table fires on the partition.
    RAISE NOTICE 'schema_dsl saw %', json_build_array(
        coalesce(pg_catalog.pg_partition_root(TG_RELID), TG_RELID)::bigint,
        TG_NAME, lower(TG_WHEN), lower(TG_OP), TG_LEVEL = 'ROW', TG_ARGV
    );
    -- A BEFORE trigger that returns NULL suppresses the event.
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$record$
"""


@attrs.frozen
class TriggerCall:
    """A call of a trigger function.

    Attributes:
        table: The oid of the table or view.
        name: The name of the trigger.
        timing: "before", "after" or "instead of".
        event: The event, for instance "update".
        for_each_row: Whether the call is FOR EACH ROW.
        arguments: The arguments.
    """

    table: int
    name: str
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
            table, name, timing, event, for_each_row, arguments = json.loads(
                message.removeprefix(_NOTICE_PREFIX)
            )
            self._calls.append(TriggerCall(table, name, timing, event, for_each_row, tuple(arguments or ())))

    def record_calls(
        self, relation: int, trigger: str, act: Callable[[], Any]
    ) -> tuple[StatementResult, list[TriggerCall]]:
        """Run statements, roll back, and return their result and the calls by a trigger of a relation, by its oid."""
        self._calls.clear()
        answer = self.sandbox.try_action(act)
        return answer, [call for call in self._calls if (call.table, call.name) == (relation, trigger)]
