"""A policy calls auth.uid(), current_setting() or another stable function once per row."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause
from schema_dsl.lint.facts.examples import NOTES, OWN_ROWS
from schema_dsl.lint.facts.per_row_calls import find_per_row_calls
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.facts.positions import text_between
from schema_dsl.lint.rule import Edit, Level, LocatedHit, LocatedHits, Rule


def _check(policy: PolicyDefinition) -> LocatedHits:
    by_statement: dict[int, list[_PerRowCall]] = {}
    for clause in policy.clauses:
        for call, relation in find_per_row_calls(clause):
            per_row_call = _PerRowCall(clause, call, str(relation))
            by_statement.setdefault(clause.step.position.statement, []).append(per_row_call)
    for calls in by_statement.values():
        yield _build_hit(policy, calls)


@attrs.frozen
class _PerRowCall:
    """A call in a clause of a policy that runs once per row of a relation."""

    clause: PolicyClause
    call: PolicyCall
    relation: str

    @property
    def start(self) -> int:
        return self.clause.offset(self.call.node.location)

    @property
    def length(self) -> int:
        return self.clause.length(self.start)

    @property
    def is_array(self) -> bool:
        return _is_array_operand(self.clause, self.call)

    @property
    def edits(self) -> tuple[Edit, ...]:
        return () if self.is_array else _build_wrapping_edits(self.clause, self.call, self.start, self.length)

    @property
    def remedy(self) -> str:
        if self.is_array:
            return _ARRAY_REMEDY
        has_arguments = bool(getattr(self.call.node, "args", ()))
        name = self.call.display_name
        return f"Wrap the call: (SELECT {name.replace('()', '(...)') if has_arguments else name})."


def _build_hit(policy: PolicyDefinition, calls: Sequence[_PerRowCall]) -> LocatedHit:
    """Return one hit for the calls in one statement."""
    first = calls[0]
    names = list(dict.fromkeys(each.call.display_name for each in calls))
    relations = list(dict.fromkeys(each.relation for each in calls))
    verb = "runs" if len(calls) == 1 else "run"
    times = f" ({len(calls)} calls)" if len(calls) > len(names) else ""
    return policy.build_hit(
        f"{' and '.join(names)}{times} {verb} once per row of {' and '.join(relations)};"
        " one call per query is enough",
        first.clause,
        first.call.node.location,
        length=first.length,
        edits=[edit for each in calls for edit in each.edits],
        remedy="\n".join(dict.fromkeys(each.remedy for each in calls)),
    )


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
    group="rls",
    level=Level.WARNING,
    why=(
        "A STABLE function returns the same value throughout a query, but Postgres calls the function for every "
        "row that the policy checks. A sub-select without references to outer columns becomes an InitPlan, which "
        "Postgres runs once per query."
    ),
    remedy="Wrap the call: (SELECT auth.uid()).",
    bad=(
        "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);",
        """
            CREATE POLICY own ON public.notes FOR SELECT TO authenticated
                USING ((SELECT auth.uid()) = user_id OR auth.jwt() ->> 'email' = body);
        """,
        """
            CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SET search_path = '' AS
                $$ SELECT coalesce((auth.jwt() -> 'app_metadata' ->> 'admin')::boolean, false) $$;
            CREATE POLICY admins ON public.notes FOR SELECT TO authenticated USING (public.is_admin());
        """,
        """
            CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (
                SELECT 1 FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = auth.uid()));
        """,
    ),
    good=(
        f"{NOTES}CREATE POLICY own ON public.notes {OWN_ROWS}",
        f"{NOTES}CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));",
    ),
    policy=_check,
    known_as=("splinter: 0003_auth_rls_initplan",),
)
