"""UPDATE, DELETE or MERGE without a condition that selects rows, on an existing table."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from schema_dsl.analysis.trees import enumeration, operator_name
from schema_dsl.lint.facts.alter_commands import format_relation, is_existing_table
from schema_dsl.lint.facts.called_bodies import CALLING_KINDS, CalledRoutine, list_called_routines
from schema_dsl.lint.facts.owners import list_conjuncts
from schema_dsl.lint.facts.positions import TextSpan
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule
from schema_dsl.parsing import QUERY_KINDS, Node, walk
from schema_dsl.parsing.grammar import strings

_CHANGES: Final = {"update_stmt": "updates", "delete_stmt": "deletes"}
_MATCHED: Final = enumeration("MergeMatchKind")
_COMMANDS: Final = {"CMD_UPDATE": "updates", "CMD_DELETE": "deletes"}
# Operators of comparisons that select few rows, as far as the text shows it.
_SELECTIVE: Final = frozenset({"=", "<", ">", "<=", ">=", "~~", "~~*", "~", "@>", "<@", "&&"})


def _check(step: HistoryStep) -> Hits:
    if step.kind in _CHANGES:
        yield from _check_change(step, step.kind, step.tree)
    elif step.kind == "merge_stmt":
        yield from _check_merge(step)
    ctes = step.tree.with_clause.ctes if step.kind in QUERY_KINDS else ()
    for query in (each.common_table_expr.ctequery for each in ctes):
        kind = query.WhichOneof("node")
        if kind in _CHANGES:
            yield from _check_change(step, kind, getattr(query, kind))
    for called in list_called_routines(step):
        yield from _check_called(step, called)


def _check_change(step: HistoryStep, kind: str, tree: Node) -> Hits:
    found = _describe_change(step, kind, tree, step.variables)
    if found:
        yield f"this {found} in one transaction"


def _check_called(step: HistoryStep, called: CalledRoutine) -> Hits:
    """Yield a hit for the first change of all rows in a function that the statement calls."""
    routine = called.routine
    if routine.body is None:
        return
    variables = routine.body.variables | frozenset(routine.argument_names)
    changes = (each for each in routine.body.list_executed() if each.kind in _CHANGES)
    described = (_describe_change(step, each.kind, each.tree, variables) for each in changes)
    found = next(filter(None, described), "")
    if found:
        message = f"{called.name}() {found} in one transaction"
        yield TextSpan(called.statement.start, called.statement.end).hit(message)


def _describe_change(step: HistoryStep, kind: str, tree: Node, variables: Collection[str]) -> str:
    """Return which rows an UPDATE or DELETE changes, if it selects none of an existing table; otherwise ""."""
    target = tree.relation
    if not is_existing_table(step, target.schemaname, target.relname):
        return ""
    where = tree.where_clause
    if where.WhichOneof("node") is None:
        rows = "every row"
    elif _restricts(where, variables) or _joins_batch(tree):
        return ""
    else:
        rows = "up to every row"
    return f"{_CHANGES[kind]} {rows} of {format_relation(target)}"


def _check_merge(step: HistoryStep) -> Hits:
    tree = step.tree
    source = tree.source_relation
    select = source.range_subselect.subquery.select_stmt
    is_whole = source.HasField("range_var") or (
        source.HasField("range_subselect")
        and not (select.values_lists or select.HasField("where_clause") or select.HasField("limit_count"))
    )
    named = {each.common_table_expr.ctename for each in tree.with_clause.ctes}
    target = tree.relation
    if not is_whole or source.range_var.relname in named or _restricts(tree.join_condition, step.variables):
        return
    if not is_existing_table(step, target.schemaname, target.relname):
        return
    for clause in (each.merge_when_clause for each in tree.merge_when_clauses):
        command = _COMMANDS.get(enumeration("CmdType")[clause.command_type], "")
        if (
            command
            and _MATCHED[clause.match_kind] != "MERGE_WHEN_NOT_MATCHED_BY_TARGET"
            and not _restricts(clause.condition, step.variables)
        ):
            yield f"this {command} up to every row of {format_relation(target)} in one transaction"
            return


def _restricts(condition: Node, variables: Collection[str]) -> bool:
    """Return whether a condition selects among the rows. The variables of a DO block are values."""
    is_given = condition.WhichOneof("node") is not None
    return is_given and any(_is_selective(conjunct, variables) for conjunct in list_conjuncts(condition))


def _joins_batch(tree: Node) -> bool:
    """Return whether an UPDATE or DELETE joins few rows: of LIMIT, VALUES, a function, or a SELECT without FROM."""
    joined = [*tree.with_clause.ctes, *getattr(tree, "from_clause", ()), *getattr(tree, "using_clause", ())]
    return any(_is_short(item) for item in joined)


def _is_short(item: Node) -> bool:
    if item.WhichOneof("node") == "range_function":
        return not _reads_column(item, ())
    query = item.range_subselect.subquery.select_stmt
    if item.HasField("range_subselect") and query.target_list and not query.from_clause:
        return True
    return any(
        node.DESCRIPTOR.name == "SelectStmt" and (node.HasField("limit_count") or node.values_lists)
        for node in walk(item)
    )


def _is_selective(conjunct: Node, variables: Collection[str]) -> bool:
    """Return whether a condition restricts the rows: a comparison with a value, IN, BETWEEN or a sub-select."""
    kind = conjunct.DESCRIPTOR.name
    if kind == "A_Expr":
        return _selects_by_comparison(conjunct, variables)
    if kind == "BoolExpr" and enumeration("BoolExprType")[conjunct.boolop] == "OR_EXPR":
        return all(
            any(_is_selective(part, variables) for part in list_conjuncts(argument))
            for argument in conjunct.args
        )
    if kind == "A_Const":
        return conjunct.HasField("boolval") and not conjunct.boolval.boolval
    if kind == "BooleanTest":
        return enumeration("BoolTestType")[conjunct.booltesttype] == "IS_TRUE"
    # A boolean column, EXISTS, IN (SELECT ...) or a function may select few rows. NOT and IS NULL select many.
    return kind not in {"NullTest", "BoolExpr"}


def _selects_by_comparison(comparison: Node, variables: Collection[str]) -> bool:
    operator = operator_name(comparison)
    form = enumeration("A_Expr_Kind")[comparison.kind]
    if form in {"AEXPR_IN", "AEXPR_OP_ANY", "AEXPR_BETWEEN", "AEXPR_BETWEEN_SYM"}:
        return operator != "<>"
    operands = comparison.lexpr, comparison.rexpr
    # A comparison of ctid selects a batch of pages.
    if any(_is_place(operand) for operand in operands):
        return True
    # A comparison of columns joins tables, and a comparison of values is true of all rows or of none.
    reads = [_reads_column(operand, variables) for operand in operands]
    return form != "AEXPR_DISTINCT" and operator in _SELECTIVE and any(reads) and not all(reads)


def _reads_column(operand: Node, variables: Collection[str]) -> bool:
    """Return whether an expression reads a column.

    The variables of a DO block and their fields are values, and so is the result of a sub-select.
    """
    nodes = list(walk(operand))
    return not any(node.DESCRIPTOR.name == "SubLink" for node in nodes) and any(
        node.DESCRIPTOR.name == "ColumnRef" and node.fields[0].string.sval not in variables for node in nodes
    )


def _is_place(operand: Node) -> bool:
    return operand.WhichOneof("node") == "column_ref" and strings(operand.column_ref.fields)[-1:] == ("ctid",)


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Every changed row stays locked until the end of the transaction, and other writes of these rows wait. The "
        "table grows by a second copy of each row, and the long transaction keeps VACUUM from removing dead rows "
        "anywhere in the database."
    ),
    remedy=(
        "Change the rows in batches with a COMMIT after each, for example in a DO block outside a transaction: "
        "WHERE id IN (SELECT id ... LIMIT 1000)."
    ),
    bad=(
        "UPDATE public.orders SET total = 0;",
        "UPDATE public.orders SET total = 0 WHERE note IS NOT NULL;",
        "DELETE FROM public.orders WHERE NOT total = 0;",
        "DELETE FROM public.orders WHERE 1 = 1;",
        "UPDATE public.orders SET total = 0 WHERE total IS DISTINCT FROM 0;",
        "WITH gone AS (DELETE FROM public.orders RETURNING id) SELECT count(*) FROM gone;",
        """
            MERGE INTO public.orders AS o USING public.orders AS n ON o.id = n.id
            WHEN MATCHED THEN UPDATE SET total = 0;
        """,
        """
            CREATE FUNCTION public.backfill() RETURNS void LANGUAGE plpgsql SET search_path = '' AS $$
            BEGIN
                UPDATE public.orders SET total = 0;
            END
            $$;
            SELECT public.backfill();
        """,
    ),
    good=(
        "UPDATE public.orders SET total = 0 WHERE id = 7;",
        "DELETE FROM public.orders WHERE number < '2020-01-01';",
        """
            MERGE INTO public.orders AS o USING (VALUES (7)) AS n (id) ON o.id = n.id
            WHEN MATCHED THEN DELETE;
        """,
        "DO $$ BEGIN FOR n IN 1..3 LOOP UPDATE public.orders SET total = 0 WHERE id = n; END LOOP; END $$;",
        "UPDATE public.orders SET total = 0 WHERE note IS NULL AND ctid < '(1000,0)';",
        """
            WITH batch AS (SELECT id FROM public.orders WHERE note IS NULL LIMIT 1000 FOR UPDATE SKIP LOCKED)
            UPDATE public.orders AS o SET total = 0 FROM batch WHERE o.id = batch.id;
        """,
        """
            DELETE FROM public.orders AS o USING (SELECT id FROM public.orders LIMIT 1000) AS batch
            WHERE o.id = batch.id;
        """,
        """
            UPDATE public.orders AS o SET total = given.total FROM (VALUES (7, 9.5), (8, 3)) AS given (id, total)
            WHERE o.id = given.id;
        """,
    ),
    # Each of them may contain changes in a WITH clause, or call a function.
    kinds=QUERY_KINDS | CALLING_KINDS,
    statement=_check,
)
