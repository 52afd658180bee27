"""A column is json instead of jsonb."""

from __future__ import annotations

from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, find_columns_of
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    plain = find_columns_of(step, "json")
    if plain:
        verb, objects = ("is", "it") if len(plain) == 1 else ("are", "them")
        table, names = plain[0].table, format_list(column.name for column in plain)
        effect = f"Postgres cannot compare {objects}, and parses {objects} on every access"
        yield plain[0].span.hit(f"{names} of {table} {verb} json: {effect}", topic=table)


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "Type json has no equality operator, so SELECT DISTINCT, UNION and GROUP BY on it fail. Postgres cannot "
        "index it, and parses the text on every access. jsonb loses only white space, the order of keys and "
        "duplicate keys."
    ),
    remedy="Use jsonb, unless the text must stay byte for byte as received.",
    bad="CREATE TABLE public.orders (id bigint PRIMARY KEY, details json);",
    good="CREATE TABLE public.orders (id bigint PRIMARY KEY, details jsonb);",
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    known_as=("eugene: E3",),
)
