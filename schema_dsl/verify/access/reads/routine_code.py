"""The body of a routine: its SQL statements, or its PL/pgSQL code with the values of the variables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol

import attrs

from schema_dsl.parsing import Node, SqlSyntaxError, parse_statement, split
from schema_dsl.parsing.grammar import strings, unwrap
from schema_dsl.parsing.plpgsql import parse_plpgsql
from schema_dsl.parsing.plpgsql_tree import EmbeddedSql, PlpgsqlCode, SqlRole
from schema_dsl.verify.access.reads.database_code import RoutineCode
from schema_dsl.verify.access.reads.provenance import NOTHING, Provenance, unite
from schema_dsl.verify.access.reads.read_scope import ReadScope

# FUNC_PARAM_OUT, FUNC_PARAM_INOUT and FUNC_PARAM_TABLE of libpg_query.
_OUT, _INOUT, _TABLE = 2, 3, 5
_PASSES: Final = 2
"""A loop can use a variable before the statement that assigns it."""


@attrs.frozen(eq=False)
class RoutineShape:
    """The parameters and the parsed body of a routine.

    Attributes:
        parameters: The names and default expressions of the input parameters.
        outputs: The names of the output parameters and result columns.
        statements: The statements of a SQL body.
        code: The code of a PL/pgSQL body.
        problem: The reason why the body cannot be read; "" if it can.
    """

    parameters: Sequence[tuple[str, Node | None]] = ()
    outputs: Sequence[str] = ()
    statements: Sequence[Node] = ()
    code: PlpgsqlCode | None = None
    problem: str = ""


def read_shape(routine: RoutineCode) -> RoutineShape:
    """Parse the definition of a routine in SQL or PL/pgSQL."""
    try:
        tree = parse_statement(routine.definition).create_function_stmt
    except SqlSyntaxError as error:
        return RoutineShape(problem=error.what)
    parameters: list[tuple[str, Node | None]] = []
    outputs: list[str] = []
    for wrapped in tree.parameters:
        parameter = wrapped.function_parameter
        if parameter.mode not in (_OUT, _TABLE):
            default = parameter.defexpr if parameter.HasField("defexpr") else None
            parameters.append((parameter.name, default))
        if parameter.mode in (_OUT, _INOUT, _TABLE):
            outputs.append(parameter.name)
    if routine.language == "plpgsql":
        return RoutineShape(parameters, outputs, code=parse_plpgsql(routine.source))
    if tree.HasField("sql_body"):
        return RoutineShape(parameters, outputs, _flatten(tree.sql_body))
    statements = split(routine.source).statements
    problem = next((statement.problem.message for statement in statements if statement.problem), "")
    trees = [statement.tree for statement in statements if statement.tree is not None]
    return RoutineShape(parameters, outputs, trees, problem=problem)


def _flatten(node: Node) -> list[Node]:
    if node.WhichOneof("node") == "list":
        return [statement for item in node.list.items for statement in _flatten(item)]
    return [node]


class StatementReader(Protocol):
    """Reads the SQL of a body."""

    def statement(self, node: Node, scope: ReadScope) -> list[tuple[str, Provenance]]:
        """Return the result columns of a statement with their sources."""

    def compare(self, sources: Provenance) -> None:
        """Record that code compares some sources with each other."""


@attrs.define(eq=False)
class PlpgsqlReader:
    """Reads PL/pgSQL code, and adds the sources of assigned values to the variables.

    Attributes:
        reader: The reader of the SQL.
        scope: The level of the parameters, which receives the variables.
        outputs: The sources of the result columns.
        is_dynamic: Whether the code executes SQL that it builds at run time.
    """

    reader: StatementReader
    scope: ReadScope
    outputs: list[tuple[str, Provenance]] = attrs.field(factory=list)
    is_dynamic: bool = False

    def read(self, code: PlpgsqlCode) -> None:
        """Read all statements."""
        selectors: dict[Provenance, None] = {}
        for _ in range(_PASSES):
            for node in code.nodes:
                targets = [
                    name for sql in node.sql if sql.role is SqlRole.TARGET for name in _list_targets(sql)
                ]
                if node.keyword in ("for", "foreach", "declare"):
                    targets += node.names
                results = [self._read_sql(sql, targets) for sql in node.sql if sql.role is not SqlRole.TARGET]
                united = unite(sources for outputs in results for _, sources in outputs)
                if node.keyword == "case":
                    selectors[united] = None
                elif node.keyword == "then":
                    # CASE x WHEN y THEN compares x with y. The code does not say where a CASE ends.
                    for selector in selectors:
                        self.reader.compare(selector | united)
                if node.keyword.startswith("return"):
                    self.outputs += [output for outputs in results for output in outputs]

    def _read_sql(self, sql: EmbeddedSql, targets: Sequence[str]) -> list[tuple[str, Provenance]]:
        """Read SQL, and assign its result to the targets of INTO, of FOR or of a declaration."""
        node = sql.statement.tree
        if node is None:
            return []
        if sql.role is SqlRole.DYNAMIC:
            self.is_dynamic = True
        if sql.role is SqlRole.ASSIGNMENT:
            targets, node = [node.name], node.val
        outputs = self.reader.statement(node, self.scope)
        united = unite(sources for _, sources in outputs)
        for number, target in enumerate(targets):
            sources = outputs[number][1] if len(targets) == len(outputs) else united
            self.scope.variables[target] = self.scope.variables.get(target, NOTHING) | sources
        return outputs


def _list_targets(sql: EmbeddedSql) -> list[str]:
    tree = sql.statement.tree
    values = [unwrap(unwrap(target).val) for target in tree.target_list] if tree is not None else []
    return [strings(value.fields)[0] for value in values if value.DESCRIPTOR.name == "ColumnRef"]
