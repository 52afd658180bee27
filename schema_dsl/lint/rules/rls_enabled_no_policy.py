"""A table that is granted, and shows no row."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.grants import granted, granting, listed, told
from schema_dsl.lint.facts.policies import CLIENTS, whole
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_ROWS = ("select", "insert", "update", "delete")


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in list(final_state.schema.relations.values()):
        bare = relation.row_security and not relation.policies and relation.kind in {"table", "partitioned"}
        if not bare or not whole(final_state, relation):
            continue
        held = granted(relation, CLIENTS, _ROWS)
        step = granting(final_state, relation, held) or final_state.step(relation.made) if held else None
        if step is not None:
            yield told(
                step, f"{relation} has row level security and no policy: {listed(held)} will not see a row"
            )


RULE = Rule(
    name="rls-enabled-no-policy",
    group="rls",
    level=Level.INFO,
    summary="A table is granted to API roles and has row level security, but no policy.",
    why="Without a policy no row passes. That is right for a table of the server's own; then grant nothing on it.",
    remedy="Add a policy, or revoke what is granted.",
    bad=(NOTES,),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        (
            "CREATE TABLE public.jobs (id uuid PRIMARY KEY);\n"
            "ALTER TABLE public.jobs ENABLE ROW LEVEL SECURITY;\n"
            "GRANT SELECT, INSERT, UPDATE, DELETE ON public.jobs TO service_role;"
        ),
    ),
    final_state=_check,
    known_as=("splinter: 0008_rls_enabled_no_policy",),
)
