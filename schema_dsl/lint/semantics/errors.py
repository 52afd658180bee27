"""What pass two finds, before it is known where in a file that is."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.lint.finding import Level


@attrs.frozen
class SemanticError:
    """A mistake, at a `location` of the tree (in bytes; -1 for none); `word` is the name that is wrong."""

    rule: str
    message: str
    remedy: str = ""
    location: int = -1
    word: str = ""
    level: Level = Level.ERROR


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known name that was most probably meant."""
    import difflib  # noqa: PLC0415 - only needed where something is wrong

    names = list(dict.fromkeys(known))
    found = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if not found:
        found = difflib.get_close_matches(word.lower(), [name.lower() for name in names], n=1, cutoff=0.6)
        return next((name for name in names if found and name.lower() == found[0]), None)
    return found[0]


def one_edit_apart(word: str, known: str) -> bool:
    """Say whether one letter added, left out, exchanged or swapped with its neighbour makes them equal."""
    if word == known or abs(len(word) - len(known)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known))
    )
    left, right = word[start:], known[start:]
    return (
        left[1:] == right
        or left == right[1:]
        or left[1:] == right[1:]
        or (left[:2] == right[:2][::-1] and left[2:] == right[2:] and len(left) > 1)
    )


def misspelt(word: str, known: Iterable[str], *, shortest: int = 6) -> str | None:
    """Give the known name of which this must be a misspelling: so near that it hardly is a name of its own.

    A plural or another number at the end makes a name of its own.
    """
    if len(word) < shortest:
        return None
    for name in known:
        if len(name) >= shortest and one_edit_apart(word, name):
            longer, shorter = (word, name) if len(word) > len(name) else (name, word)
            extra = longer.removeprefix(shorter)
            digits = [c for c in word if c.isdigit()] != [c for c in name if c.isdigit()]
            if not digits and extra not in {"s", "_"}:
                return name
    return None


def swapped(word: str, known: Iterable[str]) -> str | None:
    """Give the known name that has two neighbouring letters the other way round: nobody means that."""
    turned = {
        word[:index] + word[index + 1] + word[index] + word[index + 2 :] for index in range(len(word) - 1)
    } - {word}
    return next((name for name in known if name in turned), None)
