"""A foreign key references a column of schema auth other than id."""

from __future__ import annotations

from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation, created in list_created_tables(final_state):
        for constraint in relation.constraints.values():
            target = constraint.target
            if target is None or target[0] != "auth" or constraint.kind != "foreign_key":
                continue
            if not constraint.target_columns or constraint.target_columns == ("id",):
                continue
            columns = ", ".join(constraint.target_columns)
            yield created.hit(
                f"{constraint.name} of {relation} references {columns} of auth.{target[1]}, not its primary key"
            )


RULE = Rule(
    group="schema",
    level=Level.WARNING,
    why=(
        "Supabase guarantees only the primary keys of schema auth. A foreign key to another unique column, such as "
        "phone, prevents the platform from changing the unique constraint, so an upgrade of the schema fails."
    ),
    remedy="Reference auth.users (id).",
    bad="""
        CREATE TABLE public.calls (
            id bigint PRIMARY KEY,
            phone text UNIQUE REFERENCES auth.users (phone)
        );
    """,
    good="""
        CREATE TABLE public.calls (
            id bigint PRIMARY KEY,
            user_id uuid UNIQUE REFERENCES auth.users (id)
        );
    """,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0021_fkey_to_auth_unique",),
)
