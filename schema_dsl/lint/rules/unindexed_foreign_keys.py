"""A foreign key without an index on its columns."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_constraint, made_tables
from schema_dsl.lint.facts.indexes import covers
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        if relation.partition_of is not None or relation.doubts & {"indexes", "constraints"}:
            continue
        for constraint in relation.constraints.values():
            if constraint.kind != "foreign" or not constraint.columns:
                continue
            if any(covers(index, constraint.columns) for index in relation.indexes.values()):
                continue
            target = constraint.target[1] if constraint.target else "the other table"
            columns = ", ".join(constraint.columns)
            message = f"no index leads with {columns} of {relation}: each row deleted in {target} costs a reading of it"
            place = made_constraint(final_state, constraint) or made
            yield place.hit(message, f"CREATE INDEX ON {relation} ({columns});")


RULE = Rule(
    name="unindexed-foreign-keys",
    group="schema",
    level=Level.INFO,
    summary="A foreign key has no index that leads with its columns.",
    why=(
        "Postgres makes an index for the side that is referred to, not for the side that refers. A DELETE there, or "
        "an UPDATE of its key, has to find the rows that refer to it: without an index it reads the whole table, "
        "once for every row. A BRIN index, INCLUDE, or a WHERE other than IS NOT NULL, does not help it."
    ),
    remedy="Create an index on the foreign key's columns.",
    bad=(
        (
            "CREATE TABLE public.orders (\n"
            "    id bigint PRIMARY KEY,\n"
            "    user_id uuid NOT NULL REFERENCES auth.users (id)\n"
            ");"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.orders (\n"
            "    id bigint PRIMARY KEY,\n"
            "    user_id uuid NOT NULL REFERENCES auth.users (id)\n"
            ");\n"
            "CREATE INDEX orders_user_id_idx ON public.orders (user_id, id);"
        ),
        (
            "CREATE TABLE public.team_members (\n"
            "    team_id bigint,\n"
            "    user_id uuid REFERENCES auth.users (id),\n"
            "    PRIMARY KEY (user_id, team_id)\n"
            ");"
        ),
    ),
    final_state=_check,
    known_as=("splinter: 0001_unindexed_foreign_keys", "eugene: E15"),
)
