"""Compare the rows that a caller reads through a view with those to expect, while its tables hold fixture rows."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

import attrs

from schema_dsl.model.access import Access
from schema_dsl.sql import Sql
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow
from schema_dsl.verify.access.trial import ObservedAccess, Trial, display_name, list_column_limits
from schema_dsl.verify.access.trials.attempt import Attempt
from schema_dsl.verify.access.trials.expectation import Expectation, Satisfied, list_forced_tables
from schema_dsl.verify.access.trials.table_trials import ClientCaller
from schema_dsl.verify.access.trials.trial_builder import TrialBuilder
from schema_dsl.verify.access.trials.view_rows import ViewRows

_REACHED: Final = ObservedAccess(outcome="allowed", rows=1)
_FILTERED: Final = ObservedAccess(outcome="filtered", message="the view does not show the row")


@attrs.frozen(eq=False)
class AccessTrials:
    """The trials of a view with a declared access, over one of its tables.

    Attributes:
        rows: The rows of the view.
        access: The declared access.
        query: The declared query. It shows which rows the view hides from every caller.
        identifying: The columns of the view that are taken from tables. A row that one caller sees and another does not
            is the same row if these columns agree, because other columns may depend on the caller.
    """

    rows: ViewRows
    access: Access
    query: Sql
    identifying: Sequence[str] = ()

    def try_batch(self, callers: Sequence[ClientCaller]) -> Iterator[Trial]:
        """Yield a trial for each row of the view and each caller."""
        seen = []
        everything: dict[tuple[str | None, ...], None] = {}
        for client, caller in callers:
            attempt = Attempt(fixture=self.rows.view, client=client, caller=caller)
            limits = list_column_limits(self.access, caller.role, "select")
            observed, found = self.rows.read_as(attempt, limits or self.rows.columns)
            seen.append((attempt, limits, observed, found))
            everything |= dict.fromkeys(self.rows.read_with(caller))
            everything |= dict.fromkeys(self.rows.read_with(caller, self.rows.show(self.query)))
            everything |= dict.fromkeys(found if not limits else ())
        rows = self.rows.build_rows(everything)
        expectation = Expectation(self.rows.view, self.access, list_forced_tables(self.rows.view))
        builder = TrialBuilder(self.rows.view, self.access, expectation)
        for attempt, limits, observed, found in seen:
            satisfied = expectation.of_new(attempt.caller, rows, "rows")
            results = list(self._compare(rows, satisfied, observed, found, limits))
            yield from builder.build_each(attempt, "select", results, limits[0] if limits else "")

    def _compare(
        self,
        rows: Sequence[FixtureRow],
        satisfied: Sequence[Satisfied],
        observed: ObservedAccess,
        found: Collection[tuple[str | None, ...]],
        limits: Sequence[str],
    ) -> Iterator[tuple[FixtureRow, Satisfied, ObservedAccess]]:
        """Yield the observed access of a caller to each row; a row that may be equal to a read one is left out."""
        columns = limits or self.rows.columns
        shared = [column for column in columns if column in self.identifying] or columns
        read = [dict(zip(columns, values, strict=True)) for values in found]
        known = {tuple(row[column] for column in shared) for row in read}
        for row, rules in zip(rows, satisfied, strict=True):
            if observed.sqlstate is not None:
                yield row, rules, observed
            elif tuple(row.values[column] for column in columns) in found:
                yield row, rules, _REACHED
            elif tuple(row.values[column] for column in shared) not in known:
                yield row, rules, _FILTERED


@attrs.frozen(eq=False)
class InvokerTrials:
    """The trials of a view with security_invoker over one of its tables: it shows the caller the rows of its query.

    Attributes:
        rows: The rows of the view.
        query: The query of the view.
    """

    rows: ViewRows
    query: Sql

    def try_batch(self, callers: Sequence[ClientCaller]) -> Iterator[Trial]:
        """Yield a trial for each row that the view or its query shows a caller."""
        columns = self.rows.columns
        source = self.rows.show(self.query)
        for client, caller in callers:
            attempt = Attempt(fixture=self.rows.view, client=client, caller=caller)
            observed, found = self.rows.read_as(attempt, columns)
            _, expected = self.rows.read_as(attempt, columns, source)
            missing = observed if observed.sqlstate is not None else _FILTERED
            trial = Trial(
                table=display_name(self.rows.view.table),
                role=caller.role,
                caller=caller.label,
                operation="select",
                row_owner="any",
                granted_by=("all rows",),
                expected="allowed",
                seen=missing,
            )
            if observed.by == "privilege":
                yield trial
            for row in self.rows.build_rows(found | expected):
                values = tuple(row.values[column] for column in columns)
                is_expected = values in expected
                yield attrs.evolve(
                    trial,
                    kind=row.labels,
                    granted_by=trial.granted_by if is_expected else (),
                    expected="allowed" if is_expected else "nothing",
                    seen=_REACHED if values in found else missing,
                )
