"""Read DROP of relations, indexes, policies and triggers, and RENAME CONSTRAINT."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from schema_dsl.lint.second_reader.facts import (
    CONSTRAINT,
    Fact,
    Key,
    StatementFacts,
    index_key,
    part_key,
    relation_key,
)
from schema_dsl.lint.second_reader.skeletons import NAME, build_skeleton
from schema_dsl.lint.second_reader.sqlglot_parser import get_word, tokenize
from schema_dsl.lint.second_reader.token_names import read_names, read_relation_tokens, skip_existence

_KEYS: Final[dict[str, Callable[[str, str], Key]]] = {
    "TABLE": lambda schema, name: relation_key((schema, name)),
    "INDEX": index_key,
    "VIEW": lambda schema, name: relation_key((schema, name)),
    "MATERIALIZED": lambda schema, name: relation_key((schema, name)),
    "FOREIGN": lambda schema, name: relation_key((schema, name)),
}


_SIMPLE: Final = re.compile(
    rf"DROP (?:POLICY|TRIGGER) IF EXISTS (?P<part>{NAME}) ON (?P<schema>{NAME})\.(?P<table>{NAME})\Z"
)


def read_drop(text: str) -> StatementFacts:
    """Read a DROP of one object; other statements have no facts."""
    skeleton = build_skeleton(_SIMPLE.match(text))
    if skeleton is None:
        return _read(text)
    read, names = _read(skeleton[0]), skeleton[1]
    if not read.facts:
        return _read(text)
    key = part_key(read.facts[0].key.kind, (names["schema"], names["table"]), names["part"])
    return StatementFacts((Fact("drop", key),))


def read_rename(text: str) -> StatementFacts:
    """Read the RENAME of a constraint, whose name another one can get then; other statements have no facts."""
    tokens = tokenize(text)
    relation, start = read_relation_tokens(tokens, 2)
    words = [get_word(token) for token in (*tokens[:2], *tokens[start : start + 2])]
    if relation is None or words != ["ALTER", "TABLE", "RENAME", "CONSTRAINT"]:
        return StatementFacts()
    key = part_key(CONSTRAINT, relation, read_names(tokens, start + 2)[0][0])
    return StatementFacts((Fact("drop", key, {}, tokens[start + 2].start),))


@lru_cache(maxsize=4096)
def _read(text: str) -> StatementFacts:
    tokens = tokenize(text)
    if len(tokens) < 3:  # noqa: PLR2004 - DROP kind name
        return StatementFacts()
    kind = get_word(tokens[1])
    # DROP INDEX CONCURRENTLY, DROP MATERIALIZED VIEW and DROP FOREIGN TABLE; Postgres also drops their parts.
    if kind == "FOREIGN" and get_word(tokens[2]) != "TABLE":
        return StatementFacts()
    first = 3 if get_word(tokens[2]) in {"CONCURRENTLY", "VIEW", "TABLE"} else 2
    names, end = read_names(tokens, skip_existence(tokens, first))
    if not names:
        return StatementFacts()
    if kind in _KEYS:
        schema = names[-2] if len(names) > 1 else ""
        is_incomplete = kind == "INDEX" and get_word(tokens[first]) != "IF"
        values = {"kind": kind, "if_invalid": is_incomplete}
        return StatementFacts((Fact("drop", _KEYS[kind](schema, names[-1]), values),))
    if kind in {"POLICY", "TRIGGER"} and end < len(tokens) and get_word(tokens[end]) == "ON":
        relation, _ = read_relation_tokens(tokens, end + 1)
        if relation is not None:
            return StatementFacts((Fact("drop", part_key(kind.lower(), relation, names[-1])),))
    return StatementFacts()
