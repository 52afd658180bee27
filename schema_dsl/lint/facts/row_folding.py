"""Folding of a policy's condition for a caller and an example of a row, with identities, arrays and sub-selects."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

import attrs

from schema_dsl.analysis.trees import enumeration, operator_name, qualified_name, single_value
from schema_dsl.lint.facts.callers import CallerIdentity
from schema_dsl.lint.facts.clauses import PolicyClause
from schema_dsl.lint.facts.example_values import (
    ARRAY_FUNCTIONS,
    ARRAY_OPERATORS,
    Array,
    UserId,
    count_nulls,
    overlaps,
    to_text,
)
from schema_dsl.lint.facts.expression_folding import Fold
from schema_dsl.lint.facts.membership_values import list_other_values
from schema_dsl.lint.facts.own_rows import USERS, find_own_row
from schema_dsl.lint.facts.policies import shows_every_row
from schema_dsl.lint.facts.values import (
    UNKNOWN,
    FoldedValue,
    to_boolean,
)
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

CALLER = UserId(5)
# Ids of users before and after the caller.
OTHERS = (UserId(3), UserId(7))
# Ids of groups of the caller, before and after those of the row.
_OWN_GROUPS = (UserId(9), UserId(1))


class ExampleRow(NamedTuple):
    """An example of a row: its known values, and its arrays, by column."""

    values: Mapping[str, FoldedValue]
    arrays: Mapping[str, Array]


class _ReadRow(NamedTuple):
    """A row that a sub-select reads: the name of the table in it, the table, and the known values."""

    alias: str
    table: HistoryRelation
    values: Mapping[str, FoldedValue]


def fold_for_row(clause: PolicyClause, row: ExampleRow) -> FoldedValue:
    """Return the value of a policy's condition for a caller and one row.

    A sub-select has a row if the caller may be a member of another group, or can read a row of another user.
    """
    caller = CallerIdentity(user=CALLER, role="authenticated")
    fold = RowFold(clause.relation, caller, clause.schema, values=row.values, arrays=row.arrays)
    return to_boolean(fold.value(clause.tree))


@attrs.frozen(eq=False)
class RowFold(Fold):
    """The folding of an expression for one row.

    Attributes:
        arrays: The known arrays of the row, by column.
        sources: The rows that the sub-selects around the expression read, innermost first.
        may_assume: Whether the condition is true if this expression is, so that possible rows of others count.
    """

    arrays: Mapping[str, Array] = attrs.Factory(dict)
    sources: tuple[_ReadRow, ...] = ()
    may_assume: bool = True
    # The same folding without assumptions, once it is needed.
    _strict: list[RowFold] = attrs.field(factory=list, init=False)

    def value(self, node: Node) -> FoldedValue:
        """Return the value of an expression."""
        kind = node.WhichOneof("node") or ""
        fold = self
        if self.may_assume and not _keeps_truth(node, kind):
            if not self._strict:
                self._strict.append(attrs.evolve(self, may_assume=False))
            fold = self._strict[0]
        method = _KINDS.get(kind)
        found = method(fold, getattr(node, kind)) if method is not None else UNKNOWN
        return found if found is not UNKNOWN else super(RowFold, fold).value(node)

    def column(self, node: Node) -> FoldedValue:
        """Fold a reference to a column of the row, or of a row that a sub-select reads."""
        names = strings(node.fields)
        for source in self.sources:
            if names[-2:-1] == (source.alias,) or (len(names) == 1 and names[0] in source.table.columns):
                return source.values.get(names[-1], UNKNOWN)
        return super().column(node)

    def cast(self, node: Node) -> FoldedValue:
        """Fold a cast; the text of an identity is that of its uuid."""
        value = super().cast(node)
        is_text = qualified_name(node.type_name.names)[1] in {"text", "varchar", "bpchar"}
        return to_text(value) if is_text else value

    def _fold_claim(self, node: Node, name: str) -> tuple[FoldedValue] | None:
        claim = super()._fold_claim(node, name)
        return None if claim is None else (to_text(claim[0]),)

    def compare(
        self, name: str, left_side: tuple[Node, FoldedValue], right_side: tuple[Node, FoldedValue]
    ) -> FoldedValue:
        """Return the result of a comparison, of an id with a text by the text of its uuid."""
        (first, left), (second, right) = left_side, right_side
        if isinstance(left, str) or isinstance(right, str):
            left, right = to_text(left), to_text(right)
        return super().compare(name, (first, left), (second, right))

    def contradict(self, node: Node) -> bool:
        """Return False: the values of the row decide, and the folding without a row tests for contradictions."""
        del node
        return False

    def _compute(
        self, name: str, left_side: tuple[Node, FoldedValue], right_side: tuple[Node, FoldedValue]
    ) -> FoldedValue:
        left, right = to_text(left_side[1]), to_text(right_side[1])
        if name == "||" and isinstance(left, str) and isinstance(right, str):
            return left + right
        if name in ARRAY_OPERATORS:
            first, second = self.array(left_side[0]), self.array(right_side[0])
            if first is not None and second is not None:
                return ARRAY_OPERATORS[name](first, second)
        return super()._compute(name, left_side, right_side)

    def _call_builtin(self, name: str, arguments: Sequence[Node]) -> FoldedValue:
        function = _TEXT_FUNCTIONS.get(name)
        array = self.array(arguments[0]) if name in ARRAY_FUNCTIONS and arguments else None
        if name in {"num_nulls", "num_nonnulls"}:
            return count_nulls(name, [self.value(argument) for argument in arguments])
        if function is None and array is None:
            return super()._call_builtin(name, arguments)
        values = [to_text(self.value(argument)) for argument in arguments]
        if array is not None:
            return ARRAY_FUNCTIONS[name](array, *values[1:])
        if name == "concat":
            values = ["" if value is None else value for value in values]
        if not all(isinstance(value, str | int) and not isinstance(value, bool) for value in values):
            return None if None in values else UNKNOWN
        try:
            return function(*values) if function is not None else UNKNOWN
        except TypeError:
            # Other arguments than those of the built-in function.
            return UNKNOWN

    def compare_with_array(self, node: Node) -> FoldedValue:
        """Fold a comparison with ANY or ALL of an array."""
        kind = enumeration("A_Expr_Kind")[node.kind]
        array = self.array(node.rexpr) if kind in {"AEXPR_OP_ANY", "AEXPR_OP_ALL"} else None
        if array is None:
            return UNKNOWN
        is_all = kind == "AEXPR_OP_ALL"
        name, value = operator_name(node), self.value(node.lexpr)
        results = [self.compare(name, (node.lexpr, value), (node.rexpr, item)) for item in array]
        if (not is_all) in results:
            return not is_all
        return UNKNOWN if UNKNOWN in results else None if None in results else is_all

    def _is_empty(self, select: Node) -> bool:
        # A name may be a column of the tables of the sub-select.
        inside = attrs.evolve(self, arrays={}, sources=()) if select.from_clause else self
        return super(RowFold, inside)._is_empty(select)

    def _for_function_body(self, arguments: Mapping[str, Node]) -> RowFold:
        body = attrs.evolve(self, relation=None, depth=self.depth - 1, arrays={}, sources=())
        values = {name: self.value(node) for name, node in arguments.items()}
        if any(self._is_whole_row(node) for node in arguments.values()):
            values = {**self.values, **values}
        return attrs.evolve(body, values=values)

    def _is_whole_row(self, node: Node) -> bool:
        names = strings(node.column_ref.fields)
        return self.relation is not None and names in {(self.relation.name,), (self.relation.name, "")}

    def array(self, node: Node) -> Array | None:
        """Return the items of an array; None if they are not known."""
        kind = node.WhichOneof("node")
        if kind == "type_cast":
            return self.array(node.type_cast.arg)
        if kind == "a_array_expr":
            return tuple(self.value(item) for item in node.a_array_expr.elements)
        if kind == "column_ref":
            names = strings(node.column_ref.fields)
            return None if self.sources or not names else self.arrays.get(names[-1])
        if kind == "a_expr" and operator_name(node.a_expr) == "||":
            return self.join(node.a_expr.lexpr, node.a_expr.rexpr)
        if kind == "func_call" and len(node.func_call.args) > 1:
            method = _ARRAY_BUILDERS.get(qualified_name(node.func_call.funcname)[1])
            return None if method is None else method(self, *node.func_call.args[:2])
        return None

    def remove(self, node: Node, removed: Node) -> Array | None:
        """Return the items of an array without a value."""
        array = self.array(node)
        value = (self.value(removed),)
        kept = () if array is None else tuple(item for item in array if overlaps((item,), value) is not True)
        return None if array is None else kept

    def join(self, first: Node, second: Node) -> Array | None:
        """Return the items of two arrays, or of an array and a value."""
        arrays = [self.array(each) for each in (first, second)]
        if arrays == [None, None]:
            return None
        left, right = (
            (self.value(node),) if array is None else array
            for node, array in zip((first, second), arrays, strict=True)
        )
        return left + right

    def sub_link(self, node: Node) -> FoldedValue:
        """Fold EXISTS, and IN or = ANY of VALUES, a UNION or a sub-select."""
        kind, select = enumeration("SubLinkType")[node.sub_link_type], node.subselect.select_stmt
        if kind == "EXISTS_SUBLINK":
            return True if any(self._find_passing_rows(select)) else UNKNOWN
        if kind == "EXPR_SUBLINK":
            return self._select_own_value(select)
        if kind != "ANY_SUBLINK":
            return UNKNOWN
        tested = self.value(node.testexpr)
        name = "".join(strings(node.oper_name)[-1:]) or "="
        results = [
            self.compare(name, (node.testexpr, tested), (node.testexpr, value))
            for value in self._list_values(select)
        ]
        if True in results:
            return True
        return UNKNOWN if not results or UNKNOWN in results else None if None in results else False

    def _list_values(self, select: Node) -> Iterator[FoldedValue]:
        """Yield the values that a sub-select returns; `UNKNOWN` stands for others."""
        operation = enumeration("SetOperation")[select.op]
        if operation == "SETOP_UNION":
            yield from self._list_values(select.larg)
            yield from self._list_values(select.rarg)
            return
        value = single_value(select)
        if select.values_lists:
            for row in select.values_lists:
                yield self.value(row.list.items[0]) if len(row.list.items) == 1 else UNKNOWN
            return
        if value is None:
            for fold in self._find_passing_rows(select) if len(select.target_list) == 1 else ():
                yield fold.value(select.target_list[0].res_target.val)
            yield UNKNOWN
            return
        call = value.func_call
        is_unnested = value.WhichOneof("node") == "func_call" and qualified_name(call.funcname)[1] == "unnest"
        array = self.array(call.args[0]) if is_unnested and len(call.args) == 1 else None
        yield from (
            (UNKNOWN,) if is_unnested and array is None else (self.value(value),) if array is None else array
        )

    def _find_passing_rows(self, select: Node) -> Iterator[RowFold]:
        """Yield the folding inside a sub-select for each row that may exist and passes its WHERE."""
        if [item.WhichOneof("node") for item in select.from_clause] != ["range_var"] or select.group_clause:
            return
        own = self._find_own_row(select)
        if own is not None:
            yield own
        if not self.may_assume or not select.HasField("where_clause") or select.HasField("larg"):
            return
        node = select.from_clause[0].range_var
        table = self.schema.find_relation(node.schemaname, node.relname) if self.schema is not None else None
        if table is None or not table.complete or table.uncertain:
            return
        alias = node.alias.aliasname or node.relname
        for values in self._list_possible_rows(select, alias, table):
            inside = attrs.evolve(self, sources=(_ReadRow(alias, table, values), *self.sources))
            if to_boolean(inside.value(select.where_clause)) is True:
                yield inside

    def _find_own_row(self, select: Node) -> RowFold | None:
        """Return the folding inside a sub-select for the row that every user has in its table, if that passes WHERE."""
        node = select.from_clause[0].range_var
        table = self.schema.find_relation(node.schemaname, node.relname) if self.schema is not None else None
        if table is None or self.schema is None or not self._is_visible(table):
            return None
        values = find_own_row(self.schema, table, CALLER)
        if values is None:
            return None
        source = _ReadRow(node.alias.aliasname or node.relname, table, values)
        inside = attrs.evolve(self, sources=(source, *self.sources))
        is_filtered = select.HasField("where_clause")
        return inside if not is_filtered or to_boolean(inside.value(select.where_clause)) is True else None

    def _is_visible(self, table: HistoryRelation) -> bool:
        """Return whether a sub-select may read the caller's row of a table; a function may bypass policies."""
        if self.relation is None:
            return True
        policies = table.policies.values()
        has_policy = any(each.permissive and each.command in {"all", "select"} for each in policies)
        return table.key != USERS and (not table.row_security or has_policy)

    def _select_own_value(self, select: Node) -> FoldedValue:
        """Return the value of a scalar sub-select that reads the row that every user has."""
        if len(select.target_list) != 1 or [each.WhichOneof("node") for each in select.from_clause] != [
            "range_var"
        ]:
            return UNKNOWN
        own = self._find_own_row(select) if not select.group_clause else None
        if own is None:
            return UNKNOWN
        value = select.target_list[0].res_target.val
        is_count = value.HasField("func_call") and qualified_name(value.func_call.funcname)[1] == "count"
        return 1 if is_count else own.value(value)

    def _list_possible_rows(
        self, select: Node, alias: str, table: HistoryRelation
    ) -> Iterator[dict[str, FoldedValue]]:
        """Yield rows that exist although the row of the policy belongs to a group without the caller.

        The caller is a member of another group. Other users are members of the group, if the caller can read that.
        """
        named: set[str] = set()
        is_tied = False
        for each in itertools.chain(walk(select.where_clause), *map(walk, select.target_list)):
            if each.DESCRIPTOR.name != "ColumnRef":
                continue
            names = strings(each.fields)
            if names[-2:-1] == (alias,) or (len(names) == 1 and names[0] in table.columns):
                named.update(names[-1:])
            else:
                is_tied = is_tied or (
                    self.relation is not None and names[-1:] != () and names[-1] in self.relation.columns
                )
        columns = sorted(
            name for name in named if name in table.columns and table.columns[name].type == "uuid"
        )
        # A table with one column of identities has no groups: its rows are administrators, for example.
        if not is_tied or len(named) < 2 or not columns:  # noqa: PLR2004 - the user and the group
            return
        for column in columns:
            for group in _OWN_GROUPS:
                for others in list_other_values(select, table, column, sorted(named.difference(columns))):
                    yield {**others, **{name: CALLER if name == column else group for name in columns}}
            if len(columns) > 1 and self.schema is not None and shows_every_row(self.schema, table):
                yield {name: _OWN_GROUPS[0] if name == column else OTHERS[0] for name in columns}


