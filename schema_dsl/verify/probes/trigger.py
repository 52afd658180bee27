"""Triggers: each is seen to call its function on what it is declared for, and on nothing else.

The function is put aside for one that tells of being called, so this needs a database of its own.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.model.identity import Identity
from schema_dsl.model.trigger import Trigger
from schema_dsl.parsing import columns_of
from schema_dsl.sql import Sql, identifier, identifiers, literal
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox, shown
from schema_dsl.verify.rows.relation import TableDescription
from schema_dsl.verify.values import candidate_values, distinct_value

_MARK = "schema_dsl saw "
_MOST_STARTS = 6
_MOST_CHANGES = 12
_MOST_UPDATES = 60

_TELLS = """
CREATE OR REPLACE FUNCTION {} () RETURNS trigger LANGUAGE plpgsql AS $tells$
BEGIN
    RAISE NOTICE 'schema_dsl saw %', json_build_array(
        TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_NAME, lower(TG_WHEN), lower(TG_OP), TG_LEVEL = 'ROW', TG_ARGV
    );
    -- NULL, before the event, would keep it from happening.
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END
$tells$
"""

Texts: TypeAlias = dict[str, "str | None"]


@attrs.frozen
class TriggerCall:
    """How a function was called: by which trigger, when, for what, for a row or a statement, with which arguments."""

    trigger: tuple[str, str, str]
    timing: str
    event: str
    for_each_row: bool
    arguments: tuple[str, ...]

    def __str__(self) -> str:
        """Write it as a declaration has it."""
        level = "row" if self.for_each_row else "statement"
        return f"{self.timing} {self.event} for each {level} with ({', '.join(self.arguments)})"


@attrs.define(eq=False)
class TriggerWatch:
    """A bench on which the functions of declared triggers only tell that they were called."""

    bench: Sandbox
    _calls: list[TriggerCall] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        """Put the telling functions in their place."""
        for function in {each.function for each in self.bench.wanted.of_kind("trigger").values()}:
            name = pg.Identifier(function.schema, function.name)
            self.bench.connection.execute(pg.SQL(_TELLS).format(name))
        self.bench.connection.add_notice_handler(self._hear)

    def _hear(self, diagnostic: psycopg.errors.Diagnostic) -> None:
        message = diagnostic.message_primary or ""
        if message.startswith(_MARK):
            schema, table, name, timing, event, for_each_row, arguments = json.loads(
                message.removeprefix(_MARK)
            )
            self._calls.append(
                TriggerCall((schema, table, name), timing, event, for_each_row, tuple(arguments or ()))
            )

    def calls(self, trigger: Identity, act: Callable[[], Any]) -> list[TriggerCall] | None:
        """Do something, undo it, and give a trigger's calls in between; None if Postgres refuses it."""
        self._calls.clear()
        answer = self.bench.answer(act)
        if not answer.taken and not answer.late:
            return None
        return [call for call in self._calls if call.trigger == trigger[1:]]

    def probe(self, identity: Identity, trigger: Trigger) -> ProbeResult:
        """See on which events, columns and rows a trigger fires, and how."""
        seen = _Firing(self, identity, trigger, self.bench.relation(identity))
        seen.inserts()
        seen.updates()
        seen.removals()
        for count, what in ((seen.found.accepted, "fires"), (seen.found.refused, "does not fire")):
            if not count and not seen.found.failures and (trigger.when is not None or what == "fires"):
                seen.found.notes.append(f"{identity}: no row was found on which it {what}")
        return seen.found


