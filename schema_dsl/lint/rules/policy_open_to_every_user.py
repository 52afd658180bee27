"""A policy that allows every signed-in user to change every row."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import SIGNED_IN, allows_every_row, fold_condition
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.owners import find_owner_columns
from schema_dsl.lint.facts.policies import (
    PolicyDefinition,
    can_callers_set,
    policies_of_history,
    policies_of_table,
)
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for policy in policies_of_history(final_state):
        if (
            not policy.is_for_clients
            or policy.is_restricted
            or not {"public", "authenticated"} & set(policy.state.roles)
        ):
            continue
        open_to = [
            action for action in ("update", "delete") if action in policy.actions and _is_open(policy, action)
        ]
        if open_to:
            yield policy.build_hit(
                f"every signed-in user may {format_list(open_to)} any row of {policy.relation}, also other users' rows",
                policy.using,
            )
        elif policy.state.command == "insert" and _allows_other_owner(final_state, policy):
            yield policy.build_hit(
                f"every signed-in user may insert rows of {policy.relation} that belong to other users",
                policy.check,
            )


def _allows_other_owner(final_state: FinalState, policy: PolicyDefinition) -> bool:
    """Return whether a caller can insert another user's row, where SELECT policies find rows by their owner."""
    clause = policy.check
    if clause is None or allows_every_row(clause) or is_never_true(fold_condition(clause, SIGNED_IN)):
        return False
    if clause.identity_calls and not allows_every_row(clause, SIGNED_IN):
        return False
    others = policies_of_table(final_state, policy.relation)
    owners = [set(find_owner_columns(other.using)) for other in others if "select" in other.actions]
    owner_columns = set.intersection(*owners) if owners else set()
    # A user-defined function that we cannot analyze may test the caller.
    has_unknown_call = any(call.routine is not None and not call.identity for call in clause.calls)
    return not has_unknown_call and any(
        column not in clause.find_table_columns() and can_callers_set(final_state, policy, column, "insert")
        for column in owner_columns
    )


def _is_open(policy: PolicyDefinition, action: str) -> bool:
    clause = policy.find_using(action)
    if clause is None or allows_every_row(clause):
        return False
    return allows_every_row(clause, SIGNED_IN)


RULE = Rule(
    name="policy-open-to-every-user",
    group="rls",
    level=Level.WARNING,
    summary=(
        "A policy for writing checks at most whether the caller is signed in, not whether the caller owns the row."
    ),
    why=(
        "A condition that names no column of its table has one result for all rows. On most projects anybody can "
        "sign up, so anybody can change and delete the rows of other users, and insert rows in their name."
    ),
    remedy="Compare the owner column with the caller: (SELECT auth.uid()) = user_id.",
    bad=(
        (
            "CREATE POLICY signed_in ON public.notes FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.role()) = 'authenticated');"
        ),
        "CREATE POLICY signed_in ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) IS NOT NULL);",
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
            "CREATE POLICY signed_in ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) IS NOT NULL);"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        (
            f"{NOTES}CREATE POLICY admins ON public.notes FOR ALL TO authenticated\n"
            "    USING ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin')\n"
            "    WITH CHECK ((SELECT auth.jwt()) -> 'app_metadata' ->> 'role' = 'admin');"
        ),
    ),
    final_state=_check,
)
