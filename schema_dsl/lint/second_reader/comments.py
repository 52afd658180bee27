"""Read COMMENT."""

from __future__ import annotations

import re
from typing import Final

from schema_dsl.lint.second_reader.facts import (
    CONSTRAINT,
    Fact,
    Key,
    StatementFacts,
    comment_key,
    index_key,
    part_key,
    relation_key,
)
from schema_dsl.lint.second_reader.skeletons import NAME
from schema_dsl.lint.second_reader.sqlglot_parser import Unparsed, get_word, parse_statement, tokenize
from schema_dsl.lint.second_reader.token_names import read_names

# sqlglot can read these two forms, and models no COMMENT ON POLICY. It takes 60 µs for each of hundreds of comments.
_ON_RELATION: Final = re.compile(
    rf"COMMENT ON (?:TABLE|COLUMN) (?P<schema>{NAME})\.(?P<table>{NAME})(?:\.(?P<column>{NAME}))?"
    r" IS (?P<text>'(?:[^'\\]|'')*')\Z"
)
_ON_POLICY: Final = re.compile(
    rf"COMMENT ON POLICY (?P<name>{NAME}) ON (?P<schema>{NAME})\.(?P<table>{NAME})"
    r" IS (?P<text>'(?:[^'\\]|'')*')\Z"
)
_ON_OTHER: Final = re.compile(
    r"COMMENT ON (?P<target>(?:[^\"']|\"(?:[^\"]|\"\")*\")+?) IS (?P<text>E?'(?:[^']|'')*'|NULL)\Z", re.DOTALL
)
# The kinds of objects whose COMMENT sqlglot models.
_MODELLED: Final = frozenset({"TABLE", "COLUMN", "INDEX", "CONSTRAINT"})
_OF_RELATION: Final = {"CONSTRAINT": CONSTRAINT, "POLICY": "policy", "TRIGGER": "trigger"}


def read_comment(text: str) -> StatementFacts:
    """Read COMMENT."""
    simple = _ON_RELATION.match(text)
    if simple:
        schema, table, column, comment = simple.groups()
        key = part_key("column", (schema, table), column) if column else relation_key((schema, table))
        return StatementFacts((Fact("set", key, {"comment": comment}),))
    simple = _ON_POLICY.match(text)
    if simple:
        name, schema, table, comment = simple.groups()
        return StatementFacts((Fact("set", part_key("policy", (schema, table), name), {"comment": comment}),))
    return _read_by_tokens(text)


def _read_by_tokens(text: str) -> StatementFacts:
    tokens = tokenize(text)
    kind = get_word(tokens[2]) if len(tokens) > _SHORTEST else ""
    unparsed = None
    if kind in _MODELLED:
        tree = parse_statement(text)
        unparsed = tree if isinstance(tree, Unparsed) else None
    if len(tokens) <= _SHORTEST:
        return StatementFacts((), unparsed)
    names, at = read_names(tokens, 3)
    relation: list[str] = []
    if kind in _OF_RELATION and get_word(tokens[at]) == "ON":
        relation, at = read_names(tokens, at + 1)
        if relation == ["domain"] and get_word(tokens[at]) != "IS":
            # A constraint of a domain, which is no object of this package.
            return StatementFacts()
    found = _build_key(kind, names, relation)
    if found is None:
        return _read_other(text)
    if at + 1 >= len(tokens) or get_word(tokens[at]) != "IS":
        return StatementFacts((), unparsed)
    value = text[tokens[at + 1].start : tokens[-1].end + 1]
    return StatementFacts(
        (Fact("set", found, {"comment": None if value.upper() == "NULL" else value}),), unparsed
    )


def _read_other(text: str) -> StatementFacts:
    """Read the comment on an object of a kind that sqlglot does not model."""
    match = _ON_OTHER.match(text)
    if match is None:
        return StatementFacts()
    comment = None if match["text"].upper() == "NULL" else match["text"]
    return StatementFacts((Fact("create", comment_key(match["target"]), {"comment": comment}),))


# COMMENT ON kind name IS text
_SHORTEST: Final = 5


def _build_key(kind: str, names: list[str], relation: list[str]) -> Key | None:
    if kind in _OF_RELATION and relation:
        return part_key(_OF_RELATION[kind], _pair(relation), names[-1])
    if kind == "TABLE":
        return relation_key(_pair(names))
    if kind == "INDEX":
        return index_key(*_pair(names))
    if kind == "COLUMN" and len(names) > 1:
        return part_key("column", _pair(names[:-1]), names[-1])
    return None


def _pair(names: list[str]) -> tuple[str, str]:
    return names[-2] if len(names) > 1 else "", names[-1]
