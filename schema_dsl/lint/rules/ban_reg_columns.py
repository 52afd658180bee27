"""A column has a reg* type that pg_upgrade refuses."""

from __future__ import annotations

from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, find_columns_of
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_REFUSED_TYPES = (
    "regcollation",
    "regconfig",
    "regdictionary",
    "regnamespace",
    "regoper",
    "regoperator",
    "regproc",
    "regprocedure",
)


def _check(step: HistoryStep) -> Hits:
    for column in find_columns_of(step, *_REFUSED_TYPES):
        yield column.span.hit(
            f"column {column.name} of {column.table} has type {column.element}: "
            "pg_upgrade refuses a cluster with such a column"
        )


RULE = Rule(
    group="types",
    level=Level.WARNING,
    why=(
        "Values of these types are OIDs of catalog rows, which get other OIDs in the upgraded cluster; pg_upgrade "
        "--check fails on a column of such a type. pg_upgrade accepts regclass, regrole and regtype."
    ),
    remedy="Store the name as text, and cast it where it is used.",
    bad=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, handler regproc);",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, shops regnamespace[]);",
    ),
    good=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, of_table regclass);",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, handler text);",
    ),
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    known_as=("splinter: 0018_unsupported_reg_types",),
)
