"""Semantic errors by location in the parse tree, and the search for the name that was meant."""

from __future__ import annotations

from collections.abc import Iterable

import attrs


@attrs.frozen
class SemanticError:
    """An error of the semantic check.

    Attributes:
        rule: The name of the rule.
        message: The error, in the wording of Postgres where Postgres has such an error.
        location: The byte offset in the statement; -1 if unknown; below -1 for an offset in the file (-2 - offset).
        word: The wrong name, to mark in the file.
        certain: Whether Postgres certainly refuses the statement; otherwise the name may exist elsewhere.
    """

    rule: str
    message: str
    remedy: str = ""
    location: int = -1
    word: str = ""
    certain: bool = True


def find_nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that is most similar to a word; None if no candidate is similar enough."""
    import difflib  # noqa: PLC0415 - only needed after an error

    names = list(dict.fromkeys(candidates))
    matches = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not matches:
        matches = difflib.get_close_matches(word.lower(), [name.lower() for name in names], n=1, cutoff=0.6)
        return next((name for name in names if matches and name.lower() == matches[0]), None)
    return matches[0]


def is_one_edit_apart(word: str, other: str) -> bool:
    """Return whether one inserted, deleted, replaced or transposed letter turns one word into the other."""
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
    )
    left, right = word[start:], other[start:]
    return (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:] and len(left) > 1)
    )


def find_misspelt(word: str, candidates: Iterable[str], *, shortest: int = 6) -> str | None:
    """Return the candidate of which a word is very probably a misspelling.

    A plural or a different number is a different name, not a misspelling. Words below `shortest` letters are skipped.
    """
    if len(word) < shortest:
        return None
    for name in candidates:
        if len(name) >= shortest and is_one_edit_apart(word, name):
            longer, shorter = (word, name) if len(word) > len(name) else (name, word)
            extra = longer.removeprefix(shorter)
            digits = [c for c in word if c.isdigit()] != [c for c in name if c.isdigit()]
            if not digits and extra not in {"s", "_"}:
                return name
    return None


def find_swapped(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that differs from a word by two transposed letters."""
    turned = {
        word[:index] + word[index + 1] + word[index] + word[index + 2 :] for index in range(len(word) - 1)
    } - {word}
    return next((name for name in candidates if name in turned), None)
