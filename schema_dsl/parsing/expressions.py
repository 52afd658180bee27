"""Parse expressions and queries, and list the names in their parse trees.

Names are in the form of the catalog: without quotes, and in lower case if they were not quoted.
"""

from __future__ import annotations

import contextlib
import functools
import textwrap
from collections.abc import Callable, Iterator
from typing import Any

from schema_dsl.parsing.grammar import (
    Node,
    Problem,
    SqlSyntaxError,
    deparse,
    format_tree,
    list_children,
    parse,
    strings,
    walk,
)

# CHECK ( ) accepts exactly one expression of any form.
_BEFORE = "ALTER TABLE t ADD CHECK (\n"
_AFTER = "\n)"

# The kinds of statements that Postgres plans, as queries and in WITH.
QUERY_KINDS = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


def parse_expression(text: str) -> Node:
    """Parse one SQL expression, as in CHECK, DEFAULT, USING or an index.

    Returns:
        The parse tree: a libpg_query `Node` of the outermost operation.

    Raises:
        SqlSyntaxError: If the text is not one expression. `problem.offset` is an offset in `text`.
    """
    parsed = parse(f"{_BEFORE}{text}{_AFTER}")
    if isinstance(parsed, Problem):
        raise _build_syntax_error(text, parsed, len(_BEFORE))
    # "true) NOT VALID, ADD CHECK (false" parses, but is not one expression.
    is_single = len(parsed.stmts) == 1 and len(parsed.stmts[0].stmt.alter_table_stmt.cmds) == 1
    if not is_single:
        what = f"expected one expression, found several: {_abbreviate(text)}"
        raise SqlSyntaxError(what, Problem("more than one expression"), instead="Use a single expression.")
    # The name of the field is `def`, a keyword of Python.
    return getattr(parsed.stmts[0].stmt.alter_table_stmt.cmds[0].alter_table_cmd, "def").constraint.raw_expr


parse_shared_expression = functools.lru_cache(maxsize=4096)(parse_expression)
"""Parse as `parse_expression`, each text once. Callers must not change the tree."""


@functools.lru_cache(maxsize=1024)
def parse_type_name(text: str) -> Node:
    """Parse the spelling of a type, such as `numeric(10, 2)[]`, to a TypeName.

    Raises:
        SqlSyntaxError: If the text is not one type.
    """
    tree = parse_expression(f"CAST(NULL AS {text}\n)")
    if tree.WhichOneof("node") != "type_cast":
        raise SqlSyntaxError(f"expected a type: {_abbreviate(text)}", Problem("not a type"))
    return tree.type_cast.type_name


def find_type_name(text: str) -> Node | None:
    """Parse as `parse_type_name`; return None if the text is not one type. Callers must not change the tree."""
    with contextlib.suppress(SqlSyntaxError):
        return parse_type_name(text)
    return None


def deparse_expression(tree: Node) -> str:
    """Format the parse tree of an expression as SQL, in the normalised form of the parser."""
    return deparse(_select(tree)).removeprefix("SELECT ")


def format_expression(tree: Node, width: int) -> str:
    """Format the parse tree of an expression as SQL on several lines, with types in upper case.

    Args:
        tree: The parse tree.
        width: The length of a line above which its parts get lines of their own.
    """
    text = _format(_select(tree), width).removeprefix("SELECT")
    return textwrap.dedent(text.removeprefix("\n")).strip()


def _select(tree: Node) -> Node:
    holder: Node = parse("SELECT 1")
    holder.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(tree)
    return holder


def deparse_statement(tree: Node) -> str:
    """Format the parse tree of a statement as SQL, in the normalised form of the parser."""
    return deparse(_hold(tree))


def format_statement(tree: Node, width: int) -> str:
    """Format the parse tree of a statement as SQL, each clause on lines of its own, with types in upper case."""
    return _format(_hold(tree), width)


def _hold(statement: Node) -> Node:
    holder: Node = parse("SELECT 1")
    holder.stmts[0].stmt.CopyFrom(statement)
    return holder


