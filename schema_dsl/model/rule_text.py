"""Split the text of CREATE RULE into its condition and its action."""

from __future__ import annotations

from schema_dsl.parsing.lexer import tokens
from schema_dsl.sql import Sql


def split_rule(statement: str) -> tuple[Sql | None, Sql]:
    """Return the condition, if there is one, and the action of CREATE RULE.

    Args:
        statement: The statement, as a person or pg_get_ruledef() writes it.
    """
    depth = 0
    where = None
    for token in tokens(statement):
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if token.kind != "word" or depth:
            continue
        if token.word == "where" and where is None:
            where = token.end
        elif token.word == "do":
            condition = None if where is None else statement[where : token.start].strip()
            return None if condition is None else Sql(_strip_parentheses(condition)), _read_action(
                statement[token.end :]
            )
    raise AssertionError(statement)


def _read_action(text: str) -> Sql:
    """Return the action without INSTEAD and ALSO, which come first."""
    first = next(tokens(text))
    action = text[first.end :] if first.word in {"instead", "also"} else text
    return Sql(action.strip().removesuffix(";").rstrip())


def _strip_parentheses(condition: str) -> str:
    """Return a condition without the parentheses around all of it."""
    if not condition.startswith("("):
        return condition
    depth = 0
    for token in tokens(condition):
        depth += {"(": 1, ")": -1}.get(token.word, 0)
        if depth == 0:
            is_whole = token.end == len(condition)
            return condition[1:-1].strip() if is_whole else condition
    return condition
