"""Compare the check of PL/pgSQL routines with a server that runs them: it reports exactly the routines that fail."""

# ruff: noqa: E501 - SQL in a table of cases reads best as it is

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl.lint import Finding, Source
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.check import check_history
from schema_dsl.postgres import Connection, provider

SETUP = """\
CREATE TYPE mood AS ENUM ('sad', 'happy');
CREATE TYPE pair AS (one int, two text);
CREATE TABLE notes (id int PRIMARY KEY, title text, at timestamptz, mood mood, owner uuid);
CREATE TABLE "Odd" ("Id" int, b text);
CREATE FUNCTION double(x int) RETURNS int LANGUAGE sql AS 'SELECT x * 2';
CREATE SCHEMA app CREATE TABLE things (id int, name text);
INSERT INTO notes VALUES (1, 'a', now(), 'sad', gen_random_uuid());
"""

# Arguments, result and body; the test runs each routine.
VALID = [
    (
        "p int",
        "void",
        "BEGIN EXECUTE format('UPDATE %I SET title = %L WHERE id = %s', 'notes', 'it''s', 1); END",
    ),
    ("p int", "void", "BEGIN EXECUTE format('SELECT %1$I FROM %2$I WHERE %1$I = %3$s', 'Id', 'Odd', 1); END"),
    (
        "p int",
        "void",
        "BEGIN EXECUTE format('SELECT %I FROM notes', CASE WHEN p = 1 THEN 'id' ELSE 'idd' END); END",
    ),
    ("p int", "void", "BEGIN EXECUTE concat('DELETE FROM ', 'notes') || ' WHERE id = ' || 5; END"),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN SELECT id, title INTO r FROM notes; PERFORM r.title; FOR r IN SELECT at FROM notes LOOP PERFORM r.at; END LOOP; END",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT id AS any_name FROM notes' LOOP PERFORM r.any_name; END LOOP; END",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; c CURSOR FOR SELECT id AS key FROM notes; BEGIN OPEN c; FETCH c INTO r; PERFORM r.key; END",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN r := (SELECT n FROM notes n); PERFORM r.title; SELECT 1 AS one INTO r; PERFORM r.one; END",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN SELECT n.*, p AS given FROM notes n LOOP UPDATE notes SET title = r.title WHERE id = r.id AND r.given = p; END LOOP; END",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN INSERT INTO notes (id) VALUES (p + 7) RETURNING id, title INTO r; PERFORM r.id; END",
    ),
    (
        "p int",
        "void",
        'DECLARE r record; BEGIN SELECT * INTO r FROM double(p); PERFORM r.double; SELECT 1 INTO r; PERFORM r."?column?"; END',
    ),
    ("p int", "TABLE (k bigint, l text)", "BEGIN RETURN QUERY SELECT count(*), 'x' FROM notes; END"),
    ("p int", "TABLE (k bigint, l text)", "BEGIN RETURN QUERY SELECT NULL::bigint, NULL; END"),
    ("p int", "SETOF pair", "BEGIN RETURN QUERY SELECT id, title FROM notes; END"),
    ("p int", "SETOF mood", "BEGIN RETURN QUERY SELECT n.mood FROM notes n; END"),
    ("p int", "SETOF int", "BEGIN RETURN QUERY UPDATE notes SET title = 'x' RETURNING id; END"),
    ("p int", "SETOF notes", "BEGIN RETURN QUERY UPDATE notes SET title = 'x' RETURNING *; END"),
    ("p int", "SETOF numeric", "BEGIN RETURN QUERY SELECT sum(id::bigint) FROM notes; END"),
    ("p anyelement", "SETOF anyelement", "BEGIN RETURN QUERY SELECT p; END"),
    (
        "p int",
        "int",
        "DECLARE n int := p + 1; BEGIN SELECT count(*) INTO STRICT n FROM notes WHERE id = p; RETURN n; END",
    ),
    (
        "p int",
        "SETOF notes",
        "BEGIN RETURN QUERY SELECT * FROM notes WHERE id = p; RETURN QUERY (SELECT n.* FROM notes n); END",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN SELECT id, title AS t FROM notes LOOP UPDATE notes SET title = r.t WHERE id = r.id; END LOOP; END",
    ),
    (
        "p int",
        "void",
        "DECLARE r notes; s notes%ROWTYPE; t notes.title%TYPE := 'x'; BEGIN SELECT * INTO r FROM notes LIMIT 1; s := r; t := s.title || t; INSERT INTO notes VALUES (r.id + 10, t) ON CONFLICT (id) DO NOTHING; END",
    ),
    (
        "p int",
        "void",
        "<<outermost>> DECLARE title int := 1; BEGIN UPDATE notes SET id = outermost.title WHERE id = routine.p; END",
    ),
    (
        "p int",
        "void",
        "DECLARE i int; BEGIN FOR i IN 1..2 LOOP PERFORM double(i); CONTINUE WHEN i = 1; END LOOP; WHILE i < 3 LOOP i := i + 1; END LOOP; END",
    ),
    (
        "p int",
        "void",
        "DECLARE c CURSOR (k int) FOR SELECT id AS key FROM notes WHERE id > k; BEGIN FOR r IN c(1) LOOP RAISE NOTICE '% %', r.key, p; END LOOP; END",
    ),
    (
        "p int",
        "void",
        "BEGIN CREATE TEMP TABLE picked ON COMMIT DROP AS SELECT id AS pick FROM notes; DELETE FROM picked WHERE pick = p; DROP TABLE picked; END",
    ),
    (
        "p int",
        "void",
        "BEGIN EXECUTE 'CREATE TEMP TABLE noted (x int)'; INSERT INTO noted (x) VALUES (p); DROP TABLE noted; END",
    ),
    (
        "p int",
        "void",
        "BEGIN DELETE FROM nowhere; EXCEPTION WHEN undefined_table THEN UPDATE notes SET title = SQLERRM WHERE id = p; END",
    ),
    ("p int", "void", "BEGIN IF to_regclass('nowhere') IS NOT NULL THEN DELETE FROM nowhere; END IF; END"),
    (
        "p int",
        "void",
        "DECLARE a int[]; s text; BEGIN a[1] := 2; a := a || p; s := CASE WHEN p > 1 THEN 'x' ELSE 'y' END; ASSERT a[1] = 2, 'no'; GET DIAGNOSTICS p = ROW_COUNT; IF FOUND OR p > 1 THEN s = s || p; END IF; END",
    ),
    ("p int, OUT q int, OUT r text", "record", "BEGIN q := double(p); SELECT title INTO r FROM notes; END"),
    (
        "p int",
        "TABLE (k int, label text)",
        "BEGIN RETURN QUERY SELECT n.id, n.title FROM notes n WHERE n.id = p; k := 3; RETURN NEXT; END",
    ),
    (
        "p int",
        "void",
        "DECLARE v pair; BEGIN v.one := p; v := (1, 'x'); UPDATE notes SET id = v.one, title = v.two WHERE id = (v).one; END",
    ),
    (
        "p int",
        "void",
        "#variable_conflict use_column\nDECLARE title text; BEGIN UPDATE notes SET title = title || 'x'; END",
    ),
    (
        "p int",
        "void",
        'DECLARE "Id" int := 1; BEGIN UPDATE "Odd" SET b = \'x\' WHERE "Odd"."Id" = "Id" + p; EXCEPTION WHEN ambiguous_column THEN NULL; END',
    ),
    ("p int", "int", "BEGIN RETURN id FROM notes WHERE id = p; END"),
    ("p anyelement", "int", "DECLARE q p%TYPE; BEGIN q := p; RETURN count(*) FROM notes WHERE id = q; END"),
    ("p int", "int", "DECLARE x bit(8) := 8::bit(8); BEGIN x := x >> p; RETURN x::int; END"),
    (
        "p int",
        "void",
        "DECLARE n int; BEGIN EXECUTE 'SELECT id FROM notes WHERE id = $2 OR title = $1' INTO n USING 'x', p; END",
    ),
    ("p int", "timestamptz", "BEGIN RETURN pg_catalog.now(); END"),
    (
        "p int",
        "void",
        "DECLARE c CURSOR (k int) FOR SELECT id FROM notes WHERE id = k + p; n int; BEGIN OPEN c(p); FETCH c INTO n; CLOSE c; OPEN c(k := p); END",
    ),
    (
        "p int",
        "void",
        "DECLARE n int; BEGIN CASE p WHEN 1, 2 THEN n := p; ELSE NULL; END CASE; GET DIAGNOSTICS n = ROW_COUNT; RAISE NOTICE '% %', n, p USING HINT = 'titel', ERRCODE = '00000'; END",
    ),
    (
        "p int",
        "void",
        "DECLARE a int[] := ARRAY[1]; x int; BEGIN FOREACH x IN ARRAY a LOOP EXIT WHEN x > p; END LOOP; FOR i IN p..x LOOP a[i] := i; END LOOP; END",
    ),
]