def _format(tree: Node, width: int) -> str:
    return format_tree(tree, width).strip().removesuffix(";")


def parse_statement(text: str) -> Node:
    """Parse exactly one statement of any kind, with or without a semicolon.

    Raises:
        SqlSyntaxError: If the text is not exactly one statement.
    """
    parsed = parse(text)
    if isinstance(parsed, Problem):
        raise _build_syntax_error(text, parsed, 0)
    if len(parsed.stmts) != 1:
        what = f"expected one statement, found {len(parsed.stmts)}: {_abbreviate(text)}"
        raise SqlSyntaxError(what, Problem("not one statement"), instead="Use a single statement.")
    return parsed.stmts[0].stmt


def parse_query(text: str) -> Node:
    """Parse one query, such as the query of a view: SELECT, VALUES, INSERT, UPDATE, DELETE or MERGE.

    Raises:
        SqlSyntaxError: If the text is not exactly one such statement.
    """
    tree = parse_statement(text)
    if tree.WhichOneof("node") not in QUERY_KINDS:
        what = f"expected a query: {_abbreviate(text)}"
        raise SqlSyntaxError(what, Problem("not a query", 0), instead="Start with SELECT, VALUES or WITH.")
    return tree


def list_columns_in(tree: Node) -> tuple[tuple[str, ...], ...]:
    """List the column references below `tree` as tuples of names: `("t", "user_id")`, `("id",)`, `("*",)`.

    The list has no duplicates, is in order of appearance, and includes sub-selects. It does not resolve the
    references: `("id",)` may belong to the table or to a table in a sub-select.
    """
    return _remove_duplicates(strings(n.fields) for n in walk(tree) if n.DESCRIPTOR.name == "ColumnRef")


def list_functions_in(tree: Node) -> tuple[tuple[str | None, str], ...]:
    """List the functions called below `tree` as (schema or None, name), without duplicates, in order of appearance."""
    return _remove_duplicates(
        _split_name(strings(n.funcname)) for n in walk(tree) if n.DESCRIPTOR.name == "FuncCall"
    )


def list_types_in(tree: Node) -> tuple[tuple[str | None, str], ...]:
    """List the types named below `tree` as (schema or None, name), without duplicates.

    The grammar replaces types with their own syntax by their catalog name: `int` is `("pg_catalog", "int4")`.
    """
    return _remove_duplicates(
        _split_name(strings(n.names)) for n in walk(tree) if n.DESCRIPTOR.name == "TypeName" and n.names
    )


_WITHOUT_RELATIONS = frozenset({"A_Const", "ColumnRef", "ParamRef", "String", "TypeName"})
_WITH_QUERIES = frozenset({"SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"})


def list_relations_in(tree: Node) -> tuple[tuple[str | None, str], ...]:
    """List the tables and views named below `tree` as (schema or None, name), without duplicates.

    References to the WITH queries of the same statement are not relations and are omitted.
    """
    return _remove_duplicates(_iterate_relations(tree, frozenset()))


def _iterate_relations(node: Node, hidden: frozenset[str]) -> Iterator[tuple[str | None, str]]:
    kind = node.DESCRIPTOR.name
    if kind == "RangeVar":
        if node.schemaname or node.relname not in hidden:
            yield node.schemaname or None, node.relname
        return
    # FOR UPDATE OF names relations of FROM, by their alias.
    if kind == "LockingClause" or kind in _WITHOUT_RELATIONS:
        return
    with_clause = node.with_clause if kind in _WITH_QUERIES and node.HasField("with_clause") else None
    if with_clause is not None:
        # A WITH query is visible to the queries after it; with RECURSIVE also to itself and all siblings.
        names = [cte.common_table_expr.ctename for cte in with_clause.ctes]
        within = hidden | set(names) if with_clause.recursive else hidden
        for cte, name in zip(with_clause.ctes, names, strict=True):
            yield from _iterate_relations(cte, within)
            within |= {name}
        hidden |= set(names)
    for child in list_children(node):
        if child is not with_clause:
            yield from _iterate_relations(child, hidden)


