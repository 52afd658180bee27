"""A view that reads past row level security, in the API."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import clients_with, shown
from schema_dsl.lint.facts.created_by import made
from schema_dsl.lint.facts.inheritance import behind, is_invoker, picks_rows_of_caller
from schema_dsl.lint.facts.policies import shows_all_to
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation in final_state.schema.relations.values():
        found = made(final_state, relation) if relation.kind == "view" else None
        roles = clients_with(relation) if found is not None and not is_invoker(relation) else []
        if found is not None and roles and _gets_round(final_state, relation, roles):
            yield found.hit(
                f"through {relation}, {shown(roles)} may see what its owner may see, past every policy"
            )


def _gets_round(final_state: FinalState, view: HistoryRelation, roles: list[str]) -> bool:
    """Whether there is anything to get round: policies, and rows that they keep back from one of the roles."""
    schema = final_state.schema
    guarded = [each for each in behind(schema, view) if each is None or each.row_security is not False]
    if not guarded or clients_with(view, "insert", "update", "delete"):
        return bool(guarded)
    if picks_rows_of_caller(schema, view):
        return False
    return any(each is None or not shows_all_to(schema, each, role) for each in guarded for role in roles)


RULE = Rule(
    name="security-definer-view",
    group="schema",
    level=Level.ERROR,
    summary="A view without security_invoker can be read by clients of the API.",
    why=(
        "A view reads its tables as the view's owner, and an owner is not subject to policies: whoever may read the "
        "view reads every row. With security_invoker (15 and later) the policies of whoever asks apply."
    ),
    remedy="CREATE VIEW ... WITH (security_invoker = true) AS ..., or REVOKE it from the clients.",
    bad=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL, body text);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (author = (SELECT auth.uid()));\n"
            "CREATE VIEW public.note_bodies AS SELECT id, body FROM public.notes;\n"
            "GRANT SELECT ON public.notes, public.note_bodies TO authenticated;"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL, body text);\n"
            "CREATE INDEX notes_author_idx ON public.notes (author);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (author = (SELECT auth.uid()));\n"
            "CREATE VIEW public.note_bodies WITH (security_invoker = true) AS SELECT id, body FROM public.notes;\n"
            "GRANT SELECT ON public.notes, public.note_bodies TO authenticated;"
        ),
    ),
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0010_security_definer_view",),
)
