"""A policy is for a role without the privilege that the policy restricts."""

from __future__ import annotations

from schema_dsl.lint.facts.api import API_SCHEMAS
from schema_dsl.lint.facts.created_by import list_created_tables
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.history.objects import display_name
from schema_dsl.lint.history.schema import HistoryPolicy, HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_ROLES = frozenset({"anon", "authenticated"})


def _check(final_state: FinalState) -> LocatedHits:
    for relation, creation in list_created_tables(final_state):
        if relation.schema not in API_SCHEMAS or "grants" in relation.changed_kinds or not relation.grants:
            continue
        policies: dict[str, list[str]] = {}
        for policy in relation.policies.values():
            if not policy.permissive or not policy.roles or not set(policy.roles) <= _ROLES:
                continue
            missing = [role for role in policy.roles if not _may_hold_privilege(relation, role, policy)]
            if len(missing) == len(policy.roles):
                needed = "privilege" if policy.command == "all" else f"{policy.command.upper()} privilege"
                reason = f"no {needed} on {relation} is granted to {' and '.join(missing)}"
                policies.setdefault(reason, []).append(display_name(policy.name))
        for reason, names in policies.items():
            if len(names) == 1:
                yield creation.hit(f"policy {names[0]} has no effect: {reason}")
            else:
                yield creation.hit(f"policies {format_list(names)} have no effect: {reason}")


def _may_hold_privilege(relation: HistoryRelation, role: str, policy: HistoryPolicy) -> bool:
    """Return whether the role may hold the privilege; without grants to the role in the history, it may."""
    table_privileges = relation.grants.get(role)
    if table_privileges is None or relation.grants.get("public") or relation.column_grants.get("public"):
        return True
    held = table_privileges | {privilege for _, privilege in relation.column_grants.get(role, ())}
    return bool(held) if policy.command == "all" else policy.command in held


RULE = Rule(
    group="schema",
    level=Level.INFO,
    why=(
        "A policy only narrows what a privilege allows. Without GRANT, the role gets permission denied, whatever "
        "its policies allow. New Supabase projects no longer grant privileges on tables to anon and authenticated "
        "by default."
    ),
    remedy="GRANT the privilege, or drop the policy.",
    bad="""
        CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY notes_delete ON public.notes FOR DELETE TO authenticated
            USING (author = (SELECT auth.uid()));
        GRANT SELECT ON public.notes TO authenticated;
    """,
    good="""
        CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL);
        CREATE INDEX notes_author_idx ON public.notes (author);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated
            USING (author = (SELECT auth.uid()));
        GRANT SELECT ON public.notes TO authenticated;
    """,
    final_state=_check,
    platform="supabase",
)
