"""The bodies of routines and blocks: their SQL as parse trees, where it is in the file, and when it runs."""

# ruff: noqa: E501 - SQL in a table of cases reads best as it is

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schema_dsl.analysis.bodies import (
    PLACEHOLDER_NAME,
    BodyPart,
    RoutineBody,
    expand_blocks,
    read_body,
)
from schema_dsl.parsing import Statement, deparse_expression, split, walk
from schema_dsl.parsing.plpgsql_tree import SqlRole

SQL = "LANGUAGE sql AS"
PLPGSQL = "LANGUAGE plpgsql AS"


def only(sql: str) -> Statement:
    """Return the only statement."""
    (statement,) = split(sql).statements
    return statement


def read(sql: str) -> RoutineBody:
    """Return the body of a statement."""
    body = read_body(only(sql))
    assert body is not None
    return body


def block(code: str) -> RoutineBody:
    """Return the body of a DO block."""
    return read(f"DO $do$ {code} $do$")


def guards(code: str) -> list[str]:
    """Return the statements of a DO block with their guards."""
    return [
        f"{part.guard.value}{' (tolerates)' if part.tolerates_missing else ''}: {statement.text}"
        for part in block(code).parts
        for statement in part.statements
    ]


class TestParts:
    """The parts of a body."""

    def test_plpgsql(self) -> None:
        """A part knows its role, the keyword of its PL/pgSQL statement, and its parse tree."""
        body = block(
            "DECLARE a int := 1; c CURSOR FOR SELECT 2; BEGIN IF a = 3 THEN a := 4; END IF; PERFORM 5; "
            "FOR r IN SELECT 6 LOOP EXECUTE 'SELECT 7' INTO a USING 8; END LOOP; RETURN; END"
        )
        assert [
            ("expression", "declare", "select_stmt"),
            ("query", "declare", "select_stmt"),
            ("expression", "if", "select_stmt"),
            ("assignment", "assign", "plassign_stmt"),
            ("statement", "perform", "select_stmt"),
            ("target", "for", "select_stmt"),
            ("query", "for", "select_stmt"),
            ("dynamic", "execute", "select_stmt"),
            ("target", "execute", "select_stmt"),
            ("expression", "execute", "select_stmt"),
        ] == [(part.role.value[1], part.keyword, part.statement.kind) for part in body.parts]
        assert {"a", "c", "r"} == body.variables
        assert ["a", "c"] == [declaration.names[0] for declaration in body.declarations]

    @pytest.mark.parametrize(
        ("sql", "kinds"),
        [
            (f"CREATE FUNCTION f() RETURNS int {SQL} $$ SELECT 1; /* ; */ INSERT INTO t VALUES (';'); $$", ["select_stmt", "insert_stmt"]),
            ("CREATE FUNCTION f(a int DEFAULT (1)) RETURNS int RETURN a + (SELECT 1)", ["return_stmt"]),
            ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC DELETE FROM t; ; SELECT CASE WHEN true THEN 1 END; END", ["delete_stmt", "select_stmt"]),
            ("CREATE PROCEDURE f() BEGIN ATOMIC END", []),
            (f"CREATE FUNCTION f() RETURNS int {SQL} ''", []),
        ],
    )  # fmt: skip
    def test_sql(self, sql: str, kinds: list[str]) -> None:
        """A body in SQL consists of its statements, in a string and in the SQL of the standard alike."""
        body = read(sql)
        assert kinds == [part.statement.kind for part in body.parts]
        assert (SQL not in sql) == body.is_atomic

    @pytest.mark.parametrize(
        "sql",
        [
            "SELECT 1",
            "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'library', 'symbol'",
            "CREATE TABLE t ()",
        ],
    )
    def test_no_body(self, sql: str) -> None:
        """A statement without code in a body has none."""
        assert read_body(only(sql)) is None

    def test_other_languages(self) -> None:
        """Of a language that Postgres does not parse, nothing is read."""
        body = read(
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'plpy.execute(\"SELECT 1 FROM t\")'"
        )
        assert (False, (), ()) == (body.is_readable, body.parts, body.relations)

    def test_read_once(self) -> None:
        """The body of a statement is read once."""
        statement = only("DO $$ BEGIN PERFORM 1; END $$")
        assert read_body(statement) is read_body(statement)

    def test_syntax_error(self) -> None:
        """SQL that does not parse has no tree, and hides no other part."""
        first, second = block("BEGIN SELECT FROM FROM t; DELETE FROM u; END").parts
        assert ("", (), "delete_stmt") == (first.statement.kind, first.statements, second.statement.kind)
        assert first.statement.problem is not None


