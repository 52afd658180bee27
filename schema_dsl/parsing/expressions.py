"""What an expression or a query is made of: its tree, and the names it uses.

Names come out as Postgres will know them: unquoted, folded to lower case where they were not quoted.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any

from schema_dsl.parsing.grammar import Node, Problem, SqlSyntaxError, deparse, parse, strings, walk

# The only places of the grammar that take exactly one expression, whatever it is, between parentheses.
_BEFORE = "ALTER TABLE t ADD CHECK (\n"
_AFTER = "\n)"

_QUERIES = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


def expression(text: str) -> Node:
    """Parse one SQL expression, as a CHECK, DEFAULT, USING or an index would hold it.

    Returns:
        The tree: a libpg_query `Node` of whatever kind the outermost operation is.

    Raises:
        SqlSyntaxError: If it is not one expression; `problem.offset` counts in `text`.
    """
    parsed = parse(f"{_BEFORE}{text}{_AFTER}")
    if isinstance(parsed, Problem):
        raise _refused(text, parsed, len(_BEFORE))
    # "true) NOT VALID, ADD CHECK (false" must not pass for an expression.
    alone = len(parsed.stmts) == 1 and len(parsed.stmts[0].stmt.alter_table_stmt.cmds) == 1
    if not alone:
        what = f"not one expression but several: {_shown(text)}"
        raise SqlSyntaxError(what, Problem("more than one expression"), instead="Give a single expression.")
    # The field is called `def`, which Python cannot spell.
    return getattr(parsed.stmts[0].stmt.alter_table_stmt.cmds[0].alter_table_cmd, "def").constraint.raw_expr


def written(tree: Node) -> str:
    """Write the tree of an expression as SQL: what `expression` reads, in the parser's own spelling."""
    holder: Node = parse("SELECT 1")
    holder.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(tree)
    return deparse(holder).removeprefix("SELECT ")


def statement(text: str) -> Node:
    """Parse exactly one statement, of any kind, with or without its semicolon.

    Raises:
        SqlSyntaxError: If it is no statement, or more than one.
    """
    parsed = parse(text)
    if isinstance(parsed, Problem):
        raise _refused(text, parsed, 0)
    if len(parsed.stmts) != 1:
        what = f"expected one statement, found {len(parsed.stmts)}: {_shown(text)}"
        raise SqlSyntaxError(what, Problem("not one statement"), instead="Give a single statement.")
    return parsed.stmts[0].stmt


def query(text: str) -> Node:
    """Parse one query, such as the body of a view: SELECT, VALUES, or a statement that changes rows.

    Raises:
        SqlSyntaxError: If it is anything else.
    """
    tree = statement(text)
    if tree.WhichOneof("node") not in _QUERIES:
        what = f"expected a query: {_shown(text)}"
        raise SqlSyntaxError(what, Problem("not a query", 0), instead="Start with SELECT, VALUES or WITH.")
    return tree


def columns_in(tree: Node) -> tuple[tuple[str, ...], ...]:
    """List the column references below `tree`, each as its parts: `("t", "user_id")`, `("id",)`, `("*",)`.

    Each is given once, in order of appearance, those of sub-selects among them. Whether `("id",)` is a column
    of the table or of a sub-select's table only someone who knows the tables can tell.
    """
    return _once(strings(n.fields) for n in walk(tree) if n.DESCRIPTOR.name == "ColumnRef")


def functions_in(tree: Node) -> tuple[tuple[str | None, str], ...]:
    """List the functions called below `tree` as (schema or None, name), each once, in order of appearance."""
    return _once(_qualified(strings(n.funcname)) for n in walk(tree) if n.DESCRIPTOR.name == "FuncCall")


def types_in(tree: Node) -> tuple[tuple[str | None, str], ...]:
    """List the types named below `tree` as (schema or None, name), each once.

    Names with their own syntax come as the grammar puts them: `int` is `("pg_catalog", "int4")`.
    """
    return _once(
        _qualified(strings(n.names)) for n in walk(tree) if n.DESCRIPTOR.name == "TypeName" and n.names
    )


def relations_in(tree: Node) -> tuple[tuple[str | None, str], ...]:
    """List the tables and views named below `tree` as (schema or None, name), each once.

    Names that a WITH clause of the same query introduces are not relations and are left out.
    """
    return _once(_relations(tree, frozenset()))


