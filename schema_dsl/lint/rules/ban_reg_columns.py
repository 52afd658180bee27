"""Types whose values pg_upgrade cannot carry over."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_REFUSED = frozenset(
    {
        "regcollation",
        "regconfig",
        "regdictionary",
        "regnamespace",
        "regoper",
        "regoperator",
        "regproc",
        "regprocedure",
    }
)


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in written(step):
        if each.element in _REFUSED:
            yield Hit(
                each.place.start,
                f"{each.name} of {each.table} is {each.element}: pg_upgrade refuses the cluster while it is there",
                each.place.length,
            )


RULE = Rule(
    name="ban-reg-columns",
    group="types",
    level=Level.WARNING,
    summary="A column is of a reg* type that stores an OID which another cluster does not keep.",
    why=(
        "Values of these types are OIDs of catalog rows, which get other OIDs in the upgraded cluster; "
        "pg_upgrade --check fails on any column of such a type. Those of regclass, regrole and regtype are "
        "kept."
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
    kinds=TYPING,
    statement=_check,
    known_as=("splinter: 0018_unsupported_reg_types",),
)
