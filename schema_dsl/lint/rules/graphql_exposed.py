"""A table that shows in the GraphQL schema."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    if "pg_graphql" not in final_state.schema.extensions:
        return
    for relation, made in made_tables(final_state):
        roles = clients_with(relation, "select")
        if roles:
            yield made.hit(
                f"{shown(roles)} may find {relation}, its columns and its relations in the GraphQL schema"
            )


RULE = Rule(
    name="graphql-exposed",
    group="schema",
    level=Level.INFO,
    summary="Clients may find a table in the GraphQL schema.",
    why=(
        "Extension pg_graphql shows every table on which a role has SELECT to that role's introspection: its name, "
        "columns and foreign keys, whatever row level security says of its rows."
    ),
    remedy="REVOKE SELECT from roles that do not need it, or drop pg_graphql if it is not used.",
    bad=(
        (
            "CREATE EXTENSION IF NOT EXISTS pg_graphql;\n"
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);\n"
            "GRANT SELECT ON public.notes TO anon;"
        ),
    ),
    good=("CREATE EXTENSION IF NOT EXISTS pg_graphql;\nCREATE TABLE public.notes (id bigint PRIMARY KEY);",),
    final_state=_check,
    opinion=True,
    platform="supabase",
    known_as=(
        "splinter: 0026_pg_graphql_anon_table_exposed",
        "splinter: 0027_pg_graphql_authenticated_table_exposed",
    ),
)
