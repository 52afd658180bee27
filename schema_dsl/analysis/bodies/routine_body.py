"""The parts of a body, in the order of its text."""

from __future__ import annotations

import enum
import functools
import re
from collections.abc import Iterable, Iterator

import attrs

from schema_dsl.analysis.bodies.assigned_texts import AssignedTexts, find_assigned_texts
from schema_dsl.analysis.bodies.dynamic_sql import DynamicSql, read_dynamic_sql
from schema_dsl.analysis.tool_tables import is_migration_ledger
from schema_dsl.analysis.trees import enumeration, single_value
from schema_dsl.parsing import Node, Statement, list_functions_in, list_relations_in, walk
from schema_dsl.parsing.bodies import BODY_KINDS, find_body
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.plpgsql_tree import EmbeddedSql, PlpgsqlCode, PlpgsqlNode, SqlRole
from schema_dsl.parsing.statements import remember, split_part

_WORD = re.compile(r"\w+")
# The beginnings of the condition names with which a handler tolerates a missing object or an ambiguous name.
_MISSING_OBJECT_CONDITIONS = ("others", "undefined", "ambiguous", "sqlstate")


class Guard(enum.Enum):
    """The condition on which a statement runs.

    Attributes:
        NONE: The statement always runs.
        IF_ABSENT: The statement runs if the object that it creates does not exist yet.
        UNKNOWN: The condition is unknown.
    """

    NONE = "none"
    IF_ABSENT = "if absent"
    UNKNOWN = "unknown"

    def join(self, inner: Guard) -> Guard:
        """Return the condition of a statement that runs on this condition and on another one within it."""
        return self if inner is Guard.NONE or self is Guard.UNKNOWN else inner


@attrs.define(eq=False, slots=False)
class BodyPart:
    """A statement, query or expression of SQL in a body.

    Attributes:
        role: The use of the SQL in the body.
        keyword: The keyword of the PL/pgSQL statement around it: if, return query, execute, ...; declare for a
            default and for the query of a cursor; sql for a statement of its own.
        guard: The condition on which the part runs.
        tolerates_missing: Whether an EXCEPTION handler tolerates that a named object does not exist.
        visible: The variables that blocks and loops around the part declare.
    """

    role: SqlRole
    keyword: str
    _source: Statement | EmbeddedSql
    guard: Guard = Guard.NONE
    tolerates_missing: bool = False
    visible: frozenset[str] = frozenset()
    _assigned: AssignedTexts = attrs.field(factory=dict)

    @property
    def statement(self) -> Statement:
        """The SQL; for an EXECUTE, the expression. Its `kind` is "" if it does not parse."""
        return self._source if isinstance(self._source, Statement) else self._source.statement

    @functools.cached_property
    def dynamic_sql(self) -> DynamicSql | None:
        """The SQL that an EXECUTE runs; None for any other part."""
        return read_dynamic_sql(self.statement, self._assigned) if self.role is SqlRole.DYNAMIC else None

    @property
    def statements(self) -> tuple[Statement, ...]:
        """The statements that the part executes, if their text is known, also those in the string of an EXECUTE."""
        if self.role is SqlRole.STATEMENT and self.statement.kind:
            return (self.statement,)
        if self.keyword == "execute" and self.dynamic_sql is not None and self.dynamic_sql.is_constant:
            return self.dynamic_sql.statements
        return ()

    @property
    def trees(self) -> Iterator[Node]:
        """The parse trees of the part, and of its dynamic SQL with placeholders."""
        yield from (self.statement.tree,) if self.statement.kind else ()
        yield from (
            found.tree for found in (self.dynamic_sql.statements if self.dynamic_sql is not None else ())
        )