# Arguments, result, body, the expected rule, and the marked text.
INVALID = [
    (
        "p int",
        "void",
        "BEGIN EXECUTE format('UPDATE %I SET titel = %L', 'notes', 'x'); END",
        "unknown-column",
        "titel",
    ),
    ("p int", "void", "BEGIN EXECUTE format('DELETE FROM %I', 'nots'); END", "unknown-relation", "nots"),
    ("p int", "void", "BEGIN EXECUTE 'DELETE FROM ' || 'notes WHERE idd = 1'; END", "unknown-column", "idd"),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN SELECT id FROM notes LOOP PERFORM r.no_such; END LOOP; END",
        "unknown-column",
        "no_such",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN SELECT * FROM notes LOOP UPDATE notes SET title = 'x' WHERE id = r.idd; END LOOP; END",
        "unknown-column",
        "idd",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN SELECT id, title AS t INTO r FROM notes; IF r.title IS NULL THEN RETURN; END IF; END",
        "unknown-column",
        "title",
    ),
    (
        "p int",
        "int",
        "DECLARE r record; BEGIN DELETE FROM notes RETURNING id INTO r; RETURN r.key; END",
        "unknown-column",
        "key",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN SELECT id FROM notes LOOP NULL; END LOOP; FOR r IN SELECT at FROM notes LOOP RAISE NOTICE '%', r.title; END LOOP; END",
        "unknown-column",
        "title",
    ),
    (
        "p int",
        "TABLE (k int, l text)",
        "BEGIN RETURN QUERY SELECT id FROM notes; END",
        "wrong-column-count",
        "SELECT",
    ),
    ("p int", "TABLE (k bigint)", "BEGIN RETURN QUERY SELECT id FROM notes; END", "type-mismatch", "SELECT"),
    (
        "p int",
        "TABLE (k text)",
        "BEGIN RETURN QUERY SELECT title::varchar FROM notes; END",
        "type-mismatch",
        "SELECT",
    ),
    (
        "p int",
        "SETOF notes",
        "BEGIN RETURN QUERY SELECT id, title FROM notes; END",
        "wrong-column-count",
        "SELECT",
    ),
    ("p int", "SETOF int", "BEGIN RETURN QUERY SELECT count(*) FROM notes; END", "type-mismatch", "SELECT"),
    ("p int", "SETOF pair", "BEGIN RETURN QUERY SELECT title, id FROM notes; END", "type-mismatch", "SELECT"),
    ("p int", "void", "BEGIN UPDATE notes SET titel = 'x' WHERE id = p; END", "unknown-column", "titel"),
    (
        "p int",
        "void",
        "BEGIN\n  IF p > 0 THEN\n    DELETE FROM notes WHERE idd = p;\n  END IF;\nEND",
        "unknown-column",
        "idd",
    ),
    ("p int", "int", "BEGIN RETURN (SELECT max(titel) FROM notes); END", "unknown-column", "titel"),
    (
        "p int",
        "SETOF int",
        "BEGIN RETURN QUERY SELECT n.identity FROM notes n; END",
        "unknown-column",
        "identity",
    ),
    (
        "p int",
        "void",
        "DECLARE r record; BEGIN FOR r IN SELECT body FROM notes LOOP NULL; END LOOP; END",
        "unknown-column",
        "body",
    ),
    (
        "p int",
        "void",
        "BEGIN IF EXISTS (SELECT 1 FROM notes WHERE owners IS NULL) THEN NULL; END IF; END",
        "unknown-column",
        "owners",
    ),
    ("p int", "void", "DECLARE x int; BEGIN x := q + 1; END", "unknown-column", "q"),
    ("p int", "void", "DECLARE x int; BEGIN WHILE y < 1 LOOP NULL; END LOOP; END", "unknown-column", "y"),
    ("p int", "void", "BEGIN PERFORM 1 FROM app.thing; END", "unknown-relation", "thing"),
    ("p int", "void", "BEGIN INSERT INTO note (id) VALUES (p); END", "unknown-relation", "note"),
    (
        "p int",
        "void",
        "BEGIN INSERT INTO notes (id) VALUES (p) ON CONFLICT (title) DO NOTHING; END",
        "conflict-target",
        "title",
    ),
    ("p int", "void", "BEGIN PERFORM double(p, 1); END", "wrong-argument-count", "double"),
    ("p text", "void", "BEGIN PERFORM 1 FROM notes WHERE owner = p; END", "type-mismatch", "="),
    (
        "p int",
        "void",
        "DECLARE v text := 'x'; BEGIN DELETE FROM notes WHERE id = v; END",
        "type-mismatch",
        "=",
    ),
    ("p int", "void", "BEGIN UPDATE notes SET mood = 'glad'; END", "type-mismatch", "glad"),
    ("p int", "void", "DECLARE v pair; BEGIN PERFORM (v).three; END", "unknown-column", "three"),
    ("p int", "void", "DECLARE v pair; BEGIN v := (1, 'x'); PERFORM v.three; END", "unknown-column", "three"),
    (
        "p int",
        "int",
        "DECLARE v notes%ROWTYPE; BEGIN SELECT * INTO v FROM notes; RETURN v.idd; END",
        "unknown-column",
        "idd",
    ),
    (
        "p int",
        "int",
        "DECLARE v notes % /* a row */ ROWTYPE; BEGIN SELECT * INTO v FROM notes; RETURN v.idd; END",
        "unknown-column",
        "idd",
    ),
    ("p int", "void", "DECLARE v notes.titel % /* x */ TYPE; BEGIN NULL; END", "unknown-column", "titel"),
    (
        "p int",
        "void",
        "BEGIN BEGIN UPDATE notes SET titel = 'x'; EXCEPTION WHEN unique_violation THEN NULL; END; END",
        "unknown-column",
        "titel",
    ),
    (
        "p int",
        "void",
        "BEGIN UPDATE notes n SET title = 'x' FROM app.things t WHERE id = p; END",
        "ambiguous-column",
        "id",
    ),
    ("p int", "void", "DECLARE n int := q; BEGIN NULL; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN RAISE NOTICE '%', q; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN CASE WHEN q THEN NULL; ELSE NULL; END CASE; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN FOR i IN 1..q LOOP NULL; END LOOP; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN LOOP EXIT WHEN q; END LOOP; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN EXECUTE 'SELECT 1' || q; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN EXECUTE 'SELECT $1' USING q; END", "unknown-column", "q"),
    ("p int", "void", "BEGIN EXECUTE 'DELETE FROM notes WHERE idd = 1'; END", "unknown-column", "idd"),
    (
        "p int",
        "void",
        "DECLARE c CURSOR FOR SELECT titel FROM notes; BEGIN OPEN c; END",
        "unknown-column",
        "titel",
    ),
    ("p int", "void", "DECLARE a int[]; BEGIN a[1] := (SELECT idd FROM notes); END", "unknown-column", "idd"),
]


