"""A name has more than 63 bytes; a warning if two names become the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from schema_dsl.lint.rule import FinalState, HistoryStep, Hit, Level, LocatedHit, LocatedHits, Rule
from schema_dsl.parsing.lexer import NAME_KINDS, Token, read_name, tokens

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


def _check(final_state: FinalState) -> LocatedHits:
    by_truncated: dict[str, list[tuple[str, HistoryStep, Token]]] = {}
    sources = {step.source for step in final_state.first_steps}
    suspects = {source for source in sources if _may_be_long(source.text)}
    for step in final_state.find_steps() if suspects else ():
        if step.source not in suspects:
            continue
        for name, token in _find_long_names(step):
            by_truncated.setdefault(_truncate(name), []).append((name, step, token))
    for truncated, uses in by_truncated.items():
        names = list(dict.fromkeys(name for name, _, _ in uses))
        for name, step, token in uses:
            others = [other for other in names if other != name]
            message = f'this name has {len(name.encode())} bytes: Postgres truncates it to "{truncated}"'
            if others:
                message += f", and {others[0]} as well"
            start, length = step.statement.start + token.start, token.end - token.start
            level = Level.WARNING if others else None
            yield LocatedHit(step, Hit(start, message, length, topic=name, level=level))


def _find_long_names(step: HistoryStep) -> Iterable[tuple[str, Token]]:
    text = step.statement.text
    if _may_be_long(text):
        for token in tokens(text):
            name = read_name(text, token) if token.kind in NAME_KINDS else ""
            if len(name.encode()) > _MAX_BYTES:
                yield name, token


def _truncate(name: str) -> str:
    return name.encode()[:_MAX_BYTES].decode(errors="ignore")


_LONG = "orders_of_customers_who_have_not_been_seen_for_more_than_a_whole_year"

RULE = Rule(
    group="script",
    level=Level.INFO,
    why=(
        "Postgres truncates names to 63 bytes, with only a NOTICE. Two long names can become the same name, and "
        "code that looks up the full name in the catalog does not find the object, for example a guard in a DO "
        "block."
    ),
    remedy="Choose a name with at most 63 bytes.",
    bad=f"CREATE TABLE IF NOT EXISTS public.{_LONG} (id bigint PRIMARY KEY);",
    good="CREATE TABLE IF NOT EXISTS public.orders_of_lost_customers (id bigint PRIMARY KEY);",
    final_state=_check,
    known_as=("squawk: identifier-too-long",),
)
