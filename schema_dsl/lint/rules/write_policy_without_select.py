"""A role has a policy for UPDATE or DELETE, but none for SELECT."""

from __future__ import annotations

from schema_dsl.lint.facts.examples import NOTES
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.policies import CLIENT_ROLES, PolicyDefinition, tables_with_known_policies
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation, policies in tables_with_known_policies(final_state):
        if not relation.row_security:
            continue
        readers = [policy for policy in policies if "select" in policy.actions and policy.state.permissive]
        for policy in policies:
            actions = {"update", "delete"} & set(policy.actions)
            if (
                not actions
                or not policy.is_for_clients
                or any(_share_role(policy, reader) for reader in readers)
            ):
                continue
            roles = format_list(CLIENT_ROLES & set(policy.state.roles))
            commands = format_list(action.upper() for action in actions)
            yield policy.build_hit(
                f"{roles} cannot read any row of {relation}, so the WHERE of {commands} matches no row"
            )


def _share_role(one: PolicyDefinition, other: PolicyDefinition) -> bool:
    roles = set(one.state.roles), set(other.state.roles)
    return "public" in roles[0] | roles[1] or not roles[0].isdisjoint(roles[1])


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "An UPDATE or DELETE that reads a column, in WHERE or RETURNING, finds only rows that SELECT policies "
        "allow. Without one, the statement succeeds and changes nothing."
    ),
    remedy="Add a policy FOR SELECT with the same condition.",
    bad=(
        f"{NOTES}CREATE POLICY own ON public.notes FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = user_id);",
        f"{NOTES}CREATE POLICY own ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) = user_id);",
    ),
    good=(
        (
            f"{NOTES}CREATE POLICY own_read ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            "CREATE POLICY own ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) = user_id);"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id);"
        ),
    ),
    final_state=_check,
)
