"""Parse PL/pgSQL into a tree: a block of definitions as SQL, all other bodies with a parser of PL/pgSQL."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs

from schema_dsl.parsing.lexer import NAME_KINDS, Token, read_name, tokens
from schema_dsl.parsing.plpgsql_parser import NO_TOKENS, PlpgsqlParser
from schema_dsl.parsing.plpgsql_tree import EmbeddedSql, PlpgsqlCode, PlpgsqlNode, SqlRole
from schema_dsl.parsing.statements import split_part

# A block of definitions alone, or of IF EXISTS or IF NOT EXISTS with definitions alone: no declarations, no other
# statements of PL/pgSQL, no handlers.
_DEFINITIONS = re.compile(
    r"""
    \s*(?P<begin>BEGIN)\s
    (?:\s*(?P<if>IF)\s+(?P<condition>(?:NOT\s+)?EXISTS\s*\([^;]*?\))(?P<then>\s*THEN\s))?
    (?P<sql>\s*(?:ALTER|COMMENT|CREATE|DROP|GRANT|REVOKE)\s.*;)
    \s*(?(if)(?P<end_if>END\s+IF)\s*;\s*)END\s*;?\s*
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_QUERY = "SELECT "
_DEFINING = frozenset(
    {
        "alter_table_stmt",
        "comment_stmt",
        "create_policy_stmt",
        "create_stmt",
        "create_trig_stmt",
        "drop_stmt",
        "grant_stmt",
        "index_stmt",
    }
)


def parse_plpgsql(text: str, start: int = 0, line: int = 1) -> PlpgsqlCode:
    """Parse a PL/pgSQL body which starts at an offset and a line of a file."""
    nodes = _parse_definitions(text, start, line)
    if nodes:
        return PlpgsqlCode(nodes, is_sql="into" not in text.lower())
    found = [*tokens(text), *NO_TOKENS]
    code = PlpgsqlParser(text, found, start, line).parse()
    return attrs.evolve(code, qualifiers=find_qualifiers(text, found))


def _parse_definitions(text: str, start: int, line: int) -> tuple[PlpgsqlNode, ...]:
    """Parse a block of definitions as a script of SQL, which takes less time; nothing if it is none."""
    match = _DEFINITIONS.fullmatch(text)
    if match is None:
        return ()
    script, first_line = (
        match["sql"],
        line + text.count("\n", 0, match.start("condition" if match["if"] else "sql")),
    )
    if match["if"]:
        # The condition is parsed as a query of the same script.
        script = f"{_QUERY}{match['condition']}{match['then'].upper().replace('THEN', ';   ')}{script}"
    parsed = [*split_part(script, start + match.end("sql") - len(script), first_line)]
    query = parsed.pop(0) if match["if"] else None
    if not all(statement.kind in _DEFINING for statement in parsed):
        return ()
    statements = []
    for statement in parsed:
        statement.before = ""
        sql = EmbeddedSql(SqlRole.STATEMENT, statement.text, statement.start, statement.line)
        # The value of the cached property.
        vars(sql)["statement"] = statement
        statements.append(PlpgsqlNode("sql", (sql,), start=statement.start, end=statement.end))
    if query is not None:
        # A condition that is cut at a THEN inside of it does not parse, or does not end there.
        if query.kind != "select_stmt" or query.text != f"{_QUERY}{match['condition']}":
            return ()
        tested = query.part(len(_QUERY), len(query.text), query.node)
        condition = EmbeddedSql(SqlRole.EXPRESSION, tested.text, tested.start, tested.line)
        vars(condition)["statement"] = tested
        branch = PlpgsqlNode("then", (condition,), tuple(statements))
        span = start + match.start("if"), start + match.end("end_if")
        statements = [PlpgsqlNode("if", children=(branch,), start=span[0], end=span[1])]
    begin = PlpgsqlNode("begin", children=tuple(statements))
    end = start + len(text.rstrip().removesuffix(";").rstrip())
    block = PlpgsqlNode("block", children=(begin,), start=start + match.start("begin"), end=end)
    return tuple(block.walk())


def find_qualifiers(text: str, found: Sequence[Token] = ()) -> frozenset[str]:
    """Return the names before a dot, in lower case: only a composite variable has fields.

    Args:
        text: The text.
        found: The tokens of the text and those after its end, if they are known.
    """
    found = found or [*tokens(text), *NO_TOKENS]
    names = set()
    for at in [at for at, token in enumerate(found) if token.word == "."]:
        # The tokens at the end stand for those before the first one.
        before, name, field = found[at - 2], found[at - 1], found[at + 1]
        if before.word != "." and {name.kind, field.kind} <= NAME_KINDS:
            names.add(read_name(text, name).lower())
    return frozenset(names)
