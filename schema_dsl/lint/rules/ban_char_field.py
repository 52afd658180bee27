"""A blank-padded text type."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in written(step):
        if each.element == "bpchar" and each.modifiers:
            yield Hit(
                each.place.start,
                f"{each.name} of {each.table} is padded with blanks, which comparisons ignore and LIKE does not",
                each.place.length,
            )


RULE = Rule(
    name="ban-char-field",
    group="types",
    level=Level.WARNING,
    summary="A column is char(n).",
    why=(
        "Type char(n) fills values up with blanks, takes more room for it, and treats trailing blanks differently "
        "from function to function: length() ignores them, octet_length() and LIKE do not. There is nothing "
        "that it is faster at."
    ),
    remedy="Write text, with CHECK (char_length(name) = n) where the length is fixed.",
    bad=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, currency char(3));",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS flag character(1);",
    ),
    good=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, currency text CHECK (char_length(currency) = 3));",
        'CREATE TABLE public.orders (id bigint PRIMARY KEY, kind "char");',
    ),
    kinds=TYPING,
    statement=_check,
    known_as=("squawk: ban-char-field",),
)
