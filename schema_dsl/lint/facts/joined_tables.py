"""The tables of a sub-select of a policy that conditions join to each other, and to the row of the policy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence

import attrs

from schema_dsl.analysis.trees import enumeration, operator_name
from schema_dsl.lint.facts.clauses import PolicyClause, find_from_tables, strip_casts
from schema_dsl.lint.facts.owners import list_conjuncts
from schema_dsl.lint.facts.policies import shows_every_row
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_ROW = ""
"""The row of the policy among the aliases."""
_MOST_ALTERNATIVES = 16


@attrs.frozen
class JoinedTables:
    """Tables that conditions join, for one alternative of the condition of a sub-select.

    Attributes:
        tables: The tables by their aliases.
        with_row: Whether conditions join them to the row of the policy, or whether the row is joined to a table that
            shows callers only some rows.
        users: The columns that must equal the caller, with the alias of their table.
        others: The other tables of the sub-select.
        named: The columns that conditions name, with the alias of their table.
        linked: The columns that conditions compare with the row of the policy, with the alias of their table.
        limited: The aliases of the tables that a condition tests alone.
    """

    tables: dict[str, HistoryRelation]
    with_row: bool
    users: frozenset[tuple[str, str]]
    others: tuple[HistoryRelation, ...]
    named: frozenset[tuple[str, str]]
    linked: frozenset[tuple[str, str]]
    limited: frozenset[str]


@attrs.define
class _JoinConditions:
    """A sub-select, the tables that it reads, and what the conditions of one alternative say about them.

    Attributes:
        sets: The aliases, in sets of those that conditions join. The row of the policy is one of them.
        users: The columns that must equal the caller.
        named: The columns that conditions name.
        linked: The columns that conditions compare with the row of the policy.
        limited: The aliases of the tables that a condition tests alone.
    """

    clause: PolicyClause
    link: Node
    select: Node
    aliases: dict[str, HistoryRelation]
    sets: list[set[str]] = attrs.Factory(list)
    users: set[tuple[str, str]] = attrs.Factory(set)
    named: set[tuple[str, str]] = attrs.Factory(set)
    linked: set[tuple[str, str]] = attrs.Factory(set)
    limited: set[str] = attrs.Factory(set)

    def read(self, joins: list[Node], conjuncts: list[Node]) -> None:
        """Read the conditions of an alternative."""
        self.sets = [{alias} for alias in (_ROW, *self.aliases)]
        for join in joins:
            if join.is_natural or join.using_clause:
                _join(self.sets, _list_aliases(join.larg) | _list_aliases(join.rarg))
        for conjunct in conjuncts:
            named = _find_aliases(conjunct, self.aliases)
            own = {alias for alias, _ in named}
            _join(self.sets, own)
            self.users |= _find_users(self.clause, conjunct, named)
            # IS NOT NULL compares nothing.
            if conjunct.DESCRIPTOR.name != "NullTest":
                self.named |= named
                self.linked |= named if _ROW in own else set()
                self.limited |= own if len(own) == 1 else set()
        results = {each for target in self.select.target_list for each in _find_aliases(target, self.aliases)}
        if _selects_for_row(self.clause, self.link):
            _join(self.sets, {_ROW, *(alias for alias, _ in results)})
            self.linked |= results
        if _selects_users(self.clause, self.link, self.select):
            self.users |= results

    def list_tables_of_caller(self) -> Iterator[JoinedTables]:
        """Yield the sets of tables with a column that must equal the caller."""
        of_row = next(each for each in self.sets if _ROW in each)
        for joined in self.sets:
            users = frozenset(each for each in self.users if each[0] in joined)
            if not users:
                continue
            others = {alias: table for alias, table in self.aliases.items() if alias not in joined}
            is_hidden = any(
                alias in of_row and not shows_every_row(self.clause.schema, table)
                for alias, table in others.items()
            )
            yield JoinedTables(
                {alias: table for alias, table in self.aliases.items() if alias in joined},
                _ROW in joined or is_hidden,
                users,
                tuple(others.values()),
                frozenset(self.named),
                frozenset(self.linked),
                frozenset(self.limited),
            )


def find_tables_of_caller(clause: PolicyClause, link: Node, select: Node) -> Iterator[JoinedTables]:
    """Yield the tables that are joined to a table with a column that must equal the caller, for each alternative.

    Args:
        clause: The condition.
        link: The SubLink of the sub-select.
        select: The sub-select, or a query below it.

    Yields:
        Nothing if the sub-select reads anything but known tables.
    """
    aliases = _read_aliases(clause, select)
    if not aliases or len(aliases) != sum(_count_items(item) for item in select.from_clause):
        return
    joins = list(_list_joins(select.from_clause))
    required = [node for join in joins for node in list_conjuncts(join.quals) if join.HasField("quals")]
    for name in ("where_clause", "having_clause"):
        required += list_conjuncts(getattr(select, name)) if select.HasField(name) else []
    for conjuncts in _list_alternatives(required):
        if not any(_tests_row(clause, conjunct, aliases) for conjunct in conjuncts):
            query = _JoinConditions(clause, link, select, aliases)
            query.read(joins, conjuncts)
            yield from query.list_tables_of_caller()


def _read_aliases(clause: PolicyClause, select: Node) -> dict[str, HistoryRelation]:
    """Return the tables of a sub-select by their aliases; none if one is unknown."""
    aliases: dict[str, HistoryRelation] = {}
    for node in find_from_tables(select):
        relation = clause.schema.find_relation(node.schemaname, node.relname)
        if relation is None or not relation.complete:
            return {}
        aliases[node.alias.aliasname or node.relname] = relation
    return aliases


def _tests_row(clause: PolicyClause, conjunct: Node, aliases: dict[str, HistoryRelation]) -> bool:
    """Return whether a condition may test whether the row of the policy is the caller's."""
    nodes = list(walk(conjunct))
    calls = (call for call in clause.calls if call.identity or call.routine is not None)
    return any(call.node is node for call in calls for node in nodes) and any(
        alias == _ROW for alias, _ in _find_aliases(conjunct, aliases)
    )


