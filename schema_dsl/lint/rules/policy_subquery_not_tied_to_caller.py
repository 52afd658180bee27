"""A policy tests whether a table of users has a row, not whether the caller has a row in it."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.owners import holds_user_rows
from schema_dsl.lint.facts.policies import PolicyDefinition, shows_every_row
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses if policy.is_for_clients else ():
        for location, kept in _find_outer_joins(clause) if not policy.is_restricted else ():
            yield policy.build_hit(
                f"the caller is compared only in ON of an outer join, which keeps the rows of {kept} for all users",
                clause,
                location,
            )
        # A function that we cannot analyze may test the caller.
        if policy.is_restricted or any(not _is_aggregate(call) for call in clause.calls):
            continue
        for node, relation in _find_user_tables(clause):
            yield policy.build_hit(
                f"this sub-select tests for any row of {relation}, not for the caller's: one row is enough for all",
                clause,
                node.location,
            )


def _find_outer_joins(clause: PolicyClause) -> Iterator[tuple[int, str]]:
    """Yield the outer joins in sub-selects whose ON is the only place that names the caller, and what they keep."""
    is_alternative = enumeration("BoolExprType")[clause.tree.bool_expr.boolop] == "OR_EXPR"
    for part in clause.find_parts("JoinExpr"):
        kind = enumeration("JoinType")[part.node.jointype]
        if kind not in {"JOIN_LEFT", "JOIN_RIGHT"} or not part.selects:
            continue
        kept, other = (part.node.larg, part.node.rarg)[:: 1 if kind == "JOIN_LEFT" else -1]
        select = part.selects[-1]
        quals = [*walk(part.node.quals)]
        calls = [
            call.node
            for call in clause.identity_calls
            if not is_alternative or any(each is select for each in call.part.selects)
        ]
        if not calls or not all(any(call is node for node in quals) for call in calls):
            continue
        tables = [node for node in walk(other) if node.DESCRIPTOR.name == "RangeVar"]
        if not _is_used(clause, select, quals, tables):
            names = [node.relname for node in walk(kept) if node.DESCRIPTOR.name == "RangeVar"]
            yield tables[0].location if tables else -1, " and ".join(names)


def _is_used(clause: PolicyClause, select: Node, quals: list[Node], tables: list[Node]) -> bool:
    """Return whether a sub-select names a column of tables outside of the ON of their join."""
    aliases = {node.alias.aliasname or node.relname for node in tables}
    relations = [clause.schema.find_relation(node.schemaname, node.relname) for node in tables]
    if None in relations or not tables:
        return True
    columns = {name for relation in relations if relation is not None for name in relation.columns}
    for node in walk(select):
        if node.DESCRIPTOR.name == "ColumnRef" and not any(node is each for each in quals):
            names = strings(node.fields)
            if (names[-2:-1] and names[-2] in aliases) or (len(names) == 1 and names[0] in columns):
                return True
    return False


def _is_aggregate(call: PolicyCall) -> bool:
    return call.routine is None and call.display_name in {"count()", "bool_or()", "max()", "min()"}


def _find_user_tables(clause: PolicyClause) -> Iterator[tuple[Node, HistoryRelation]]:
    for part in clause.find_parts("RangeVar"):
        relation = clause.schema.find_relation(part.node.schemaname, part.node.relname)
        if (
            relation is not None
            and relation is not clause.relation
            and holds_user_rows(relation)
            and shows_every_row(clause.schema, relation)
        ):
            yield part.node, relation


_ALL_SEEN = "CREATE POLICY all_seen ON public.members FOR SELECT TO authenticated USING (true);\n"

RULE = Rule(
    group="rls",
    level=Level.WARNING,
    why=(
        "EXISTS is true if there is any row. This policy does not contain auth.uid(), and the table shows callers "
        "the rows of all users, so the row of any user lets every caller pass."
    ),
    remedy="Compare the caller in the sub-select, for example m.user_id = (SELECT auth.uid()) on Supabase.",
    bad=(
        f"{MEMBERS}{_ALL_SEEN}{NOTES}"
        "CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
        "    USING (EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.team_id));"
    ),
    good=(
        (
            f"{MEMBERS}{_ALL_SEEN}{NOTES}"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
        ),
        (
            f"{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            f"{NOTES}CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
            "    USING (EXISTS (SELECT FROM public.members m WHERE m.team_id = notes.team_id));"
        ),
    ),
    policy=_check,
)