class TestGuards:
    """The condition on which each statement runs."""

    @pytest.mark.parametrize(
        ("code", "expected"),
        [
            ("BEGIN DROP TABLE t; END", ["none: DROP TABLE t"]),
            ("BEGIN IF a THEN DROP TABLE t; END IF; DROP TABLE u; END", ["unknown: DROP TABLE t", "none: DROP TABLE u"]),
            ("BEGIN IF NOT EXISTS (SELECT 1) THEN DROP TABLE t; ELSE DROP TABLE u; END IF; END", ["if absent: DROP TABLE t", "unknown: DROP TABLE u"]),
            ("BEGIN IF EXISTS (SELECT 1) THEN DROP TABLE t; ELSE DROP TABLE u; END IF; END", ["unknown: DROP TABLE t", "if absent: DROP TABLE u"]),
            ("BEGIN IF EXISTS (SELECT 1) THEN NULL; ELSIF a THEN NULL; ELSE DROP TABLE u; END IF; END", ["unknown: DROP TABLE u"]),
            ("BEGIN IF a THEN NULL; ELSIF NOT EXISTS (SELECT 1) THEN DROP TABLE u; END IF; END", ["unknown: DROP TABLE u"]),
            ("BEGIN IF (NOT (EXISTS (SELECT 1))) THEN DROP TABLE t; END IF; END", ["if absent: DROP TABLE t"]),
            ("BEGIN IF to_regclass('t') IS NULL THEN DROP TABLE t; END IF; END", ["if absent: DROP TABLE t"]),
            ("BEGIN IF NOT EXISTS (SELECT 1) AND a IS NULL THEN DROP TABLE t; END IF; END", ["if absent: DROP TABLE t"]),
            ("BEGIN IF NOT EXISTS (SELECT 1) AND a THEN DROP TABLE t; END IF; END", ["unknown: DROP TABLE t"]),
            ("BEGIN IF a IS NOT NULL THEN DROP TABLE t; END IF; END", ["unknown: DROP TABLE t"]),
            ("BEGIN CASE WHEN a THEN DROP TABLE t; ELSE DROP TABLE u; END CASE; END", ["unknown: DROP TABLE t", "unknown: DROP TABLE u"]),
            ("BEGIN LOOP DROP TABLE t; END LOOP; FOR i IN 1..2 LOOP DROP TABLE u; END LOOP; END", ["unknown: DROP TABLE t", "unknown: DROP TABLE u"]),
            ("BEGIN DROP TABLE t; EXCEPTION WHEN duplicate_object THEN DROP TABLE u; END", ["if absent: DROP TABLE t", "unknown: DROP TABLE u"]),
            ("BEGIN DROP TABLE t; EXCEPTION WHEN undefined_table THEN DROP TABLE u; END", ["unknown (tolerates): DROP TABLE t", "unknown: DROP TABLE u"]),
            ("BEGIN BEGIN IF a THEN DROP TABLE t; END IF; EXCEPTION WHEN others THEN NULL; END; DROP TABLE u; END", ["unknown (tolerates): DROP TABLE t", "none: DROP TABLE u"]),
        ],
    )  # fmt: skip
    def test_guards(self, code: str, expected: list[str]) -> None:
        """IF, CASE, loops and EXCEPTION decide whether a statement runs."""
        assert expected == guards(code)


