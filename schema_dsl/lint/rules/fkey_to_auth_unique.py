"""A foreign key to something of schema auth that is not its primary key."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        for constraint in relation.constraints.values():
            target = constraint.target
            if constraint.kind != "foreign" or target is None or target[0] != "auth":
                continue
            if not constraint.target_columns or constraint.target_columns == ("id",):
                continue
            columns = ", ".join(constraint.target_columns)
            yield made.hit(
                f"{constraint.name} of {relation} ties {columns} of auth.{target[1]} to this schema"
            )


RULE = Rule(
    name="fkey-to-auth-unique",
    group="schema",
    level=Level.WARNING,
    summary="A foreign key refers to a column of schema auth other than id.",
    why=(
        "Only the primary keys of schema auth are promised. A foreign key to a unique column such as phone keeps the "
        "platform from changing that constraint, and its upgrade of the schema fails."
    ),
    remedy="Refer to auth.users (id).",
    bad=(
        (
            "CREATE TABLE public.calls (\n"
            "    id bigint PRIMARY KEY,\n"
            "    phone text UNIQUE REFERENCES auth.users (phone)\n"
            ");"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.calls (\n"
            "    id bigint PRIMARY KEY,\n"
            "    user_id uuid UNIQUE REFERENCES auth.users (id)\n"
            ");"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0021_fkey_to_auth_unique",),
)
