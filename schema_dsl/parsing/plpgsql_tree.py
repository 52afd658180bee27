"""The parse tree of a PL/pgSQL body, with the SQL in it as parse trees of the grammar of Postgres."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator
from typing import TypeAlias

import attrs

from schema_dsl.parsing.grammar import ParseMode, Problem, parse
from schema_dsl.parsing.statements import Statement


class SqlRole(enum.Enum):
    """The use of SQL in PL/pgSQL.

    Attributes:
        STATEMENT: Execute a statement, also as PERFORM.
        QUERY: Read the rows of a query: FOR, RETURN QUERY, a cursor.
        EXPRESSION: Evaluate an expression, or a list of expressions.
        ASSIGNMENT: Assign a value to a variable.
        TARGET: Assign to a list of variables: INTO, FOR, GET DIAGNOSTICS.
        DYNAMIC: Evaluate an expression, and execute the result: EXECUTE.
    """

    STATEMENT = ParseMode.STATEMENTS, "statement"
    QUERY = ParseMode.STATEMENTS, "query"
    EXPRESSION = ParseMode.EXPRESSION, "expression"
    ASSIGNMENT = ParseMode.ASSIGNMENT, "assignment"
    TARGET = ParseMode.EXPRESSION, "target"
    DYNAMIC = ParseMode.EXPRESSION, "dynamic"


@attrs.define(eq=False, slots=False)
class EmbeddedSql:
    """SQL in a body, parsed on first use.

    Attributes:
        text: The text, with blanks for INTO and its targets, and SELECT for PERFORM.
        start: The offset in the file.
        line: The line in the file.
    """

    role: SqlRole
    text: str
    start: int
    line: int

    @property
    def end(self) -> int:
        """The offset of the end in the file."""
        return self.start + len(self.text)

    @functools.cached_property
    def statement(self) -> Statement:
        """The SQL as a statement: a SelectStmt for expressions and targets, a PLAssignStmt for an assignment."""
        statement = Statement(self.text, self.start, self.end, self.line)
        parsed = parse(self.text, self.role.value[0])
        if isinstance(parsed, Problem):
            offset = len(self.text) if parsed.offset is None else min(parsed.offset, len(self.text))
            statement.problem = attrs.evolve(parsed, offset=self.start + offset)
        elif len(parsed.stmts) == 1:
            raw = parsed.stmts[0]
            kind = raw.stmt.WhichOneof("node")
            return Statement(self.text, self.start, self.end, self.line, kind, raw=raw)
        return statement


SqlParts: TypeAlias = tuple[EmbeddedSql, ...]


@attrs.define(eq=False)
class PlpgsqlNode:
    """A statement of PL/pgSQL, a branch of a statement, or a declaration.

    Attributes:
        keyword: Of a statement: block, if, case, loop, while, for, foreach, return, return next, return query,
            raise exception, raise notice, execute, ...; sql for a statement of SQL, assign for an assignment. Of a
            branch: begin, then, else, loop; exception for a handler. Of a declaration: declare.
        sql: The SQL of the node itself, in order: the condition of a branch, the default of a variable.
        children: The declarations and branches of a statement, or the statements of a branch.
        names: The label, the variables of FOR, the declared variable, or the conditions of a handler.
        type: The type of a declared variable.
        type_start: The offset of the type in the body.
        start: The offset of a statement in the file.
        end: The offset of the end of a statement, before the semicolon.
    """

    keyword: str
    sql: SqlParts = ()
    children: tuple[PlpgsqlNode, ...] = ()
    names: tuple[str, ...] = ()
    type: str = ""
    type_start: int = 0
    start: int = 0
    end: int = 0

    def walk(self) -> Iterator[PlpgsqlNode]:
        """Yield the node and all nodes inside, in order."""
        yield self
        for child in self.children:
            yield from child.walk()


@attrs.frozen(eq=False)
class PlpgsqlCode:
    """The parse tree of a PL/pgSQL body.

    Attributes:
        nodes: The outermost block, and all nodes inside, in order; none if there is no block.
        options: The options before the block, such as ("variable_conflict", "use_column").
        is_sql: Whether the block contains only definitions, which parse as SQL. PL/pgSQL reads them with the grammar of
            SQL, and gives a meaning of its own only to INTO.
        qualifiers: The names before a dot, in lower case; None if the block was parsed as SQL.
    """

    nodes: tuple[PlpgsqlNode, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    is_sql: bool = False
    qualifiers: frozenset[str] | None = None
