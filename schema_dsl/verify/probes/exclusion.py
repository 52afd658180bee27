"""Probe exclusion constraints with two rows that conflict, and two rows that do not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.constraint import Exclusion
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql, identifier
from schema_dsl.verify.probes.condition_rows import judge_rows
from schema_dsl.verify.probes.sandbox import (
    EXCLUSION_VIOLATION,
    ProbeResult,
    Sandbox,
    StatementResult,
    format_values,
)
from schema_dsl.verify.rows import ANY_VALUE
from schema_dsl.verify.rows.table_description import TableDescription
from schema_dsl.verify.values import distinct_value

_FIRST_NUMBER = 900_000


def probe(sandbox: Sandbox, identity: Identity, exclusion: Exclusion) -> ProbeResult:
    """Probe whether an exclusion constraint refuses a conflicting row and accepts rows that differ."""
    result = ProbeResult()
    relation = sandbox.describe_table(identity)
    columns = _list_columns(exclusion)
    for name in columns:
        sandbox.slot_of(relation, name)
    inside: dict[str, Any] = {}
    outside: list[dict[str, Any]] = []
    if exclusion.where is not None:
        slots = sandbox.slots_of(identity, exclusion.where)
        nullable = [name for name in slots if sandbox.is_nullable(identity, name)]
        rows = judge_rows(sandbox.evaluator, f"({exclusion.where}) IS TRUE", relation.name, slots, nullable)
        inside = next((dict(row.values) for row in rows if row.satisfied), {})
        outside = [dict(row.values) for row in rows if not row.satisfied][:2]
    with sandbox.rolled_back():
        row = sandbox.factory.insert_row(
            (relation.schema, relation.name), **_new_values(relation, columns, 1), **inside
        )
        first = inside | {name: row[name] for name in columns}
        # Change every column alone, and the columns of one element together, because an element can be a range.
        changes = dict.fromkeys(
            [*((name,) for name in columns), *(_columns_of(on) for on, _ in exclusion.elements)]
        )
        for second in [first, *(first | _other_values(sandbox, relation, names) for names in changes)]:
            conflict = _do_conflict(sandbox, relation, exclusion, first, second)
            answer = _try_second(sandbox, relation, second)
            if conflict is True:
                result.expect_refused(
                    answer.is_refused_by(EXCLUSION_VIOLATION, identity.name),
                    f"{identity} must refuse {format_values(second)} beside {format_values(first)}, "
                    f"but the row is {answer}",
                )
            elif conflict is False:
                result.expect_accepted(
                    not answer.is_refused_by(EXCLUSION_VIOLATION, identity.name),
                    f"{identity} refuses {format_values(second)} beside {format_values(first)}, "
                    "but the declaration accepts it",
                )
        for values in outside:
            answer = _try_second(sandbox, relation, first | values)
            result.expect_accepted(
                not answer.is_refused_by(EXCLUSION_VIOLATION, identity.name),
                f"{identity} refuses {format_values(first | values)}, "
                f"but the row does not match WHERE {exclusion.where}",
            )
    return result


def _list_columns(exclusion: Exclusion) -> list[str]:
    found: dict[str, None] = {}
    for on, _ in exclusion.elements:
        found |= dict.fromkeys(_columns_of(on))
    return list(found)


def _columns_of(on: str | Sql) -> tuple[str, ...]:
    return tuple(parts[-1] for parts in list_columns(on)) if isinstance(on, Sql) else (on,)


def _new_values(relation: TableDescription, columns: Iterable[str], number: int) -> dict[str, Any]:
    """Return distinct values; later columns get greater values, because two columns can be the bounds of a range."""
    values: dict[str, Any] = {}
    for name in columns:
        slot = relation.columns[name].slot
        step = list(relation.columns).index(name)
        value = distinct_value(slot.type, slot.modifier, _FIRST_NUMBER + 100 * number + step, name)
        values[name] = ANY_VALUE if name in relation.referencing_columns else value
    return values


def _other_values(sandbox: Sandbox, relation: TableDescription, columns: Iterable[str]) -> dict[str, Any]:
    """Return the values of another row, and insert the rows that its foreign keys reference."""
    found = _new_values(relation, columns, 3)
    if ANY_VALUE in found.values():
        values = sandbox.complete_values(relation, found)
        found = {name: values[name] for name in found}
    return found


def _do_conflict(
    sandbox: Sandbox,
    relation: TableDescription,
    exclusion: Exclusion,
    first: dict[str, Any],
    second: dict[str, Any],
) -> bool | None:
    """Return whether two rows conflict in every element; return None if the comparison fails."""
    columns = _list_columns(exclusion)
    texts = [
        sandbox.factory.format_texts(relation, {name: row[name] for name in columns})
        for row in (first, second)
    ]
    if texts[0] is None or texts[1] is None:
        return None
    slots = {f"{name}": relation.columns[name].slot for name in columns}
    compared = []
    for on, operator in exclusion.elements:
        written = on if isinstance(on, Sql) else identifier(on)
        sides = [
            sandbox.evaluator.expression_of_row(written, relation.name, slots, row)
            for row in texts
            if row is not None
        ]
        compared.append(f"({sides[0]} {operator} {sides[1]})")
    value = sandbox.evaluator.value(f"({' AND '.join(compared)}) IS TRUE")
    return None if value is None else bool(value)


def _try_second(sandbox: Sandbox, relation: TableDescription, given: dict[str, Any]) -> StatementResult:
    with sandbox.rolled_back():
        values = sandbox.complete_values(relation, given)
        name = (relation.schema, relation.name)
        return sandbox.try_action(
            lambda: sandbox.factory.insert_values(name, values, returning="true AS accepted")
        )
