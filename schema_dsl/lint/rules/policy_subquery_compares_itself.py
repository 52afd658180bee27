"""A sub-select of a policy compares a column with itself instead of with the policy's row."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import enumeration, operator_name
from schema_dsl.lint.facts.clauses import (
    ExpressionPart,
    PolicyClause,
    find_from_aliases,
    find_from_tables,
    strip_casts,
)
from schema_dsl.lint.facts.examples import MEMBERS, NOTES
from schema_dsl.lint.facts.policies import PolicyDefinition
from schema_dsl.lint.history.schema import Routine
from schema_dsl.lint.rule import Level, LocatedHits, Rule
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk


def _check(policy: PolicyDefinition) -> LocatedHits:
    for clause in policy.clauses:
        for part, name, table in _find_self_comparisons(clause):
            yield policy.build_hit(
                f"both sides are {name} of {table}, and neither is a column of the row that {policy} checks",
                clause,
                part.node.location,
                length=1,
            )
        for location, name, table in _find_captured(clause):
            yield policy.build_hit(
                f"{name} is here the column of {table}, and not the one of {policy.relation}: this condition compares "
                f"two values of the same row of {table}",
                clause,
                location,
                length=1,
            )
        for call in clause.calls:
            for name, table in _find_hidden_parameters(clause, call.routine):
                yield policy.build_hit(
                    f"{call.display_name} compares {name} of {table} with itself: the column hides the parameter",
                    clause,
                    call.node.location,
                    remedy=f"Rename the parameter, or qualify it with the name of the function: f.{name}.",
                )
        for location, name in _find_self_memberships(clause):
            yield policy.build_hit(
                f"{name} is compared with itself: the table in this sub-select has no column {name}",
                clause,
                location,
                length=1,
            )


def _find_self_comparisons(clause: PolicyClause) -> Iterator[tuple[ExpressionPart, str, str]]:
    """Yield the = comparisons in sub-selects that have the same column of the sub-select on both sides."""
    for part in clause.find_parts("A_Expr"):
        if not part.selects or operator_name(part.node) != "=":
            continue
        if enumeration("A_Expr_Kind")[part.node.kind] != "AEXPR_OP":
            continue
        sides = [_resolve_column(clause, side, part.selects) for side in (part.node.lexpr, part.node.rexpr)]
        if sides[0] is not None and sides[0] == sides[1]:
            name, table = sides[0]
            yield part, name, table


def _find_captured(clause: PolicyClause) -> Iterator[tuple[int, str, str]]:
    """Yield the names of columns of the policy's row that a sub-select resolves to its own table.

    The other side of the comparison is a qualified column of that table, and the sub-select has no reference to the
    policy's row: `p.id::text = (storage.foldername(name))[1]`. Postgres prints the condition with `p.name`.
    """
    captured = [
        each for each in clause.find_parts("ColumnRef") if each.selects and _may_be_of_row(clause, each)
    ]
    for part in clause.find_parts("A_Expr") if captured else ():
        if not part.selects or operator_name(part.node) != "=" or clause.is_correlated(part.selects[-1]):
            continue
        for side, other in ((part.node.lexpr, part.node.rexpr), (part.node.rexpr, part.node.lexpr)):
            nodes, qualified = list(walk(side)), strip_casts(other)
            named = next((each.node for each in captured if any(each.node is node for node in nodes)), None)
            if qualified.DESCRIPTOR.name != "ColumnRef" or len(qualified.fields) == 1 or named is None:
                continue
            column = _resolve_names(clause, named, part.selects)
            compared = _resolve_names(clause, qualified, part.selects)
            if (
                column is not None
                and compared is not None
                and column[1] == compared[1]
                and column != compared
            ):
                yield named.location, *column


def _may_be_of_row(clause: PolicyClause, part: ExpressionPart) -> bool:
    """Return whether a reference in a sub-select is meant for a column of the policy's row."""
    names = strings(part.node.fields)
    if clause.relation.key == ("storage", "objects"):
        # The columns of the tables of the platform are unknown. The paths of files are in this column.
        return names[-1:] == ("name",)
    return len(names) == 1 and names[0] in clause.relation.columns


def _find_hidden_parameters(clause: PolicyClause, routine: Routine | None) -> Iterator[tuple[str, str]]:
    """Yield the columns that a function in SQL compares with itself instead of with its parameter."""
    if routine is None or routine.language != "sql" or routine.body is None:
        return
    for statement in (part.statement for part in routine.body.parts if part.statement.kind):
        body = PolicyClause(clause.word, statement.node, clause.step, clause.relation)
        yield from (
            (name, table) for _, name, table in _find_self_comparisons(body) if name in routine.argument_names
        )


