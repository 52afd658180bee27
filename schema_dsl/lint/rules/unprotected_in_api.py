"""What cannot have row level security, readable through the API."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_KINDS = {"materialized view": "materialized view", "foreign": "foreign table"}


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        what = _KINDS.get(relation.kind)
        found = made(final_state, relation) if what else None
        roles = clients_with(relation, "select") if found is not None else []
        if found is not None and roles:
            yield found.hit(f"{shown(roles)} may read every row of {relation}: a {what} has no policies")


RULE = Rule(
    name="unprotected-in-api",
    group="schema",
    level=Level.WARNING,
    summary="Clients of the API can read a materialized view or a foreign table.",
    why=(
        "Neither can have row level security. A materialized view holds what its owner saw when it was refreshed; a "
        "foreign table shows what its user mapping sees on the other server."
    ),
    remedy="Keep it in a schema that the API does not serve, and offer a function or table that asks who is looking.",
    bad=(
        (
            "CREATE MATERIALIZED VIEW public.totals AS SELECT 1 AS total;\n"
            "GRANT SELECT ON public.totals TO authenticated;"
        ),
    ),
    good=(
        (
            "CREATE MATERIALIZED VIEW public.totals AS SELECT 1 AS total;\n"
            "GRANT SELECT ON public.totals TO service_role;"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0016_materialized_view_in_api", "splinter: 0017_foreign_table_in_api"),
)
