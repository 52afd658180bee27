"""The conditions inside an operand of a policy: in its sub-selects, and in the SQL functions that it calls.

A condition has to let a row in, but need not exclude a row: a function may get the lowest role as its argument.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterator
from typing import Final

import attrs

from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import (
    Node,
    SqlSyntaxError,
    deparse_expression,
    deparse_statement,
    parse_expression,
    parse_statement,
    split,
    walk,
)
from schema_dsl.parsing.grammar import strings, unwrap
from schema_dsl.sql import Sql, qualified
from schema_dsl.verify.access.reads.database_code import DatabaseCode, RoutineCode

_VARIABLE: Final = frozenset({"ColumnRef", "FuncCall", "ParamRef", "SubLink", "SQLValueFunction"})
_MAX_DEPTH: Final = 3


@attrs.frozen
class NestedSide:
    """A condition inside an operand, and the SQL that shows that it lets rows in.

    Attributes:
        condition: The condition.
        operand: The operand, changed so that it is true where the condition lets a row in. An operand of OR has to be
            true by itself.
        setup: The statements that create the functions that the operand calls.
    """

    condition: Sql
    operand: Sql
    setup: tuple[Sql, ...] = ()


@attrs.frozen(eq=False)
class NestedReader:
    """Lists the conditions inside operands.

    Attributes:
        code: The code of the database.
    """

    code: DatabaseCode
    _numbers: Iterator[int] = attrs.field(init=False, factory=itertools.count)

    def list_sides(self, operand: Node) -> Iterator[NestedSide]:
        """Yield the conditions inside an operand of a policy."""
        yield from self._vary(operand, lambda: Sql(deparse_expression(operand)), 0)

    def _vary(self, tree: Node, write: Callable[[], Sql], depth: int) -> Iterator[NestedSide]:
        """Change a tree in one place after the other, and write it each time."""
        for part in list(walk(tree)):
            kind = part.DESCRIPTOR.name
            if kind == "SelectStmt" and part.HasField("where_clause"):
                yield from _vary_condition(part.where_clause, write)
            elif kind == "FuncCall" and depth < _MAX_DEPTH:
                parts = strings(part.funcname)
                schema = parts[-2] if len(parts) > 1 else ""
                for routine in self.code.find_routines(schema, parts[-1]):
                    yield from self._vary_call(part, routine, write, depth)

    def _vary_call(
        self, call: Node, routine: RoutineCode, write: Callable[[], Sql], depth: int
    ) -> Iterator[NestedSide]:
        """Let a call name changed copies of its routine."""
        if routine.language != "sql" or not routine.definition:
            return
        for side in self._vary_routine(routine, depth + 1):
            with _replaced(call):
                del call.funcname[:]
                for name in (routine.schema, side.operand):
                    call.funcname.add().string.sval = name
                yield attrs.evolve(side, operand=write())

    def _vary_routine(self, routine: RoutineCode, depth: int) -> Iterator[NestedSide]:
        """Yield the conditions in a body, each with the name of a changed copy of the routine as its operand."""
        try:
            statement = parse_statement(routine.definition)
            statements = [parse_statement(each.text) for each in split(routine.source).statements]
        except SqlSyntaxError:
            # The reader of conditions reports unreadable code.
            return
        tree = statement.create_function_stmt
        returns_truth = not tree.return_type.setof and strings(tree.return_type.names)[-1:] == ("bool",)
        has_string = not tree.HasField("sql_body")
        body = statements if has_string else [tree.sql_body]

        def write() -> Sql:
            name = f"schema_dsl_side_{next(self._numbers)}"
            tree.funcname[-1].string.sval = name
            if has_string:
                text = ";\n".join(deparse_statement(each) for each in body)
                source = next(each.def_elem for each in tree.options if each.def_elem.defname == "as")
                source.arg.list.items[0].string.sval = text
            return Sql(name)

        for each in body:
            found = self._vary(each, write, depth)
            if returns_truth:
                found = itertools.chain(
                    *(_vary_condition(result, write) for result in _list_results(each)), found
                )
            for side in found:
                created = Sql(deparse_statement(statement))
                grant = Sql(
                    f"GRANT EXECUTE ON FUNCTION {qualified(routine.schema, str(side.operand))} TO PUBLIC"
                )
                yield attrs.evolve(side, setup=(*side.setup, created, grant))


def _list_results(statement: Node) -> Iterator[Node]:
    """Yield the expression that a body returns, if a query without FROM, or RETURN, returns it."""
    for part in walk(statement):
        if part.DESCRIPTOR.name == "ReturnStmt":
            yield part.returnval
            return
        if part.DESCRIPTOR.name == "SelectStmt":
            if not part.from_clause and len(part.target_list) == 1:
                yield part.target_list[0].res_target.val
            return


def _vary_condition(condition: Node, write: Callable[[], Sql]) -> Iterator[NestedSide]:
    """Replace a condition by SQL that shows that each of its operands lets rows in, and write the tree."""
    for side in list(_list_sides(condition)):
        with _replaced(condition):
            condition.CopyFrom(parse_expression(side.operand))
            yield attrs.evolve(side, operand=write())


def _list_sides(node: Node) -> Iterator[NestedSide]:
    """Yield the operands of a condition, each with the SQL that is true where the operand lets a row in."""
    inner = unwrap(node)
    kind = enumeration("BoolExprType")[inner.boolop] if inner.DESCRIPTOR.name == "BoolExpr" else ""
    if kind in ("AND_EXPR", "OR_EXPR"):
        beside = "IS TRUE" if kind == "AND_EXPR" else "IS NOT TRUE"
        texts = [deparse_expression(operand) for operand in inner.args]
        for number, operand in enumerate(inner.args):
            others = [f"({text}) {beside}" for place, text in enumerate(texts) if place != number]
            for side in _list_sides(operand):
                yield attrs.evolve(side, operand=Sql(" AND ".join([side.operand, *others])))
    elif any(each.DESCRIPTOR.name in _VARIABLE for each in walk(node)):
        text = Sql(deparse_expression(node))
        yield NestedSide(text, Sql(f"({text}) IS TRUE"))


@contextlib.contextmanager
def _replaced(part: Node) -> Iterator[None]:
    """Restore a part of a tree at the end of the block."""
    saved = type(part)()
    saved.CopyFrom(part)
    try:
        yield
    finally:
        part.CopyFrom(saved)
