"""A primary key from an index over columns that may be NULL."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import added_constraints
from schema_dsl.lint.facts.rewrites import proven_not_null
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each, constraint, _ in added_constraints(step, "CONSTR_PRIMARY"):
        relation = each.relation
        index = relation.indexes.get(constraint.indexname) if relation is not None else None
        if relation is None or index is None:
            continue
        known = [relation.columns[name] for name in index.columns if name in relation.columns]
        nullable = [
            column.name
            for column in known
            if column.type is not None and not column.not_null and not proven_not_null(relation, column.name)
        ]
        if nullable:
            yield Hit(
                each.place.start,
                f"{', '.join(nullable)} may be NULL: the index is there, but every row of {each.name} is read "
                "for the NOT NULL while nobody can read or write it",
                each.place.length,
            )


RULE = Rule(
    name="primary-key-index-nullable",
    group="locks",
    level=Level.WARNING,
    summary="PRIMARY KEY USING INDEX over a column that is not NOT NULL yet.",
    why=(
        "USING INDEX saves building the index, but a primary key also makes its columns NOT NULL, and for that "
        "Postgres reads the whole table under an ACCESS EXCLUSIVE lock, unless a validated CHECK says it already."
    ),
    remedy="First CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL; then the primary key.",
    bad=(
        (
            "ALTER TABLE public.orders ADD COLUMN uid uuid;\n"
            "UPDATE public.orders SET uid = gen_random_uuid();\n"
            "CREATE UNIQUE INDEX CONCURRENTLY orders_uid_idx ON public.orders (uid);\n"
            "ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_uid_idx;"
        ),
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD COLUMN uid uuid;\n"
            "UPDATE public.orders SET uid = gen_random_uuid() WHERE uid IS NULL;\n"
            "ALTER TABLE public.orders ADD CONSTRAINT uid_set CHECK (uid IS NOT NULL) NOT VALID;\n"
            "ALTER TABLE public.orders VALIDATE CONSTRAINT uid_set;\n"
            "SET statement_timeout = 0;\n"
            "CREATE UNIQUE INDEX CONCURRENTLY orders_uid_idx ON public.orders (uid);\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ALTER COLUMN uid SET NOT NULL;\n"
            "ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_uid_idx;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("eugene: W14",),
)
