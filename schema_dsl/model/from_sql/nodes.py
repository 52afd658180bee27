"""Read names, types and expressions from the parse tree of a statement."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from schema_dsl.analysis.trees import names, option_text, options, qualified_name
from schema_dsl.errors import DefinitionError
from schema_dsl.model.argument import format_type
from schema_dsl.model.type import Type
from schema_dsl.parsing import Node, Statement, deparse_expression
from schema_dsl.parsing.lexer import tokens
from schema_dsl.sql import Sql, identifier

DEFAULT_SCHEMA: Final = "public"
_INT: Final = re.compile(r"\Aint\b")
QualifiedName = tuple[str, str]


def read_relation_name(relation: Node) -> QualifiedName:
    """Return the schema and the name of a RangeVar.

    Raises:
        DefinitionError: If the relation is temporary or in another database.
    """
    if relation.relpersistence == "t" or relation.catalogname:
        raise DefinitionError(
            f"{relation.relname} is temporary, or in another database", instead="Remove the statement."
        )
    return relation.schemaname or DEFAULT_SCHEMA, relation.relname


def read_qualified_name(nodes: Iterable[Node]) -> QualifiedName:
    """Return the schema and the name of a list of names."""
    schema, name = qualified_name(nodes)
    return schema or DEFAULT_SCHEMA, name


def read_type(node: Node) -> Type:
    """Return the type of a TypeName, with the spelling of Postgres for integer."""
    return Type(_INT.sub("integer", format_type(node)))


def read_expression(node: Node, field: str) -> Sql | None:
    """Return the SQL of an expression that a field of a node contains; None without one."""
    return Sql(deparse_expression(getattr(node, field))) if node.HasField(field) else None


def read_collation(clause: Node) -> Sql:
    """Return the name of a COLLATE clause as SQL."""
    return Sql(".".join(map(identifier, names(clause.collname))))


def read_options(nodes: Iterable[Node]) -> dict[str, str]:
    """Return the options in WITH (...) by name, such as `fillfactor`."""
    found = {}
    for node, (name, value) in zip(nodes := list(nodes), options(nodes), strict=True):
        space = node.def_elem.defnamespace
        found[f"{space}.{name}" if space else name] = option_text(value)
    return found


def refuse(what: str, instead: str) -> DefinitionError:
    """Return the error for a clause that a definition cannot declare."""
    return DefinitionError(what, instead=instead)


def find_text_after(statement: Statement, word: str) -> str:
    """Return the text of a statement after the first occurrence of a word that is not in parentheses."""
    depth = 0
    for token in tokens(statement.text):
        if token.word in {"(", "["}:
            depth += 1
        elif token.word in {")", "]"}:
            depth -= 1
        elif token.kind == "word" and token.word == word and depth == 0:
            return statement.text[token.end :]
    raise AssertionError(word)


def drop_words(text: str, *endings: tuple[str, ...]) -> str:
    """Return a text without the first of the sequences of words with which it ends."""
    found: list[Any] = list(tokens(text))
    for words in endings:
        last = found[-len(words) :]
        if tuple(token.word for token in last) == words:
            return text[: last[0].start]
    return text
