"""A foreign key has no index that starts with its columns."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import find_created_constraint, list_created_tables
from schema_dsl.lint.facts.indexes import supports_lookup
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation, creation in list_created_tables(final_state):
        if relation.partition_of is not None or relation.changed_kinds & {"indexes", "constraints"}:
            continue
        # A statement that may not run renames the column, and with it that of an index.
        uncertain = {name for name, column in relation.columns.items() if column.uncertain}
        is_renamed = bool(uncertain) and any(
            uncertain & {*index.columns[:1]} for index in relation.indexes.values()
        )
        for constraint in relation.constraints.values():
            # Postgres looks for no referencing rows of a constraint that is NOT ENFORCED.
            if constraint.kind != "foreign_key" or not constraint.columns or not constraint.enforced:
                continue
            if is_renamed and uncertain & {*constraint.columns}:
                continue
            if any(supports_lookup(index, constraint.columns) for index in relation.indexes.values()):
                continue
            target = constraint.target[1] if constraint.target else "the referenced table"
            columns = ", ".join(constraint.columns)
            message = f"no index of {relation} starts with {columns}: each row deleted from {target} costs a full scan"
            reported = find_created_constraint(final_state, constraint) or creation
            yield reported.hit(message, f"CREATE INDEX ON {relation} ({columns});")


RULE = Rule(
    group="schema",
    level=Level.INFO,
    why=(
        "Postgres requires an index on the referenced columns, but creates none on the referencing columns. A "
        "DELETE from the referenced table, or an UPDATE of its key, has to find the referencing rows. Without an "
        "index, Postgres scans the whole referencing table once per row. A BRIN index, an INCLUDE column, or a "
        "partial index with a WHERE other than IS NOT NULL does not help."
    ),
    remedy="Create an index on the columns of the foreign key.",
    bad="""
        CREATE TABLE public.orders (
            id bigint PRIMARY KEY,
            user_id uuid NOT NULL REFERENCES auth.users (id)
        );
    """,
    good=(
        """
            CREATE TABLE public.orders (
                id bigint PRIMARY KEY,
                user_id uuid NOT NULL REFERENCES auth.users (id)
            );
            CREATE INDEX orders_user_id_idx ON public.orders (user_id, id);
        """,
        """
            CREATE TABLE public.team_members (
                team_id bigint,
                user_id uuid REFERENCES auth.users (id),
                PRIMARY KEY (user_id, team_id)
            );
        """,
    ),
    final_state=_check,
    known_as=("splinter: 0001_unindexed_foreign_keys", "eugene: E15"),
)
