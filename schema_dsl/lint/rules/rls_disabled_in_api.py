"""A table of the API that everybody can read or write whole."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.facts.inheritance import guarded_ancestor
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        if relation.row_security is not False or guarded_ancestor(final_state.schema, relation) is not None:
            continue
        roles = clients_with(relation)
        if roles:
            yield made.hit(f"{shown(roles)} may reach every row of {relation}: row level security is off")


RULE = Rule(
    name="rls-disabled-in-api",
    group="schema",
    level=Level.ERROR,
    summary="A table that is granted to clients of the API has row level security off.",
    why=(
        "The API's key is public: whoever has it is anon, whoever signs up is authenticated. Without row level "
        "security the privilege is all there is, and it is for every row. FORCE without ENABLE does nothing."
    ),
    remedy="ALTER TABLE ... ENABLE ROW LEVEL SECURITY, and write policies; or REVOKE the privilege.",
    bad=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);\n"
            "GRANT SELECT, INSERT ON public.notes TO authenticated;"
        ),
        (
            "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO anon;\n"
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);\n"
            "GRANT SELECT, INSERT ON public.notes TO service_role;"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0013_rls_disabled_in_public",),
)
