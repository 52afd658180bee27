"""A policy that calls auth.uid() or another stable function once per row."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.per_row_calls import find_per_row_calls
from schema_dsl.lint.facts.policies import policies_of_history
from schema_dsl.lint.facts.positions import text_between
from schema_dsl.lint.finding import Level
from schema_dsl.lint.rule import Edit, FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for policy in policies_of_history(final_state):
        for clause in policy.clauses:
            for call, relation in find_per_row_calls(clause):
                start = clause.offset(call.node.location)
                length = clause.length(start)
                is_array = _is_array_operand(clause, call)
                yield policy.build_hit(
                    f"{call.display_name} runs once per row of {relation}; one call per query is enough",
                    clause,
                    call.node.location,
                    length=length,
                    edits=() if is_array else _build_wrapping_edits(clause, call, start, length),
                    remedy=_ARRAY_REMEDY if is_array else _build_remedy(call),
                )


def _build_remedy(call: PolicyCall) -> str | None:
    """Return the remedy for a call other than auth.uid(), which the remedy of the rule names."""
    call_text = (
        call.display_name.replace("()", "(...)") if getattr(call.node, "args", ()) else call.display_name
    )
    return None if call_text == "auth.uid()" else f"Wrap the call: (SELECT {call_text})."


def _is_array_operand(clause: PolicyClause, call: PolicyCall) -> bool:
    """Return whether the call is the array of ANY or ALL, where a plain sub-select means a set of rows."""
    kinds = {"AEXPR_OP_ANY", "AEXPR_OP_ALL"}
    operators = (part.node for part in clause.find_parts("A_Expr"))
    return any(
        enumeration("A_Expr_Kind")[node.kind] in kinds
        and node.rexpr.WhichOneof("node") == "func_call"
        and node.rexpr.func_call is call.node
        for node in operators
    )


def _build_wrapping_edits(
    clause: PolicyClause, call: PolicyCall, start: int, length: int
) -> tuple[Edit, ...]:
    is_volatile = call.routine is not None and call.routine.signature.volatility == "v"
    text = clause.step.source.text[start : start + length]
    statement = clause.step.statement
    # A single-quoted body doubles every quote, so the file differs from the parsed text.
    is_verbatim = text == text_between(statement, start, start + length)
    if is_volatile or not is_verbatim or not text.endswith(")"):
        return ()
    return (Edit(start, start + length, f"(SELECT {text})"),)


_ARRAY_REMEDY = (
    "Write ANY ((SELECT ...)::type[]): without the cast, the sub-select means a set of rows, not an array."
)

RULE = Rule(
    name="auth-rls-initplan",
    group="rls",
    level=Level.WARNING,
    summary="A policy calls auth.uid(), current_setting() or another stable function once per row.",
    why=(
        "A STABLE function returns the same value throughout a query, but Postgres calls the function for every "
        "row that the policy checks. A sub-select without references to outer columns becomes an InitPlan, which "
        "Postgres runs once per query."
    ),
    remedy="Wrap the call: (SELECT auth.uid()).",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);",
        (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id OR auth.jwt() ->> 'email' = body);"
        ),
        (
            "CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS\n"
            "    $$ SELECT coalesce((auth.jwt() -> 'app_metadata' ->> 'admin')::boolean, false) $$;\n"
            "CREATE POLICY admins ON public.notes FOR SELECT TO authenticated USING (public.is_admin());"
        ),
        (
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT 1 FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = auth.uid()));"
        ),
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));",
    ),
    final_state=_check,
    known_as=("splinter: 0003_auth_rls_initplan",),
)
