"""Who the caller is, asked again for every row."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN
from schema_dsl.lint.facts.per_row_calls import repeated
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.facts.positions import all_words
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Edit, FinalState, LocatedHit, Rule


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for call, relation in repeated(clause):
                start = clause.offset(call.node.location)
                length = clause.length(start)
                array = _is_array(clause, call)
                yield written.placed(
                    f"{call.shown} runs again for every row of {relation}, where once a query is enough",
                    clause,
                    call.node.location,
                    length=length,
                    edits=() if array else _wrapped(clause, call, start, length),
                    remedy=_ARRAY if array else _remedy(call),
                )


def _remedy(call: PolicyCall) -> str | None:
    """Say what to wrap, where it is not the call that everybody knows."""
    shown = call.shown.replace("()", "(...)") if getattr(call.node, "args", ()) else call.shown
    return None if shown == "auth.uid()" else f"Wrap the call: (SELECT {shown})."


def _is_array(clause: PolicyClause, call: PolicyCall) -> bool:
    """Whether it stands in ANY (...), where a sub-select would be taken for its rows."""
    kinds = {"AEXPR_OP_ANY", "AEXPR_OP_ALL"}
    found = (part.node for part in clause.of("A_Expr"))
    return any(
        enumeration("A_Expr_Kind")[node.kind] in kinds
        and node.rexpr.WhichOneof("node") == "func_call"
        and node.rexpr.func_call is call.node
        for node in found
    )


def _wrapped(clause: PolicyClause, call: PolicyCall, start: int, length: int) -> tuple[Edit, ...]:
    volatile = call.routine is not None and call.routine.signature.volatility == "v"
    text = clause.step.source.text[start : start + length]
    statement = clause.step.statement
    # In a body between single quotes the file has each quote twice.
    as_parsed = text == all_words(statement, start, start + length)
    if volatile or not as_parsed or not text.endswith(")"):
        return ()
    return (Edit(start, start + length, f"(SELECT {text})"),)


_ARRAY = (
    "Write ANY ((SELECT ...)::type[]): without the cast the sub-select is taken for rows, not for an array."
)

RULE = Rule(
    name="auth-rls-initplan",
    group="rls",
    level=Level.WARNING,
    summary="A policy calls auth.uid(), current_setting() or a helper of its own for every row.",
    why=(
        "A STABLE function gives the same throughout a query, but Postgres calls it for every row that it looks at. "
        "In a sub-select that names no column it becomes an InitPlan: one call, however many rows there are."
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
        f"{NOTES}CREATE POLICY own ON public.notes {OWN}",
        f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));",
    ),
    final_state=_check,
    known_as=("splinter: 0003_auth_rls_initplan",),
)
