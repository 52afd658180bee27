"""Client roles can see a table in the GraphQL schema."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    if "pg_graphql" not in final_state.schema.extensions:
        return
    for relation, created in list_created_tables(final_state):
        roles = find_client_roles_with(relation, "select")
        if roles:
            yield created.hit(
                f"{format_roles(roles)} can see {relation}, its columns and its foreign keys in the GraphQL schema"
            )


RULE = Rule(
    group="schema",
    level=Level.INFO,
    why=(
        "pg_graphql shows a table to every role with SELECT on the table: its name, columns and foreign keys, "
        "regardless of row level security."
    ),
    remedy="REVOKE SELECT from roles that do not need it, or drop pg_graphql if no client uses it.",
    bad="""
        CREATE EXTENSION IF NOT EXISTS pg_graphql;
        CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);
        GRANT SELECT ON public.notes TO anon;
    """,
    good="""
        CREATE EXTENSION IF NOT EXISTS pg_graphql;
        CREATE TABLE public.notes (id bigint PRIMARY KEY);
    """,
    final_state=_check,
    opinion=True,
    platform="supabase",
    known_as=(
        "splinter: 0026_pg_graphql_anon_table_exposed",
        "splinter: 0027_pg_graphql_authenticated_table_exposed",
    ),
)