@attrs.define(eq=False, slots=False)
class RoutineBody:
    """The body of a routine or a DO block.

    Attributes:
        language: The language of the body.
        parts: The SQL in the body; none for a language other than sql and plpgsql.
        code: The structure of a PL/pgSQL body.
        is_atomic: Whether Postgres resolves the names when it creates the routine: BEGIN ATOMIC or RETURN.
    """

    language: str
    parts: tuple[BodyPart, ...] = ()
    code: PlpgsqlCode = PlpgsqlCode()  # noqa: RUF009 - immutable
    is_atomic: bool = False

    @property
    def is_readable(self) -> bool:
        """Whether bodies in the language contain SQL."""
        return self.language in {"sql", "plpgsql"}

    @property
    def declarations(self) -> Iterator[PlpgsqlNode]:
        """The declarations of all blocks, also the arguments of cursors."""
        return (node for node in self.code.nodes if node.keyword == "declare")

    @functools.cached_property
    def variables(self) -> frozenset[str]:
        """The names that PL/pgSQL adds to the names of columns: variables, loop variables and labels."""
        return frozenset(
            name for node in self.code.nodes if node.keyword != "exception" for name in node.names
        )

    @functools.cached_property
    def nodes(self) -> tuple[Node, ...]:
        """All nodes of all parse trees."""
        return tuple(node for tree in self._trees for node in walk(tree))

    def find_nodes(self, *types: str) -> Iterator[Node]:
        """Yield the nodes of some types, named as in pg_query.proto: FuncCall, A_Const."""
        return (node for node in self.nodes if node.DESCRIPTOR.name in types)

    @functools.cached_property
    def relations(self) -> tuple[tuple[str, str], ...]:
        """The relations that the body names, as schema or "", and name."""
        found = (name for tree in self._trees for name in list_relations_in(tree))
        return tuple(dict.fromkeys((schema or "", name) for schema, name in found))

    @functools.cached_property
    def functions(self) -> tuple[tuple[str, str], ...]:
        """The functions that the body calls, as schema or "", and name."""
        found = (name for tree in self._trees for name in list_functions_in(tree))
        return tuple(dict.fromkeys((schema or "", name) for schema, name in found))

    @property
    def _trees(self) -> Iterator[Node]:
        return (tree for part in self.parts for tree in part.trees)

    def list_executed(self) -> Iterator[Statement]:
        """Yield the statements that the body executes, in dynamic SQL with placeholders for unknown values."""
        for part in self.parts:
            yield from part.statements if part.dynamic_sql is None else part.dynamic_sql.statements

    @functools.cached_property
    def result(self) -> Node | None:
        """The expression that the body returns if it does nothing else; names in it may be arguments."""
        statement = self.parts[0].statement if len(self.parts) == 1 else None
        if statement is None or [node.keyword for node in self.code.nodes] not in (
            [],
            ["block", "begin", "return"],
        ):
            return None
        if statement.kind == "return_stmt":
            returned: Node = statement.tree.returnval
            return returned
        return single_value(statement.tree) if statement.kind == "select_stmt" else None


@remember
def read_body(statement: Statement) -> RoutineBody | None:
    """Return the body of a DO, CREATE FUNCTION or CREATE PROCEDURE; None for other statements and for C functions."""
    if statement.kind not in BODY_KINDS:
        return None
    if statement.kind == "create_function_stmt" and statement.tree.HasField("sql_body"):
        return RoutineBody("sql", tuple(map(_sql_part, _split_sql_body(statement))), is_atomic=True)
    body = find_body(statement)
    if body is None:
        return None
    if body.language == "sql":
        return RoutineBody("sql", tuple(map(_sql_part, split_part(body.text, body.start, body.line))))
    if body.language == "plpgsql":
        parts = tuple(_list_parts(*body.code.nodes[:1]))
        if any(part.role is SqlRole.DYNAMIC for part in parts):
            assigned = find_assigned_texts(body.code.nodes)
            parts = tuple(attrs.evolve(part, assigned=assigned) for part in parts)
        return RoutineBody("plpgsql", parts, body.code)
    return RoutineBody(body.language)


def _sql_part(statement: Statement) -> BodyPart:
    if statement.kind == "return_stmt":
        return BodyPart(SqlRole.EXPRESSION, "return", statement)
    return BodyPart(SqlRole.STATEMENT, "sql", statement)


def _split_sql_body(statement: Statement) -> Iterator[Statement]:
    """Yield the statements of BEGIN ATOMIC, or the RETURN."""
    body = statement.tree.sql_body
    is_list = body.WhichOneof("node") == "list"
    nodes = iter(body.list.items[0].list.items if is_list else [body])
    piece: list[Token] | None = None
    depth = 0
    for token in tokens(statement.text):
        depth += (token.word in "([") - (token.word in ")]") if token.kind == "bracket" else 0
        if piece is None:
            is_start = not depth and token.word == ("atomic" if is_list else "return")
            piece = ([] if is_list else [token]) if is_start else None
        elif token.word != ";":
            piece.append(token)
        elif piece:
            yield statement.part(piece[0].start, piece[-1].end, next(nodes))
            piece = []
    if piece and not is_list:
        yield statement.part(piece[0].start, piece[-1].end, next(nodes))


