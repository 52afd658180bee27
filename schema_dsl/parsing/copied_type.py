"""Read the types that a declaration of PL/pgSQL copies: %TYPE and %ROWTYPE."""

from __future__ import annotations

import re

import attrs

from schema_dsl.parsing.lexer import read_name, tokens

# Since Postgres 17, %TYPE may be followed by an array.
_BOUNDS = re.compile(r"(?:array)?(?:\[\d*\])*")


@attrs.frozen
class CopiedType:
    """A type that is that of a variable, a column or the rows of a relation.

    Attributes:
        names: The name of the variable, column or relation, with its qualifiers.
        is_row: Whether it is the row type of a relation (%ROWTYPE).
        is_array: Whether it is an array of the type.
    """

    names: tuple[str, ...]
    is_row: bool
    is_array: bool


def read_copied_type(text: str) -> CopiedType | None:
    """Return the copied type in the text of a type; None for a type that is written out."""
    if "%" not in text:
        return None
    found = list(tokens(text))
    words = [token.word for token in found]
    at = words.index("%") if "%" in words else len(words)
    what, bounds = "".join(words[at + 1 : at + 2]), "".join(words[at + 2 :])
    if not at or what not in {"type", "rowtype"} or not _BOUNDS.fullmatch(bounds):
        return None
    names = tuple(read_name(text, token) for token in found[:at] if token.word != ".")
    return CopiedType(names, is_row=what == "rowtype", is_array=bool(bounds))
