"""A policy for UPDATE, DELETE or ALL passes rows that are not the caller's, such as public ones."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.callers import ANONYMOUS, SIGNED_IN
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.examples import MEMBERS, NOTES, OWN_ROWS
from schema_dsl.lint.facts.folding import allows_every_row, fold_condition
from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.owners import list_alternatives
from schema_dsl.lint.facts.policies import PolicyDefinition, policies_of_history, policies_of_table
from schema_dsl.lint.facts.strangers import find_open_part, has_owners, is_limited, may_act
from schema_dsl.lint.facts.values import is_never_true
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule

_OPERATORS = enumeration("BoolExprType")


def _check(final_state: FinalState) -> LocatedHits:
    for policy in policies_of_history(final_state):
        clause = policy.using
        if not policy.is_for_clients or is_limited(final_state, policy) or clause is None:
            continue
        actions = [
            action for action in ("update", "delete") if action in policy.actions and may_act(policy, action)
        ]
        # Another rule reports a condition that is true of every row.
        if not actions or allows_every_row(clause, SIGNED_IN):
            continue
        if _is_open_to_anyone(policy, clause) and not has_owners(final_state, policy):
            actions = [action for action in actions if may_act(policy, action, "anon")]
            if actions:
                yield policy.build_hit(
                    f"anyone may {format_list(actions)} rows of {policy.relation} without signing in: the condition "
                    "does not depend on the caller",
                    clause,
                )
            continue
        part = find_open_part(clause)
        if part is not None and has_owners(final_state, policy):
            yield policy.build_hit(
                f"users may {format_list(actions)} rows of {policy.relation} that belong to others: this part of the "
                "condition does not test the caller",
                part,
            )
        elif has_owners(final_state, policy) and (read := _find_readable(final_state, clause)) is not None:
            yield policy.build_hit(
                f"users may {format_list(actions)} rows of {policy.relation} that belong to others: the condition "
                f"tests only that the caller can read a row of {read}, and callers can read rows of others there",
                clause,
            )


def _find_readable(final_state: FinalState, clause: PolicyClause) -> HistoryRelation | None:
    """Return the table with rows of others, if a condition tests only that a row is readable."""
    for alternative in list_alternatives(clause.tree):
        part = clause.part(alternative)
        nodes = [each.node for each in part.find_parts("RangeVar")]
        is_negated = any(_OPERATORS[each.node.boolop] == "NOT_EXPR" for each in part.find_parts("BoolExpr"))
        if part.calls or len(nodes) != 1 or is_negated:
            continue
        table = part.schema.find_relation(nodes[0].schemaname, nodes[0].relname)
        for reader in policies_of_table(final_state, table) if table is not None else ():
            is_reader = "select" in reader.actions and reader.is_for_clients and not reader.is_restricted
            if is_reader and reader.using is not None and find_open_part(reader.using) is not None:
                return table
    return None


def _is_open_to_anyone(policy: PolicyDefinition, clause: PolicyClause) -> bool:
    """Return whether anon may write rows by a condition on nothing but the columns of the row."""
    if not {"anon", "public"} & set(policy.state.roles) or is_never_true(fold_condition(clause, ANONYMOUS)):
        return False
    has_routine = any(call.identity or call.routine is not None for call in clause.calls)
    return not has_routine and not clause.find_parts("SubLink")


RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "A condition such as `is_public OR user_id = auth.uid()` is meant for reading. FOR ALL and FOR UPDATE use it "
        "for writing too: any user can change, take over and delete the rows of others for which the first part "
        "is true. The same holds for `EXISTS (SELECT FROM posts WHERE ...)`, which is true of every post that the "
        "caller may read."
    ),
    remedy=(
        "Write the condition for reading in a policy FOR SELECT, and policies FOR UPDATE and FOR DELETE that compare "
        "the owner column with the caller."
    ),
    bad=(
        (
            f"{NOTES}CREATE POLICY shared ON public.notes TO authenticated\n"
            "    USING (body = 'b' OR user_id = (SELECT auth.uid()));"
        ),
        (
            f"{NOTES}CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (true);\n"
            "CREATE POLICY loose ON public.notes FOR DELETE TO authenticated\n"
            "    USING (team_id IS NULL OR (SELECT auth.uid()) = user_id);"
        ),
        (
            f"{NOTES}{MEMBERS}CREATE POLICY team ON public.notes FOR UPDATE TO authenticated\n"
            "    USING (body = 'b' OR team_id IN (\n"
            "        SELECT m.team_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())\n"
            "    ));"
        ),
        (
            f"{NOTES}{MEMBERS}CREATE POLICY member ON public.members {OWN_ROWS}\n"
            "CREATE POLICY seen ON public.notes FOR SELECT TO authenticated USING (true);\n"
            "CREATE POLICY team ON public.notes FOR DELETE TO authenticated USING (EXISTS (\n"
            "    SELECT 1 FROM public.members m\n"
            "    WHERE m.user_id = (SELECT auth.uid()) AND m.team_id = notes.team_id OR notes.team_id IS NULL\n"
            "));"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}\n"
        "CREATE POLICY change ON public.notes FOR UPDATE TO authenticated\n"
        "    USING ((SELECT auth.uid()) = user_id AND body <> 'locked')\n"
        "    WITH CHECK ((SELECT auth.uid()) = user_id);"
    ),
    final_state=_check,
)
