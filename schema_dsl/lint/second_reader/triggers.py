"""Read CREATE TRIGGER."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

from sqlglot import exp

from schema_dsl.lint.second_reader.facts import Fact, Relation, StatementFacts, part_key, read_relation
from schema_dsl.lint.second_reader.skeletons import NAME, build_skeleton
from schema_dsl.lint.second_reader.sqlglot_parser import (
    MisreadError,
    SqlglotNode,
    Unparsed,
    get_word,
    parse_statement,
    tokenize,
)
from schema_dsl.lint.second_reader.token_names import read_name, read_relation_tokens
from schema_dsl.lint.second_reader.trees import UNKNOWN_VALUES, Tree, fold

_SIMPLE: Final = re.compile(
    rf"CREATE OR REPLACE TRIGGER (?P<trigger>{NAME})\s+(?:BEFORE|AFTER) [A-Za-z0-9_, ]+ "
    rf"ON (?P<schema>{NAME})\.(?P<table>{NAME})\s+FOR EACH .*\Z",
    re.DOTALL,
)


def read_trigger(text: str) -> StatementFacts:
    """Read CREATE TRIGGER."""
    skeleton = build_skeleton(_SIMPLE.match(text))
    if skeleton is not None:
        read = _parse(skeleton[0])
        if not isinstance(read, Unparsed):
            names = skeleton[1]
            key = part_key("trigger", (names["schema"], names["table"]), names["trigger"])
            return StatementFacts((Fact("create", key, read[2]),))
    read = _parse(text)
    if isinstance(read, Unparsed):
        return StatementFacts(tuple(_read_name(text)), read)
    name, relation, values = read
    return StatementFacts((Fact("create", part_key("trigger", relation, name), values),))


def _read_name(text: str) -> Iterator[Fact]:
    """Yield the trigger of a statement that sqlglot cannot parse, without its attributes."""
    tokens = tokenize(text)
    words = [get_word(token) for token in tokens]
    if "TRIGGER" not in words or "ON" not in words:
        return
    name = words.index("TRIGGER") + 1
    relation, _ = read_relation_tokens(tokens, words.index("ON", name) + 1)
    if relation is not None:
        yield Fact("create", part_key("trigger", relation, read_name(tokens[name])), UNKNOWN_VALUES)


@lru_cache(maxsize=4096)
def _parse(text: str) -> tuple[str, Relation, dict[str, Any]] | Unparsed:
    tree = parse_statement(text)
    if isinstance(tree, Unparsed):
        return tree
    properties = tree.find(exp.TriggerProperties)
    if properties is None:
        return Unparsed("sqlglot reads another statement")
    try:
        return fold(tree.this), read_relation(properties.args["table"]), _read_values(properties)
    except MisreadError as error:
        return Unparsed(f"it reads {error} instead of a name")


def _read_values(properties: SqlglotNode) -> dict[str, Any]:
    args = properties.args
    events = {}
    for event in args["events"]:
        columns = tuple(fold(column.this) for column in event.args.get("columns") or ())
        events[str(event.this).lower()] = columns
    referencing = args.get("referencing")
    tables = {side: referencing.args.get(side) if referencing else None for side in ("old", "new")}
    return {
        "timing": str(args["timing"]).lower(),
        "events": events,
        "for_each_row": str(args.get("for_each") or "STATEMENT").upper() == "ROW",
        "when": Tree(args["when"]) if args.get("when") else None,
        "function": Tree(args["execute"].this),
        "old_table": fold(tables["old"]) if tables["old"] else None,
        "new_table": fold(tables["new"]) if tables["new"] else None,
        "constraint": bool(args.get("constraint")),
        "deferrable": str(args.get("deferrable")) == "DEFERRABLE",
        "initially_deferred": str(args.get("initially")) == "DEFERRED",
        "enabled": "origin",
    }