@attrs.define(eq=False)
class _Firing:
    """What is seen of one trigger."""

    watch: TriggerWatch
    identity: Identity
    trigger: Trigger
    relation: TableDescription
    found: ProbeResult = attrs.Factory(ProbeResult)

    def inserts(self) -> None:
        """Insert rows."""
        for row in self._starts("new"):
            with self.watch.bench.tried():
                held = self._insert(row)
            if held is not None:
                values = self.watch.bench.filled(self.relation, row)
                name = (self.relation.schema, self.relation.name)
                self._see(
                    "insert",
                    f"an insert of {shown(row)}" if row else "an insert",
                    lambda values=values, name=name: self.watch.bench.factory.insert(  # type: ignore[misc]
                        name, values, returning="true AS taken"
                    ),
                    None,
                    held[1],
                )

    def updates(self) -> None:
        """Write each column, and other values where the condition names them."""
        for start in self._starts("old"):
            with self.watch.bench.tried():
                held = self._insert(start)
                if held is None:
                    continue
                place, row = held
                for name, field in self.relation.fields.items():
                    if not field.computed and not field.identity:
                        self._update(place, row, name, row[name])
                for name, value in itertools.islice(self._changes(), _MOST_UPDATES):
                    self._update(place, row, name, value)

    def removals(self) -> None:
        """Delete a row, and empty the table."""
        for row in self._starts("old"):
            with self.watch.bench.tried():
                held = self._insert(row)
                if held is not None:
                    command = pg.SQL("DELETE FROM {} WHERE ctid = {}::tid").format(self._table, held[0])
                    self._see("delete", "a delete", lambda: self._run(command), held[1], None)  # noqa: B023
        truncate = pg.SQL("TRUNCATE {} CASCADE").format(self._table)
        self._see("truncate", "truncate", lambda: self._run(truncate), None, None)

    @property
    def _table(self) -> pg.Identifier:
        return pg.Identifier(self.relation.schema, self.relation.name)

    def _run(self, command: pg.Composed) -> None:
        self.watch.bench.connection.execute(command)

    def _starts(self, side: str) -> Iterator[Texts]:
        """Give values for rows to start from: any, and those that the condition names of a row's `side`."""
        yield {}
        changes = (dict([each]) for each in self._changes(side))
        yield from itertools.islice(changes, _MOST_STARTS)

    def _changes(self, side: str = "new") -> Iterator[tuple[str, str | None]]:
        """Give values worth trying of the columns that the condition names of one side."""
        named = [parts for parts in columns_of(self.trigger.when or "true") if parts[0] == side]
        # A condition that was not declared may be about any of them.
        columns = {parts[-1] for parts in named} if self.trigger.when is not None else {"*"}
        fields = {
            name: field
            for name, field in self.relation.fields.items()
            if ("*" in columns or name in columns) and not field.computed and not field.identity
        }
        found = candidate_values(
            self.trigger.when or "true", {name: field.place for name, field in fields.items()}
        )
        tried = []
        for name, field in fields.items():
            another = self._another(name)
            options = [*found.get(name, ())[:_MOST_CHANGES], literal(another)]
            texts = self.watch.bench.ask.texts([(each, field.place) for each in options])
            known = [*texts, *self.watch.bench.factory.candidates(self.relation, name)[:_MOST_CHANGES]]
            tried.append([(name, text) for text in dict.fromkeys(known) if text is not None])
        for each in itertools.zip_longest(*tried):
            yield from (pair for pair in each if pair is not None)

    def _another(self, name: str) -> str | None:
        """Give a value that no row holds yet; of a foreign key, one that it may hold."""
        field, factory = self.relation.fields[name], self.watch.bench.factory
        for key in self.relation.keys:
            if (there := dict(key.pairs).get(name)) is not None:
                target = factory.relations.at(key.target)
                value = factory.row((target.schema, target.name))[there]
                return (factory.texts(target, {there: value}) or {}).get(there)
        return distinct_value(field.place.type, field.place.modifier, 800_000, name)

    def _insert(self, given: Mapping[str, Any]) -> tuple[str, Texts] | None:
        """Insert a row to work on; give its place, and what it holds as texts."""
        bench, columns = self.watch.bench, list(self.relation.fields)
        values = bench.filled(self.relation, given)
        texts = ", ".join(f"{identifier(name)}::text AS {identifier(name)}" for name in columns)
        try:
            with bench.connection.transaction():
                row = bench.factory.insert(
                    (self.relation.schema, self.relation.name),
                    values,
                    returning=f"ctid::text AS ctid, {texts}",
                )
        except psycopg.Error:
            return None
        return row.pop("ctid"), row

    def _update(self, place: str, row: Texts, name: str, value: str | None) -> None:
        command = pg.SQL("UPDATE {} SET {} = {} WHERE ctid = {}::tid").format(
            self._table, pg.Identifier(name), value, place
        )
        what = f"an update of {name}" + ("" if value == row[name] else f" to {value}")
        of = not self.trigger.update_of or name in self.trigger.update_of
        self._see("update", what, lambda: self._run(command), row, row | {name: value}, told=of)

    def _see(
        self,
        event: str,
        what: str,
        act: Callable[[], Any],
        old: Texts | None,
        new: Texts | None,
        *,
        told: bool = True,
    ) -> None:
        fires = told and event in self.trigger.events
        if fires and self.trigger.when is not None:
            truth = self._when(old, new)
            if truth is None:
                return
            fires = truth
        calls = self.watch.calls(self.identity, act)
        if calls is None:
            return
        declared = TriggerCall(
            self.identity[1:],
            self.trigger.timing,
            event,
            self.trigger.for_each_row,
            self.trigger.arguments,
        )
        function = f"{self.trigger.function.schema}.{self.trigger.function.name}"
        if fires and calls:
            others = ", ".join(str(call) for call in calls)
            self.found.accept(
                calls == [declared],
                f"{self.identity} calls {function} {others}, and was declared {declared}",
            )
        elif fires:
            self.found.accept(holds=False, sentence=f"{self.identity} does not call {function} on {what}")
        else:
            self.found.refuse(not calls, f"{self.identity} fires on {what}, which was not declared")

    def _when(self, old: Texts | None, new: Texts | None) -> bool | None:
        """Ask whether the declared condition holds for what a row was and becomes."""
        sides = [
            f"(SELECT {', '.join(self._cast(name, text) for name, text in row.items())}) "
            f'AS "{side}" ({identifiers(row)})'
            for side, row in (("old", old), ("new", new))
            if row is not None
        ]
        source = f" FROM {', '.join(sides)}" if sides else ""
        value = self.watch.bench.ask.value(f"(SELECT ({self.trigger.when}) IS TRUE{source})")
        return None if value is None else bool(value)

    def _cast(self, name: str, text: str | None) -> Sql:
        return Sql(f"CAST({literal(text)} AS {self.relation.fields[name].place.written})")
