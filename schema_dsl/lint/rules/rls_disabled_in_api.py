"""A table has row level security off, and client roles have privileges on it."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.facts.inheritance import find_ancestor_with_row_security
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation, creation in list_created_tables(final_state):
        if (
            relation.row_security is not False
            or find_ancestor_with_row_security(final_state.schema, relation) is not None
        ):
            continue
        roles = find_client_roles_with(relation)
        if roles:
            yield creation.hit(
                f"{format_roles(roles)} can access every row of {relation}: row level security is off"
            )


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "The API key is public: every client with the key is anon, and every user who signs up is authenticated. "
        "Without row level security, a privilege on the table covers every row. FORCE without ENABLE has no effect. A "
        "project of Supabase from before October 2026 grants all privileges on each new table in public: its "
        'migrations have older timestamps, or its settings say default-privileges = "old".'
    ),
    remedy="ALTER TABLE ... ENABLE ROW LEVEL SECURITY, and add policies; or REVOKE the privilege.",
    bad=(
        """
            CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);
            GRANT SELECT, INSERT ON public.notes TO authenticated;
        """,
        """
            ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon;
            CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);
        """,
    ),
    good="""
        CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);
        GRANT SELECT, INSERT ON public.notes TO service_role;
    """,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0013_rls_disabled_in_public",),
)