def located(body: RoutineBody) -> Iterator[tuple[Statement, BodyPart]]:
    """Yield the statements of a body that have offsets in the file."""
    for part in body.parts:
        yield part.statement, part
        yield from ((statement, part) for statement in part.statements)


class TestOffsets:
    """The place of SQL in the file."""

    @pytest.mark.parametrize(
        "sql",
        [
            "DO $$ BEGIN PERFORM marked FROM t; END $$",
            "/* é */ DO 'BEGIN PERFORM ''é''''é'' || marked FROM t; END'",
            "DO E'BEGIN\\n\\tPERFORM \\'é\\' || marked; END'",
            "DO $$ BEGIN EXECUTE $q$ SELECT 'é', marked $q$; END $$",
            "DO $$ BEGIN EXECUTE 'SELECT ''é'', marked'; END $$",
            "DO $$ BEGIN /* é */ x := 'é' || marked; END $$",
            "DO $$ BEGIN SELECT 1, 2 INTO STRICT é, y FROM t WHERE marked; END $$",
            "DO $$ DECLARE é int; c CURSOR FOR SELECT marked; BEGIN END $$",
            "DO $$ BEGIN IF 'é' = marked THEN END IF; END $$",
            "DO $$ BEGIN RAISE 'é %', marked; END $$",
            f"CREATE FUNCTION f() RETURNS int {SQL} $$ SELECT 'é'; SELECT marked $$",
            f"CREATE FUNCTION f() RETURNS int {SQL} 'SELECT ''é''; SELECT marked'",
            "CREATE FUNCTION é() RETURNS int BEGIN ATOMIC SELECT 'é'; SELECT marked; END",
            "CREATE FUNCTION é() RETURNS int RETURN 'é' || marked",
        ],
    )
    def test_locations(self, sql: str) -> None:
        """The location of a node leads to its text in the file."""
        text = f"SELECT 'é';\n{sql};"
        statement = split(text).statements[1]
        body = read_body(statement)
        assert body is not None
        offsets = {
            inner.offset(node.location)
            for inner, _ in located(body)
            for node in (walk(inner.tree) if inner.kind else ())
            if node.DESCRIPTOR.name == "ColumnRef" and node.fields[-1].string.sval == "marked"
        }
        assert {text.index("marked")} == offsets

    def test_lines(self) -> None:
        """A part knows its line."""
        body = read("DO\n$$\nBEGIN\n  PERFORM 1;\n\n  EXECUTE\n    'SELECT 2';\nEND\n$$")
        assert [4, 7] == [part.statement.line for part in body.parts]


NAMES = st.sampled_from(["a", '"B c"', "é", "new.x"])
VALUES = st.sampled_from(
    ["1", "'it''s'", "$q$ END; $q$", "a + f(1)", "(SELECT b FROM t)", "'é'", "(CASE WHEN a THEN 1 END)"]
)
SPACES = st.sampled_from([" ", "\n  ", " /* é; END */ ", " -- don't\n"])
SIMPLE = st.one_of(
    st.builds("{} :={}{};".format, NAMES, SPACES, VALUES),
    st.builds("PERFORM{}{};".format, SPACES, VALUES),
    st.builds("SELECT {} INTO{}{} FROM t;".format, VALUES, SPACES, NAMES),
    st.builds("RAISE NOTICE '%;',{}{};".format, SPACES, VALUES),
    st.builds("EXECUTE{}{} USING {};".format, SPACES, VALUES, VALUES),
    st.builds("RETURN{}{};".format, SPACES, VALUES),
    st.builds("UPDATE t SET a ={}{} RETURNING b INTO {};".format, SPACES, VALUES, NAMES),
)
STATEMENTS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.builds("IF{}{} THEN {} ELSE {} END IF;".format, SPACES, VALUES, inner, inner),
        st.builds("FOR r IN{}SELECT {} LOOP {} END LOOP;".format, SPACES, VALUES, inner),
        st.builds("BEGIN {} EXCEPTION WHEN others THEN {} END;".format, inner, inner),
        st.builds("CASE {} WHEN {} THEN{}{} END CASE;".format, VALUES, VALUES, SPACES, inner),
        st.builds("{}{}{}".format, inner, SPACES, inner),
    ),
    max_leaves=6,
)  # fmt: skip


