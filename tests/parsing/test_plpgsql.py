"""The structure of PL/pgSQL bodies, by example and compared with the parser of PL/pgSQL in libpg_query."""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_dsl.parsing import Statement, body_syntax, plpgsql, split, walk
from schema_dsl.parsing.bodies import Body, find_body
from schema_dsl.parsing.lexer import tokens
from schema_dsl.parsing.plpgsql import parse_plpgsql
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode, SqlRole

TESTS = Path(__file__).parent.parent
EVERYTHING = Path(__file__).with_name("everything.sql").read_text("utf-8").split("$everything$")[1]
# The keywords of statements that libpg_query names differently.
KEYWORDS = {
    **dict.fromkeys(("fori", "fors", "forc", "dynfors"), "for"),
    **dict.fromkeys(("execsql", "call"), "sql"),
    "foreach_a": "foreach",
    "return_next": "return next",
    "return_query": "return query",
    "dynexecute": "execute",
    "getdiag": "get",
}
Shape = tuple[str, Counter[str], tuple[Any, ...]]


def show(node: PlpgsqlNode, depth: int = 0) -> Iterator[str]:
    """Yield a line for each statement, branch and declaration: the keyword, the names, the SQL by role."""
    sql = "".join(f" {part.role.value[1]}({' '.join(part.text.split())})" for part in node.sql)
    names = "".join(f" {name}" for name in node.names)
    kind = f": {node.type}" if node.type else ""
    yield f"{'  ' * depth}{node.keyword}{names}{kind}{sql}"
    for child in node.children:
        yield from show(child, depth + 1)


EXAMPLES = [
    (body, expected.rstrip("\n"))
    for body, expected in re.findall(
        r"^(\S.*)\n((?:    .*\n)+)", Path(__file__).with_name("plpgsql.txt").read_text("utf-8"), re.MULTILINE
    )
]


class TestStructure:
    """The statements, branches, declarations, and the SQL in them."""

    @pytest.mark.parametrize(("body", "expected"), EXAMPLES)
    def test_by_example(self, body: str, expected: str) -> None:
        """Each statement has its keyword, its names, its SQL and the statements inside."""
        block, *_ = parse_plpgsql(body).nodes
        assert expected == "\n".join(line for line in show(block, 1) if line.startswith("    "))

    def test_options(self) -> None:
        """The options before the block are listed."""
        code = parse_plpgsql("#variable_conflict use_column #print_strict_params on\n<<b>> BEGIN END b")
        assert (("variable_conflict", "use_column"), ("print_strict_params", "on")) == code.options
        assert ("b",) == code.nodes[0].names

    @pytest.mark.parametrize("body", ["", ";", "SELECT 1", "x := 1", ")", "DECLARE"])
    def test_no_block(self, body: str) -> None:
        """A text without a block has no structure, or an empty block."""
        assert all(node.keyword in {"block", "begin"} for node in parse_plpgsql(body).nodes)

    def test_deep_nesting(self) -> None:
        """A body nested too deeply for Python has no structure."""
        assert () == parse_plpgsql("BEGIN " * 5000 + "END; " * 5000).nodes


# Blocks of definitions, which the grammar of SQL splits.
DEFINITIONS = (
    "BEGIN CREATE TABLE a.b (c int); END",
    "\n begin\n    DROP POLICY IF EXISTS p ON a.b;\n  -- For all.\n    CREATE POLICY p ON a.b;\nend;\n",
    "BEGIN\n  GRANT SELECT ON \"é;\" TO x;\n  COMMENT ON TABLE t IS ';END;';\n\n  ALTER TABLE t ADD d int ;\nEND;",
    "\nBEGIN\n  IF NOT EXISTS (SELECT 'é') THEN\n    DROP TABLE t;\n\n    DROP TABLE u;\n  END IF;\nEND",
    "begin if exists(SELECT CASE WHEN f(x) THEN 1 END) then DROP TABLE t; end  if ; end;",
    "BEGIN IF NOT EXISTS (SELECT 1) AND EXISTS (SELECT ') THEN ') THEN\nDROP TABLE t; END IF; END",
    "BEGIN IF EXISTS (SELECT 1 -- ) THEN\n) THEN DROP TABLE t; END IF; END",
)
# Blocks that look like them.
OTHERS = (
    "-- Why.\nBEGIN\n    -- What.\n    DROP TABLE t;\nEND",
    "BEGIN CREATE TABLE t (a int); x := 1; END",
    "BEGIN CREATE TABLE t (a int); END; BEGIN DROP TABLE t; END",
    "BEGIN CREATE TABLE t (a int); SELECT 1 INTO x; END",
    "BEGIN DROP TABLE t; EXCEPTION WHEN others THEN DROP TABLE u; END",
    "BEGIN CREATE TABLE t AS SELECT 1; CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END; END",
    "BEGIN CREATE TABLE t (a int) END",
    "BEGIN IF EXISTS (SELECT ') THEN ALTER ') THEN DROP TABLE t; END IF; END",
    "BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE t; ELSE DROP TABLE u; END IF; END",
    "BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE t; END IF; IF EXISTS (SELECT 2) THEN DROP TABLE u; END IF; END",
    "BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE t; END IF; DROP TABLE u; END",
    "BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE t; END; END IF",
    "BEGIN IF EXISTS (SELECT 1)) THEN DROP TABLE t; END IF; END",
)


