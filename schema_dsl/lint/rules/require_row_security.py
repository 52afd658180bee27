"""A table of an API schema has row level security off."""

from __future__ import annotations

from schema_dsl.lint.facts.api import API_SCHEMAS
from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation, creation in list_created_tables(final_state):
        if relation.row_security is False and relation.schema in API_SCHEMAS:
            yield creation.hit(
                f"row level security of {relation} is off: with default privileges for clients, every row is open"
            )


RULE = Rule(
    group="schema",
    level=Level.WARNING,
    why=(
        "In Supabase projects with the older default privileges, every new table in public is granted to anon and "
        "authenticated. Migrations do not show which default privileges a project has. Select this rule for "
        "projects with the older ones."
    ),
    remedy="ALTER TABLE ... ENABLE ROW LEVEL SECURITY for every table, partitions included.",
    bad="CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);",
    good="""
        CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
    """,
    final_state=_check,
    opinion=True,
    platform="supabase",
)
