"""A part that a replay cannot run is one error with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import find_replay_error, read_history, require_replayable


def find_error(folder: Path, text: str, file: str = "001_a.sql") -> str:
    """Return the error of a replay of one file; "" if there is none."""
    (folder / file).write_text(text)
    (migration,) = read_history(folder).migrations
    error = find_replay_error(migration)
    return "" if error is None else f"{error.where}: {error.what}".removeprefix(f"{folder}/")


class TestObstacles:
    """Texts that are no SQL."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("SELECT 1;\nGRANT ALL ON t TO {{ .Role }};", "001_a.sql:2: {{ .Role }} is a placeholder"),
            ('CREATE SCHEMA "{{ schema }}";', "001_a.sql:1: {{ schema }} is a placeholder"),
            ("\n{% if x %}SELECT 1;{% endif %}", "001_a.sql:2: {% if x %} is a placeholder"),
            ("{# note #}\nSELECT 1;", "001_a.sql:1: {# note #} is a placeholder"),
            ("CREATE TABLE ${schema}.t ();", "001_a.sql:1: ${schema} is a placeholder"),
            ("<%= render 'x' %>", "001_a.sql:1: <%= render 'x' %> is a placeholder"),
            (
                "-- +goose ENVSUB ON\n-- +goose Up\nSELECT '${REGION}';\n",
                "001_a.sql:3: ${REGION} is a placeholder",
            ),
            ("-- +goose Up\n-- +goose ENVSUB ON\nSELECT '$HOME';", "001_a.sql:3: $HOME is a placeholder"),
            ("SELECT 1;\n\\i other.sql\n", "001_a.sql:2: \\i is a command of psql"),
            ("\\ir other.sql", "001_a.sql:1: \\ir is a command of psql"),
            ("SELECT 'SELECT 1'\n\\gexec", "001_a.sql:2: \\gexec is a command of psql"),
            ("\\connect other", "001_a.sql:1: \\connect is a command of psql"),
            ("\\if true\nSELECT 1;\n\\endif", "001_a.sql:1: \\if is a command of psql"),
            ("\\copy t FROM 'f.csv'", "001_a.sql:1: \\copy is a command of psql"),
            ("\\! rm x", "001_a.sql:1: \\! is a command of psql"),
            ("\\q\nSELECT 1;", "001_a.sql:1: \\q is a command of psql"),
            ("CREATE TABLE :schema.t ();", "001_a.sql:1: :schema is a variable of psql"),
            ("SELECT 1;\nSELECT :'name';", "001_a.sql:2: :'name' is a variable of psql"),
            ('CREATE TABLE :"name" ();', '001_a.sql:1: :"name" is a variable of psql'),
            ("\\set n 1\n\nSELECT :n;", "001_a.sql:3: :n is a variable of psql"),
            ("SELECT 1;\nSELECT '\0';", "001_a.sql:2: Postgres rejects the NUL character"),
            (
                "-- migrate:up\nSELECT 'a;\n-- migrate:down\n'",
                "001_a.sql:2: the quote that opens here contains",
            ),
            ("SELECT 1;\n-- migrate:up\n", "001_a.sql:1: dbmate refuses a statement before its first mark"),
        ],
    )
    def test_errors(self, tmp_path: Path, text: str, expected: str) -> None:
        """The first such text is an error with its file and line."""
        assert find_error(tmp_path, text).startswith(expected)

    @pytest.mark.parametrize(
        "text",
        [
            "SELECT '{{1,2},{3,4}}'::int[], '{\"a\": {\"b\": 1}}'::json, 'Dear {{name}}';",
            "-- {{ a comment }} ${x} :name \\i\nSELECT 1;",
            "/* {% if %} */ SELECT 1;",
            "CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT '${x} {{y}}' $$;",
            "SELECT a <% b AND c %> d FROM t;",
            "SELECT (ARRAY[1,2,3])[1:n] FROM t; SELECT x::text, now() FROM t;",
            "SELECT JSON_OBJECT('a':b) FROM t;",
            "COPY t FROM stdin;\n{{ x }}\n\\i\n:name\n\\.\nSELECT JSON_OBJECT('a':b);",
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int := 1; BEGIN RETURN x; END $$;",
            "\\set ON_ERROR_STOP on\n\\echo done\n\\timing on\n\\dt+\n\\pset pager off\n\\restrict x\n",
            "SELECT 1 \\g\nSELECT 2 \\gx\n",
            "-- +goose Up\n-- +goose ENVSUB ON\n-- +goose ENVSUB OFF\nSELECT '$HOME', '${X}';",
            "-- +goose Up\n-- +goose ENVSUB ON\nDO $body$ BEGIN END $body$;",
            "-- migrate:up\nSELECT 1;\n-- migrate:down\n\\i other.sql\nSELECT {{ x }}, :y;",
            "SELECT 'it''s :not {{ a }} variable', E'\\\\i';",
        ],
    )
    def test_sql(self, tmp_path: Path, text: str) -> None:
        """The same characters in SQL, in strings, in comments and in down sections are no error."""
        assert "" == find_error(tmp_path, text)

    def test_text_that_cannot_be_read(self, tmp_path: Path) -> None:
        """A file that cannot be read is an error of the replay, not of reading the folder."""
        (tmp_path / "001_a.sql").write_bytes(b"SELECT 1;\n\xff")
        with pytest.raises(MigrationError, match=r"001_a\.sql:2: cannot be read"):
            require_replayable(read_history(tmp_path).migrations)


class TestOneError:
    """Several files that cannot be replayed."""

    def test_first_error(self, tmp_path: Path) -> None:
        """They are one error: that of the first file, with the number of the others."""
        for number, text in enumerate(["SELECT 1;", "\\i a\n{{ b }}", "{{ c }}", "SELECT 2;"], start=1):
            (tmp_path / f"{number}.sql").write_text(text)
        with pytest.raises(MigrationError) as caught:
            require_replayable(read_history(tmp_path).migrations)
        assert f"{tmp_path}/2.sql:1" == caught.value.where
        assert caught.value.what.endswith("so a replay cannot run it (1 more file cannot be replayed)")
        assert "baseline" in (caught.value.instead or "")

    def test_nothing_to_tell(self, tmp_path: Path) -> None:
        """SQL alone is no error, and files that are only read are not checked."""
        (tmp_path / "1.sql").write_text("SELECT 1;")
        require_replayable(read_history(tmp_path).migrations)
        (tmp_path / "2.sql").write_text("{{ x }}")
        assert 2 == len(read_history(tmp_path).migrations)