class TestDefinitions:
    """Blocks that only define objects, which need no parser of PL/pgSQL."""

    @pytest.mark.parametrize("body", [*DEFINITIONS, *OTHERS])
    def test_like_other_blocks(self, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The statements, their places and their trees are those that the parser of PL/pgSQL finds."""

        def describe() -> list[Any]:
            return [
                (
                    node.keyword,
                    (node.start, node.end),
                    [
                        (
                            sql.text,
                            sql.start,
                            sql.line,
                            sql.statement.kind,
                            sql.statement.end,
                            sql.statement.before,
                        )
                        for sql in node.sql
                    ],
                    [
                        sql.statement.offset(place)
                        for sql in node.sql
                        for place in _find_locations(sql.statement)
                    ],
                )
                for node in plpgsql.parse_plpgsql(body, 10, 3).nodes
            ]

        found = describe()
        monkeypatch.setattr(plpgsql, "_parse_definitions", lambda *_: ())
        assert found == describe()

    @pytest.mark.parametrize("body", DEFINITIONS)
    def test_without_tokens(self, body: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Python does not read their tokens."""
        monkeypatch.setattr(plpgsql, "tokens", lambda _: pytest.fail("tokens were read"))
        assert "block" == plpgsql.parse_plpgsql(body).nodes[0].keyword


def _find_locations(statement: Statement) -> list[int]:
    """Return the locations in the tree of a statement, in bytes."""
    nodes = walk(statement.tree) if statement.kind else ()
    return [node.location for node in nodes if node.DESCRIPTOR.name == "RangeVar"]


def routines() -> Iterator[Statement]:
    """Yield the routines and blocks in PL/pgSQL of all SQL files of the tests."""
    texts = [path.read_text("utf-8") for path in sorted(TESTS.rglob("*.sql"))]
    for text in texts:
        for statement in split(text).statements:
            body = find_body(statement)
            if body is not None and body.language == "plpgsql":
                yield statement


def find_tree(statement: Statement) -> Any:
    """Return the tree of libpg_query of a body, with stand-ins for the types; None if it refuses the body."""
    compiled: list[str] = []
    body = find_body(statement)
    assert body is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(body_syntax, "_call_compiler", compiled.append)
        # The compiler is not asked about a block of definitions that the grammar of SQL split.
        patch.setattr(plpgsql, "_parse_definitions", lambda *_: ())
        routine = statement.tree if statement.kind == "create_function_stmt" else None
        body_syntax.check_body(attrs.evolve(body), routine)
    lib = importlib.import_module("postgast.native").lib
    result = lib.pg_query_parse_plpgsql(compiled[0].encode())
    try:
        # The variables of triggers are written with a brace too many.
        written = b"" if result.error else result.plpgsql_funcs
        return json.loads(re.sub(rb"(?<=[,\[])\{\}\}(?=[,\]])", b"{}", written)) if written else None
    finally:
        lib.pg_query_free_plpgsql_parse_result(result)


def words(sql: str) -> list[str]:
    """Return the tokens, as far as libpg_query keeps them: it splits lists, and renames named arguments to AS."""
    sql = re.sub(r'^"__Case__Variable_\d+__" IN \((.*)\)$', r"\1", sql, flags=re.DOTALL)
    return [token.word for token in tokens(re.sub(r" AS \w+", "", sql)) if token.word != ","]


def expected_shapes(tree: Any) -> list[Shape]:
    """Return the shapes of the statements in a tree of libpg_query."""
    if isinstance(tree, list):
        return [shape for item in tree for shape in expected_shapes(item)]
    found: list[Shape] = []
    for key, value in tree.items() if isinstance(tree, dict) else ():
        kind = key.removeprefix("PLpgSQL_stmt_")
        if kind == key:
            found += expected_shapes(value)
            continue
        keyword = KEYWORDS.get(kind, kind)
        if keyword == "exit" and not value.get("is_exit"):
            keyword = "continue"
        if keyword == "fetch" and value.get("is_move"):
            keyword = "move"
        found.append((keyword, Counter(expected_words(value)), tuple(expected_shapes(value))))
    return found


def expected_words(tree: Any) -> list[str]:
    """Return the tokens of the SQL of a statement, without the statements inside."""
    if isinstance(tree, list):
        return [word for item in tree for word in expected_words(item)]
    found: list[str] = []
    for key, value in tree.items() if isinstance(tree, dict) else ():
        if key == "PLpgSQL_expr":
            found += words(value["query"])
        elif not key.startswith("PLpgSQL_stmt_") and key not in {"PLpgSQL_var", "PLpgSQL_rec", "PLpgSQL_row"}:
            found += expected_words(value)
    return found


def actual_shapes(nodes: tuple[PlpgsqlNode, ...]) -> list[Shape]:
    """Return the shapes of statements."""
    found: list[Shape] = []
    for node in nodes:
        branches = [child for child in node.children if child.keyword != "declare"]
        sql = [*node.sql, *(part for branch in branches for part in branch.sql)]
        inside = [statement for branch in branches for statement in actual_shapes(branch.children)]
        counted = Counter(
            word for part in sql if part.role is not SqlRole.TARGET for word in words(part.text)
        )
        keyword = "raise" if node.keyword.startswith("raise") else node.keyword
        if keyword not in {"null", "declare"}:
            found.append((keyword, counted, tuple(inside)))
    return found


def assert_same(expected: list[Shape], actual: list[Shape]) -> None:
    """Compare statements; libpg_query drops the variable in RETURN, and adds a RETURN at the end."""
    if len(expected) == len(actual) + 1 and expected[-1][0] == "return":
        expected = expected[:-1]
    assert [shape[0] for shape in expected] == [shape[0] for shape in actual]
    for (keyword, sql, inside), (_, actual_sql, actual_inside) in zip(expected, actual, strict=True):
        drops_variable = keyword.startswith("return") and not sql
        assert drops_variable or keyword in {"fetch", "move"} or sql == actual_sql
        assert_same(list(inside), list(actual_inside))


ROUTINES = list(routines())


@pytest.mark.parametrize(
    "statement", ROUTINES, ids=[f"{n}-{each.text[:40]}" for n, each in enumerate(ROUTINES)]
)
def test_as_libpg_query(statement: Statement) -> None:
    """The structure is the one that the parser of PL/pgSQL finds, for every body in the tests."""
    body = find_body(statement)
    tree = find_tree(statement)
    if body is not None and tree is not None:
        actual = actual_shapes(body.code.nodes[:1])
        expected = expected_shapes(tree)
        block = body.code.nodes[0]
        is_wrapped = bool(block.names) or any(branch.keyword == "exception" for branch in block.children)
        if is_wrapped and [shape[0] for shape in expected[0][2]] == ["block", "return"]:
            # libpg_query wraps a block with a label or a handler, to add a RETURN.
            expected = list(expected[0][2][:1])
        assert_same(expected, actual)


def test_most_are_compared() -> None:
    """libpg_query refuses few bodies, apart from those that Postgres refuses as well."""
    lines = (TESTS / "lint" / "dependencies" / "bodies.sql").read_text("utf-8").splitlines()
    by_postgres = "\n".join(line for line in lines if line.endswith("-- refused"))
    compared = [statement for statement in ROUTINES if statement.text not in by_postgres]
    refused = [statement for statement in compared if find_tree(statement) is None]
    assert len(refused) < len(compared) / 20


ANY_TOKENS = st.lists(
    st.sampled_from(sorted({EVERYTHING[token.start : token.end] for token in tokens(EVERYTHING)})),
    max_size=60,
)


@given(ANY_TOKENS)
@settings(max_examples=300, deadline=None)
def test_any_text(words: list[str]) -> None:
    """Every text has a structure; SQL is the text at its offset, with blanks for INTO and SELECT for PERFORM."""
    text = "BEGIN " + " ".join(words)
    for node in parse_plpgsql(text, start=1000).nodes:
        for sql in node.sql:
            pairs = list(zip(sql.text, text[sql.start - 1000 : sql.end - 1000], strict=True))
            assert all(own in {" ", there} for own, there in pairs[len("PERFORM") :])
            assert node.keyword == "perform" or all(own in {" ", there} for own, there in pairs)


@given(st.integers(min_value=0, max_value=len(EVERYTHING)))
@settings(max_examples=100, deadline=None)
def test_cut_off(end: int) -> None:
    """A body that ends anywhere has a structure."""
    body = Body("plpgsql", EVERYTHING[:end])
    for node in body.code.nodes:
        for sql in node.sql:
            assert sql.statement.kind or sql.statement.problem is not None or sql.role is SqlRole.STATEMENT
