"""Names that Postgres cuts off."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.source import Source
from schema_dsl.parsing.lexer import Token, tokens

_MOST_BYTES = 63
# What may hold a long name, so that most statements need no second look. A character has up to four bytes.
_PERHAPS = re.compile(r'[\w$]{64}|"[^"]{64}|[^\x00-\x7f]')


@functools.lru_cache(maxsize=1)
def _has_any(source: Source) -> bool:
    return _PERHAPS.search(source.text) is not None


def _check(step: HistoryStep) -> Iterable[Hit]:
    text = step.statement.text
    if not _has_any(step.source) or not _PERHAPS.search(text):
        return
    told = set()
    for token in tokens(text):
        name = _name(text, token)
        if len(name.encode()) > _MOST_BYTES and name not in told:
            told.add(name)
            kept = name.encode()[:_MOST_BYTES].decode(errors="ignore")
            yield Hit(
                step.statement.start + token.start,
                f'this name has {len(name.encode())} bytes: Postgres cuts it to "{kept}"',
                token.end - token.start,
            )


def _name(text: str, token: Token) -> str:
    written = text[token.start : token.end]
    if token.kind == "quoted":
        return written[1:-1].replace('""', '"')
    return written if token.kind == "word" else ""


_LONG = "orders_of_customers_who_have_not_been_seen_for_more_than_a_whole_year"

RULE = Rule(
    name="identifier-too-long",
    group="script",
    level=Level.WARNING,
    summary="A name has more than 63 bytes.",
    why=(
        "Postgres cuts names off at 63 bytes, with no more than a NOTICE. Two long names may become one, and what "
        "looks the name up in the catalog does not find it: a guard in a DO block for instance."
    ),
    remedy="Choose a name of at most 63 bytes.",
    bad=(f"CREATE TABLE IF NOT EXISTS public.{_LONG} (id bigint PRIMARY KEY);",),
    good=("CREATE TABLE IF NOT EXISTS public.orders_of_lost_customers (id bigint PRIMARY KEY);",),
    statement=_check,
    known_as=("squawk: identifier-too-long",),
)
