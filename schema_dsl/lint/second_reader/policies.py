"""Read CREATE POLICY and ALTER POLICY.

sqlglot does not model policies: the tokens of sqlglot give the clauses, and its trees give the conditions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlglot import Token, TokenType

from schema_dsl.lint.second_reader.facts import Fact, StatementFacts, part_key
from schema_dsl.lint.second_reader.shapes import parse_by_shape
from schema_dsl.lint.second_reader.skeletons import NAME, build_skeleton
from schema_dsl.lint.second_reader.sqlglot_parser import Unparsed, get_word, parse_condition, tokenize
from schema_dsl.lint.second_reader.token_names import read_name, read_relation_tokens
from schema_dsl.lint.second_reader.trees import UNKNOWN, Tree

_SIMPLE: Final = re.compile(
    rf"(?:CREATE|ALTER) POLICY (?P<policy>{NAME}) ON (?P<schema>{NAME})\.(?P<table>{NAME})\s.*\Z", re.DOTALL
)
_COMMANDS: Final = frozenset({"ALL", "SELECT", "INSERT", "UPDATE", "DELETE"})


def read_policy(text: str) -> StatementFacts:
    """Read CREATE POLICY or ALTER POLICY."""
    skeleton = build_skeleton(_SIMPLE.match(text))
    if skeleton is None:
        return _read(text)
    read, names = _read(skeleton[0]), skeleton[1]
    if read.unparsed is not None or not read.facts:
        # The offset of the condition counts from the start of the statement with its names.
        return _read(text)
    key = part_key("policy", (names["schema"], names["table"]), names["policy"])
    return StatementFacts((Fact(read.facts[0].action, key, read.facts[0].values),))


@lru_cache(maxsize=4096)
def _read(text: str) -> StatementFacts:
    tokens = tokenize(text)
    if len(tokens) < _SHORTEST or get_word(tokens[3]) != "ON":
        return StatementFacts()
    relation, start = read_relation_tokens(tokens, 4)
    if relation is None:
        return StatementFacts()
    creates = get_word(tokens[0]) == "CREATE"
    clauses = _Clauses(text, tokens, start)
    clauses.read()
    values = clauses.values
    if creates:
        values = {
            "command": "all",
            "permissive": True,
            "to": ("public",),
            "using": None,
            "check": None,
            **values,
        }
    key = part_key("policy", relation, read_name(tokens[2]))
    fact = Fact("create" if creates else "set", key, {**values, "repeated": tuple(clauses.repeated)})
    return StatementFacts((fact,), clauses.unparsed)


# CREATE POLICY name ON table
_SHORTEST: Final = 5


@attrs.define
class _Clauses:
    """The clauses behind the name of the table."""

    text: str
    tokens: Sequence[Token]
    at: int
    values: dict[str, Any] = attrs.field(factory=dict)
    repeated: list[str] = attrs.field(factory=list)
    unparsed: Unparsed | None = None

    def read(self) -> None:
        while self.at < len(self.tokens):
            word = get_word(self.tokens[self.at])
            following = get_word(self.tokens[self.at + 1]) if self.at + 1 < len(self.tokens) else ""
            self.at += 1
            if word == "AS":
                self._set("permissive", following != "RESTRICTIVE")
            elif word == "FOR" and following in _COMMANDS:
                self._set("command", following.lower())
            elif word == "TO":
                self._set("to", self._read_roles())
            elif word == "USING":
                self._set("using", self._read_condition())
            elif word == "CHECK":
                self._set("check", self._read_condition())

    def _set(self, name: str, value: Any) -> None:
        if name in self.values:
            self.repeated.append(name)
        self.values[name] = value

    def _read_roles(self) -> tuple[str, ...]:
        roles = []
        while self.at < len(self.tokens):
            roles.append(read_name(self.tokens[self.at]))
            self.at += 1
            if self.at >= len(self.tokens) or self.tokens[self.at].token_type is not TokenType.COMMA:
                break
            self.at += 1
        return tuple(sorted(roles))

    def _read_condition(self) -> Any:
        if self.at >= len(self.tokens):
            return UNKNOWN
        first, depth = self.at, 0
        while self.at < len(self.tokens):
            kind = self.tokens[self.at].token_type
            depth += (kind is TokenType.L_PAREN) - (kind is TokenType.R_PAREN)
            self.at += 1
            if not depth:
                break
        condition = self.text[self.tokens[first].end + 1 : self.tokens[self.at - 1].start].lstrip()
        start = self.tokens[self.at - 1].start - len(condition)
        tree = read_condition(condition.rstrip())
        if isinstance(tree, Unparsed):
            self.unparsed = self.unparsed or Unparsed(tree.message, start + tree.offset)
            return UNKNOWN
        return tree


@parse_by_shape
def read_condition(text: str) -> Tree | Unparsed:
    """Read a condition of a policy."""
    tree = parse_condition(text)
    return tree if isinstance(tree, Unparsed) else Tree(tree)