def _keeps_truth(node: Node, kind: str) -> bool:
    """Return whether a condition is more likely true if a part of it is."""
    if kind == "bool_expr":
        return bool(enumeration("BoolExprType")[node.bool_expr.boolop] != "NOT_EXPR")
    return kind in {"sub_link", "type_cast", "coalesce_expr"}


_ARRAY_BUILDERS: dict[str, Callable[[RowFold, Node, Node], Array | None]] = {
    **dict.fromkeys(("array_append", "array_prepend", "array_cat"), RowFold.join),
    "array_remove": RowFold.remove,
}
_TEXT_FUNCTIONS: dict[str, Callable[..., FoldedValue]] = {
    "concat": lambda *texts: "".join(map(str, texts)),
    "left": lambda text, count: text[:count],
    "right": lambda text, count: text[-count:] if count > 0 else UNKNOWN,
    "replace": str.replace,
    "starts_with": str.startswith,
    "md5": lambda text: hashlib.md5(text.encode(), usedforsecurity=False).hexdigest(),
}
_KINDS: dict[str, Callable[[RowFold, Node], FoldedValue]] = {
    "column_ref": RowFold.column,
    "type_cast": RowFold.cast,
    "sub_link": RowFold.sub_link,
    "a_expr": RowFold.compare_with_array,
}
