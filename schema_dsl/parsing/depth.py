"""Measure the depth of a text of SQL. The parser of Postgres recurses without a limit: a deep text ends the process."""

from __future__ import annotations

import re

import attrs

from schema_dsl.parsing.lexer import tokens

# Servers refuse about 5,500 times `+` in a row by their default max_stack_depth of 2 MB. The parser needs less than
# 400 bytes of stack a level here, and the stack of a thread has 8 MB.
MAX_DEPTH = 10_000

_OPERATOR = frozenset([*"+-*/<>=~!@#%^&|`?", "::"])
_OPERATOR_WORDS = frozenset(
    {"at", "collate", "ilike", "in", "is", "isnull", "like", "notnull", "operator", "similar"}
)
# Tokens at which another expression begins.
_BEGINS = frozenset(
    {",", "and", "as", "begin", "check", "default", "else", "end", "from", "having", "if", "limit", "on"}
)
_BEGINS |= {
    "or",
    "by",
    "return",
    "returning",
    "select",
    "set",
    "then",
    "using",
    "values",
    "when",
    "where",
    "with",
}
_QUERY_WORDS = frozenset({"except", "intersect", "join", "union"})
_ANY_WORD = re.compile(rf"\b(?:{'|'.join(sorted(_OPERATOR_WORDS | _QUERY_WORDS))})\b", re.IGNORECASE)
# Comments, strings, quoted names and dollar-quoted bodies. A dollar may be a part of a name. Each alternative starts
# with a literal character, by which the module re skips all other characters fast.
_NO_EXPRESSION = re.compile(
    r"""--[^\n]*|e(?<!\we)'(?:[^'\\]|\\.|'')*'|E(?<!\wE)'(?:[^'\\]|\\.|'')*'|'[^']*'|"[^"]*"|"""
    r"""\$(?<![\w$]\$)((?:[^\W\d]\w*)?\$).*?\$\1""",
    re.DOTALL,
)


def find_excess_depth(text: str) -> int | None:
    """Find where a text nests more than MAX_DEPTH levels.

    Counts the levels of trees that are deep on the left: operators in a row, casts, COLLATE, UNION and JOIN.
    Parentheses and other nesting on the right have a limit in the grammar. AND, OR and commas make lists, and no
    levels.

    Returns:
        The offset of the token that exceeds the limit; None if no part of the text does.
    """
    if len(text) < MAX_DEPTH or not any(
        _count_candidates(part) >= MAX_DEPTH for part in _list_long_parts(text)
    ):
        return None
    levels = _Levels()
    outer: list[_Levels] = []
    end_of_operator = -1
    for token in tokens(text):
        word = token.word
        if word in _OPERATOR:
            # The characters of one operator follow each other directly.
            levels.add_operators(token.start != end_of_operator)
            end_of_operator = token.end
        elif word in {"(", "["}:
            outer.append(levels)
            levels = _Levels()
        elif word in {")", "]"} and outer:
            inner, levels = levels, outer.pop()
            levels.enclose(inner)
        elif word == ";":
            levels = _Levels()
            outer.clear()
        else:
            levels.read_word(word)
        if levels.most > MAX_DEPTH:
            return token.start
    return None


@attrs.define
class _Levels:
    """The levels within one pair of parentheses: operators and queries so far, and the most of any element."""

    operators: int = 0
    queries: int = 0
    most: int = 0

    def add_operators(self, number: int) -> None:
        self.operators += number
        self.most = max(self.most, self.operators + self.queries)

    def read_word(self, word: str) -> None:
        if word in _BEGINS:
            self.operators = 0
        elif word in _OPERATOR_WORDS:
            self.add_operators(1)
        elif word in _QUERY_WORDS:
            self.operators = 0
            self.queries += 1
            self.add_operators(0)

    def enclose(self, inner: _Levels) -> None:
        self.operators = max(self.operators, inner.most)
        self.add_operators(1)


def _list_long_parts(text: str) -> list[str]:
    """Return the statements that are long enough, without comments and strings; the text if it has block comments."""
    # Block comments nest, which no pattern matches.
    statements = [text] if "/*" in text else _NO_EXPRESSION.sub("", text).split(";")
    return [statement for statement in statements if len(statement) >= MAX_DEPTH]


def _count_candidates(text: str) -> int:
    return sum(map(text.count, _OPERATOR)) + len(_ANY_WORD.findall(text))
