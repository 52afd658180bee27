"""Probe check constraints with the values in their conditions and the neighboring values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Check
from schema_dsl.verify.probes.answers import CHECK_VIOLATION, ProbeResult, StatementResult, format_values
from schema_dsl.verify.probes.condition_rows import judge_rows
from schema_dsl.verify.probes.sandbox import Sandbox


def probe(sandbox: Sandbox, identity: Identity, check: Check) -> ProbeResult:
    """Probe whether a check accepts and refuses rows as its declared condition does."""
    result = ProbeResult()
    condition = sandbox.condition_of(identity, check.expression)
    # The condition in the database may have other constants than the declared one.
    present = sandbox.describe_table(identity).checks.get(identity.name)
    with sandbox.isolated(identity) as relation:
        columns = relation.columns
        # A NOT NULL of the partitioned table stays.
        nullable = [
            name for name in condition.slots if not (columns[name].not_null or columns[name].identity)
        ]
        judged = judge_rows(
            sandbox.evaluator, condition, nullable, sandbox.seed, beside=[present] if present else []
        )
        result.add_sample(judged.sample)
        # A row has values for all columns of the condition, an example perhaps not.
        trials: list[tuple[Mapping[str, Any], bool, bool, str | None]] = [
            (row.values, row.satisfied, row.is_true, identity.name) for row in judged.rows
        ]
        trials += [(values, True, True, None) for values in check.accepts]
        trials += [(values, False, False, None) for values in check.refuses]
        undecided, accepted = [], 0
        if not check.enforced:
            trials = [(values, True, True, without) for values, _, _, without in trials]
        for values, satisfied, is_true, without in trials:
            for name in values:
                sandbox.slot_of(relation, name)
            answer = sandbox.try_insert(relation, values, without=without)
            reason = _judge_row(identity, values, answer, result, satisfied=satisfied)
            undecided += [reason] if reason is not None else []
            accepted += reason is None and is_true
    # A row for which the condition is NULL passes every check, so it does not show that this check accepts rows.
    refused = result.refused if check.enforced else 1
    for count, what in ((accepted, "accept"), (refused, "refuse")):
        if not count and not result.failures and not condition.slots:
            result.untried.append(f"{identity} was not tried: its condition is the same for every row")
        elif not count and not result.failures:
            reason = f" (a row was {undecided[0]})" if undecided else ""
            example = ", ".join(f'"{name}": ...' for name in condition.slots)
            result.untried.append(
                f"{identity}: found no row that the check must {what}{reason}; "
                f"declare an example in constraints=: Check(..., {what}s=[{{{example}}}])"
            )
    return result


def _judge_row(
    identity: Identity,
    values: Mapping[str, Any],
    answer: StatementResult,
    result: ProbeResult,
    *,
    satisfied: bool,
) -> str | None:
    """Compare the answer to an inserted row with the declared condition.

    Returns:
        The answer, if it says nothing about the check, such as an overflow in a generated column.
    """
    row = format_values(values) or "a row"
    if answer.is_refused_by(CHECK_VIOLATION, identity.name):
        result.expect_refused(not satisfied, f"{identity} refuses {row}, but the declaration accepts it")
    elif answer.accepted:
        result.expect_accepted(satisfied, f"{identity} accepts {row}, but the declaration refuses it")
    elif answer.is_of_table:
        result.failures.append(
            f"{identity} must {'accept' if satisfied else 'refuse'} {row}, but the row is {answer}"
        )
    else:
        return str(answer)
    return None
