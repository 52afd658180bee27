"""A policy for a role that has no privilege on the table."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.api import API_SCHEMAS
from schema_dsl.lint.facts.created_by import made_tables
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.objects import readable
from schema_dsl.lint.history.schema import HistoryPolicy, HistoryRelation
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule

_ROLES = frozenset({"anon", "authenticated"})


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for relation, made in made_tables(final_state):
        if relation.schema not in API_SCHEMAS or "grants" in relation.doubts or not relation.grants:
            continue
        for policy in relation.policies.values():
            if not policy.permissive or not policy.roles or not set(policy.roles) <= _ROLES:
                continue
            missing = [role for role in policy.roles if not _granted(relation, role, policy)]
            if len(missing) == len(policy.roles):
                who = " and ".join(missing)
                yield made.hit(
                    f"policy {readable(policy.name)} lets {who} in, who may not {policy.command} {relation} at all"
                )


def _granted(relation: HistoryRelation, role: str, policy: HistoryPolicy) -> bool:
    """Whether a role may have the privilege: only what was revoked, and not given again, is surely missing."""
    held = relation.grants.get(role)
    if held is None or relation.grants.get("public") or relation.column_grants.get("public"):
        return True
    columns = {privilege for _, privilege in relation.column_grants.get(role, ())}
    return bool(held | columns) if policy.command == "all" else policy.command in held | columns


RULE = Rule(
    name="policy-without-grant",
    group="schema",
    level=Level.INFO,
    summary="A policy is for a role that was not granted what the policy is about.",
    why=(
        "A policy only narrows what a privilege gives: without GRANT the role gets permission denied, whatever its "
        "policies say. New Supabase projects no longer grant tables to anon and authenticated by themselves."
    ),
    remedy="GRANT the privilege, or drop the policy.",
    bad=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY notes_delete ON public.notes FOR DELETE TO authenticated\n"
            "    USING (author = (SELECT auth.uid()));\n"
            "GRANT SELECT ON public.notes TO authenticated;"
        ),
    ),
    good=(
        (
            "CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL);\n"
            "CREATE INDEX notes_author_idx ON public.notes (author);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated\n"
            "    USING (author = (SELECT auth.uid()));\n"
            "GRANT SELECT ON public.notes TO authenticated;"
        ),
    ),
    final_state=_check,
    platform="supabase",
)
