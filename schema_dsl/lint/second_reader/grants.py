"""Read GRANT and REVOKE on tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import attrs
from sqlglot import TokenType, exp

from schema_dsl.lint.second_reader.facts import Fact, Relation, StatementFacts, part_key, read_relation
from schema_dsl.lint.second_reader.skeletons import NAME, build_skeleton
from schema_dsl.lint.second_reader.sqlglot_parser import (
    MisreadError,
    Unparsed,
    get_word,
    parse_statement,
    tokenize,
)
from schema_dsl.lint.second_reader.token_names import read_name, read_relation_tokens
from schema_dsl.lint.second_reader.trees import UNKNOWN, fold

_SIMPLE: Final = re.compile(
    rf'(?:GRANT|REVOKE) [^"]+ ON TABLE (?P<schema>{NAME})\.(?P<table>{NAME}) (?:TO|FROM) .*\Z'
)
_OTHER_KINDS: Final = frozenset(
    {"DOMAIN", "FOREIGN", "FUNCTION", "LANGUAGE", "PROCEDURE", "ROUTINE", "SCHEMA", "SEQUENCE", "TYPE"}
)
_ATTRIBUTES: Final = ("privileges", "columns", "grantable", "grantable_columns")


@attrs.frozen
class _Privileges:
    """The privileges of a GRANT or REVOKE on a table.

    Attributes:
        relation: The table.
        gives: Whether the statement is a GRANT.
        roles: The roles.
        privileges: The table privileges.
        columns: The column privileges, as pairs of a column and a privilege.
        grantable: Whether WITH GRANT OPTION.
    """

    relation: Relation
    gives: bool
    roles: tuple[str, ...]
    privileges: frozenset[str]
    columns: frozenset[tuple[str, str]]
    grantable: bool


def read_grant(text: str) -> StatementFacts:
    """Read GRANT or REVOKE; the facts are about tables only."""
    skeleton = build_skeleton(_SIMPLE.match(text))
    if skeleton is not None:
        read = _parse(skeleton[0])
        if isinstance(read, _Privileges):
            return StatementFacts(tuple(_build_facts(read, (skeleton[1]["schema"], skeleton[1]["table"]))))
    read = _parse(text)
    if isinstance(read, Unparsed) and _names_other_kind(text):
        return StatementFacts()
    if isinstance(read, Unparsed):
        return StatementFacts(tuple(_read_roles(text)), read)
    return StatementFacts(() if read is None else tuple(_build_facts(read, read.relation)))


@lru_cache(maxsize=4096)
def _parse(text: str) -> _Privileges | Unparsed | None:
    tree = parse_statement(text)
    if isinstance(tree, Unparsed):
        return tree
    args = tree.args
    if not isinstance(tree, exp.Grant | exp.Revoke) or args.get("kind") not in {None, "", "TABLE"}:
        return None
    securable = args.get("securable")
    if not isinstance(securable, exp.Table):
        return None
    try:
        roles = tuple(fold(principal.this) for principal in args["principals"])
        relation = read_relation(securable)
        columns = frozenset(
            (fold(column.this), str(each.this.name).lower())
            for each in args["privileges"]
            for column in each.expressions
        )
    except MisreadError as error:
        return Unparsed(f"it reads {error} instead of a name")
    if set(roles) != {fact.key.name for fact in _read_roles(text)}:
        # sqlglot takes a role with the name "role" as the keyword ROLE.
        return Unparsed("it does not read the names of all roles")
    privileges = frozenset(str(each.this.name).lower() for each in args["privileges"] if not each.expressions)
    gives = isinstance(tree, exp.Grant)
    return _Privileges(relation, gives, roles, privileges, columns, bool(args.get("grant_option")))


def _build_facts(read: _Privileges, relation: Relation) -> Iterator[Fact]:
    for role in read.roles:
        key = part_key("privilege", relation, role)
        if read.gives:
            given = (read.privileges, read.columns)
            grantable = given if read.grantable else (frozenset(), frozenset())
            yield Fact("grant", key, dict(zip(_ATTRIBUTES, (*given, *grantable), strict=True)))
        elif "all" in read.privileges:
            # The privileges of a role are those that are granted after REVOKE ALL.
            empty: frozenset[Any] = frozenset()
            yield Fact("create", key, dict.fromkeys(_ATTRIBUTES, empty))


def _names_other_kind(text: str) -> bool:
    """Return whether a statement is about an object that is no table: `ON DOMAIN public.email`."""
    words = [get_word(token) for token in tokenize(text)]
    after = words[words.index("ON") + 1 :] if "ON" in words else []
    return len(after) > 1 and after[0] in _OTHER_KINDS and after[1] not in {".", ",", "TO", "FROM"}


def _read_roles(text: str) -> Iterator[Fact]:
    """Yield the roles of a statement from its tokens, without their privileges."""
    tokens = tokenize(text)
    words = [get_word(token) for token in tokens]
    if "ON" not in words:
        return
    at = words.index("ON") + 1
    relation, at = read_relation_tokens(tokens, at + (words[at : at + 1] == ["TABLE"]))
    if relation is None or words[at : at + 1] not in (["TO"], ["FROM"]):
        return
    while at + 1 < len(tokens):
        yield Fact(
            "create",
            part_key("privilege", relation, read_name(tokens[at + 1])),
            dict.fromkeys(_ATTRIBUTES, UNKNOWN),
        )
        at += 2
        if at >= len(tokens) or tokens[at].token_type is not TokenType.COMMA:
            return
