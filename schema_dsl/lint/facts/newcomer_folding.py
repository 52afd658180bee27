"""Folding of a condition for a caller who just signed up, of whom no other table has a row."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.analysis.builtins import find_functions
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.lint.facts.callers import CallerIdentity
from schema_dsl.lint.facts.clauses import PolicyClause, find_from_aliases, find_from_tables
from schema_dsl.lint.facts.own_rows import find_own_row
from schema_dsl.lint.facts.row_folding import CALLER, ExampleRow, RowFold, fold_for_row
from schema_dsl.lint.facts.values import NOT_NULL, UNKNOWN, FoldedValue, to_boolean
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_NONE = {"EXISTS_SUBLINK": False, "EXPR_SUBLINK": None, "ANY_SUBLINK": False, "ALL_SUBLINK": True}


def fold_for_stranger(clause: PolicyClause, row: ExampleRow) -> FoldedValue:
    """Return True if a condition is true of a row for a member of another group, or for a user without any rows."""
    value = fold_for_row(clause, row)
    if value is True or not (clause.find_parts("SubLink") or any(call.routine for call in clause.calls)):
        return value
    caller = CallerIdentity(user=CALLER, role="authenticated")
    fold = _NewcomerFold(
        clause.relation, caller, clause.schema, values=row.values, arrays=row.arrays, may_assume=False
    )
    return True if to_boolean(fold.value(clause.tree)) is True else value


def fold_for_newcomer(node: Node, schema: HistorySchema) -> FoldedValue:
    """Return the value of an expression for a user who just signed up, without any row and without added claims.

    It is not known if the expression reads a table in which each user has a row, such as profiles.
    """
    names = (each for each in walk(node) if each.DESCRIPTOR.name == "RangeVar")
    tables = [schema.find_relation(each.schemaname, each.relname) for each in names]
    if any(table is None or find_own_row(schema, table, CALLER) is not None for table in tables):
        return UNKNOWN
    caller = CallerIdentity(user=CALLER, role="authenticated", has_claims=False)
    return to_boolean(_NewcomerFold(None, caller, schema, may_assume=False).value(node))


@attrs.frozen(eq=False)
class _NewcomerFold(RowFold):
    """The folding of an expression for one row and a caller of whom the sub-selects find no row.

    Attributes:
        aggregates_nothing: Whether the expression is a result of a sub-select with aggregates over no rows.
    """

    aggregates_nothing: bool = False

    def value(self, node: Node) -> FoldedValue:
        """Return the value of an expression."""
        kind = node.WhichOneof("node")
        if kind == "sub_link":
            found = self._fold_without_rows(node.sub_link)
            if found is not UNKNOWN:
                return found
        elif kind == "func_call" and self.aggregates_nothing and _is_aggregate(node.func_call):
            return 0 if qualified_name(node.func_call.funcname)[1] == "count" else None
        return super().value(node)

    def _fold_without_rows(self, link: Node) -> FoldedValue:
        """Return the value of a sub-select on rows of the caller, which finds none."""
        select, kind = link.subselect.select_stmt, enumeration("SubLinkType")[link.sub_link_type]
        if not self._finds_nothing(select):
            return UNKNOWN
        calls = [
            node.func_call
            for target in (*select.target_list, select.having_clause)
            for node in walk(target)
            if node.DESCRIPTOR.name == "Node" and node.HasField("func_call")
        ]
        if select.group_clause or not any(map(_is_aggregate, calls)):
            return _NONE.get(kind, NOT_NULL)
        # Aggregates return a row for no rows.
        inside = attrs.evolve(self, aggregates_nothing=True)
        if select.HasField("having_clause") and to_boolean(inside.value(select.having_clause)) is not True:
            return UNKNOWN
        if kind == "EXISTS_SUBLINK":
            return True
        is_value = kind == "EXPR_SUBLINK" and len(select.target_list) == 1
        return inside.value(select.target_list[0].res_target.val) if is_value else UNKNOWN

    def _finds_nothing(self, select: Node) -> bool:
        """Return whether a sub-select requires a row of the caller."""
        if select.HasField("larg") or not select.from_clause:
            return False
        conditions = [select.where_clause, *_list_inner_conditions(select.from_clause)]
        return any(
            self._requires_caller(select, each) for condition in conditions for each in _split(condition)
        )

    def _requires_caller(self, select: Node, condition: Node) -> bool:
        """Return whether a condition compares a column of a sub-select with the caller."""
        node = condition.a_expr
        if enumeration("A_Expr_Kind")[node.kind] != "AEXPR_OP" or strings(node.name)[-1:] != ("=",):
            return False
        return any(
            self._is_column_of(select, column) and self.value(other) in {CALLER, CALLER.text}
            for column, other in ((node.lexpr, node.rexpr), (node.rexpr, node.lexpr))
        )

    def _is_column_of(self, select: Node, node: Node) -> bool:
        while node.WhichOneof("node") == "type_cast":
            node = node.type_cast.arg
        names = strings(node.column_ref.fields)
        if len(names) > 1:
            return names[-2] in find_from_aliases(select)
        tables = (
            self.schema.find_relation(each.schemaname, each.relname) if self.schema is not None else None
            for each in find_from_tables(select)
        )
        return any(table is not None and names[-1:] and names[-1] in table.columns for table in tables)


def _is_aggregate(call: Node) -> bool:
    schema_name, name = qualified_name(call.funcname)
    return schema_name in {"", "pg_catalog"} and any(each.kind == "a" for each in find_functions(name))


def _split(condition: Node) -> Iterator[Node]:
    """Yield the operands of AND."""
    if enumeration("BoolExprType")[condition.bool_expr.boolop] == "AND_EXPR":
        for argument in condition.bool_expr.args:
            yield from _split(argument)
    else:
        yield condition


def _list_inner_conditions(items: Iterator[Node]) -> Iterator[Node]:
    """Yield the conditions of inner joins, which each row of the result meets."""
    for item in items:
        join = item.join_expr
        if enumeration("JoinType")[join.jointype] == "JOIN_INNER" and item.HasField("join_expr"):
            yield join.quals
            yield from _list_inner_conditions(iter((join.larg, join.rarg)))
