"""The trials of updates that turn a row of one kind into a row of another kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import attrs

from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable
from schema_dsl.verify.access.trial import Caller, Layer, ObservedAccess, Trial, find_expected
from schema_dsl.verify.access.trials.attempt import Attempt
from schema_dsl.verify.access.trials.expectation import Expectation, Satisfied
from schema_dsl.verify.access.trials.row_observer import RowObserver
from schema_dsl.verify.access.trials.trial_builder import TrialBuilder

_NONE_SATISFIED: Satisfied = frozenset()


@attrs.define(eq=False)
class KindChange:
    """An UPDATE of one column.

    Attributes:
        column: The column.
        label: The new value for reports, such as "is 'published'".
        value: The new value in Postgres text format.
        statement: The UPDATE of all rows.
    """

    column: str
    label: str
    value: str | None
    statement: Sql
    _changed: list[FixtureRow] = attrs.field(init=False, factory=list)

    def apply(self, expectation: Expectation, rows: Sequence[FixtureRow]) -> list[FixtureRow]:
        """Return the rows after the UPDATE."""
        if not self._changed:
            changed = [attrs.evolve(row, values={**row.values, self.column: self.value}) for row in rows]
            self._changed = expectation.complete(changed)
        return self._changed


def list_changes(fixture: FixtureTable) -> list[KindChange]:
    """Return the updates of each column to each value that conditions distinguish."""
    updatable = {column.name for column in fixture.columns if column.updatable}
    found: dict[tuple[str, str], KindChange] = {}
    for row in fixture.fixture.rows:
        for column, label in row.labels.items():
            if column in updatable and (column, label) not in found:
                value = row.values[column]
                statement = Sql(f"UPDATE {fixture.name} SET {identifier(column)} = {literal(value)}")
                found[column, label] = KindChange(column, label, value, statement)
    return list(found.values())


@attrs.frozen(eq=False)
class ChangeTrials:
    """The trials of changes on the rows of the savepoint "rows".

    Attributes:
        builder: Builds the trials.
        expectation: Evaluates the conditions of the access.
        stored: The rows by their locations.
        most_alone: The largest number of rows to try alone.
    """

    builder: TrialBuilder
    expectation: Expectation
    stored: Mapping[str, FixtureRow]
    most_alone: int
    _satisfied: dict[Caller, Mapping[str, Satisfied]] = attrs.field(init=False, factory=dict)

    def try_change(self, attempt: Attempt, change: KindChange) -> Iterator[Trial]:
        """Try an UPDATE on every row. The access must allow the old row and the new row."""
        caller, locations = attempt.caller, list(self.stored)
        if caller not in self._satisfied:
            self._satisfied[caller] = self.builder.find_satisfied(caller, self.stored)
        before = self._satisfied[caller]
        changed = change.apply(self.expectation, [self.stored[location] for location in locations])
        after = self.expectation.of_new(caller, changed, "rows")
        both: dict[str, Satisfied] = {}
        groups: dict[str, list[str]] = {"allowed": [], "refused": [], "hidden": []}
        for location, new in zip(locations, after, strict=True):
            both[location] = self._satisfy_both(attempt, change.column, before[location], new)
            if both[location]:
                groups["allowed"].append(location)
            else:
                may_old = self._may_update(attempt, change.column, before[location])
                groups["refused" if may_old else "hidden"].append(location)
        observer = RowObserver(attempt, self.most_alone)
        observed: dict[str, ObservedAccess] = {}
        for group in ("allowed", "hidden"):
            observed.update(observer.write(change.statement, groups[group], locations))
        # An error for one refused row hides the results for the other rows.
        observed.update(observer.write_alone(change.statement, groups["refused"]))
        for location, seen in observed.items():
            row = self.stored[location]
            trial = self.builder.build(
                attempt, "update", seen, row=row, satisfied=both[location], column=change.column
            )
            trial = attrs.evolve(trial, change=(change.column, change.label))
            yield self._check(trial, attempt, change, location)

    def _may_update(self, attempt: Attempt, column: str, satisfied: Satisfied) -> bool:
        access, layer = self.builder.access, attempt.layer
        outcome = find_expected(access, attempt.caller, "update", satisfied, layer=layer, column=column)
        return outcome == "allowed"

    def _satisfy_both(self, attempt: Attempt, column: str, old: Satisfied, new: Satisfied) -> Satisfied:
        """Return the rules of the old row, if the access allows an UPDATE from the old to the new row."""
        allowed = all(self._may_update(attempt, column, satisfied) for satisfied in (old, new))
        return old if allowed else _NONE_SATISFIED

    def _check(self, trial: Trial, attempt: Attempt, change: KindChange, location: str) -> Trial:
        """Return the trial for the row that an UPDATE really stored, which a trigger may have changed."""
        if not self.builder.may_differ(trial):
            return trial
        prepare = self.builder.fixture.keep_only([location])
        observed = attempt.run(change.statement, prepare=prepare)
        stored = self.builder.read_unknown([location]) if observed.sqlstate is None else []
        if observed.outcome != "allowed" or not stored:
            return trial
        new = self.expectation.of_new(attempt.caller, stored, "rows")[0]
        satisfied = self._satisfy_both(attempt, change.column, self._satisfied[attempt.caller][location], new)
        expected = find_expected(
            self.builder.access, attempt.caller, "update", satisfied, layer=trial.layer, column=change.column
        )
        return attrs.evolve(trial, expected=expected)


def choose_layers(*, may_update: bool, is_limited: bool) -> list[Layer]:
    """Return the protections in trials of changes: the policies alone, if the role may update every column."""
    layers: list[Layer] = ["as it is"] if may_update else []
    return [*layers, "policies alone"] if is_limited or not may_update else layers
