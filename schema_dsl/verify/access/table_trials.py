"""The trials of one table: every operation, by every caller, on every fixture row."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from schema_dsl.model.access import Access
from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.attempt import Attempt, split_by_row
from schema_dsl.verify.access.fixture_rows import FixtureTable, WritableColumn
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.trial import (
    Caller,
    Layer,
    Observation,
    RowOwner,
    Trial,
    display_name,
    find_expected,
    list_column_limits,
)

_OWNER_CHANGES: Final[tuple[RowOwner, RowOwner]] = ("own to another's", "another's to own")


@attrs.frozen(kw_only=True)
class TableTrials:
    """The trials of one table.

    Attributes:
        fixture: The table with its fixture rows.
        access: The declared access.
        claims: The name of the setting that holds request claims; None if the platform has no such setting.
    """

    fixture: FixtureTable
    access: Access
    claims: str | None

    def run(self, callers: Sequence[tuple[ClientRole, Caller]], layers: Sequence[Layer]) -> Iterator[Trial]:
        """Run all trials, the callers without claims first, because claims stay set in the session.

        Args:
            callers: The callers, with their client roles.
            layers: What protects the rows, as in `Trial`.
        """
        attempts = [attempt for layer in layers for attempt in self._build_attempts(callers, layer)]
        self.fixture.empty()
        for has_claims in (False, True):
            yield from self._run_attempts(
                [attempt for attempt in attempts if (attempt[1].caller.claims is not None) is has_claims]
            )

    def _run_attempts(self, attempts: Sequence[tuple[Layer, Attempt]]) -> Iterator[Trial]:
        """Run the attempts on the empty table, then on all fixture rows, then on single fixture rows."""
        for layer, attempt in attempts:
            yield from self._try_insert(layer, attempt)
        rows = self.fixture.fixture_rows.rows
        locations = self.fixture.insert_rows(*range(len(rows)))
        for layer, attempt in attempts:
            yield from self._try_on_rows(layer, attempt, locations)
        for number, row_owner in enumerate(_OWNER_CHANGES if self.fixture.fixture_rows.identities else ()):
            self.fixture.insert_rows(number)
            for layer, attempt in attempts:
                yield from self._try_owner_change(layer, attempt, row_owner, number)

    def _build_attempts(
        self, callers: Sequence[tuple[ClientRole, Caller]], layer: Layer
    ) -> Iterator[tuple[Layer, Attempt]]:
        for client, caller in callers:
            attempt = Attempt(fixture=self.fixture, client=client, caller=caller, claims=self.claims)
            match layer:
                case "as it is":
                    yield layer, attempt
                case "policies alone" if not client.bypasses_row_security and self.fixture.table.row_security:
                    grant = f"GRANT ALL ON TABLE {self.fixture.name} TO {identifier(client.name)}"
                    yield layer, attrs.evolve(attempt, setup_sql=grant)
                case "without bypass" if client.bypasses_row_security and self._has_policies(client):
                    # Policies for a role apply to its members, but members do not inherit BYPASSRLS.
                    role = f"schema_dsl_{secrets.token_hex(4)}"
                    create = f"CREATE ROLE {role}; GRANT {identifier(client.name)} TO {role}"
                    yield layer, attrs.evolve(attempt, setup_sql=create, role=role)

    def _column_to_update(self, role: str) -> WritableColumn | None:
        """Return the column that the UPDATE trial sets; None if no column qualifies.

        The column is writable, and one of the role's columns if the declared access lists columns. A column without a
        unique index and a column that is not the owner column come first.
        """
        granted = list_column_limits(self.access, role, "update")
        writable = [
            column
            for column in self.fixture.columns
            if column.writable and (not granted or column.name in granted)
        ]
        return min(writable, key=lambda column: (column.unique, column.name == self.access.own), default=None)

    def _has_policies(self, client: ClientRole) -> bool:
        return any(client.name in policy.to for policy in self.fixture.table.policies)

    def _build_trial(
        self,
        layer: Layer,
        attempt: Attempt,
        operation: str,
        row_owner: RowOwner,
        observed: Observation,
        *,
        column: str = "",
    ) -> Iterator[Trial]:
        caller = attempt.caller
        expected = find_expected(self.access, caller, operation, row_owner, layer=layer, column=column)
        if layer == "without bypass" and expected != "allowed":
            return
        yield Trial(
            table=display_name(self.fixture.table),
            role=caller.role,
            caller=caller.label,
            operation=operation,
            whose=row_owner,
            layer=layer,
            expected=expected,
            seen=observed,
        )

    def _try_insert(self, layer: Layer, attempt: Attempt) -> Iterator[Trial]:
        columns = (
            list_column_limits(self.access, attempt.caller.role, "insert") if layer == "as it is" else ()
        )
        for row, row_owner in zip(
            self.fixture.fixture_rows.rows, self._row_owners(attempt.caller), strict=True
        ):
            observed = attempt.run(self.fixture.insert_statement(row, columns), "empty")
            yield from self._build_trial(
                layer, attempt, "insert", row_owner, observed, column=columns[0] if columns else ""
            )

    def _try_on_rows(self, layer: Layer, attempt: Attempt, locations: Sequence[str]) -> Iterator[Trial]:
        name = self.fixture.name
        # A query that names no column needs a privilege on one column only.
        observed = attempt.run(Sql(f"SELECT 1 FROM {name}"))
        partly = observed.outcome == "allowed" and observed.rows < len(locations)
        yield from self._build_row_trials(
            layer,
            attempt,
            "select",
            split_by_row(observed, locations, set(attempt.list_visible_locations()) if partly else set()),
        )
        column = self._column_to_update(attempt.caller.role)
        if column is not None:
            observed, by_row = self._run_write(attempt, self._update_statement(column.name), locations)
            yield from self._build_row_trials(layer, attempt, "update", by_row, column.name)
        observed, by_row = self._run_write(attempt, Sql(f"DELETE FROM {name}"), locations)
        yield from self._build_row_trials(layer, attempt, "delete", by_row)
        if layer == "as it is":
            observed = attempt.run(Sql(f"TRUNCATE TABLE {name}"), counted=False)
            yield from self._build_trial(layer, attempt, "truncate", "", observed)

    def _run_write(
        self, attempt: Attempt, statement: Sql, locations: Sequence[str]
    ) -> tuple[Observation, list[Observation]]:
        observed = attempt.run(statement)
        partly = (
            observed.outcome == "allowed" and observed.sqlstate is None and observed.rows < len(locations)
        )
        return observed, split_by_row(
            observed, locations, set(locations) - set(self.fixture.list_locations()) if partly else set()
        )

    def _build_row_trials(
        self,
        layer: Layer,
        attempt: Attempt,
        operation: str,
        by_row: Iterable[Observation],
        column: str = "",
    ) -> Iterator[Trial]:
        for observed, row_owner in zip(by_row, self._row_owners(attempt.caller), strict=True):
            yield from self._build_trial(layer, attempt, operation, row_owner, observed, column=column)

    def _try_owner_change(
        self, layer: Layer, attempt: Attempt, row_owner: RowOwner, number: int
    ) -> Iterator[Trial]:
        """Try to transfer the caller's own row to another user, and to take over another user's row."""
        own = self.access.own
        if attempt.caller.user != "owner" or own is None:
            return
        identities = self.fixture.fixture_rows.identities
        value = identities[2].value if number == 0 else identities[0].value
        observed = attempt.run(self._update_statement(own, value))
        yield from self._build_trial(layer, attempt, "update", row_owner, observed, column=own)

    def _update_statement(self, column: str, value: object = None) -> Sql:
        written = self.fixture.fixture_rows.rows[0].get(column) if value is None else value
        return Sql(f"UPDATE {self.fixture.name} SET {identifier(column)} = {literal(written)}")

    def _row_owners(self, caller: Caller) -> Sequence[RowOwner]:
        """Return the owners of the fixture rows, relative to a caller."""
        if not self.fixture.fixture_rows.identities or not caller.is_user:
            return ["any"] * len(self.fixture.fixture_rows.rows)
        return ["own" if caller.user == "owner" else "another's", "another's"]
