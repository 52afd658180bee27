"""A policy depends on a table without row level security that callers can write."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_roles_by_default
from schema_dsl.lint.facts.clauses import find_relations_read
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.grants import find_granted_privileges, format_list
from schema_dsl.lint.facts.policies import CLIENT_ROLES, PolicyDefinition
from schema_dsl.lint.rule import Level, LocatedHits, Rule

_WRITES = ("insert", "update", "delete")


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if not CLIENT_ROLES.isdisjoint(policy.state.roles) else ():
        for location, relation in find_relations_read(clause):
            if relation.created_at is None or relation.kind != "table" or relation.partition_key:
                continue
            writers = find_granted_privileges(relation, CLIENT_ROLES, _WRITES) or find_roles_by_default(
                clause.schema, relation, policy.relation
            )
            if relation.row_security is False and writers and "row_security" not in relation.changed_kinds:
                yield policy.build_hit(
                    f"{policy} reads {relation}, which has no row level security: "
                    f"{format_list(writers)} can write rows there that make the condition true",
                    clause,
                    location,
                )


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "A role with INSERT on the table that a policy reads can insert the row that gives it access. The policy is "
        "only as strong as the protection of that table, and that table has no row level security."
    ),
    remedy="Enable row level security on the table that the policy reads, and grant only SELECT on it.",
    bad="""
        CREATE TABLE public.admins (user_id uuid PRIMARY KEY);
        GRANT SELECT, INSERT ON public.admins TO authenticated;
        CREATE POLICY admins ON public.notes FOR SELECT TO authenticated
            USING (EXISTS (SELECT FROM public.admins a WHERE a.user_id = (SELECT auth.uid())));
    """,
    good=(
        f"{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
        "    USING ((SELECT auth.uid()) = user_id);\n"
        f"{NOTES}CREATE POLICY members ON public.notes FOR SELECT TO authenticated\n"
        "    USING (EXISTS (SELECT FROM public.members m\n"
        "        WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
    ),
    policy=_check,
)
