"""Read CREATE INDEX."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sqlglot import TokenType, exp

from schema_dsl.lint.second_reader.constraints import read_parameters
from schema_dsl.lint.second_reader.facts import Fact, Relation, StatementFacts, index_key, read_relation
from schema_dsl.lint.second_reader.index_elements import read_index_element
from schema_dsl.lint.second_reader.shapes import parse_by_shape
from schema_dsl.lint.second_reader.skeletons import NAME, build_skeleton, normalize_blanks
from schema_dsl.lint.second_reader.sqlglot_parser import (
    MisreadError,
    SqlglotNode,
    Unparsed,
    get_word,
    parse_statement,
    tokenize,
)
from schema_dsl.lint.second_reader.token_names import read_name, read_relation_tokens, skip_existence
from schema_dsl.lint.second_reader.trees import UNKNOWN_VALUES, Tree, fold

_SIMPLE: Final = re.compile(
    rf"CREATE (?:UNIQUE )?INDEX IF NOT EXISTS (?P<index>{NAME})\s+"
    rf"ON (?P<schema>{NAME})\.(?P<table>{NAME}) (?:USING {NAME} )?\(.*\Z",
    re.DOTALL,
)


@parse_by_shape
def _parse(text: str) -> tuple[str, Relation, dict[str, Any]] | Unparsed:
    tree = parse_statement(text)
    if isinstance(tree, Unparsed):
        return tree
    index = tree.this
    if not isinstance(index, exp.Index) or index.this is None:
        return Unparsed("sqlglot reads another statement")
    try:
        return fold(index.this), read_relation(index.args["table"]), _read_values(tree)
    except MisreadError as error:
        return Unparsed(f"it reads {error} instead of a name")


def read_index_skeleton(text: str) -> dict[str, Any] | None:
    """Return the attributes of an index with placeholders for its name and its table; None without a tree."""
    read = _parse(normalize_blanks(text))
    return None if isinstance(read, Unparsed) else read[2]


def read_index(text: str) -> StatementFacts:
    """Read CREATE INDEX."""
    skeleton = build_skeleton(_SIMPLE.match(text))
    if skeleton is not None:
        values = read_index_skeleton(skeleton[0])
        if values is not None:
            names = skeleton[1]
            return _build_facts(names["index"], (names["schema"], names["table"]), values)
    read = _parse(text)
    if not isinstance(read, Unparsed):
        return _build_facts(*read)
    shorter = _blank_nulls_not_distinct(text)
    again = _parse(shorter) if shorter is not None else read
    if isinstance(again, Unparsed):
        return StatementFacts(tuple(_read_name(text)), read)
    name, relation, values = again
    return StatementFacts(_build_facts(name, relation, {**values, "nulls_not_distinct": True}).facts, read)


def _read_name(text: str) -> Iterator[Fact]:
    """Yield the index of a statement that sqlglot cannot parse, without its attributes."""
    tokens = tokenize(text)
    words = [get_word(token) for token in tokens]
    if "INDEX" not in words:
        return
    at = words.index("INDEX") + 1
    at = skip_existence(tokens, at + (words[at : at + 1] == ["CONCURRENTLY"]))
    if words[at + 1 : at + 2] == ["ON"]:
        relation, _ = read_relation_tokens(tokens, at + 2 + (words[at + 2 : at + 3] == ["ONLY"]))
        if relation is not None:
            yield from _build_facts(read_name(tokens[at]), relation, UNKNOWN_VALUES).facts


def _build_facts(name: str, relation: Relation, values: Mapping[str, Any]) -> StatementFacts:
    # An index is in the schema of its table.
    key = index_key(relation[0], name)
    return StatementFacts((Fact("create", key, {**values, "table": relation}),))


def _read_values(tree: SqlglotNode) -> dict[str, Any]:
    parameters = tree.this.args["params"].args
    where = parameters.get("where")
    options = filter(None, [parameters.get("tablespace")])
    return {
        "unique": bool(tree.args.get("unique")),
        "nulls_not_distinct": False,
        "method": parameters["using"].name.lower() if parameters.get("using") else "btree",
        "elements": tuple(map(read_index_element, parameters.get("columns") or ())),
        "include": tuple(fold(each) for each in parameters.get("include") or ()),
        "parameters": read_parameters(parameters.get("with_storage")),
        "where": Tree(where.this) if where else None,
        "other": tuple(option.sql(dialect="postgres") for option in options),
    }


def _blank_nulls_not_distinct(text: str) -> str | None:
    """Replace NULLS NOT DISTINCT behind the keys by blanks, because sqlglot does not know it in CREATE INDEX."""
    tokens = tokenize(text)
    depth = 0
    for index, token in enumerate(tokens):
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if not depth and [get_word(each) for each in tokens[index : index + 3]] == [
            "NULLS",
            "NOT",
            "DISTINCT",
        ]:
            start, end = token.start, tokens[index + 2].end + 1
            return text[:start] + " " * (end - start) + text[end:]
    return None
