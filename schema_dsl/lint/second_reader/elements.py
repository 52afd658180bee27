"""Read the columns and constraints of CREATE TABLE and ALTER TABLE, each as a text of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlglot import Token, TokenType, exp

from schema_dsl.lint.second_reader.columns import read_column
from schema_dsl.lint.second_reader.constraints import read_constraint
from schema_dsl.lint.second_reader.facts import CONSTRAINT, Fact, Relation, part_key
from schema_dsl.lint.second_reader.postgres_clauses import cut_clauses
from schema_dsl.lint.second_reader.skeletons import PLACEHOLDER
from schema_dsl.lint.second_reader.sqlglot_parser import (
    MisreadError,
    SqlglotNode,
    Unparsed,
    get_word,
    parse_statement,
    tokenize,
)
from schema_dsl.lint.second_reader.token_names import read_name
from schema_dsl.lint.second_reader.trees import UNKNOWN_VALUES

BEFORE_ELEMENT: Final = "CREATE TABLE t ("


def parse_element(text: str) -> SqlglotNode | Unparsed:
    """Parse the text of one column or constraint; offsets in the tree count from the start of BEFORE_ELEMENT."""
    tree = parse_statement(f"{BEFORE_ELEMENT}{text}\n)")
    if isinstance(tree, Unparsed):
        return tree
    if not isinstance(tree.this, exp.Schema) or len(tree.this.expressions) != 1:
        return Unparsed("sqlglot reads another statement")
    element: SqlglotNode = tree.this.expressions[0]
    return element


def read_element(element: SqlglotNode, relation: Relation, start: int = 0) -> Iterator[Fact]:
    """Yield the facts of a column or a constraint in CREATE TABLE.

    Args:
        element: The tree of the element.
        relation: The table.
        start: The offset that is added to the offsets in the tree.

    Raises:
        MisreadError: If sqlglot reads neither a column nor a constraint.
    """
    if isinstance(element, exp.ColumnDef):
        yield from read_column(element, relation, start)
        return
    fact = read_constraint(element, relation, start=start)
    if fact is not None:
        yield fact
    elif not isinstance(element, exp.LikeProperty):
        raise MisreadError(element.__class__.__name__)


def read_facts(text: str, relation: Relation, start: int = 0) -> list[Fact] | None:
    """Return the facts of the text of one element; None if sqlglot cannot read it."""
    tree = parse_element(text)
    try:
        return (
            None
            if isinstance(tree, Unparsed)
            else list(read_element(tree, relation, start - len(BEFORE_ELEMENT)))
        )
    except MisreadError:
        return None


def read_element_text(text: str, relation: Relation, start: int) -> Iterator[Fact]:
    """Yield the facts of the text of one element; attributes that sqlglot cannot read are UNKNOWN.

    Args:
        text: The text of the element.
        relation: The table.
        start: The offset of the text in the statement.
    """
    facts = read_facts(text, relation, start)
    if facts is not None:
        yield from facts
        return
    tokens = tokenize(text)
    cut = cut_clauses(text, tokens)
    if cut is not None:
        for fact in read_element_text(cut[0], relation, start):
            yield Fact("create", fact.key, {**fact.values, **cut[1]}, fact.offset, fact.length)
    elif get_word(tokens[0]) == "CONSTRAINT":
        name = read_name(tokens[1])
        yield Fact("create", part_key(CONSTRAINT, relation, name), UNKNOWN_VALUES, start + tokens[1].start, 1)
    else:
        key = part_key("column", relation, read_name(tokens[0]))
        # sqlglot may take the name for a keyword.
        read = read_facts(f"{PLACEHOLDER}{text[tokens[0].end + 1 :]}", relation)
        values = {**UNKNOWN_VALUES, "unreadable": True} if read is None else read[0].values
        yield Fact("create", key, values, start, len(text))


def split_at_commas(tokens: Sequence[Token], start: int) -> tuple[list[Sequence[Token]], Sequence[Token]]:
    """Split tokens at the commas outside parentheses, up to the end or the parenthesis that closes the list.

    Returns:
        The lists of tokens, and the tokens behind the parenthesis.
    """
    found: list[Sequence[Token]] = []
    depth = 0
    begun = start
    for index in range(start, len(tokens)):
        kind = tokens[index].token_type
        if kind in _OPENING:
            depth += 1
        elif kind in _CLOSING and depth:
            depth -= 1
        elif kind is TokenType.R_PAREN or (kind is TokenType.COMMA and not depth):
            if index > begun:
                found.append(tokens[begun:index])
            begun = index + 1
            if kind is TokenType.R_PAREN:
                return found, tokens[begun:]
    if begun < len(tokens):
        found.append(tokens[begun:])
    return found, ()


_OPENING: Final = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET})
_CLOSING: Final = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET})
