"""A policy for writing checks at most whether the caller is signed in, not whether the caller owns the row."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.callers import ANONYMOUS, SIGNED_IN, CallerIdentity
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import allows_every_row, fold_condition
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.owners import find_owner_columns, find_probable_owners
from schema_dsl.lint.facts.policies import (
    PolicyDefinition,
    can_callers_set,
    policies_of_history,
    policies_of_table,
)
from schema_dsl.lint.facts.strangers import find_open_part, is_about_others, is_limited
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule
from schema_dsl.parsing.grammar import strings

_TESTS = enumeration("NullTestType")
_REMEDY = "Compare the owner column with the caller: (SELECT auth.uid()) = {}."


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        if not policy.is_for_clients or is_limited(final_state, policy):
            continue
        if not {"public", "authenticated"} & set(policy.state.roles):
            if policy.state.command == "insert" and (
                found := _find_other_owners(final_state, policy, ANONYMOUS)
            ):
                yield policy.build_hit(
                    f"anyone may insert rows of {policy.relation} that belong to users, without signing in",
                    found[0],
                    remedy=_REMEDY.format(found[1]),
                )
            continue
        open_to = [
            action for action in ("update", "delete") if action in policy.actions and _is_open(policy, action)
        ]
        if open_to:
            yield policy.build_hit(
                f"every signed-in user may {format_list(open_to)} any row of {policy.relation}, also other users' rows",
                policy.using,
            )
        elif policy.state.command == "insert" and (found := _find_other_owners(final_state, policy)):
            yield policy.build_hit(
                f"every signed-in user may insert rows of {policy.relation} that belong to other users",
                found[0],
                remedy=_REMEDY.format(found[1]),
            )


def _find_other_owners(
    final_state: FinalState, policy: PolicyDefinition, caller: CallerIdentity = SIGNED_IN
) -> tuple[PolicyClause, str] | None:
    """Return the part of WITH CHECK that lets a caller insert another user's row, and the owner column; or None.

    The owners are known from the policies by which callers find rows, or from the names of the columns.
    """
    clause = policy.check
    if clause is None or allows_every_row(clause) or is_never_true(fold_condition(clause, caller)):
        return None
    part = _find_untested_part(clause)
    if part is None:
        return None
    others = policies_of_table(final_state, policy.relation)
    columns = (
        _find_common_owners(others, "select")
        or _find_common_owners(others, "update", "delete")
        or find_probable_owners(policy.relation)
    )
    tested = set() if is_about_others(part) else part.find_table_columns() - _find_null_tested(part)
    free = (name for name in sorted(columns - tested) if can_callers_set(final_state, policy, name, "insert"))
    return next(((part, name) for name in free), None)


def _find_common_owners(policies: list[PolicyDefinition], *actions: str) -> set[str]:
    """Return the owner columns in the conditions of all policies for one of the actions."""
    owners = [
        set(find_owner_columns(each.using)) for each in policies if not set(actions).isdisjoint(each.actions)
    ]
    return set.intersection(*owners) if owners else set()


def _find_null_tested(part: PolicyClause) -> set[str]:
    """Return the columns of which a condition tests nothing but IS NOT NULL."""
    tests = [each.node for each in part.find_parts("NullTest")]
    tested = [each.arg.column_ref for each in tests if _TESTS[each.nulltesttype] == "IS_NOT_NULL"]
    others = [each.node for each in part.find_parts("ColumnRef") if each.node not in tested]
    return {strings(each.fields)[-1] for each in tested if each.fields} - {
        name for each in others for name in strings(each.fields)[-1:]
    }


def _find_untested_part(clause: PolicyClause) -> PolicyClause | None:
    if not clause.identity_calls or allows_every_row(clause, SIGNED_IN):
        # A user-defined function that we cannot analyze may test the caller.
        has_unknown_call = any(call.routine is not None and not call.identity for call in clause.calls)
        return None if has_unknown_call else clause
    return find_open_part(clause)


def _is_open(policy: PolicyDefinition, action: str) -> bool:
    clause = policy.find_using(action)
    if clause is None or allows_every_row(clause):
        return False
    return allows_every_row(clause, SIGNED_IN)


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A condition that names no column of its table has one result for all rows. On most projects any person "
        "can sign up, so any person can change and delete the rows of other users, and insert rows in their name."
    ),
    remedy=_REMEDY.format("user_id"),
    bad=(
        """
            CREATE POLICY signed_in ON public.notes FOR ALL TO authenticated
                USING ((SELECT auth.role()) = 'authenticated');
        """,
        "CREATE POLICY signed_in ON public.notes FOR DELETE TO authenticated USING ((SELECT auth.uid()) IS NOT NULL);",
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
            "CREATE POLICY signed_in ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) IS NOT NULL);"
        ),
        (
            f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
            "CREATE POLICY signed_in ON public.notes FOR INSERT TO authenticated\n"
            "    WITH CHECK ((SELECT auth.uid()) = user_id OR team_id IS NULL);"
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
