"""PRIMARY KEY USING INDEX on a column that is nullable."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import CONSTRAINING_COMMANDS, find_added_constraints
from schema_dsl.lint.facts.rewrites import is_proven_not_null
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for command, added in find_added_constraints(step, "primary_key"):
        relation = command.relation
        index = relation.indexes.get(added.node.indexname) if relation is not None else None
        if relation is None or index is None:
            continue
        columns = [relation.columns[name] for name in index.columns if name in relation.columns]
        nullable = [
            column.name
            for column in columns
            if column.type is not None
            and not column.not_null
            and not is_proven_not_null(relation, column.name)
        ]
        if nullable:
            yield command.span.hit(
                f"{', '.join(nullable)} may be NULL: setting NOT NULL scans {command.name} and blocks reads and writes"
            )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "USING INDEX saves building the index, but a primary key also sets its columns NOT NULL. For that Postgres "
        "scans the whole table under an ACCESS EXCLUSIVE lock, unless a validated CHECK constraint already proves "
        "it."
    ),
    remedy=(
        "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL, and then add the primary key."
    ),
    bad="""
        ALTER TABLE public.orders ADD COLUMN uid uuid;
        UPDATE public.orders SET uid = gen_random_uuid();
        CREATE UNIQUE INDEX CONCURRENTLY orders_uid_idx ON public.orders (uid);
        ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_uid_idx;
    """,
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD COLUMN uid uuid;
        UPDATE public.orders SET uid = gen_random_uuid() WHERE id <= 1000;
        ALTER TABLE public.orders ADD CONSTRAINT uid_set CHECK (uid IS NOT NULL) NOT VALID;
        ALTER TABLE public.orders VALIDATE CONSTRAINT uid_set;
        SET statement_timeout = 0;
        CREATE UNIQUE INDEX CONCURRENTLY orders_uid_idx ON public.orders (uid);
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ALTER COLUMN uid SET NOT NULL;
        ALTER TABLE public.orders ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX orders_uid_idx;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS,
    statement=_check,
    known_as=("eugene: W14",),
)