@given(STATEMENTS, st.booleans())
@settings(max_examples=200, deadline=None)
def test_every_offset(code: str, quoted: bool) -> None:  # noqa: FBT001 - hypothesis passes it
    """Each part parses, and every name and constant is in the file where its location says."""
    body_text = f"DECLARE x int := 1; BEGIN {code} END"
    literal = "'" + body_text.replace("'", "''") + "'" if quoted else f"$body${body_text}$body$"
    text = f"SELECT 'é';\nDO {literal};"
    body = read_body(split(text).statements[1])
    assert body is not None
    for statement, _ in located(body):
        assert statement.kind, statement.problem
        for node in walk(statement.tree):
            if node.DESCRIPTOR.name in {"ColumnRef", "FuncCall", "RangeVar"} and node.location:
                written = text[statement.offset(node.location) :].lower()
                field = node.fields[0].string.sval if node.DESCRIPTOR.name == "ColumnRef" else ""
                name = field or getattr(node, "relname", "") or node.funcname[0].string.sval
                assert written.removeprefix('"').startswith(name.lower())


class TestDynamicSql:
    """The SQL that EXECUTE runs."""

    @pytest.mark.parametrize(
        ("expression", "statements"),
        [
            ("'DROP TABLE a'", ["DROP TABLE a"]),
            ("'DROP TABLE a; DROP TABLE b;'", ["DROP TABLE a", "DROP TABLE b"]),
            ("$q$DROP TABLE a$q$::text", ["DROP TABLE a"]),
            ("E'DROP TABLE\\n a'", ["DROP TABLE a"]),
            ("'DROP TABLE ' || a", ["DROP TABLE ?"]),
            ("'DROP TABLE ' || quote_ident(a) || '.b'", ["DROP TABLE ?.b"]),
            ("format('ALTER TABLE %I.%s ADD %1$I text DEFAULT %L', a, b)", ["ALTER TABLE ?.? ADD ? text DEFAULT 'x'"]),
            ("concat('DROP TABLE ', a)", ["DROP TABLE ?"]),
            ("(SELECT string_agg(format('DROP TABLE %I', relname), ';') FROM pg_class)", ["DROP TABLE ?"]),
            ("a", []),
            ("a || 'DROP TABLE b'", []),
            ("'DROP TABLE ' || 'a b c'", []),
            ("replace('DROP TABLE x', 'x', a)", []),
        ],
    )  # fmt: skip
    def test_statements(self, expression: str, statements: list[str]) -> None:
        """The text has placeholders for values; of a text with an unknown beginning, nothing is read."""
        (part,) = block(f"BEGIN EXECUTE {expression}; END").parts
        assert part.dynamic_sql is not None
        found = [
            " ".join(statement.text.replace(PLACEHOLDER_NAME, "?").split())
            for statement in part.dynamic_sql.statements
        ]
        assert statements == found
        assert (
            "||" not in expression and "(" not in expression and "a" != expression
        ) == part.dynamic_sql.is_constant

    def test_executed_here(self) -> None:
        """Only an EXECUTE of a constant has statements of its own; FOR reads the rows of a query."""
        body = block(
            "BEGIN EXECUTE 'SELECT 1'; EXECUTE 'SELECT ' || a; FOR r IN EXECUTE 'SELECT 2' LOOP END LOOP; END"
        )
        assert ["SELECT 1"] == [statement.text for part in body.parts for statement in part.statements]
        assert ["SELECT 1", f"SELECT {PLACEHOLDER_NAME}", "SELECT 2"] == [
            statement.text for statement in body.list_executed()
        ]


