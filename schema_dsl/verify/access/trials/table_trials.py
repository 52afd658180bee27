"""The trials of one table: every operation, by every caller, on every kind of row."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from schema_dsl.model.access import Access
from schema_dsl.sql import Sql, identifier, literal
from schema_dsl.verify.access.fixtures.fixture_rows import FixtureRow, FixtureTable
from schema_dsl.verify.access.roles import ClientRole
from schema_dsl.verify.access.sampling import LIMITS, TrialLimits
from schema_dsl.verify.access.trial import (
    Caller,
    Layer,
    ObservedAccess,
    Trial,
    find_expected,
    list_column_limits,
    list_permissions,
)
from schema_dsl.verify.access.trials.attempt import Attempt
from schema_dsl.verify.access.trials.change_trials import (
    ChangeTrials,
    KindChange,
    choose_layers,
    list_changes,
)
from schema_dsl.verify.access.trials.condition_sides import UnseenSides
from schema_dsl.verify.access.trials.expectation import Expectation, Satisfied
from schema_dsl.verify.access.trials.row_observer import RowObserver
from schema_dsl.verify.access.trials.trial_builder import TrialBuilder
from schema_dsl.verify.proof import draw_sample

ClientCaller: TypeAlias = tuple[ClientRole, Caller]


@attrs.define(eq=False)
class TableTrials:
    """The trials of one table.

    Attributes:
        fixture: The table with its fixture rows.
        access: The declared access.
        expectation: Evaluates the conditions of the access; None if only the observations matter.
        limits: The largest numbers of trials.
        unseen: The sides of conditions that no trial has shown so far; None to leave them out.
        left_out: The number of trials that the limits left out.
    """

    fixture: FixtureTable
    access: Access
    expectation: Expectation | None = None
    limits: TrialLimits = LIMITS
    unseen: UnseenSides | None = None
    left_out: int = 0
    _builder: TrialBuilder = attrs.field(init=False)
    _context: list[str] = attrs.field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        """Create the builder of trials."""
        self._builder = TrialBuilder(self.fixture, self.access, self.expectation)

    def run(self, callers: Sequence[ClientCaller], layers: Sequence[Layer]) -> Iterator[Trial]:
        """Run all trials, the callers without settings first, because settings stay set in the session.

        Args:
            callers: The callers, with their client roles.
            layers: The protections of the rows, as in `Trial`.
        """
        self._context = self.fixture.empty()
        for has_settings in (False, True):
            chosen = [found for found in callers if bool(found[1].parameters) is has_settings]
            for client, caller in chosen:
                yield from self._try_inserts(client, caller, layers)
            for number, batch in enumerate(self.fixture.fixture.batches):
                # Later batches differ in rows of the owner, so only persons try them.
                concerned = [found for found in chosen if not number or found[1].is_principal]
                if concerned:
                    yield from self._try_batch(batch, concerned, layers, is_first=not number)

    def _try_batch(
        self,
        batch: Sequence[FixtureRow],
        callers: Sequence[ClientCaller],
        layers: Sequence[Layer],
        *,
        is_first: bool,
    ) -> Iterator[Trial]:
        stored = self.fixture.insert_rows(batch)
        if is_first:
            stored |= dict(zip(self._context, self.fixture.fixture.context, strict=False))
        for client, caller in callers:
            if self.unseen is not None:
                self.unseen.observe(client, caller, stored)
            satisfied = self._builder.find_satisfied(caller, stored)
            for attempt in self._list_attempts(client, caller, layers):
                yield from self._try_on_rows(attempt, stored, satisfied, is_first=is_first)
        if is_first and self.expectation is not None:
            yield from self._try_changes(callers, self.expectation, stored)

    def _list_attempts(
        self, client: ClientRole, caller: Caller, layers: Sequence[Layer]
    ) -> Iterator[Attempt]:
        for layer in layers:
            attempt = Attempt(fixture=self.fixture, client=client, caller=caller, layer=layer)
            match layer:
                case "as it is":
                    yield attempt
                case "policies alone" if not client.bypasses_row_security and self.fixture.table.row_security:
                    grant = f"GRANT ALL ON TABLE {self.fixture.name} TO {identifier(client.name)}"
                    yield attrs.evolve(attempt, setup_sql=grant)
                case "without bypass" if client.bypasses_row_security and self._has_policies(client):
                    # Policies for a role apply to its members, but members do not inherit BYPASSRLS.
                    role = f"schema_dsl_{secrets.token_hex(4)}"
                    create = f"CREATE ROLE {role}; GRANT {identifier(client.name)} TO {role}"
                    yield attrs.evolve(attempt, setup_sql=create, role=role)

    def _has_policies(self, client: ClientRole) -> bool:
        return any(client.name in policy.to for policy in self.fixture.table.policies)

    def _try_inserts(self, client: ClientRole, caller: Caller, layers: Sequence[Layer]) -> Iterator[Trial]:
        rows = self.fixture.fixture.rows
        satisfied = self._builder.find_satisfied_new(caller, rows)
        for attempt in self._list_attempts(client, caller, layers):
            limits = (
                list_column_limits(self.access, caller.role, "insert") if attempt.layer == "as it is" else ()
            )
            column = limits[0] if limits else ""
            statements = [self.fixture.insert_statement(row, limits) for row in rows]
            observed = attempt.run_each(statements[:1], "empty")
            if observed[0].by == "privilege":
                # A missing privilege does not depend on the row.
                observed *= len(rows)
            else:
                observed += attempt.run_each(statements[1:], "empty")
            statement_of = {
                id(row.labels): statement for row, statement in zip(rows, statements, strict=True)
            }
            results = list(zip(rows, satisfied, observed, strict=True))
            for trial in self._builder.build_each(attempt, "insert", results, column):
                if self._builder.may_differ(trial):
                    yield self._look_again(trial, attempt, statement_of[id(trial.kind)], column)
                else:
                    yield trial

    def _look_again(self, trial: Trial, attempt: Attempt, statement: Sql, column: str) -> Trial:
        """Return the trial for the row that an INSERT really stored, which a trigger may have changed."""
        observed = attempt.run(statement, "empty")
        if observed.outcome != "allowed" or observed.sqlstate is not None or self.expectation is None:
            return trial
        stored = self._builder.read_unknown(self._context)
        if not stored:
            return attrs.evolve(trial, seen=ObservedAccess(outcome="filtered"))
        satisfied: Satisfied = frozenset.intersection(
            *self.expectation.of_new(attempt.caller, stored, "empty")
        )
        expected = find_expected(
            self.access, attempt.caller, "insert", satisfied, layer=trial.layer, column=column
        )
        return attrs.evolve(trial, expected=expected)

    def _try_on_rows(
        self,
        attempt: Attempt,
        stored: Mapping[str, FixtureRow],
        satisfied: Mapping[str, Satisfied],
        *,
        is_first: bool,
    ) -> Iterator[Trial]:
        locations, observer = list(stored), RowObserver(attempt, self.limits.single_rows)
        update, column = self._choose_update(attempt)
        delete = Sql(f"DELETE FROM {self.fixture.name}")
        truncate = Sql(f"TRUNCATE TABLE {self.fixture.name}")
        statements = [observer.query, *([update] if update is not None else []), delete]
        tries_truncate = attempt.layer == "as it is" and is_first
        ahead = observer.run_ahead([*statements, *([truncate] if tries_truncate else [])])

        def build_each(
            operation: str, observed: Mapping[str, ObservedAccess], column: str = ""
        ) -> Iterator[Trial]:
            self.left_out += len(stored) - len(observed)
            results = [(stored[location], satisfied[location], seen) for location, seen in observed.items()]
            return self._builder.build_each(attempt, operation, results, column)

        yield from build_each("select", observer.select(locations))
        if update is not None:
            yield from build_each("update", observer.write(update, locations, locations), column)
        yield from build_each("delete", observer.write(delete, locations, locations))
        if tries_truncate:
            # TRUNCATE has no row count.
            seen = ahead[-1] if ahead[-1].outcome != "filtered" else ObservedAccess(outcome="allowed", rows=1)
            yield self._builder.build(attempt, "truncate", seen)

    def _choose_update(self, attempt: Attempt) -> tuple[Sql | None, str]:
        """Return an UPDATE that changes nothing that conditions read, and its column; None if there is none.

        A role that may not update gets an UPDATE of any column, to try the privilege.
        """
        role = attempt.caller.role
        column = self.fixture.choose_update_column(list_column_limits(self.access, role, "update"))
        if (
            column is None
            and not list_permissions(self.access, role, "update")
            and attempt.layer == "as it is"
        ):
            column = next((each.name for each in self.fixture.columns if each.updatable), None)
        if column is None:
            return None, ""
        value = self.fixture.fixture.rows[0].values.get(column)
        return Sql(f"UPDATE {self.fixture.name} SET {identifier(column)} = {literal(value)}"), column

    def _try_changes(
        self, callers: Sequence[ClientCaller], expectation: Expectation, stored: Mapping[str, FixtureRow]
    ) -> Iterator[Trial]:
        """Try updates that change the kind of a row, as persons, to whom policies apply."""
        trials = ChangeTrials(self._builder, expectation, stored, self.limits.single_rows)
        tasks: list[tuple[Attempt, KindChange]] = []
        changes = list_changes(self.fixture)
        for client, caller in callers:
            if caller.id is None or client.bypasses_row_security:
                continue
            limits = list_column_limits(self.access, caller.role, "update")
            may_update = bool(list_permissions(self.access, caller.role, "update"))
            layers = choose_layers(may_update=may_update, is_limited=bool(limits))
            for attempt in self._list_attempts(client, caller, layers):
                is_free = attempt.layer != "as it is" or not limits
                tasks += [(attempt, change) for change in changes if is_free or change.column in limits]
        chosen = draw_sample(tasks, self.limits.updates, self.limits.seed)
        self.left_out += (len(tasks) - len(chosen)) * len(stored)
        for attempt, change in chosen:
            yield from trials.try_change(attempt, change)
