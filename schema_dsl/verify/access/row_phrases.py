"""Describe in words which rows fail: the shortest description that fits no row that holds."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

Feature: TypeAlias = tuple[str, str]
"""A column and a label, such as ("state", "is 'published'")."""
RowLabels: TypeAlias = Mapping[str, str]
"""The values of a row that conditions distinguish: column to label."""

_MAX_PHRASES: Final = 4
_MAX_FEATURES: Final = 3


def describe_rows(failed: Sequence[RowLabels], held: Sequence[RowLabels]) -> str:
    """Return a phrase such as "whose state is 'published'", or "" if every row of this operation fails.

    Args:
        failed: The kinds of rows that fail.
        held: The kinds of the other rows.
    """
    if not held:
        return ""
    remaining = list(failed)
    chosen: list[tuple[Feature, ...]] = []
    for size in range(1, _MAX_FEATURES + 1):
        while remaining:
            found = _find_description(remaining, held, size)
            if found is None:
                break
            chosen.append(found)
            remaining = [kind for kind in remaining if not _fits(found, kind)]
    if not chosen:
        return "in some cases"
    phrases = _merge(chosen, [*failed, *held])
    shown = [f"whose {phrase}" for phrase in phrases[:_MAX_PHRASES]]
    if remaining or len(phrases) > _MAX_PHRASES:
        shown.append("in other cases")
    return " or ".join(shown)


def _find_description(
    failed: Sequence[RowLabels], held: Sequence[RowLabels], size: int
) -> tuple[Feature, ...] | None:
    """Return the features that most failed rows have together, and no row that holds has."""
    counts: dict[tuple[Feature, ...], int] = {}
    for kind in failed:
        for features in itertools.combinations(sorted(kind.items()), size):
            counts[features] = counts.get(features, 0) + 1
    for features in sorted(counts, key=lambda found: (-counts[found], found)):
        if not any(_fits(features, kind) for kind in held):
            return features
    return None


def _fits(features: Iterable[Feature], kind: RowLabels) -> bool:
    return all(kind.get(column) == label for column, label in features)


def _merge(chosen: Sequence[tuple[Feature, ...]], kinds: Sequence[RowLabels]) -> list[str]:
    """Return the descriptions as phrases, with the values of one column together."""
    by_column: dict[str, list[str]] = {}
    phrases: list[str] = []
    for features in chosen:
        if len(features) == 1:
            by_column.setdefault(features[0][0], []).append(features[0][1])
        else:
            phrases.append(" and ".join(f"{column} {label}" for column, label in features))
    single = [f"{column} {_join(labels, column, kinds)}" for column, labels in by_column.items()]
    return single + phrases


def _join(labels: Sequence[str], column: str, kinds: Sequence[RowLabels]) -> str:
    """Return several values of a column as a phrase; all but NULL are "is not NULL"."""
    others = {kind[column] for kind in kinds if column in kind} - set(labels)
    return "is not NULL" if len(labels) > 1 and others == {"is NULL"} else " or ".join(labels)
