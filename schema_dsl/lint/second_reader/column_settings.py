"""Read the actions of ALTER COLUMN that sqlglot does not model: storage, compression, statistics and the sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlglot import Token

from schema_dsl.lint.second_reader.alter_index import read_parameters
from schema_dsl.lint.second_reader.elements import split_at_commas
from schema_dsl.lint.second_reader.sqlglot_parser import get_word
from schema_dsl.lint.second_reader.trees import UNKNOWN


def read_setting(action: Sequence[Token]) -> dict[str, Any]:
    """Return the attributes that an action sets, from the tokens after the name of the column.

    Each option is an attribute. The action writes only a part of a sequence, so its values are UNKNOWN.
    """
    words = [get_word(token) for token in action]
    match words:
        case ["SET", "STORAGE", mode]:
            return {"storage": mode.lower()}
        case ["SET", "COMPRESSION", method]:
            return {"compression": None if method == "DEFAULT" else method.lower()}
        case ["SET", "STATISTICS", *target]:
            number = "".join(target)
            return {"statistics": None if number == "-1" else int(number)}
        case ["SET" | "RESET" as verb, "(", *_]:
            options = read_parameters(action) if verb == "SET" else _read_names(action)
            return {f"option_{name}": value for name, value in options}
        case ["SET", word, *_] if word in _SEQUENCE:
            return {"sequence": UNKNOWN, "cache": UNKNOWN}
    return {}


def _read_names(action: Sequence[Token]) -> Iterator[tuple[str, None]]:
    """Yield the options in RESET (name, ...), which then have no value."""
    return ((str(item[0].text), None) for item in split_at_commas(action, 2)[0])


_SEQUENCE: Final = frozenset({"START", "INCREMENT", "MINVALUE", "MAXVALUE", "NO", "CACHE", "CYCLE"})