def _list_parts(
    *nodes: PlpgsqlNode,
    guard: Guard = Guard.NONE,
    tolerates_missing: bool = False,
    visible: frozenset[str] = frozenset(),
) -> Iterator[BodyPart]:
    """Yield the parts of PL/pgSQL statements and declarations."""
    for node in nodes:
        context = guard, tolerates_missing, visible
        yield from (BodyPart(sql.role, node.keyword, sql, *context) for sql in node.sql)
        # FOR over integers declares its variable; that of other loops has a declaration.
        inside = visible | frozenset(node.names[-1:] if node.keyword == "for" else ())
        for child in node.children:
            if child.keyword == "declare":
                yield from _list_parts(
                    child, guard=guard, tolerates_missing=tolerates_missing, visible=inside
                )
                inside |= frozenset(child.names[:1])
                continue
            context = guard, tolerates_missing, inside if node.keyword == "block" else visible
            yield from (BodyPart(sql.role, node.keyword, sql, *context) for sql in child.sql)
            added = _find_branch_guard(node, child)
            tolerates = tolerates_missing or (child.keyword == "begin" and added is Guard.UNKNOWN)
            inner = guard.join(added)
            yield from _list_parts(*child.children, guard=inner, tolerates_missing=tolerates, visible=inside)


def _find_branch_guard(statement: PlpgsqlNode, branch: PlpgsqlNode) -> Guard:
    """Return the guard that a branch adds to its statements."""
    if branch.keyword == "begin":
        conditions = [
            name for child in statement.children if child.keyword == "exception" for name in child.names
        ]
        if any(name.startswith(_MISSING_OBJECT_CONDITIONS) for name in conditions):
            return Guard.UNKNOWN
        return Guard.IF_ABSENT if conditions else Guard.NONE
    condition = _read_condition(statement.children[0]) if statement.keyword == "if" else None
    if condition is None:
        return Guard.UNKNOWN
    is_else = branch is statement.children[-1] and len(statement.children) == 2 and not branch.sql  # noqa: PLR2004
    is_first = branch is statement.children[0]
    is_absent = _tests_absence(condition) if is_first else is_else and _is_exists(condition)
    if is_absent and _reads_ledger(condition, statement.children[0].sql[0].text):
        # Entity Framework asks whether the migration ran before.
        return Guard.NONE
    return Guard.IF_ABSENT if is_absent else Guard.UNKNOWN


def _reads_ledger(condition: Node, text: str) -> bool:
    """Return whether a condition reads the table in which a migration tool records its migrations."""
    # Few texts have the name of such a table, and reading the tree takes longer.
    return any(map(is_migration_ledger, _WORD.findall(text))) and any(
        node.DESCRIPTOR.name == "RangeVar" and is_migration_ledger(node.relname) for node in walk(condition)
    )


def _read_condition(branch: PlpgsqlNode) -> Node | None:
    statement = branch.sql[0].statement if branch.sql else None
    if statement is None or not statement.kind or len(statement.tree.target_list) != 1:
        return None
    condition: Node = statement.tree.target_list[0].res_target.val
    return condition


def _tests_absence(node: Node) -> bool:
    """Return whether a condition is true if an object is absent: NOT EXISTS (...), or an unknown OID."""
    kind = node.WhichOneof("node")
    if kind == "null_test":
        return enumeration("NullTestType")[node.null_test.nulltesttype] == "IS_NULL"
    if kind != "bool_expr":
        return False
    arguments = node.bool_expr.args
    if enumeration("BoolExprType")[node.bool_expr.boolop] == "NOT_EXPR":
        return _is_exists(arguments[0])
    return all(_tests_absence(argument) for argument in arguments)


def _is_exists(node: Node) -> bool:
    is_sublink = node.WhichOneof("node") == "sub_link"
    return is_sublink and enumeration("SubLinkType")[node.sub_link.sub_link_type] == "EXISTS_SUBLINK"


def expand_blocks(outer: Iterable[Statement]) -> Iterator[Statement]:
    """Yield the statements, and after each DO block the statements in the block and in those within it."""
    for statement in outer:
        yield statement
        if statement.kind == "do_stmt":
            yield from _expand_block(statement)


def _expand_block(block: Statement) -> Iterator[Statement]:
    body = read_body(block)
    for part in body.parts if body is not None else ():
        for statement in part.statements:
            yield statement
            if statement.kind == "do_stmt":
                yield from _expand_block(statement)
