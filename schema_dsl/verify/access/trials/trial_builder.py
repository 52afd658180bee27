"""Compare the observations of a caller with the requirements of the declared access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from schema_dsl.model.access import Access
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable, read_rows
from schema_dsl.verify.access.trial import (
    Caller,
    ObservedAccess,
    RowOwner,
    Trial,
    display_name,
    find_expected,
    list_grants,
)
from schema_dsl.verify.access.trials.attempt import Attempt
from schema_dsl.verify.access.trials.expectation import Expectation, Satisfied


@attrs.frozen(eq=False)
class TrialBuilder:
    """Builds the trials of one table.

    Attributes:
        fixture: The table with its fixture rows.
        access: The declared access.
        expectation: Evaluates the conditions of the access; None if only the observations matter.
    """

    fixture: FixtureTable
    access: Access
    expectation: Expectation | None

    def find_satisfied(self, caller: Caller, stored: Mapping[str, FixtureRow]) -> Mapping[str, Satisfied]:
        """Return the rules that each stored row satisfies for a caller."""
        if self.expectation is not None:
            return self.expectation.of_stored(caller, stored)
        return {location: satisfy_owner(caller, row) for location, row in stored.items()}

    def find_satisfied_new(self, caller: Caller, rows: Sequence[FixtureRow]) -> Sequence[Satisfied]:
        """Return the rules that each row satisfies for a caller before it is inserted."""
        if self.expectation is not None:
            return self.expectation.of_new(caller, rows, "empty")
        return [satisfy_owner(caller, row) for row in rows]

    def build(
        self,
        attempt: Attempt,
        operation: str,
        observed: ObservedAccess,
        *,
        row: FixtureRow | None = None,
        satisfied: Satisfied = frozenset(),
        column: str = "",
    ) -> Trial:
        """Build a trial.

        Args:
            attempt: The session.
            operation: The operation.
            observed: The result.
            row: The row; None for an operation on the whole table.
            satisfied: The rules that the row satisfies for the caller.
            column: The column that the statement writes, if the access limits the operation to columns.
        """
        caller, layer = attempt.caller, attempt.layer
        return Trial(
            table=display_name(self.fixture.table),
            role=caller.role,
            caller=caller.label,
            operation=operation,
            row_owner="" if row is None else self.find_row_owner(caller, row),
            kind={} if row is None else row.labels,
            granted_by=list_grants(self.access, caller, operation, satisfied, layer=layer, column=column),
            layer=layer,
            expected=find_expected(self.access, caller, operation, satisfied, layer=layer, column=column),
            seen=observed,
        )

    def build_each(
        self,
        attempt: Attempt,
        operation: str,
        results: Sequence[tuple[FixtureRow, Satisfied, ObservedAccess]],
        column: str = "",
    ) -> Iterator[Trial]:
        """Build a trial for each row. A missing privilege refuses every row alike, so that one of a kind is enough.

        Args:
            attempt: The session.
            operation: The operation.
            results: The rows with the rules that they satisfy, and the results.
            column: The column that the statement writes, if the access limits the operation to columns.
        """
        seen = set()
        for row, satisfied, observed in results:
            trial = self.build(attempt, operation, observed, row=row, satisfied=satisfied, column=column)
            if observed.by == "privilege":
                if (trial.row_owner, trial.expected) in seen:
                    continue
                seen.add((trial.row_owner, trial.expected))
            if attempt.layer != "without bypass" or trial.expected == "allowed":
                yield trial

    def find_row_owner(self, caller: Caller, row: FixtureRow) -> RowOwner:
        """Return the owner of a row, relative to a caller."""
        if self.fixture.own is None or not caller.is_user:
            return "any"
        return "own" if caller.id is not None and caller.id == row.owner else "another's"

    def may_differ(self, trial: Trial) -> bool:
        """Return whether a statement succeeded unexpectedly, but a trigger may have stored another row."""
        return (
            not trial.holds
            and trial.seen.outcome == "allowed"
            and self.expectation is not None
            and self.fixture.has_triggers
            and trial.layer != "without bypass"
        )

    def read_unknown(self, known: Sequence[str]) -> list[FixtureRow]:
        """Return the rows that a statement has just stored, in any session.

        Args:
            known: The locations of the rows that were there before.
        """
        fixture = self.fixture
        fixture.connection.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT")
        path, alias = fixture.fixture.path, fixture.table.name
        owner = None if path is None else path.owner_of(alias)
        rows = list(read_rows(fixture.connection, fixture.name, alias, fixture.columns, owner))
        return [
            FixtureRow(values, {}, owner_id) for location, owner_id, values in rows if location not in known
        ]


def satisfy_owner(caller: Caller, row: FixtureRow) -> Satisfied:
    """Return the rules "own" and "all" as far as a row satisfies them."""
    is_own = caller.id is not None and row.owner == caller.id
    return frozenset({"own", "all"} if is_own else {"all"})
