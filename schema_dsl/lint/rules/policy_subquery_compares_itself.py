"""A sub-select that was to ask about the row, and asks about itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from schema_dsl.lint.facts.clauses import ExpressionPart, PolicyClause, aliases, bare, tables
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.policies import policies
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import FinalState, LocatedHit, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings


def _check(final_state: FinalState) -> Iterable[LocatedHit]:
    for written in policies(final_state):
        for clause in written.clauses:
            for part, name, table in _comparisons(clause):
                yield written.placed(
                    f"both sides are {name} of {table}, and not of the row that {written} is asked about",
                    clause,
                    part.node.location,
                    length=1,
                )
            for location, name in _own_lists(clause):
                yield written.placed(
                    f"{name} is looked for in itself: the table in this sub-select has no such column",
                    clause,
                    location,
                    length=1,
                )


def _comparisons(clause: PolicyClause) -> Iterator[tuple[ExpressionPart, str, str]]:
    """Yield the equations in sub-selects whose sides are the same column of a table there."""
    for part in clause.of("A_Expr"):
        if not part.selects or strings(part.node.name)[-1] != "=":
            continue
        if enumeration("A_Expr_Kind")[part.node.kind] != "AEXPR_OP":
            continue
        sides = [_meant(clause, each, part.selects) for each in (part.node.lexpr, part.node.rexpr)]
        if sides[0] is not None and sides[0] == sides[1]:
            name, table = sides[0]
            yield part, name, table


def _meant(clause: PolicyClause, node: Node, selects: tuple[Node, ...]) -> tuple[str, str] | None:
    """Give the column and the alias that a name in a sub-select surely means; None for what is not of its tables."""
    inner = bare(node)
    if inner.DESCRIPTOR.name != "ColumnRef":
        return None
    names = strings(inner.fields)
    for select in reversed(selects):
        if len(names) > 1:
            if names[-2] in aliases(select):
                return names[-1], names[-2]
            continue
        having = [each for each in tables(select) if _has(clause, each, names[0])]
        if having:
            return names[0], having[0].alias.aliasname or having[0].relname
        if clause.found_in(names[0], select):
            return None
    return None


def _has(clause: PolicyClause, node: Node, name: str) -> bool:
    relation = clause.schema.relation(node.schemaname, node.relname)
    return relation is not None and name in relation.columns and not relation.columns[name].doubtful


def _own_lists(clause: PolicyClause) -> Iterator[tuple[int, str]]:
    """Yield x IN (SELECT x ...), where what is selected is the x that is looked for."""
    for part in clause.of("SubLink"):
        link = part.node
        if enumeration("SubLinkType")[link.sub_link_type] != "ANY_SUBLINK" or link.oper_name:
            continue
        select = link.subselect.select_stmt
        if len(select.target_list) != 1 or not select.from_clause or select.HasField("larg"):
            continue
        sought, given = bare(link.testexpr), bare(select.target_list[0].res_target.val)
        if sought.DESCRIPTOR.name != "ColumnRef" or given.DESCRIPTOR.name != "ColumnRef":
            continue
        name = clause.own_column(sought, part.selects)
        if name and name == clause.own_column(given, (*part.selects, select)):
            yield select.target_list[0].res_target.location, name


RULE = Rule(
    name="policy-subquery-compares-itself",
    group="rls",
    level=Level.ERROR,
    summary="A sub-select of a policy compares a column with itself, where the policy's row was meant.",
    why=(
        "In a sub-select a bare name means its own table's column first, and the row's only if there is none. "
        "`m.team_id = team_id` then is true for every member, and whoever is in any team passes for all rows; "
        "`id IN (SELECT id FROM ...)`, where that table has no id, is true for every row."
    ),
    remedy="Write the policy's table before its column: m.team_id = notes.team_id.",
    bad=(
        (
            f"{NOTES}{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING (user_id = (SELECT auth.uid()));\n"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM public.members m WHERE m.team_id = team_id AND m.user_id = (SELECT auth.uid())));"
        ),
        (
            f"{NOTES}{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING (user_id = (SELECT auth.uid()));\n"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated\n"
            "    USING (id IN (SELECT id FROM public.members m WHERE m.user_id = (SELECT auth.uid())));"
        ),
    ),
    good=(
        (
            f"{NOTES}{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
            "    USING (user_id = (SELECT auth.uid()));\n"
            "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
            "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
        ),
    ),
    final_state=_check,
)
