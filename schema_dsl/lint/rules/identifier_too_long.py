"""Identifiers that Postgres truncates."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.source import Source
from schema_dsl.parsing.lexer import Token, tokens

_MAX_BYTES = 63
_LONG_QUOTED = re.compile(r'"[^"]{64}')
# Maps the ASCII characters of words to "w".
_WORD_CHARACTERS = (
    bytes(ord("w") if chr(code).isalnum() or chr(code) in "_$" else 0 for code in range(128)) * 2
)


def _may_be_long(text: str) -> bool:
    """Return whether a text may contain a long identifier; a fast test, which excludes most statements."""
    # Outside of ASCII, a character has up to four bytes.
    if not text.isascii() or _LONG_QUOTED.search(text):
        return True
    return b"w" * (_MAX_BYTES + 1) in text.encode().translate(_WORD_CHARACTERS)


@functools.lru_cache(maxsize=1)
def _may_have_long_name(source: Source) -> bool:
    return _may_be_long(source.text)


def _check(step: HistoryStep) -> Iterable[Hit]:
    text = step.statement.text
    if not _may_have_long_name(step.source) or not _may_be_long(text):
        return
    reported = set()
    for token in tokens(text):
        name = _read_identifier(text, token)
        if len(name.encode()) > _MAX_BYTES and name not in reported:
            reported.add(name)
            truncated = name.encode()[:_MAX_BYTES].decode(errors="ignore")
            yield Hit(
                step.statement.start + token.start,
                f'this name has {len(name.encode())} bytes: Postgres truncates it to "{truncated}"',
                token.end - token.start,
            )


def _read_identifier(text: str, token: Token) -> str:
    token_text = text[token.start : token.end]
    if token.kind == "quoted":
        return token_text[1:-1].replace('""', '"')
    return token_text if token.kind == "word" else ""


_LONG = "orders_of_customers_who_have_not_been_seen_for_more_than_a_whole_year"

RULE = Rule(
    name="identifier-too-long",
    group="script",
    level=Level.WARNING,
    summary="A name has more than 63 bytes.",
    why=(
        "Postgres truncates names to 63 bytes, with only a NOTICE. Two long names can become the same name, and "
        "code that looks up the full name in the catalog does not find the object, for example a guard in a DO "
        "block."
    ),
    remedy="Choose a name with at most 63 bytes.",
    bad=(f"CREATE TABLE IF NOT EXISTS public.{_LONG} (id bigint PRIMARY KEY);",),
    good=("CREATE TABLE IF NOT EXISTS public.orders_of_lost_customers (id bigint PRIMARY KEY);",),
    statement=_check,
    known_as=("squawk: identifier-too-long",),
)
