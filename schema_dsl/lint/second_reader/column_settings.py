"""Read the actions of ALTER COLUMN that sqlglot does not model: storage, compression, statistics and the sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlglot import Token

from schema_dsl.lint.second_reader.sqlglot_parser import get_word
from schema_dsl.lint.second_reader.trees import UNKNOWN


def read_setting(action: Sequence[Token]) -> dict[str, Any]:
    """Return the attribute that an action sets, from the tokens after the name of the column.

    Of options and of a sequence the action writes only a part, so their values are UNKNOWN.
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
        # sqlglot takes RESET and all that follows for one word.
        case ["SET", "(", *_] | ["RESET", *_]:
            return {"options": UNKNOWN}
        case ["SET", word, *_] if word in _SEQUENCE:
            return {"sequence": UNKNOWN, "cache": UNKNOWN}
    return {}


_SEQUENCE: Final = frozenset({"START", "INCREMENT", "MINVALUE", "MAXVALUE", "NO", "CACHE", "CYCLE"})
