"""Generate rows to test a declared condition with, and evaluate the condition for them."""

from __future__ import annotations

import itertools
import math
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from schema_dsl.parsing import list_columns
from schema_dsl.verify.proof import Sample, draw_sample
from schema_dsl.verify.rows.value_choice import domain_candidates
from schema_dsl.verify.values import Condition, Evaluator, candidate_values

ProbeRow = dict[str, "str | None"]

_MOST_EVALUATED = 3000
_MOST_TRIED = 70


@attrs.frozen
class JudgedRow:
    """A row in Postgres text format, and the value of the condition for it.

    Attributes:
        values: The row.
        satisfied: Whether the row satisfies the condition, as in a CHECK: the condition is true or NULL.
        is_true: Whether the condition is true.
    """

    values: ProbeRow
    satisfied: bool
    is_true: bool


@attrs.frozen
class JudgedRows:
    """The rows to try.

    Attributes:
        rows: The rows.
        sample: The numbers of the rows and of all combinations of values.
    """

    rows: Sequence[JudgedRow]
    sample: Sample


def judge_rows(
    evaluator: Evaluator,
    condition: Condition,
    nullable: Iterable[str],
    seed: int,
    *,
    beside: Iterable[str] = (),
) -> JudgedRows:
    """Generate rows that satisfy a condition and rows that do not, preferably with small differences.

    Postgres evaluates the declared condition, independent of the table and of the migration.

    Args:
        evaluator: The evaluator.
        condition: The declared condition.
        nullable: The columns that may be NULL.
        seed: The seed that selects combinations of values, if there are too many.
        beside: Other conditions on the same columns, which also contribute values.
    """
    options = _list_options(evaluator, condition, set(nullable), beside)
    possible = math.prod(map(len, options.values()))
    combined = _combine(options, random.Random(seed), possible)  # noqa: S311 - a sample, not a secret
    rows = [dict(zip(options, combination, strict=True)) for combination in combined]
    truths = evaluator.values(
        [condition.on(row, f"coalesce(({condition.text})::text, 'unknown')") for row in rows]
    )
    judged = [
        JudgedRow(row, truth != "false", truth == "true")
        for row, truth in zip(rows, truths, strict=True)
        if truth is not None
    ]
    # A combination for which the condition raises an error is no row to try.
    possible -= len(rows) - len(judged)
    selected = _select_rows(judged, seed)
    return JudgedRows(selected, Sample(len(selected), possible, seed))


def _list_options(
    evaluator: Evaluator, condition: Condition, nullable: set[str], beside: Iterable[str]
) -> dict[str, list[str | None]]:
    """Return the values to try for each column."""
    bases = {
        name: [parts[-1] for parts in list_columns(expression)]
        for name, expression in condition.computed.items()
    }
    sources = [
        candidate_values(source, condition.slots, bases)
        for source in (condition.text, *condition.computed.values(), *beside)
    ]
    options: dict[str, list[str | None]] = {}
    for name, slot in condition.slots.items():
        wanted = [value for source in sources for value in source.get(name, ())]
        texts = dict.fromkeys(
            evaluator.texts([(value, slot) for value in dict.fromkeys((*wanted, *domain_candidates(slot)))])
        )
        options[name] = [text for text in texts if text is not None] + ([None] if name in nullable else [])
    return options


def _combine(
    options: Mapping[str, Sequence[str | None]], chance: random.Random, possible: int
) -> Iterable[tuple[str | None, ...]]:
    """Return all combinations of values; if there are too many, some combinations and all their neighbors."""
    if possible <= _MOST_EVALUATED:
        return itertools.product(*options.values())
    neighbors = sum(map(len, options.values()))
    found: dict[tuple[str | None, ...], None] = {}
    for _ in range(max(1, _MOST_EVALUATED // neighbors)):
        base = tuple(chance.choice(values) for values in options.values())
        for index, values in enumerate(options.values()):
            found |= dict.fromkeys((*base[:index], value, *base[index + 1 :]) for value in values)
    return list(found)


def _select_rows(rows: list[JudgedRow], seed: int) -> list[JudgedRow]:
    """Select rows: first the rows for which one value changes the result, then every value of every column."""
    if len(rows) <= _MOST_TRIED:
        return rows
    edges = set(_find_edges(rows))
    selected: dict[int, JudgedRow] = {}
    seen: set[tuple[str, str | None, bool]] = set()
    for index in sorted(range(len(rows)), key=lambda index: index not in edges):
        row = rows[index]
        features = {(name, value, row.satisfied) for name, value in row.values.items()}
        if not features <= seen and len(selected) < _MOST_TRIED:
            seen |= features
            selected[index] = row
    rest = [index for index in range(len(rows)) if index not in selected]
    for index in draw_sample(rest, _MOST_TRIED - len(selected), seed):
        selected[index] = rows[index]
    return list(selected.values())


def _find_edges(rows: Sequence[JudgedRow]) -> Iterator[int]:
    """Yield the indexes of rows that have a neighbor with the other result: a row that differs in one value."""
    names = list(rows[0].values)
    for name in names:
        groups: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
        for index, row in enumerate(rows):
            groups[tuple(value for other, value in row.values.items() if other != name)].append(index)
        for group in groups.values():
            if len({rows[index].satisfied for index in group}) > 1:
                yield from group
