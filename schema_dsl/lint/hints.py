"""What to do about a syntax error, guessed from the words around it."""

from __future__ import annotations

import difflib
import functools
import importlib
from typing import Any

from schema_dsl.lint.option_names import words
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.lexer import Token, tokens

# What statements start with: in the middle of one, the semicolon before is missing.
_STARTS = words(
    "alter analyze begin call comment commit copy create delete do drop grant insert reset revoke select set "
    "truncate update with"
)
_AFTER_COMMA = frozenset({")", "from", "where", "order", "group", ";"})
_PLPGSQL = words(
    "elsif elseif perform raise exception notice foreach loop while exit continue declare execute return"
)
_ALIKE = 0.75
_SHORTEST_KEYWORD = _CANDIDATES = 3
# What libpg_query's tokens call the keywords that cannot be names.
_RESERVED = "RESERVED_KEYWORD"


def hint(statement: Statement, problem: Problem) -> str:
    """Say what would probably put it right; "" where there is no good guess."""
    if problem.message.startswith("unterminated"):
        return _close(problem.message)
    if problem.offset is None:
        return ""
    at = problem.offset - statement.start
    found = _around(statement.text, at)
    here = next((i for i, token in enumerate(found) if token.end > at), len(found))
    before = found[here - 1] if here else None
    token = found[here] if here < len(found) else None
    for guess in (_trailing_comma, _misspelt, _missing_semicolon, _reserved, _missing_comma, _unclosed):
        said = guess(found, before, token)
        if said:
            return said
    return ""


def _around(text: str, at: int) -> list[Token]:
    """Read the tokens of the statement, or of the body within it that `at` is in."""
    found = list(tokens(text))
    for token in found:
        if token.start < at < token.end and token.kind in {"dollar", "string"}:
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
    return found


def _close(message: str) -> str:
    what = message.removeprefix("unterminated ").split(" at or near")[0]
    if "comment" in what:
        return "Close the comment with */; comments nest."
    if "dollar" in what:
        return "Close the body with the same $tag$ that opened it."
    return "Close the quote; a quote inside is written twice ('it''s')."


def _trailing_comma(_: list[Token], before: Token | None, token: Token | None) -> str:
    if before and before.word == "," and (token is None or token.word in _AFTER_COMMA):
        return f"Remove the comma before {_shown(token)}."
    return ""


def _misspelt(_: list[Token], before: Token | None, token: Token | None) -> str:
    """Look for a word that nearly is a keyword: the parser stumbles over it, or over what follows it."""
    keywords = _keywords()
    for candidate in (token, before):
        if candidate is None or candidate.kind != "word" or candidate.word in keywords:
            continue
        if len(candidate.word) < _SHORTEST_KEYWORD:
            continue
        near = difflib.get_close_matches(candidate.word, keywords, _CANDIDATES, _ALIKE)
        # Letters that changed places are likelier than letters too many.
        letters = sorted(candidate.word)
        near = [w for w in near if sorted(w) == letters] or near
        if near:
            return f"Did you mean {near[0].upper()} instead of {candidate.word}?"
    return ""


def _missing_semicolon(_: list[Token], before: Token | None, token: Token | None) -> str:
    if before and token and token.word in _STARTS and before.word not in {"(", "as", ","}:
        return f"Is a semicolon missing before {token.word.upper()}?"
    return ""


def _reserved(_: list[Token], before: Token | None, token: Token | None) -> str:
    names = before is not None and (
        before.word in {"table", "column", "(", ",", "."} or before.kind == "word"
    )
    if token and names and _keywords().get(token.word) == _RESERVED:
        return f'{token.word.upper()} is a reserved word: as a name it needs double quotes, "{token.word}".'
    return ""


def _missing_comma(found: list[Token], before: Token | None, token: Token | None) -> str:
    if not before or not token or token.kind not in {"word", "quoted", "string", "number"}:
        return ""
    depth = 0
    for earlier in found[: found.index(token)]:
        depth += (earlier.word == "(") - (earlier.word == ")")
    return f"Is a comma missing before {_shown(token)}?" if depth > 0 else ""


def _unclosed(found: list[Token], _: Token | None, token: Token | None) -> str:
    opened = sum((t.word == "(") - (t.word == ")") for t in found)
    if token is None and opened > 0:
        return "Is a closing parenthesis missing?"
    if token and token.word == ")" and opened < 0:
        return "There is one closing parenthesis too many."
    return ""


def _shown(token: Token | None) -> str:
    return token.word if token else "the end"


@functools.cache
def _keywords() -> dict[str, str]:
    """Every keyword of SQL with its class, from the grammar itself, and those of PL/pgSQL."""
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
