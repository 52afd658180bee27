"""Client roles can read a materialized view or a foreign table."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import find_created_relation
from schema_dsl.lint.facts.inheritance import find_roles_of_view_by_default
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_KINDS = {"materialized_view": "materialized view", "foreign_table": "foreign table"}


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        kind = _KINDS.get(relation.kind)
        creation = find_created_relation(final_state, relation) if kind else None
        if creation is None:
            continue
        roles = find_client_roles_with(relation, "select") or find_roles_of_view_by_default(
            final_state.schema, relation
        )
        if roles:
            yield creation.hit(
                f"{format_roles(roles)} can read every row of {relation}: a {kind} cannot have policies"
            )


RULE = Rule(
    group="schema",
    level=Level.WARNING,
    why=(
        "Neither can have row level security. A materialized view contains the rows that its owner could read at "
        "the last refresh. A foreign table shows the rows that its user mapping can read on the other server."
    ),
    remedy=(
        "Move it to a schema that the API does not serve, and offer a function or table that checks the caller."
    ),
    bad="""
        CREATE MATERIALIZED VIEW public.totals AS SELECT 1 AS total;
        GRANT SELECT ON public.totals TO authenticated;
    """,
    good="""
        CREATE MATERIALIZED VIEW public.totals AS SELECT 1 AS total;
        GRANT SELECT ON public.totals TO service_role;
    """,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0016_materialized_view_in_api", "splinter: 0017_foreign_table_in_api"),
)