def _cache_by_text(collect: Callable[[Node], Any]) -> Callable[[str], Any]:
    return functools.lru_cache(maxsize=4096)(lambda text: collect(parse_shared_expression(text)))


_columns, _relations_of, _functions, _types = (
    _cache_by_text(f) for f in (list_columns_in, list_relations_in, list_functions_in, list_types_in)
)


def list_columns(text: str) -> tuple[tuple[str, ...], ...]:
    """List the column references of an expression; see `list_columns_in`."""
    references: tuple[tuple[str, ...], ...] = _columns(text)
    return references


def list_relations(text: str) -> tuple[tuple[str | None, str], ...]:
    """List the relations that an expression reads in sub-selects; see `list_relations_in`."""
    relations: tuple[tuple[str | None, str], ...] = _relations_of(text)
    return relations


def list_functions(text: str) -> tuple[tuple[str | None, str], ...]:
    """List the functions that an expression calls; see `list_functions_in`."""
    functions: tuple[tuple[str | None, str], ...] = _functions(text)
    return functions


def list_types(text: str) -> tuple[tuple[str | None, str], ...]:
    """List the types that an expression names; see `list_types_in`."""
    types: tuple[tuple[str | None, str], ...] = _types(text)
    return types


@functools.lru_cache(maxsize=4096)
def fold_condition(text: str) -> bool | None:
    """Return the constant value of a condition, or None if it depends on the row or is unknown.

    sqlglot folds the condition: `2 > 1`, `true OR x`, `NOT (1 = 2)`. A column that is compared with itself counts
    as true, because such a comparison restricts nothing in a CHECK or a policy. sqlglot knows less SQL than
    Postgres, so None is also the result for a text that sqlglot refuses.

    Raises:
        SqlSyntaxError: If the text is not an expression for Postgres.
    """
    if _compares_column(parse_shared_expression(text)):
        return None
    import sqlglot  # noqa: PLC0415 - the import takes 197 ms, which `--help` does not need
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415
    from sqlglot.optimizer.simplify import simplify  # noqa: PLC0415

    def plain(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.EQ | exp.NullSafeEQ) and isinstance(node.this, exp.Column):
            return exp.true() if node.this == node.expression else node
        return node

    try:
        folded = simplify(sqlglot.parse_one(text, dialect="postgres").transform(plain)).unnest()
    except (SqlglotError, RecursionError):
        return None
    return bool(folded.this) if isinstance(folded, exp.Boolean) else None


def _compares_column(tree: Node) -> bool:
    """Return whether a condition is one comparison of a column with constants, which sqlglot need not parse."""
    kind = tree.WhichOneof("node")
    if kind == "null_test":
        return bool(tree.null_test.arg.WhichOneof("node") == "column_ref")
    if kind != "a_expr" or tree.a_expr.lexpr.WhichOneof("node") != "column_ref":
        return False
    right = tree.a_expr.rexpr
    # Both bounds of BETWEEN may contradict each other, so a list of constants is not enough there.
    values = right.list.items if right.HasField("list") and tree.a_expr.kind == _IN else [right]
    return all(value.WhichOneof("node") == "a_const" for value in values)


# AEXPR_IN of libpg_query's A_Expr_Kind.
_IN = 7


def _split_name(parts: tuple[str, ...]) -> tuple[str | None, str]:
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def _remove_duplicates(items: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


def _build_syntax_error(text: str, problem: Problem, shift: int) -> SqlSyntaxError:
    offset = problem.offset
    token: str | None = problem.token
    if offset is not None:
        offset = max(0, offset - shift)
        if offset >= len(text):
            # The error is at the text that we appended, so report the end of the given text.
            offset, token = len(text), None
            problem = Problem("syntax error at end of input", offset)
    at = "" if offset is None else f" at character {offset + 1}"
    what = f"{problem.message}{at} of {_abbreviate(text)}"
    return SqlSyntaxError(what, Problem(problem.message, offset, token))


def _abbreviate(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 120 else f"{flat[:117]}...")  # noqa: PLR2004 - a line of a terminal
