"""Probe check constraints with the values in their conditions and the neighboring values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Check
from schema_dsl.parsing import list_columns
from schema_dsl.verify.probes.condition_rows import JudgedRow, ProbeRow, judge_rows
from schema_dsl.verify.probes.sandbox import CHECK_VIOLATION, ProbeResult, Sandbox, format_values


def probe(sandbox: Sandbox, identity: Identity, check: Check) -> ProbeResult:
    """Probe whether a check accepts and refuses rows as its declared condition does."""
    result = ProbeResult()
    relation = sandbox.describe_table(identity)
    slots = sandbox.slots_of(identity, check.expression)
    if any(relation.columns[name].generated for name in slots):
        result.notes.append(f"{identity} uses a generated column, so only its declared examples were tried")
    else:
        nullable = [name for name in slots if sandbox.is_nullable(identity, name)]
        sibling_conditions = [other.expression for other in _list_sibling_checks(sandbox, identity).values()]
        for row in judge_rows(
            sandbox.evaluator, check.expression, relation.name, slots, nullable, beside=sibling_conditions
        ):
            _try_row(sandbox, identity, row, result)
    for example in check.accepts:
        _try_example(sandbox, identity, example, result, satisfied=True)
    for example in check.refuses:
        _try_example(sandbox, identity, example, result, satisfied=False)
    for count, what in ((result.accepted, "accept"), (result.refused, "refuse")):
        if not count and not result.failures:
            result.notes.append(
                f"{identity}: found no row that the check must {what}; "
                f"declare an example: Check({what}s=[{{...}}])"
            )
    return result


def _try_row(sandbox: Sandbox, identity: Identity, row: JudgedRow, result: ProbeResult) -> None:
    relation = sandbox.describe_table(identity)
    failing = _find_failing_checks(sandbox, identity, row.values)
    if None in failing.values():
        # Another check raises an error for the row, which hides the result of this check.
        return
    if failing and not row.satisfied:
        # Several checks refuse the row, and Postgres reports the first of them.
        answer = sandbox.try_insert_with(
            relation, row.values, lambda answer: answer.sqlstate == CHECK_VIOLATION, without=identity.name
        )
        result.expect_refused(
            answer.sqlstate == CHECK_VIOLATION and answer.constraint in {identity.name, *failing},
            f"{identity} must refuse {format_values(row.values)}, but the row is {answer}",
        )
    elif not failing:
        _try_values(sandbox, identity, row.values, result, satisfied=row.satisfied)


def _try_example(
    sandbox: Sandbox, identity: Identity, values: Mapping[str, Any], result: ProbeResult, *, satisfied: bool
) -> None:
    for name in values:
        sandbox.slot_of(sandbox.describe_table(identity), name)
    _try_values(sandbox, identity, values, result, satisfied=satisfied)


def _try_values(
    sandbox: Sandbox, identity: Identity, values: Mapping[str, Any], result: ProbeResult, *, satisfied: bool
) -> None:
    relation = sandbox.describe_table(identity)
    if satisfied:
        answer = sandbox.try_insert_with(relation, values, lambda answer: answer.passes_checks)
        if answer.passes_checks:
            result.accepted += 1
        elif answer.is_refused_by(CHECK_VIOLATION, identity.name):
            result.failures.append(
                f"{identity} refuses {format_values(values)}, but the declaration accepts it"
            )
        elif answer.sqlstate != CHECK_VIOLATION:
            result.failures.append(f"{identity} must accept {format_values(values)}, but the row is {answer}")
        # If another check refuses the row, the probe of that check reports the difference.
        return
    answer = sandbox.try_insert_with(
        relation,
        values,
        lambda answer: answer.is_refused_by(CHECK_VIOLATION, identity.name),
        without=identity.name,
    )
    if answer.is_refused_by(CHECK_VIOLATION, identity.name):
        result.refused += 1
    elif answer.passes_checks:
        result.failures.append(f"{identity} accepts {format_values(values)}, but the declaration refuses it")
    elif identity.name not in relation.checks or answer.sqlstate != CHECK_VIOLATION:
        result.failures.append(f"{identity} must refuse {format_values(values)}, but the row is {answer}")


def _find_failing_checks(sandbox: Sandbox, identity: Identity, row: ProbeRow) -> dict[str, bool | None]:
    """Return the other declared checks that a row fails: False if the check is false, None if it raises an error."""
    failing: dict[str, bool | None] = {}
    relation = sandbox.describe_table(identity)
    for other, check in _list_sibling_checks(sandbox, identity).items():
        columns = {parts[-1] for parts in list_columns(check.expression)}
        if columns and columns <= set(row):
            slots = sandbox.slots_of(other, check.expression)
            values = {name: row[name] for name in slots}
            [truth] = sandbox.evaluator.truths(check.expression, relation.name, slots, [values])
            if truth is not True:
                failing[other.name] = truth
    return failing


def _list_sibling_checks(sandbox: Sandbox, identity: Identity) -> dict[Identity, Check]:
    """Return the other declared checks of the table."""
    declared = sandbox.wanted.of_kind(identity.kind)
    return {
        other: check
        for other, check in declared.items()
        if other.parent == identity.parent and other != identity
    }