def _relations(node: Node, hidden: frozenset[str]) -> Iterator[tuple[str | None, str]]:
    if node.DESCRIPTOR.name == "RangeVar":
        if node.schemaname or node.relname not in hidden:
            yield node.schemaname or None, node.relname
        return
    below = hidden
    for field, value in node.ListFields():
        if field.name == "with_clause":
            # A name is visible to what follows it; under RECURSIVE to itself and its siblings too.
            names = [cte.common_table_expr.ctename for cte in value.ctes]
            within = below | set(names) if value.recursive else below
            for cte, name in zip(value.ctes, names, strict=True):
                yield from _relations(cte, within)
                within |= {name}
            below |= set(names)
    for field, value in node.ListFields():
        if field.message_type is None or field.name == "with_clause":
            continue
        for child in value if field.is_repeated else (value,):
            yield from _relations(child, below)


def _of(collect: Callable[[Node], Any]) -> Callable[[str], Any]:
    return functools.lru_cache(maxsize=4096)(lambda text: collect(expression(text)))


_columns, _relations_of, _functions, _types = (
    _of(f) for f in (columns_in, relations_in, functions_in, types_in)
)


def columns_of(text: str) -> tuple[tuple[str, ...], ...]:
    """List the column references of an expression; see `columns_in`."""
    found: tuple[tuple[str, ...], ...] = _columns(text)
    return found


def relations_of(text: str) -> tuple[tuple[str | None, str], ...]:
    """List the tables that an expression reads in sub-selects; see `relations_in`."""
    found: tuple[tuple[str | None, str], ...] = _relations_of(text)
    return found


def functions_of(text: str) -> tuple[tuple[str | None, str], ...]:
    """List the functions that an expression calls; see `functions_in`."""
    found: tuple[tuple[str | None, str], ...] = _functions(text)
    return found


def types_of(text: str) -> tuple[tuple[str | None, str], ...]:
    """List the types that an expression names; see `types_in`."""
    found: tuple[tuple[str | None, str], ...] = _types(text)
    return found


@functools.lru_cache(maxsize=4096)
def constant(text: str) -> bool | None:
    """Say what a condition comes to whatever the row: True, False, or None where it depends, or nobody knows.

    sqlglot folds it: `2 > 1`, `true OR x`, `NOT (1 = 2)`. A column compared with itself counts as true, for
    a CHECK or a policy learns nothing from it. sqlglot covers less of the language than Postgres does, and
    its refusal means nothing.

    Raises:
        SqlSyntaxError: If Postgres would not take it either.
    """
    import sqlglot  # noqa: PLC0415 - 197 ms that `--help` does not owe
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415
    from sqlglot.optimizer.simplify import simplify  # noqa: PLC0415

    expression(text)

    def plain(node: exp.Expression) -> exp.Expression:
        if isinstance(node, exp.EQ | exp.NullSafeEQ) and isinstance(node.this, exp.Column):
            return exp.true() if node.this == node.expression else node
        return node

    try:
        folded = simplify(sqlglot.parse_one(text, dialect="postgres").transform(plain)).unnest()
    except (SqlglotError, RecursionError):
        return None
    return bool(folded.this) if isinstance(folded, exp.Boolean) else None


def _qualified(parts: tuple[str, ...]) -> tuple[str | None, str]:
    return (parts[-2] if len(parts) > 1 else None), parts[-1]


def _once(found: Iterator[Any]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(found))


def _refused(text: str, problem: Problem, shift: int) -> SqlSyntaxError:
    offset = problem.offset
    token: str | None = problem.token
    if offset is not None:
        offset = max(0, offset - shift)
        if offset >= len(text):
            # What Postgres points at is ours, not theirs.
            offset, token = len(text), None
            problem = Problem("syntax error at end of input", offset)
    at = "" if offset is None else f" at character {offset + 1}"
    what = f"{problem.message}{at} of {_shown(text)}"
    return SqlSyntaxError(what, Problem(problem.message, offset, token))


def _shown(text: str) -> str:
    flat = " ".join(text.split())
    return repr(flat if len(flat) <= 120 else f"{flat[:117]}...")  # noqa: PLR2004 - a line of a terminal
