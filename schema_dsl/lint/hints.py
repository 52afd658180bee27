"""Remedies for syntax errors, guessed from the tokens around the error."""

from __future__ import annotations

import difflib
import functools
import importlib
from typing import Any

from schema_dsl.analysis.builtins import split_words
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.lexer import Token, tokens

# The first words of statements: inside a statement, they show that a semicolon is missing.
_STARTS = split_words(
    "alter analyze begin call comment commit copy create delete do drop grant insert reset revoke select set "
    "truncate update with"
)
_AFTER_COMMA = frozenset({")", "from", "where", "order", "group", ";"})
_PLPGSQL = split_words(
    "elsif elseif perform raise exception notice foreach loop while exit continue declare execute return"
)
_ALIKE = 0.75
_SHORTEST_KEYWORD = _CANDIDATES = 3
# The class of keywords in libpg_query that cannot be names.
_RESERVED = "RESERVED_KEYWORD"


def find_hint(statement: Statement, problem: Problem) -> str:
    """Return the probable correction of a syntax error; "" without a good guess."""
    if problem.message.startswith("unterminated"):
        return _hint_to_close(problem.message)
    if problem.offset is None:
        return ""
    offset = problem.offset - statement.start
    statement_tokens = _tokens_around(statement.text, offset)
    index = next((i for i, token in enumerate(statement_tokens) if token.end > offset), len(statement_tokens))
    before = statement_tokens[index - 1] if index else None
    token = statement_tokens[index] if index < len(statement_tokens) else None
    for guess in (_trailing_comma, _misspelt, _missing_semicolon, _reserved, _missing_comma, _unclosed):
        suggestion = guess(statement_tokens, before, token)
        if suggestion:
            return suggestion
    return ""


def _tokens_around(text: str, offset: int) -> list[Token]:
    """Return the tokens of a statement, or of the body or string in the statement that contains an offset."""
    statement_tokens = list(tokens(text))
    for token in statement_tokens:
        if token.start < offset < token.end and token.kind in {"dollar", "string"}:
            opening = (
                text.index(text[token.start], token.start + 1) + 1
                if token.kind == "dollar"
                else token.start + 1
            )
            closing = token.end - (opening - token.start)
            return [
                Token(t.kind, t.word, t.start + opening, t.end + opening)
                for t in tokens(text[opening:closing])
            ]
    return statement_tokens


def _hint_to_close(message: str) -> str:
    what = message.removeprefix("unterminated ").split(" at or near")[0]
    if "comment" in what:
        return "Close the comment with */; comments nest."
    if "dollar" in what:
        return "Close the body with the same $tag$ that opened it."
    return "Close the quote. Inside a string, write a quote twice: 'it''s'."


def _trailing_comma(_: list[Token], before: Token | None, token: Token | None) -> str:
    if before and before.word == "," and (token is None or token.word in _AFTER_COMMA):
        return f"Remove the comma before {_display_token(token)}."
    return ""


def _misspelt(_: list[Token], before: Token | None, token: Token | None) -> str:
    """Find a misspelt keyword: the parser reports the misspelt word or the token after it."""
    keywords = _keywords()
    for candidate in (token, before):
        if candidate is None or candidate.kind != "word" or candidate.word in keywords:
            continue
        if len(candidate.word) < _SHORTEST_KEYWORD:
            continue
        matches = difflib.get_close_matches(candidate.word, keywords, _CANDIDATES, _ALIKE)
        # Prefer swapped letters over additional letters.
        letters = sorted(candidate.word)
        matches = [w for w in matches if sorted(w) == letters] or matches
        if matches:
            return f"Did you mean {matches[0].upper()}?"
    return ""


def _missing_semicolon(_: list[Token], before: Token | None, token: Token | None) -> str:
    if before and token and token.word in _STARTS and before.word not in {"(", "as", ","}:
        return f"Is a semicolon missing before {token.word.upper()}?"
    return ""


def _reserved(_: list[Token], before: Token | None, token: Token | None) -> str:
    may_be_name = before is not None and (
        before.word in {"table", "column", "(", ",", "."} or before.kind == "word"
    )
    if token and may_be_name and _keywords().get(token.word) == _RESERVED:
        return f'{token.word.upper()} is a reserved word. To use it as a name, add double quotes: "{token.word}".'
    return ""


def _missing_comma(found: list[Token], before: Token | None, token: Token | None) -> str:
    if not before or not token or token.kind not in {"word", "quoted", "string", "number"}:
        return ""
    depth = 0
    for earlier in found[: found.index(token)]:
        depth += (earlier.word == "(") - (earlier.word == ")")
    return f"Is a comma missing before {_display_token(token)}?" if depth > 0 else ""


def _unclosed(found: list[Token], _: Token | None, token: Token | None) -> str:
    opened = sum((t.word == "(") - (t.word == ")") for t in found)
    if token is None and opened > 0:
        return "Is a closing parenthesis missing?"
    if token and token.word == ")" and opened < 0:
        return "There is one closing parenthesis too many."
    return ""


def _display_token(token: Token | None) -> str:
    return token.word if token else "the end"


@functools.cache
def _keywords() -> dict[str, str]:
    """Return the keywords of SQL, from the grammar, and of PL/pgSQL, with their classes."""
    pb2: Any = importlib.import_module("postgast.pg_query_pb2")
    postgast: Any = importlib.import_module("postgast")
    words = [
        name.removesuffix("_P").removesuffix("_LA").lower()
        for name in pb2.Token.keys()  # noqa: SIM118 - an enum wrapper, not a dict
        if name.replace("_", "").isalpha()
    ]
    text = " ".join(word for word in words if word.isascii() and len(word) > 1)
    classes = pb2.KeywordKind
    kinds: dict[str, str] = {}
    for token in postgast.scan(text).tokens:
        kind = classes.Name(token.keyword_kind)
        if kind != "NO_KEYWORD":
            kinds[text[token.start : token.end]] = kind
    return {**dict.fromkeys(_PLPGSQL, "UNRESERVED_KEYWORD"), **kinds}