def function(arguments: str, returns: str, body: str) -> str:
    """Return the CREATE FUNCTION statement of a PL/pgSQL function."""
    return f"CREATE FUNCTION routine({arguments}) RETURNS {returns} LANGUAGE plpgsql AS $$ {body} $$;"


def lint(sql: str) -> list[Finding]:
    """Check a history that starts from an empty database."""
    schema = HistorySchema()
    schema.fully_known_schemas.add("public")
    return check_history([Source.of(sql)], schema)


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    """Start Postgres 18, whatever version the other tests use."""
    with (
        provider("embedded").start() as server,
        server.database() as database,
        database.connect() as connected,
    ):
        # The same statement calls a different function each time, so it must not be prepared.
        connected.prepare_threshold = None
        connected.execute(SETUP)
        yield connected


def is_rejected(connection: Connection, sql: str, arguments: str) -> bool:
    """Return whether creating or running a function fails; everything is rolled back."""
    given = "'x'::text" if "text" in arguments.split(",", maxsplit=1)[0] else "1"
    connection.execute("BEGIN")
    try:
        connection.execute(sql.encode())
        connection.execute(f"SELECT * FROM routine({given})".encode())
    except psycopg.Error:
        return True
    else:
        return False
    finally:
        connection.execute("ROLLBACK")


