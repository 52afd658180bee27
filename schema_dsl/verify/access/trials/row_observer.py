"""Find the rows that a statement reaches; Postgres returns only their number."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

import attrs

from schema_dsl.sql import Sql
from schema_dsl.verify.access.trial import ObservedAccess
from schema_dsl.verify.access.trials.attempt import Attempt

ObservedRows: TypeAlias = Mapping[str, ObservedAccess]
"""The result of a statement for each row, by location. A row that was not tried is missing."""

_FILTERED = ObservedAccess(outcome="filtered")
_REACHED = ObservedAccess(outcome="allowed", rows=1)


@attrs.define(eq=False)
class RowObserver:
    """Runs statements on all rows at once, and after an error on each row alone.

    Statements have no WHERE clause: it needs the SELECT privilege, and with it the policies for SELECT apply.

    Attributes:
        attempt: The session.
        most: The largest number of rows to try alone.
    """

    attempt: Attempt
    most: int
    _known: dict[Sql, ObservedAccess] = attrs.field(init=False, factory=dict)

    def run_ahead(self, statements: Sequence[Sql]) -> Sequence[ObservedAccess]:
        """Run statements on all rows in one round trip, and return and keep the results."""
        results = self.attempt.run_each(statements, "rows")
        self._known.update(zip(statements, results, strict=True))
        return results

    def select(self, locations: Sequence[str]) -> ObservedRows:
        """Return which rows the caller can read."""
        return self._observe(self.query, locations, locations, self.attempt.read_visible)

    @property
    def query(self) -> Sql:
        """Return a query of all rows. Because it names no column, it needs a privilege on one column only."""
        return Sql(f"SELECT 1 FROM {self.attempt.fixture.name}")

    def write(self, statement: Sql, locations: Sequence[str], stored: Sequence[str]) -> ObservedRows:
        """Return which rows an UPDATE or DELETE reaches.

        Args:
            statement: The statement.
            locations: The locations of the rows to try.
            stored: The locations of all rows at the savepoint "rows".
        """
        fixture = self.attempt.fixture

        def find_reached() -> Collection[str]:
            if statement in self._known:
                # The run before was rolled back.
                self.attempt.run(statement)
            # A row that the statement reached is no longer where it was.
            return set(locations) - fixture.list_locations()

        return self._observe(statement, locations, stored, find_reached)

    def write_alone(self, statement: Sql, locations: Sequence[str]) -> ObservedRows:
        """Return which rows an UPDATE or DELETE reaches, if it tries each row alone."""
        return self._try_alone(statement, locations)

    def _observe(
        self,
        statement: Sql,
        locations: Sequence[str],
        stored: Sequence[str],
        find_reached: Callable[[], Collection[str]],
    ) -> ObservedRows:
        if not locations:
            return {}
        is_part = len(locations) < len(stored)
        prepare = self.attempt.fixture.keep_only(locations) if is_part else ""
        observed = None if is_part else self._known.get(statement)
        if observed is None:
            observed = self.attempt.run(statement, prepare=prepare)
        if observed.outcome == "filtered" or observed.by == "privilege" or len(locations) == 1:
            return dict.fromkeys(locations, observed)
        if observed.sqlstate is not None:
            return self._try_alone(statement, locations)
        if observed.rows >= len(locations):
            return dict.fromkeys(locations, _REACHED)
        reached = find_reached()
        return {location: _REACHED if location in reached else _FILTERED for location in locations}

    def _try_alone(self, statement: Sql, locations: Sequence[str]) -> ObservedRows:
        tried = locations[: self.most]
        prepare = [self.attempt.fixture.keep_only([location]) for location in tried]
        observed = self.attempt.run_each([statement] * len(tried), "rows", prepare)
        return dict(zip(tried, observed, strict=True))
