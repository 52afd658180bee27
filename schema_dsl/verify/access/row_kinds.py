"""Combine the values of columns to kinds of rows: each value alone, and each pair of values."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeAlias

import attrs

from schema_dsl.verify.proof import Sample, draw_sample


@attrs.define(eq=False)
class ColumnOption:
    """A value of a column that conditions distinguish from other values.

    Attributes:
        label: The value for reports, such as "is 'published'".
        create: Returns the value in Postgres text format, and inserts the rows that it needs.
        renewable: Whether a second call of `create` returns another value with the same meaning.
        is_personal: Whether the value is about a person.
        weight: The number of conditions that the value satisfies.
    """

    label: str
    create: Callable[[], str | None]
    renewable: bool = False
    is_personal: bool = False
    weight: int = 0
    _shared: list[str | None] = attrs.field(init=False, factory=list)

    def supply(self, *, renew: bool = False) -> str | None:
        """Return the value that all rows share, or if possible a new value."""
        if renew and self.renewable:
            return self.create()
        if not self._shared:
            self._shared.append(self.create())
        return self._shared[0]


RowKind: TypeAlias = Mapping[str, ColumnOption]
"""The options of the columns that differ from a common row."""


@attrs.frozen
class RowKinds:
    """The kinds of rows to try.

    Attributes:
        kinds: The kinds, those that differ in few columns first.
        sample: The numbers of these and of possible kinds.
    """

    kinds: Sequence[RowKind]
    sample: Sample


def combine_options(
    options: Mapping[str, Sequence[ColumnOption]],
    crossed: Collection[str],
    most: int,
    seed: int,
    alone: Collection[str] = (),
) -> RowKinds:
    """Combine the options of columns.

    A small number of options is combined completely. Otherwise each option is tried alone and in pairs, with the first
    option of every other column, which satisfies no condition if possible. Each option is also tried alone with the
    options of the other columns that satisfy most conditions, because a condition may need several columns.

    Args:
        options: The options of each column.
        crossed: The columns of which every option is combined with everything: those with the owner of a row.
        most: The largest number of kinds.
        seed: The seed that selects the kinds, if there are more.
        alone: The columns that no condition reads, whose options are only tried alone.
    """
    single = {column: found for column, found in options.items() if column in alone}
    combined = {column: found for column, found in options.items() if column not in alone}
    kinds = _combine_all(combined, crossed, most, seed)
    rest = {column: found[0] for column, found in single.items()}
    first = {column: found[0] for column, found in combined.items()}
    bases = _combine(combined, [column for column in combined if column in crossed], {**first, **rest})
    varied = [kind for base in bases for kind in _vary(base, options, list(single), 1)]
    sample = Sample(len(varied), len(varied), seed) + kinds.sample
    return RowKinds([*({**kind, **rest} for kind in kinds.kinds), *varied], sample)


def _combine_all(
    options: Mapping[str, Sequence[ColumnOption]], crossed: Collection[str], most: int, seed: int
) -> RowKinds:
    """Combine the options of columns that conditions read."""
    if math.prod(map(len, options.values())) <= most:
        kinds = _combine(options, list(options), {})
        return RowKinds(
            sorted(kinds, key=lambda kind: _distance(kind, options)), Sample(len(kinds), len(kinds), seed)
        )
    first = {column: found[0] for column, found in options.items()}
    best = {column: max(found, key=lambda option: option.weight) for column, found in options.items()}
    fixed = [column for column in options if column in crossed]
    free = [column for column in options if column not in crossed]
    bases = _combine(options, fixed, first)
    granted = _combine(options, fixed, best)
    must = _remove_duplicates(
        [*bases, *(kind for base in bases for kind in _vary(base, options, free, 1)), *granted]
        + [kind for base in granted for kind in _vary(base, options, free, 1)]
    )
    pairs = _remove_duplicates([kind for base in bases for kind in _vary(base, options, free, 2)], must)
    kept = draw_sample(must, most, seed)
    kept += draw_sample(pairs, most - len(kept), seed)
    return RowKinds(kept, Sample(len(kept), len(must) + len(pairs), seed))


def _remove_duplicates(kinds: Sequence[RowKind], known: Sequence[RowKind] = ()) -> list[RowKind]:
    """Return the kinds without those that are known or repeated."""
    seen = {_key(kind) for kind in known}
    kept = []
    for kind in kinds:
        if _key(kind) not in seen:
            seen.add(_key(kind))
            kept.append(kind)
    return kept


def _key(kind: RowKind) -> tuple[tuple[str, int], ...]:
    return tuple(sorted((column, id(option)) for column, option in kind.items()))


def _combine(
    options: Mapping[str, Sequence[ColumnOption]], columns: Sequence[str], first: Mapping[str, ColumnOption]
) -> list[RowKind]:
    found = itertools.product(*(options[column] for column in columns))
    return [{**first, **dict(zip(columns, chosen, strict=True))} for chosen in found]


def _vary(
    base: RowKind, options: Mapping[str, Sequence[ColumnOption]], free: Sequence[str], count: int
) -> Iterator[RowKind]:
    """Yield the kinds that differ from a base in exactly `count` columns."""
    for columns in itertools.combinations(free, count):
        others = [[option for option in options[column] if option is not base[column]] for column in columns]
        for chosen in itertools.product(*others):
            yield {**base, **dict(zip(columns, chosen, strict=True))}


def _distance(kind: RowKind, options: Mapping[str, Sequence[ColumnOption]]) -> int:
    return sum(option is not options[column][0] for column, option in kind.items())


def describe_kind(kind: RowKind, options: Mapping[str, Sequence[ColumnOption]] | None = None) -> str:
    """Return the options of a kind as a phrase, such as "user_id is the owner's id and role is 'admin'".

    Args:
        kind: The kind.
        options: The options of the columns. The first option of a column is left out, unless it is about a person.
    """
    common = {id(found[0]) for found in (options or {}).values()}
    return " and ".join(
        f"{column} {option.label}"
        for column, option in kind.items()
        if id(option) not in common or option.is_personal
    )