def _list_joins(items: Sequence[Node]) -> Iterator[Node]:
    for item in items:
        if item.HasField("join_expr"):
            yield item.join_expr
            yield from _list_joins([item.join_expr.larg, item.join_expr.rarg])


def _count_items(item: Node) -> int:
    if item.HasField("join_expr"):
        return _count_items(item.join_expr.larg) + _count_items(item.join_expr.rarg)
    return 1


def _list_aliases(item: Node) -> set[str]:
    if item.HasField("join_expr"):
        return _list_aliases(item.join_expr.larg) | _list_aliases(item.join_expr.rarg)
    return {item.range_var.alias.aliasname or item.range_var.relname}


def _list_alternatives(required: list[Node]) -> list[list[Node]]:
    """Return the alternatives of a condition, each as a list of operands of AND."""
    choices = [
        [
            alternative
            for argument in node.args
            for alternative in _list_alternatives([*list_conjuncts(argument)])
            if all(map(_compares_columns, alternative))
        ]
        if node.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[node.boolop] == "OR_EXPR"
        else [[node]]
        for node in required
    ]
    if math.prod(map(len, choices)) > _MOST_ALTERNATIVES:
        return [required]
    return [[node for part in parts for node in part] for parts in itertools.product(*choices)]


def _compares_columns(condition: Node) -> bool:
    """Return whether a condition compares columns, and not a column with a constant such as the name of a role."""
    kinds = [node.DESCRIPTOR.name for node in walk(condition)]
    return "ColumnRef" in kinds and "A_Const" not in kinds and kinds[0] == "A_Expr"


def _join(sets: list[set[str]], aliases: set[str]) -> None:
    """Unite the sets that contain one of the aliases."""
    found = [each for each in sets if not each.isdisjoint(aliases)]
    for each in found[1:]:
        found[0].update(each)
        sets.remove(each)


def _find_aliases(condition: Node, aliases: dict[str, HistoryRelation]) -> set[tuple[str, str]]:
    """Return the columns that a condition names, each with the alias of its table."""
    return {
        (_resolve(strings(node.fields), aliases), strings(node.fields)[-1])
        for node in walk(condition)
        if node.DESCRIPTOR.name == "ColumnRef" and strings(node.fields)
    }


def _resolve(names: Sequence[str], aliases: dict[str, HistoryRelation]) -> str:
    if len(names) > 1:
        return names[-2] if names[-2] in aliases else _ROW
    return next((alias for alias, table in aliases.items() if names[0] in table.columns), _ROW)


def _find_users(clause: PolicyClause, conjunct: Node, named: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return the column that a condition compares with the caller by =."""
    operators = enumeration("A_Expr_Kind")
    if conjunct.DESCRIPTOR.name != "A_Expr" or operators[conjunct.kind] != "AEXPR_OP" or len(named) != 1:
        return set()
    nodes = list(walk(conjunct))
    is_of_caller = any(call.node is node for call in clause.identity_calls for node in nodes)
    sides = {strip_casts(side).DESCRIPTOR.name for side in (conjunct.lexpr, conjunct.rexpr)}
    is_equal = operator_name(conjunct) == "="
    return named if is_of_caller and is_equal and "ColumnRef" in sides else set()


def _selects_for_row(clause: PolicyClause, link: Node) -> bool:
    """Return whether a sub-select is compared with a column of the policy's row: group_id IN (SELECT ...)."""
    return bool(link.HasField("testexpr") and clause.part(link.testexpr).find_table_columns())


def _selects_users(clause: PolicyClause, link: Node, select: Node) -> bool:
    """Return whether a selected column equals the caller: auth.uid() IN (SELECT user_id ...)."""
    is_any = enumeration("SubLinkType")[link.sub_link_type] == "ANY_SUBLINK" and not link.oper_name
    return bool(is_any and len(select.target_list) == 1 and clause.part(link.testexpr).identity_calls)
