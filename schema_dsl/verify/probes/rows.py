"""Rows worth trying on a condition, and what the condition, as declared, says of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence

import attrs

from schema_dsl.verify.rows.choice import domain_candidates
from schema_dsl.verify.values import Evaluator, TypedSlot, candidate_values

ProbeRow = dict[str, "str | None"]

_MOST_ASKED = 3000
_MOST_TRIED = 70


@attrs.frozen
class Judged:
    """A row, as texts, and whether it meets the condition."""

    values: ProbeRow
    stands: bool


def judged(
    ask: Evaluator,
    condition: str,
    table: str,
    places: Mapping[str, TypedSlot],
    nullable: Iterable[str],
    *,
    beside: Iterable[str] = (),
) -> list[Judged]:
    """Give rows on both sides of a condition, near each other where they can be.

    Postgres is asked for the truth about each, with the condition as it was declared: no template, and nothing
    of the table, has a part in that. `beside` are other conditions on the same columns: what one of them lets
    in may be what another is to be tried on.
    """
    sources = [candidate_values(each, places) for each in (condition, *beside)]
    found = {name: [value for source in sources for value in source.get(name, ())] for name in places}
    options: dict[str, list[str | None]] = {}
    for name, place in places.items():
        wanted = dict.fromkeys((*found.get(name, ()), *domain_candidates(place)))
        texts = dict.fromkeys(ask.texts([(each, place) for each in wanted]))
        options[name] = [text for text in texts if text is not None] + (
            [None] if name in set(nullable) else []
        )
    rows = [dict(zip(options, each, strict=True)) for each in _combined(list(options.values()))]
    truths = ask.truths(condition, table, places, rows)
    return _telling(
        [Judged(row, truth) for row, truth in zip(rows, truths, strict=True) if truth is not None]
    )


def _combined(options: Sequence[Sequence[str | None]]) -> Iterable[tuple[str | None, ...]]:
    """Combine all with all, of so few values a column that it can be asked about."""
    kept = list(options)
    while _product(kept) > _MOST_ASKED:
        longest = max(range(len(kept)), key=lambda place: len(kept[place]))
        half = len(kept[longest]) // 2
        # NULL stands at the end, and is always worth trying.
        kept[longest] = [*kept[longest][:half], *kept[longest][-1:]]
    return itertools.product(*kept)


def _product(options: Sequence[Sequence[str | None]]) -> int:
    count = 1
    for each in options:
        count *= len(each)
    return count


def _telling(rows: list[Judged]) -> list[Judged]:
    """Keep those that tell most: where one value makes the difference, and each value of each column."""
    if len(rows) <= _MOST_TRIED:
        return rows
    kept: dict[int, Judged] = {}
    seen: set[tuple[str, str | None, bool]] = set()
    ranked = sorted(range(len(rows)), key=lambda place: not _on_edge(rows[place], rows))
    for place in ranked:
        row = rows[place]
        tells = {(name, value, row.stands) for name, value in row.values.items()}
        if not tells <= seen and len(kept) < _MOST_TRIED:
            seen |= tells
            kept[place] = row
    for place in ranked:
        if len(kept) < _MOST_TRIED:
            kept.setdefault(place, rows[place])
    return list(kept.values())


def _on_edge(row: Judged, rows: list[Judged]) -> bool:
    return any(
        other.stands is not row.stands
        and sum(other.values[name] != value for name, value in row.values.items()) == 1
        for other in rows
    )