class TestRoutines:
    """Statements and expressions of a routine body."""

    @pytest.mark.parametrize(("arguments", "returns", "body"), VALID)
    def test_valid(self, connection: Connection, arguments: str, returns: str, body: str) -> None:
        """A routine that runs is not reported."""
        sql = function(arguments, returns, body)
        assert not is_rejected(connection, sql, arguments)
        assert [] == lint(SETUP + sql)

    @pytest.mark.parametrize("case", INVALID, ids=lambda case: case[2])
    def test_invalid(self, connection: Connection, case: tuple[str, str, str, str, str]) -> None:
        """A routine that fails is reported at the position of the error."""
        arguments, returns, body, rule, marked = case
        sql = function(arguments, returns, body)
        assert is_rejected(connection, sql, arguments)
        (finding,) = lint(SETUP + sql)
        assert (rule, marked) == (
            finding.rule,
            finding.source_line[finding.column - 1 : finding.end_column - 1],
        )
        assert SETUP.count("\n") + 1 + sql[: sql.index(marked, sql.index("$$"))].count("\n") == finding.line

    def test_order_of_variables(self) -> None:
        """A finding lists the variables in scope in the same order in each run."""
        (finding,) = lint(function("p int", "void", "BEGIN PERFORM unknown_name; END"))
        listed = "found, sqlerrm, sqlstate, new, old, tg_argv, tg_event, tg_level, tg_name, tg_nargs, tg_op, tg_relid"
        assert f"Columns in scope: {listed}, ...." == finding.remedy


