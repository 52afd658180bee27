"""Probe unique constraints, primary keys and unique indexes with duplicates and with rows that differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, identifier, qualified
from schema_dsl.verify.probes.condition_rows import ProbeRow, judge_rows
from schema_dsl.verify.probes.sandbox import (
    UNIQUE_VIOLATION,
    ProbeResult,
    Sandbox,
    StatementResult,
    format_value,
    format_values,
)
from schema_dsl.verify.rows import ANY_VALUE, RowError
from schema_dsl.verify.rows.table_description import TableDescription


@attrs.frozen(kw_only=True)
class UniqueKey:
    """A unique constraint, primary key or unique index.

    Attributes:
        identity: The identity of the object.
        elements: The columns and expressions of the key.
        nulls_not_distinct: Whether NULLs count as duplicates.
        where: The condition of a partial unique index.
        deferrable: Whether the constraint is DEFERRABLE.
        initially_deferred: Whether the constraint is INITIALLY DEFERRED.
    """

    identity: Identity
    elements: tuple[str | Sql, ...]
    nulls_not_distinct: bool = False
    where: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that the elements use."""
        columns: dict[str, None] = {}
        for element in self.elements:
            names = [parts[-1] for parts in list_columns(element)] if isinstance(element, Sql) else [element]
            columns |= dict.fromkeys(names)
        return tuple(columns)


def probe_unique_key(sandbox: Sandbox, key: UniqueKey) -> ProbeResult:
    """Probe whether a unique key refuses duplicates and accepts rows that differ."""
    result = ProbeResult()
    relation = sandbox.describe_table(key.identity)
    for name in key.columns:
        sandbox.slot_of(relation, name)
    inside, outside = _split_by_condition(sandbox, key, result)
    with sandbox.rolled_back():
        first = _insert_first(sandbox, relation, key, inside)
        _try_duplicate(sandbox, key, relation, first | inside, result)
        _try_equal_expression(sandbox, key, relation, first | inside, result)
        for name in key.columns:
            if name not in inside:
                _try_different_value(sandbox, key, first | inside, name, result)
        for row in outside:
            answer = _try_second(sandbox, relation, {**first, **row})
            result.expect_accepted(
                not _is_refused_by_key(answer, key),
                f"{key.identity} refuses a second {format_values(first)} with {format_values(row)}, "
                f"but the row does not match WHERE {key.where}",
            )
    _try_nulls(sandbox, key, inside, result)
    _try_deferral(sandbox, key, inside, result)
    return result


def _split_by_condition(
    sandbox: Sandbox, key: UniqueKey, result: ProbeResult
) -> tuple[dict[str, Any], list[ProbeRow]]:
    """Return values that match the condition of a partial unique index, and some rows that do not match."""
    if key.where is None:
        return {}, []
    relation = sandbox.describe_table(key.identity)
    slots = sandbox.slots_of(key.identity, key.where)
    nullable = [name for name in slots if sandbox.is_nullable(key.identity, name)]
    rows = judge_rows(sandbox.evaluator, f"({key.where}) IS TRUE", relation.name, slots, nullable)
    within = [row.values for row in rows if row.satisfied and _is_accepted(sandbox, relation, row.values)]
    outside = [
        row.values for row in rows if not row.satisfied and _is_accepted(sandbox, relation, row.values)
    ]
    if not within:
        result.notes.append(f"{key.identity}: found no row that matches WHERE {key.where}")
        return {}, []
    # Rows with NULL in the key are no duplicates, so they come last.
    within.sort(key=lambda row: sum(row.get(name, "") is None for name in key.columns))
    return dict(within[0]), outside[:3]


def _is_accepted(sandbox: Sandbox, relation: TableDescription, values: ProbeRow) -> bool:
    return sandbox.try_insert_with(relation, values, lambda answer: answer.accepted).accepted


def _insert_first(
    sandbox: Sandbox, relation: TableDescription, key: UniqueKey, inside: dict[str, Any]
) -> dict[str, Any]:
    """Insert a row without NULL in the key, and return the values of the key."""
    given = dict.fromkeys(key.columns, ANY_VALUE) | inside
    row = sandbox.factory.insert_row((relation.schema, relation.name), **given)
    return {name: row[name] for name in key.columns}


def _try_second(
    sandbox: Sandbox, relation: TableDescription, given: dict[str, Any], *, defer: str | None = None
) -> StatementResult:
    with sandbox.rolled_back():
        return _try_values(sandbox, relation, sandbox.complete_values(relation, given), defer=defer)


def _try_values(
    sandbox: Sandbox, relation: TableDescription, values: dict[str, Any], *, defer: str | None = None
) -> StatementResult:
    name = (relation.schema, relation.name)
    return sandbox.try_action(
        lambda: sandbox.factory.insert_values(name, values, returning="true AS accepted"), defer=defer
    )


def _is_refused_by_key(answer: StatementResult, key: UniqueKey) -> bool:
    return answer.is_refused_by(UNIQUE_VIOLATION, key.identity.name)


