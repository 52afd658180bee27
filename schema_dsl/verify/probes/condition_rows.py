"""Generate rows to test a declared condition with, and evaluate the condition for them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import attrs

from schema_dsl.verify.rows.value_choice import domain_candidates
from schema_dsl.verify.values import Evaluator, TypedSlot, candidate_values

ProbeRow = dict[str, "str | None"]

_MOST_EVALUATED = 3000
_MOST_TRIED = 70


@attrs.frozen
class JudgedRow:
    """A row in Postgres text format, and whether the row satisfies the condition."""

    values: ProbeRow
    satisfied: bool


def judge_rows(
    evaluator: Evaluator,
    condition: str,
    table: str,
    slots: Mapping[str, TypedSlot],
    nullable: Iterable[str],
    *,
    beside: Iterable[str] = (),
) -> list[JudgedRow]:
    """Generate rows that satisfy a condition and rows that do not, preferably with small differences.

    Postgres evaluates the declared condition, independent of the table and of the migration.

    Args:
        evaluator: The evaluator.
        condition: The declared condition.
        table: The table name that the condition may use.
        slots: The types of the columns.
        nullable: The columns that may be NULL.
        beside: Other conditions on the same columns, which also contribute values.
    """
    sources = [candidate_values(source, slots) for source in (condition, *beside)]
    found = {name: [value for source in sources for value in source.get(name, ())] for name in slots}
    options: dict[str, list[str | None]] = {}
    for name, slot in slots.items():
        wanted = dict.fromkeys((*found.get(name, ()), *domain_candidates(slot)))
        texts = dict.fromkeys(evaluator.texts([(value, slot) for value in wanted]))
        options[name] = [text for text in texts if text is not None] + (
            [None] if name in set(nullable) else []
        )
    rows = [dict(zip(options, combination, strict=True)) for combination in _combine(list(options.values()))]
    truths = evaluator.truths(condition, table, slots, rows)
    return _select_rows(
        [JudgedRow(row, truth) for row, truth in zip(rows, truths, strict=True) if truth is not None]
    )


def _combine(options: Sequence[Sequence[str | None]]) -> Iterable[tuple[str | None, ...]]:
    """Return all combinations of values, after a reduction of the values to at most 3000 combinations."""
    selected = list(options)
    while _product(selected) > _MOST_EVALUATED:
        longest = max(range(len(selected)), key=lambda index: len(selected[index]))
        half = len(selected[longest]) // 2
        # The last value stays, because it can be NULL.
        selected[longest] = [*selected[longest][:half], *selected[longest][-1:]]
    return itertools.product(*selected)


def _product(options: Sequence[Sequence[str | None]]) -> int:
    count = 1
    for values in options:
        count *= len(values)
    return count


def _select_rows(rows: list[JudgedRow]) -> list[JudgedRow]:
    """Select rows: first the rows for which one value changes the result, then every value of every column."""
    if len(rows) <= _MOST_TRIED:
        return rows
    selected: dict[int, JudgedRow] = {}
    seen: set[tuple[str, str | None, bool]] = set()
    ranked = sorted(range(len(rows)), key=lambda index: not _is_on_edge(rows[index], rows))
    for index in ranked:
        row = rows[index]
        features = {(name, value, row.satisfied) for name, value in row.values.items()}
        if not features <= seen and len(selected) < _MOST_TRIED:
            seen |= features
            selected[index] = row
    for index in ranked:
        if len(selected) < _MOST_TRIED:
            selected.setdefault(index, rows[index])
    return list(selected.values())


def _is_on_edge(row: JudgedRow, rows: list[JudgedRow]) -> bool:
    return any(
        other.satisfied is not row.satisfied
        and sum(other.values[name] != value for name, value in row.values.items()) == 1
        for other in rows
    )
