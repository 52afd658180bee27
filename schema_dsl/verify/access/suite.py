"""Everything that is tried on one table: each operation, by each caller, on each one's rows."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from schema_dsl.model.access import Access
from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.attempt import Attempt, split
from schema_dsl.verify.access.fixture_rows import FixtureTable, WritableColumn
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import (
    Caller,
    Layer,
    Observation,
    Trial,
    Whose,
    expected,
    only_columns,
    shown,
)

_MOVES: Final[tuple[Whose, Whose]] = ("own to another's", "another's to own")


@attrs.frozen(kw_only=True)
class Suite:
    """The trials of one table, on its stage."""

    stage: FixtureTable
    access: Access
    claims: str | None

    def run(self, asking: Sequence[tuple[ClientRole, Caller]], layers: Sequence[Layer]) -> Iterator[Trial]:
        """Try everything: whoever has no claims first, as a session that has once had some always knows them."""
        tries = [attempt for layer in layers for attempt in self._attempts(asking, layer)]
        self.stage.set()
        for known in (False, True):
            yield from self._stages([each for each in tries if (each[1].caller.claims is not None) is known])

    def _stages(self, tries: Sequence[tuple[Layer, Attempt]]) -> Iterator[Trial]:
        """Set one stage after another: the empty table, then both rows, then each by itself."""
        for layer, attempt in tries:
            yield from self._inserts(layer, attempt)
        rows = self.stage.sample.rows
        places = self.stage.place(*range(len(rows)))
        for layer, attempt in tries:
            yield from self._on_rows(layer, attempt, places)
        for number, whose in enumerate(_MOVES if self.stage.sample.people else ()):
            self.stage.place(number)
            for layer, attempt in tries:
                yield from self._move(layer, attempt, whose, number)

    def _attempts(
        self, asking: Sequence[tuple[ClientRole, Caller]], layer: Layer
    ) -> Iterator[tuple[Layer, Attempt]]:
        for client, caller in asking:
            attempt = Attempt(stage=self.stage, client=client, caller=caller, claims=self.claims)
            match layer:
                case "as it is":
                    yield layer, attempt
                case "policies alone" if not client.bypasses and self.stage.table.row_security:
                    grant = f"GRANT ALL ON TABLE {self.stage.name} TO {identifier(client.name)}"
                    yield layer, attrs.evolve(attempt, first=grant)
                case "without bypass" if client.bypasses and self._has_policies(client):
                    # Policies for a role bind its members; BYPASSRLS is not handed on to them.
                    role = f"schema_dsl_{secrets.token_hex(4)}"
                    make = f"CREATE ROLE {role}; GRANT {identifier(client.name)} TO {role}"
                    yield layer, attrs.evolve(attempt, first=make, role=role)

    def _column_to_update(self, role: str) -> WritableColumn | None:
        """Choose what to write to: a granted column, or else one where the same value may stand twice."""
        granted = only_columns(self.access, role, "update")
        able = [
            each for each in self.stage.columns if each.writable and (not granted or each.name in granted)
        ]
        return min(able, key=lambda each: (each.unique, each.name == self.access.own), default=None)

    def _has_policies(self, client: ClientRole) -> bool:
        return any(client.name in each.to for each in self.stage.table.policies)

    def _trial(
        self,
        layer: Layer,
        attempt: Attempt,
        operation: str,
        whose: Whose,
        seen: Observation,
        *,
        column: str = "",
    ) -> Iterator[Trial]:
        caller = attempt.caller
        meant = expected(self.access, caller, operation, whose, layer=layer, column=column)
        if layer == "without bypass" and meant != "allowed":
            return
        yield Trial(
            table=shown(self.stage.table),
            role=caller.role,
            caller=caller.label,
            operation=operation,
            whose=whose,
            layer=layer,
            expected=meant,
            seen=seen,
        )

    def _inserts(self, layer: Layer, attempt: Attempt) -> Iterator[Trial]:
        columns = only_columns(self.access, attempt.caller.role, "insert") if layer == "as it is" else ()
        for row, whose in zip(self.stage.sample.rows, self._whose(attempt.caller), strict=True):
            seen = attempt.run(self.stage.insert(row, columns), "empty")
            yield from self._trial(
                layer, attempt, "insert", whose, seen, column=columns[0] if columns else ""
            )

    def _on_rows(self, layer: Layer, attempt: Attempt, places: Sequence[str]) -> Iterator[Trial]:
        name = self.stage.name
        # Names no column: a privilege on any one of them is enough to learn of the rows.
        seen = attempt.run(Sql(f"SELECT 1 FROM {name}"))
        some = seen.outcome == "allowed" and seen.rows < len(places)
        yield from self._each(
            layer, attempt, "select", split(seen, places, set(attempt.places()) if some else set())
        )
        column = self._column_to_update(attempt.caller.role)
        if column is not None:
            seen, each = self._write(attempt, self._assign(column.name), places)
            yield from self._each(layer, attempt, "update", each, column.name)
        seen, each = self._write(attempt, Sql(f"DELETE FROM {name}"), places)
        yield from self._each(layer, attempt, "delete", each)
        if layer == "as it is":
            seen = attempt.run(Sql(f"TRUNCATE TABLE {name}"), counted=False)
            yield from self._trial(layer, attempt, "truncate", "", seen)

    def _write(
        self, attempt: Attempt, statement: Sql, places: Sequence[str]
    ) -> tuple[Observation, list[Observation]]:
        seen = attempt.run(statement)
        some = seen.outcome == "allowed" and seen.sqlstate is None and seen.rows < len(places)
        return seen, split(seen, places, set(places) - set(self.stage.places()) if some else set())

    def _each(
        self, layer: Layer, attempt: Attempt, operation: str, seen: Iterable[Observation], column: str = ""
    ) -> Iterator[Trial]:
        for each, whose in zip(seen, self._whose(attempt.caller), strict=True):
            yield from self._trial(layer, attempt, operation, whose, each, column=column)

    def _move(self, layer: Layer, attempt: Attempt, whose: Whose, number: int) -> Iterator[Trial]:
        """Try to make a row another's: one's own that of a third, and another's one's own."""
        own = self.access.own
        if attempt.caller.user != "owner" or own is None:
            return
        people = self.stage.sample.people
        value = people[2].value if number == 0 else people[0].value
        seen = attempt.run(self._assign(own, value))
        yield from self._trial(layer, attempt, "update", whose, seen, column=own)

    def _assign(self, column: str, value: object = None) -> Sql:
        written = self.stage.sample.rows[0].get(column) if value is None else value
        return Sql(f"UPDATE {self.stage.name} SET {identifier(column)} = {literal(written)}")

    def _whose(self, caller: Caller) -> Sequence[Whose]:
        """Say whose the rows are, in their order, to somebody who asks."""
        if not self.stage.sample.people or not caller.person:
            return ["any"] * len(self.stage.sample.rows)
        return ["own" if caller.user == "owner" else "another's", "another's"]