def _try_duplicate(
    sandbox: Sandbox, key: UniqueKey, relation: TableDescription, first: dict[str, Any], result: ProbeResult
) -> None:
    answer = _try_second(sandbox, relation, first)
    if (
        answer.sqlstate == UNIQUE_VIOLATION
        and not _is_refused_by_key(answer, key)
        and _is_known_key(sandbox, key, answer)
    ):
        result.notes.append(
            f"{key.identity} was not tried with duplicates, because {answer.constraint} refuses them first"
        )
        return
    result.expect_refused(
        _is_refused_by_key(answer, key),
        f"{key.identity} must refuse a second {format_values(first)}, but the row is {answer}",
    )
    if _is_refused_by_key(answer, key):
        result.expect_refused(
            answer.deferred is key.initially_deferred,
            f"{key.identity} is INITIALLY {'DEFERRED' if answer.deferred else 'IMMEDIATE'}, "
            f"but is declared INITIALLY {'IMMEDIATE' if answer.deferred else 'DEFERRED'}",
        )


def _is_known_key(sandbox: Sandbox, key: UniqueKey, answer: StatementResult) -> bool:
    """Return whether another declared key, or a key of an existing table, refused the row."""
    table = sandbox.wanted.tables.get(key.identity.relation)
    declared = {other.name for other in sandbox.wanted.objects if other.parent == key.identity.parent}
    return answer.constraint in declared or (table is not None and table.existing is not None)


def _try_equal_expression(
    sandbox: Sandbox, key: UniqueKey, relation: TableDescription, first: dict[str, Any], result: ProbeResult
) -> None:
    """Probe whether a key with an expression refuses different texts with the same value of the expression."""
    for element in key.elements:
        if not isinstance(element, Sql):
            continue
        for name in {parts[-1] for parts in list_columns(element)}:
            value = first.get(name)
            if not isinstance(value, str) or value == value.upper():
                continue
            other = first | {name: value.upper()}
            if _have_equal_expression(sandbox, relation, element, name, (value, value.upper())):
                answer = _try_second(sandbox, relation, other)
                result.expect_refused(
                    answer.sqlstate == UNIQUE_VIOLATION,
                    f"{key.identity} must refuse {format_values(other)} beside {format_values(first)}, "
                    f"but the row is {answer}",
                )


def _have_equal_expression(
    sandbox: Sandbox, relation: TableDescription, element: Sql, name: str, values: Sequence[str]
) -> bool:
    slot = relation.columns[name].slot
    written = [
        f"(SELECT {element} FROM (SELECT CAST('{value}' AS {slot.written})) AS "  # noqa: S608 - the values come from generated rows
        f"{identifier(relation.name)} ({identifier(name)}))"
        for value in values
    ]
    return sandbox.evaluator.value(f"{written[0]} IS NOT DISTINCT FROM {written[1]}") is True


def _try_different_value(
    sandbox: Sandbox, key: UniqueKey, first: dict[str, Any], name: str, result: ProbeResult
) -> None:
    """Probe whether a row that differs in one column is accepted."""
    relation = sandbox.describe_table(key.identity)
    given = {column: value for column, value in first.items() if column != name}
    values = sandbox.complete_values(relation, {**given, name: ANY_VALUE})
    texts = [
        sandbox.factory.format_texts(relation, {name: row[name]}) for row in (first, values) if name in row
    ]
    if texts[1:] == texts[:1]:
        result.notes.append(
            f"{key.identity}: found no value for {name} other than {format_value(first[name])}"
        )
        return
    answer = _try_values(sandbox, relation, values)
    what = f"a different {name}" + (f" with the same {format_values(given)}" if given else "")
    result.expect_accepted(
        not _is_refused_by_key(answer, key), f"{key.identity} refuses {what}, but the declaration accepts it"
    )


def _try_nulls(sandbox: Sandbox, key: UniqueKey, inside: dict[str, Any], result: ProbeResult) -> None:
    relation = sandbox.describe_table(key.identity)
    for name in key.elements:
        if isinstance(name, Sql) or name in inside or not sandbox.is_nullable(key.identity, name):
            continue
        try:
            with sandbox.rolled_back():
                first = _insert_first(sandbox, relation, key, {**inside, name: None})
                answer = _try_second(sandbox, relation, {**first, **inside})
        except RowError:
            # Another constraint refuses NULL in the column.
            continue
        if key.nulls_not_distinct:
            result.expect_refused(
                _is_refused_by_key(answer, key),
                f"{key.identity} must refuse a second NULL in {name}, but the row is {answer}",
            )
        else:
            result.expect_accepted(
                not _is_refused_by_key(answer, key),
                f"{key.identity} refuses a second NULL in {name}, but is not declared NULLS NOT DISTINCT",
            )


def _try_deferral(sandbox: Sandbox, key: UniqueKey, inside: dict[str, Any], result: ProbeResult) -> None:
    """Probe whether a constraint can be deferred exactly if the constraint is declared DEFERRABLE."""
    relation = sandbox.describe_table(key.identity)
    if key.identity.kind == "index":
        return
    name = qualified(relation.schema, key.identity.name)
    if not key.deferrable:
        answer = sandbox.try_action(lambda: None, defer=name)
        result.expect_refused(
            not answer.accepted, f"{key.identity} can be deferred, but is not declared DEFERRABLE"
        )
        return
    with sandbox.rolled_back():
        first = _insert_first(sandbox, relation, key, inside)
        answer = _try_second(sandbox, relation, first | inside, defer=name)
    if (
        answer.sqlstate == UNIQUE_VIOLATION
        and not _is_refused_by_key(answer, key)
        and _is_known_key(sandbox, key, answer)
    ):
        return
    result.expect_refused(
        _is_refused_by_key(answer, key) and answer.deferred,
        f"{key.identity} is declared DEFERRABLE, but cannot be deferred: a second row is {answer}",
    )