def _resolve_column(clause: PolicyClause, node: Node, selects: tuple[Node, ...]) -> tuple[str, str] | None:
    """Return the column and table that a name in a sub-select resolves to, or None if it is from outside."""
    inner = strip_casts(node)
    return _resolve_names(clause, inner, selects) if inner.DESCRIPTOR.name == "ColumnRef" else None


def _resolve_names(
    clause: PolicyClause, reference: Node, selects: tuple[Node, ...]
) -> tuple[str, str] | None:
    names = strings(reference.fields)
    for select in reversed(selects):
        if len(names) > 1:
            if names[-2] in find_from_aliases(select):
                return names[-1], names[-2]
            continue
        matches = [
            table.alias.aliasname or table.relname
            for table in find_from_tables(select)
            if _has_column(clause, table, names[0])
        ]
        matches += [alias for alias, columns in _list_derived(select) if names[0] in columns]
        if matches:
            return names[0], matches[0]
        if clause.is_column_of(names[0], select):
            return None
    return None


def _list_derived(select: Node) -> Iterator[tuple[str, set[str]]]:
    """Yield the alias and the named columns of each query in the FROM or WITH of a sub-select."""
    queries = {each.common_table_expr.ctename: each.common_table_expr for each in select.with_clause.ctes}
    for item in select.from_clause:
        if item.HasField("range_subselect"):
            derived = item.range_subselect
            if not derived.alias.colnames:
                yield derived.alias.aliasname, _list_results(derived.subquery.select_stmt)
        elif item.range_var.relname in queries and not item.range_var.schemaname:
            query = queries[item.range_var.relname]
            if not query.aliascolnames:
                yield (
                    item.range_var.alias.aliasname or query.ctename,
                    _list_results(query.ctequery.select_stmt),
                )


def _list_results(select: Node) -> set[str]:
    """Return the names of the result columns of a query."""
    results = (target.res_target for target in select.target_list)
    return {each.name or "".join(strings(each.val.column_ref.fields)[-1:]) for each in results} - {""}


def _has_column(clause: PolicyClause, node: Node, name: str) -> bool:
    relation = clause.schema.find_relation(node.schemaname, node.relname)
    return relation is not None and name in relation.columns and not relation.columns[name].uncertain


def _find_self_memberships(clause: PolicyClause) -> Iterator[tuple[int, str]]:
    """Yield the tests x IN (SELECT x ...) where both names resolve to the same column of the policy's table."""
    for part in clause.find_parts("SubLink"):
        link = part.node
        if enumeration("SubLinkType")[link.sub_link_type] != "ANY_SUBLINK" or link.oper_name:
            continue
        select = link.subselect.select_stmt
        if len(select.target_list) != 1 or not select.from_clause or select.HasField("larg"):
            continue
        searched, selected = strip_casts(link.testexpr), strip_casts(select.target_list[0].res_target.val)
        if searched.DESCRIPTOR.name != "ColumnRef" or selected.DESCRIPTOR.name != "ColumnRef":
            continue
        name = clause.find_table_column(searched, part.selects)
        if name and name == clause.find_table_column(selected, (*part.selects, select)):
            yield select.target_list[0].res_target.location, name


RULE = Rule(
    group="rls",
    level=Level.ERROR,
    why=(
        "In a sub-select, an unqualified column name resolves to the sub-select's own tables first, and to the "
        "policy's row only if they have no such column. `m.team_id = team_id` is then true for every member, so a "
        "member of any team passes for all rows. `id IN (SELECT id FROM ...)` is true for every row if that table "
        "has no column id. In a sub-select on a table with a column name, `storage.foldername(name)` reads that "
        "column, and not the path of the file."
    ),
    remedy="Qualify the column with the policy's table: m.team_id = notes.team_id, storage.foldername(objects.name).",
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
        """
            CREATE TABLE public.projects (id uuid PRIMARY KEY, owner_id uuid NOT NULL, name text);
            CREATE INDEX ON public.projects (owner_id);
            ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY;
            GRANT SELECT ON public.projects TO authenticated;
            CREATE POLICY own ON public.projects FOR SELECT TO authenticated USING (owner_id = (SELECT auth.uid()));
            CREATE POLICY files ON storage.objects FOR SELECT TO authenticated
                USING (bucket_id = 'private' AND EXISTS (
                    SELECT FROM public.projects p
                    WHERE p.owner_id = (SELECT auth.uid()) AND p.id::text = (storage.foldername(name))[1]
                ));
        """,
    ),
    good=(
        f"{NOTES}{MEMBERS}CREATE POLICY own ON public.members FOR SELECT TO authenticated\n"
        "    USING (user_id = (SELECT auth.uid()));\n"
        "CREATE POLICY team ON public.notes FOR SELECT TO authenticated USING (EXISTS (\n"
        "    SELECT FROM public.members m WHERE m.team_id = notes.team_id AND m.user_id = (SELECT auth.uid())));"
    ),
    policy=_check,
)