class TestHistories:
    """Postgres analyzes a body when it runs, so the final state decides."""

    FUNCTION = function("p int", "void", "BEGIN UPDATE later SET a = p; END")

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("", "CREATE TABLE later (a int);"),
            ("CREATE TABLE later (b int);", "ALTER TABLE later ADD COLUMN a int;"),
            ("CREATE TABLE later (b int);", "DROP FUNCTION routine(int);"),
            (
                "CREATE TABLE later (b int);",
                "CREATE OR REPLACE FUNCTION routine(p int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE later SET b = p; END $$;",
            ),
            (
                "CREATE TABLE later (b int);",
                "CREATE FUNCTION other() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE later ADD COLUMN a int; END $$;",
            ),
            (
                "CREATE TABLE later (b int);",
                "DO $$ BEGIN EXECUTE 'ALTER TABLE ' || 'later ADD COLUMN a int'; END $$;",
            ),
            ("CREATE TABLE later (b int);", "CREATE TEMP TABLE later (c int);"),
            ("", "CREATE TEMP TABLE later (c int); DROP TABLE later; CREATE TABLE layer (a int);"),
        ],
    )
    def test_not_reported(self, before: str, after: str) -> None:
        """Objects that later statements create, or may create, are not reported."""
        assert [] == lint(before + self.FUNCTION + after)

    @pytest.mark.parametrize(
        ("after", "rule"),
        [
            ("CREATE TABLE later (b int);", "unknown-column"),
            ("CREATE TABLE later (a int, b int); ALTER TABLE later DROP COLUMN a;", "unknown-column"),
            ("CREATE TABLE later (a int); DROP TABLE later;", "unknown-relation"),
            ("CREATE TABLE later (a uuid);", "type-mismatch"),
        ],
    )
    def test_reported(self, after: str, rule: str) -> None:
        """Objects that are missing or different in the final state are reported in the body."""
        assert [rule] == [finding.rule for finding in lint(self.FUNCTION + after)]

    def test_rows_of_a_trigger(self) -> None:
        """The transition tables of a trigger are relations in its function."""
        sql = (
            "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO t SELECT a FROM added; RETURN NULL; END $$; CREATE TRIGGER x AFTER INSERT ON t "
            "REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION f();"
        )
        assert [] == lint(sql)

    def test_search_path(self) -> None:
        """The search path that a function sets applies in its body."""
        setup = "CREATE SCHEMA s; CREATE TABLE s.t (a int); CREATE TABLE t (b int);"
        body = "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql SET search_path = s AS $$ BEGIN DELETE FROM t WHERE {}; END $$;"
        assert [] == lint(setup + body.format("a = 1"))
        assert ["unknown-column"] == [finding.rule for finding in lint(setup + body.format("b = 1"))]
