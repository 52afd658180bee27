"""Tests of PL/pgSQL bodies, and of the positions of their errors."""

from __future__ import annotations

import pytest

from schema_dsl.parsing import body_syntax, split
from schema_dsl.parsing.bodies import Body, find_body
from schema_dsl.parsing.body_syntax import check_body


def body(sql: str) -> Body:
    """Return the body of a statement."""
    body = find_body(split(sql).statements[0])
    assert body is not None
    return body


class TestBodies:
    """The text of bodies and its offsets in the file."""

    @pytest.mark.parametrize(
        "sql",
        [
            "DO $$ here $$",
            "DO LANGUAGE plpgsql $x$é here$x$",
            "/* é */ DO 'x := ''it''''s é'' || here'",
            "DO E'x := \\'it\\'\\'s\\t\\u00e9\\' || here'",
            "DO E'x := \\'\\U000000e9\\x41\\101\\' || here'",
            "CREATE FUNCTION f(a text DEFAULT 'AS') RETURNS int AS $_$ here $_$ LANGUAGE plpgsql",
        ],
    )
    def test_offsets_lead_into_the_file(self, sql: str) -> None:
        """A token of the body is where it is in the file, also after doubled quotes."""
        found = body(sql)
        assert "plpgsql" == found.language
        assert sql.index("here") == found.start + found.text.index("here")

    @pytest.mark.parametrize("sql", ["SELECT 1", "CREATE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1"])
    def test_no_body(self, sql: str) -> None:
        """A statement without a string body has no body."""
        assert find_body(split(sql).statements[0]) is None


class TestCheck:
    """Compilation of bodies with stand-ins for the types."""

    @pytest.mark.parametrize(
        "code",
        [
            "BEGIN CREATE TABLE a.b (c int); END",
            '\n begin DROP POLICY IF EXISTS p ON b; CREATE POLICY p ON b USING ("found" = 1); end;',
            "BEGIN GRANT SELECT ON \"é;\" TO x; COMMENT ON TABLE t IS ';END;'; ALTER TABLE t ADD d int; END;",
            "BEGIN IF NOT EXISTS (SELECT FROM t) THEN CREATE TABLE t (a int); END IF; END",
        ],
    )
    def test_definitions_need_no_compiler(self, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """The compiler accepts a DO block of definitions that parse as SQL, so it is not asked."""
        block = body(f"DO $${code}$$")
        assert block.code.is_sql
        function = split(f"CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $${code}$$").statements[0]
        found = find_body(function)
        assert found is not None
        assert check_body(found, function.tree) is None
        monkeypatch.setattr(body_syntax, "_call_compiler", lambda _: pytest.fail("the compiler was asked"))
        assert check_body(block) is None

    def test_into_is_plpgsql(self) -> None:
        """INTO has another meaning in PL/pgSQL, so the compiler is asked about a definition that contains it."""
        block = body("DO $$ BEGIN CREATE POLICY p ON t USING ((SELECT 1 INTO x)); END $$")
        assert not block.code.is_sql
        assert check_body(block) is not None

    @pytest.mark.parametrize(
        "sql",
        [
            "DO $$ DECLARE a text[]; b ext.citext; c t%ROWTYPE; d t.a%TYPE[]; BEGIN a[1] := b; END $$",
            "DO $$ DECLARE a uuid; b mood; BEGIN SELECT 1, 2 INTO a, b; END $$",
            (
                "DO $$ DECLARE c CURSOR (k mood, l text[]) FOR SELECT 1; "
                "r refcursor; BEGIN OPEN c(1, 2); OPEN r FOR SELECT 1; END $$"
            ),
            (
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN NEW.a = now(); OLD.b := 1; RETURN NEW; END $$"
            ),
            (
                "CREATE FUNCTION f(a app.it, VARIADIC b text[]) RETURNS SETOF app.it LANGUAGE plpgsql AS "
                "$$ BEGIN a.x := b[1]; RETURN NEXT a; END $$"
            ),
            (
                "CREATE FUNCTION f() RETURNS TABLE (x mood[], y app.z) LANGUAGE plpgsql AS "
                "$$ BEGIN x := NULL; RETURN NEXT; END $$"
            ),
            (
                "CREATE PROCEDURE f(INOUT a mood, OUT b int) LANGUAGE plpgsql AS "
                "$$ BEGIN a := b; f.b := 1; COMMIT; END $$"
            ),
            "DO $$ DECLARE declare_me int; BEGIN DECLARE x app.y; BEGIN NULL; END; END $$",
        ],
    )
    def test_types_of_a_database_do_no_harm(self, sql: str) -> None:
        """Arrays, types of other schemas, row types and NEW cause no errors."""
        statement = split(sql).statements[0]
        routine = None if statement.kind == "do_stmt" else statement.tree
        assert check_body(body(sql), routine) is None

    @pytest.mark.parametrize(
        ("text", "marked"),
        [
            ("\nBEGIN\n  PERFORM 1;\n  IF a 1 THEN NULL; END IF;\nEND", "1 THEN"),
            ("\nBEGIN\n  x := 1;\nEND", "x :="),
            ("DECLARE a int; a int; BEGIN END", "a int; B"),
            ("DECLARE x int; BEGIN\n x := 1 +\n  frm 2; END", "2; E"),
            ("DECLARE x int[; BEGIN END", "; B"),
            ("BEGIN\n SELECT from from from t;\nEND", "from from t"),
            ("BEGIN SELECT 'open; END", "'open"),
            ("BEGIN\n\n\n  PERFORM 1;\n  LOOP NULL; EN LOOP;\nEND", "EN LOOP"),
        ],
    )
    def test_errors_have_a_place(self, text: str, marked: str) -> None:
        """An error is found at its offset in the body."""
        refused = check_body(Body("plpgsql", text))
        assert refused is not None
        assert text.index(marked) == refused.offset