class TestNames:
    """The objects that a body names."""

    @pytest.mark.parametrize(
        ("sql", "relations"),
        [
            ("SELECT * FROM a, b JOIN c.d ON true WHERE e = (SELECT f FROM g)", ["a", "b", "c.d", "g"]),
            ("-- taken from comments\nSELECT 'x from strings', a IS DISTINCT FROM b", []),
            ("WITH w AS (SELECT 1 FROM a) SELECT * FROM w", ["a"]),
            ("INSERT INTO a.b SELECT extract(epoch FROM c) FROM d", ["a.b", "d"]),
            ("UPDATE ONLY a SET b = 1 FROM c", ["a", "c"]),
        ],
    )
    def test_relations(self, sql: str, relations: list[str]) -> None:
        """Relations are those of the trees, wherever they stand; comments, strings and columns are none."""
        bodies = [
            read(f"CREATE FUNCTION f() RETURNS int {SQL} $$ {sql} $$"),
            read(f"CREATE FUNCTION f() RETURNS SETOF int {PLPGSQL} $$ BEGIN RETURN QUERY {sql}; END $$"),
            block(f"BEGIN EXECUTE $$ {sql} $$; END"),
        ]
        for body in bodies:
            assert relations == [f"{schema}.{name}".lstrip(".") for schema, name in body.relations]

    def test_functions(self) -> None:
        """Functions are those that statements, expressions, defaults and dynamic SQL call."""
        body = block(
            "DECLARE a int := s.f1(); BEGIN IF f2() THEN RAISE 'f0()', f3(); END IF; EXECUTE format('SELECT f4(%L)', f5()); END"
        )
        assert {"s.f1", "f2", "f3", "format", "f4", "f5"} == {
            f"{s}.{n}".lstrip(".") for s, n in body.functions
        }

    @pytest.mark.parametrize(
        ("sql", "result"),
        [
            (f"CREATE FUNCTION f() RETURNS int {SQL} 'SELECT a + 1'", "a + 1"),
            ("CREATE FUNCTION f() RETURNS int RETURN a + 1", "a + 1"),
            ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT a + 1; END", "a + 1"),
            (f"CREATE FUNCTION f() RETURNS int {PLPGSQL} $$ BEGIN RETURN a + 1; END $$", "a + 1"),
            (f"CREATE FUNCTION f() RETURNS int {PLPGSQL} $$ /* x */ <<b>> BEGIN RETURN -- y\n a + 1; END b; $$", "a + 1"),
            (f"CREATE FUNCTION f() RETURNS int {SQL} 'SELECT a FROM t'", None),
            (f"CREATE FUNCTION f() RETURNS int {SQL} 'SELECT 1; SELECT a'", None),
            (f"CREATE FUNCTION f() RETURNS int {PLPGSQL} $$ DECLARE b int; BEGIN RETURN a; END $$", None),
            (f"CREATE FUNCTION f() RETURNS int {PLPGSQL} $$ BEGIN NULL; RETURN a; END $$", None),
            (f"CREATE FUNCTION f() RETURNS int {PLPGSQL} $$ BEGIN IF a THEN END IF; END $$", None),
            (f"CREATE FUNCTION f() RETURNS int {PLPGSQL} $$ BEGIN PERFORM a; END $$", None),
        ],
    )  # fmt: skip
    def test_result(self, sql: str, result: str | None) -> None:
        """A body that only returns an expression is that expression."""
        tree = read(sql).result
        assert result == (None if tree is None else deparse_expression(tree))


def test_expanded_blocks() -> None:
    """The statements of a block follow the block."""
    statements = split(
        "DO $$ BEGIN DROP TABLE a; EXECUTE 'DROP TABLE b'; PERFORM 1; END $$; DROP TABLE c"
    ).statements
    kinds = [statement.kind for statement in expand_blocks(statements)]
    assert ["do_stmt", "drop_stmt", "drop_stmt", "select_stmt", "drop_stmt"] == kinds


def test_targets_are_no_reads() -> None:
    """The targets of INTO are parts of their own, without the query."""
    targets = [
        part for part in block("BEGIN SELECT a INTO b FROM c; END").parts if part.role is SqlRole.TARGET
    ]
    assert ["b"] == [part.statement.text for part in targets]
