"""Histories of old projects that look wrong and are right, beside similar ones with the fault."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from schema_dsl.lint import lint_paths, lint_text
from schema_dsl.lint.selection import build_selection
from schema_dsl.platforms import platform

T: Final = (
    "CREATE TABLE public.t (id integer CONSTRAINT t_pkey PRIMARY KEY, q integer, CONSTRAINT o CHECK (q > 0));"
)
GENERATED: Final = "CREATE TABLE public.t (id integer, g integer GENERATED ALWAYS AS (id + 1) STORED);"
KEYED: Final = (
    "CREATE TABLE a (id int PRIMARY KEY);"
    "CREATE TABLE b (h int, i int, CONSTRAINT k FOREIGN KEY (i) REFERENCES a (id));"
)
ADDED: Final = "ALTER TABLE {} ADD CONSTRAINT l FOREIGN KEY ({}) REFERENCES {} (id);"
RENAMED: Final = "ALTER TABLE c RENAME i TO j;"
RETYPED: Final = "ALTER TABLE u ALTER a TYPE e USING a::text::e;"
UNIQUE: Final = "CREATE TABLE b (i int, j int, CONSTRAINT k UNIQUE (i), CONSTRAINT p PRIMARY KEY (j));"
HSTORE: Final = (
    "CREATE EXTENSION hstore; CREATE FUNCTION f(p hstore[]) RETURNS int LANGUAGE sql AS $$ SELECT 1 FROM"
)
AGAIN: Final = "the column that the file adds again starts without them"
MISSED: Final = "queries that name the column fail"

PRIVILEGED: Final = "CREATE ROLE r; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r;"
PARTITIONED: Final = (
    "CREATE TABLE t (a int) PARTITION BY RANGE (a); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
    "CREATE TABLE t1 PARTITION OF t DEFAULT;"
)
# Postgres reads the rows of a table for these commands, and no rows of a foreign table.
SCANS: Final = {
    "adding-required-field": "ADD COLUMN c integer NOT NULL",
    "adding-not-nullable-field": "ALTER COLUMN c SET NOT NULL",
    "constraint-missing-not-valid": "ADD CONSTRAINT c CHECK (c > 0)",
    "changing-column-type": "ALTER COLUMN c TYPE bigint",
    "adding-field-with-default": "ADD COLUMN c uuid DEFAULT gen_random_uuid()",
}
SCANNED: Final = (
    "fails if t has rows",
    "checking c for NULL",
    "checking this constraint",
    "rewrites t",
    "rewrites t",
)

# The rule, the files of the history, and the finding of the last file: part of its message, or "" for none.
HISTORIES: Final[dict[str, tuple[str, tuple[str, ...], str]]] = {
    "key on a new column": (
        "duplicate-name",
        (T, "ALTER TABLE t DROP COLUMN id, ADD COLUMN n bigint, ADD CONSTRAINT t_pkey PRIMARY KEY (n);"),
        "",
    ),
    "key on a new column, added before the drop": (
        "duplicate-name",
        (T, "ALTER TABLE t ADD COLUMN n bigint, ADD CONSTRAINT t_pkey PRIMARY KEY (n), DROP COLUMN id;"),
        "",
    ),
    "key beside the key of another column": (
        "duplicate-name",
        (T, "ALTER TABLE t DROP COLUMN q, ADD COLUMN n bigint, ADD CONSTRAINT t_pkey PRIMARY KEY (n);"),
        "already exists",
    ),
    "check of a dropped column": (
        "duplicate-name",
        (T, "ALTER TABLE t DROP COLUMN q CASCADE, ADD COLUMN q text, ADD CONSTRAINT o CHECK (q <> '');"),
        "",
    ),
    "equal keys of one CREATE TABLE": (
        "duplicate-index",
        ("CREATE TABLE u (id integer PRIMARY KEY, a integer, UNIQUE (a), UNIQUE (a), UNIQUE (id));",),
        "",
    ),
    "equal keys of two statements": (
        "duplicate-index",
        (
            "CREATE TABLE u (id integer PRIMARY KEY, a integer UNIQUE);",
            "ALTER TABLE u ADD CONSTRAINT u2 UNIQUE (a);",
        ),
        "the index of constraint u2 duplicates u_a_key of u",
    ),
    "a key with other properties": (
        "duplicate-index",
        ("CREATE TABLE u (a integer UNIQUE);", "ALTER TABLE u ADD CONSTRAINT u2 UNIQUE (a) DEFERRABLE;"),
        "",
    ),
    "a column that may have been renamed": (
        "type-mismatch",
        (
            T,
            "DO $$ BEGIN IF current_user = 'x' THEN ALTER TABLE t RENAME COLUMN q TO r; END IF; END $$;",
            "SELECT lower(r) FROM t;",
        ),
        "",
    ),
    "a renamed column": (
        "type-mismatch",
        (T, "ALTER TABLE t RENAME COLUMN q TO r;", "SELECT lower(r) FROM t;"),
        "function lower(integer) does not exist",
    ),
    "an extension that may overload": (
        "wrong-argument-count",
        ("CREATE EXTENSION orafce;", "SELECT lower('a', 1);"),
        "",
    ),
    "an extension that overloads nothing": (
        "wrong-argument-count",
        ("CREATE EXTENSION pg_trgm;", "SELECT lower('a', 1);"),
        "does not exist",
    ),
    "an extension that moved": (
        "unknown-function",
        (
            "CREATE SCHEMA old; CREATE EXTENSION pg_trgm SCHEMA old; CREATE SCHEMA tools;",
            "ALTER EXTENSION pg_trgm SET SCHEMA tools;",
            "SELECT tools.similarity('a', 'b');",
        ),
        "",
    ),
    "a schema without extension": (
        "unknown-function",
        ("CREATE SCHEMA tools;", "SELECT tools.similarity('a', 'b');"),
        "does not exist",
    ),
    "an enum value after COMMIT": (
        "enum-value-used-in-file",
        ("CREATE TYPE s AS ENUM ('a');", "ALTER TYPE s ADD VALUE 'b';\nCOMMIT;\nSELECT 'b'::s;"),
        "",
    ),
    "an enum value in the same transaction": (
        "enum-value-used-in-file",
        ("CREATE TYPE s AS ENUM ('a');", "ALTER TYPE s ADD VALUE 'b';\nSELECT 'b'::s;"),
        "using the value fails if the file runs in one transaction",
    ),
    "a column dropped and added in one statement": (
        "ban-drop-column",
        (T, "ALTER TABLE t DROP COLUMN q, ADD COLUMN q text;"),
        AGAIN,
    ),
    "a column dropped and added in one file": (
        "ban-drop-column",
        (T, "ALTER TABLE t DROP COLUMN q;\nALTER TABLE public.t ADD COLUMN q text;"),
        AGAIN,
    ),
    "a column dropped, and another one added": (
        "ban-drop-column",
        (T, "ALTER TABLE t DROP COLUMN q, ADD COLUMN r text;"),
        MISSED,
    ),
    "a generated column computed anew": (
        "ban-drop-column",
        (GENERATED, "ALTER TABLE t DROP COLUMN g, ADD COLUMN g integer GENERATED ALWAYS AS (id + 2) STORED;"),
        "",
    ),
    "a generated column made a plain one": (
        "ban-drop-column",
        (GENERATED, "ALTER TABLE t DROP COLUMN g, ADD COLUMN g integer;"),
        AGAIN,
    ),
    "a temporary table of a query": ("no-primary-key", ("CREATE TEMP TABLE x AS SELECT 1 AS a;",), ""),
    "a temporary table by its schema": ("no-primary-key", ("CREATE TABLE pg_temp.x AS SELECT 1 AS a;",), ""),
    "SELECT INTO TEMP": ("no-primary-key", ("SELECT 1 AS a INTO TEMP x;",), ""),
    "a table of a query": (
        "no-primary-key",
        ("CREATE TABLE x AS SELECT 1 AS a;",),
        "x has no primary key",
    ),
    "a ledger without key": (
        "no-primary-key",
        ("CREATE TABLE schema_migrations (version varchar(128));",),
        "",
    ),
    "a ledger that no file creates": (
        "unknown-relation",
        ("CREATE TABLE a ();", "SELECT * FROM _sqlx_migrations; INSERT INTO schema_migrations VALUES ('1');"),
        "",
    ),
    "ledgers of other tools": (
        "unknown-relation",
        (
            "CREATE TABLE a ();",
            "SELECT * FROM refinery_schema_history, schemaversions, _yoyo_log, changelog;",
        ),
        "",
    ),
    "an index of a transaction that is rolled back": (
        "duplicate-name",
        (T, "BEGIN; CREATE INDEX t_q ON t (q); ROLLBACK; CREATE INDEX t_q ON t (q);"),
        "",
    ),
    "an index that a transaction dropped before its end without effect": (
        "unknown-relation",
        (f"{T} CREATE INDEX t_q ON t (q);", "BEGIN; DROP INDEX t_q; ROLLBACK; DROP INDEX t_q;"),
        "",
    ),
    "an index of a transaction": (
        "duplicate-name",
        (T, "BEGIN; CREATE INDEX t_q ON t (q); COMMIT; CREATE INDEX t_q ON t (q);"),
        "already exists",
    ),
    "default privileges of a dropped role": (
        "partition-bypasses-policies",
        (PRIVILEGED, f"DROP OWNED BY r; DROP ROLE r; {PARTITIONED}"),
        "",
    ),
    "default privileges that end before the role": (
        "partition-bypasses-policies",
        (PRIVILEGED, f"DROP ROLE r; {PARTITIONED}"),
        "",
    ),
    "default privileges": (
        "partition-bypasses-policies",
        (PRIVILEGED, PARTITIONED),
        "r can access every row of t1",
    ),
    **{
        f"{rule} on a foreign table": (rule, (f"ALTER FOREIGN TABLE t {command};",), "")
        for rule, command in SCANS.items()
    },
    **{
        f"{rule} on a table": (rule, (f"ALTER TABLE t {command};",), message)
        for (rule, command), message in zip(SCANS.items(), SCANNED, strict=True)
    },
    "an index renamed as a table": (
        "renaming-table",
        ("CREATE TABLE u (a integer); CREATE INDEX i ON u (a);", "ALTER TABLE i RENAME TO j;"),
        "",
    ),
    "a table renamed": (
        "renaming-table",
        ("CREATE TABLE u (a integer);", "ALTER TABLE u RENAME TO v;"),
        "by its old name fail",
    ),
    "an array as a name": (
        "unread-file",
        ("""SELECT ARRAY[[1, 2], [3, 4]] AS "{{1,2},{3,4}}";""",),
        "",
    ),
    "a sequence with options and without an owner": (
        "semantics",
        (
            "SELECT 1;",
            "CREATE SEQUENCE public.s INCREMENT BY 2 START 3; ALTER SEQUENCE public.s RESTART OWNED BY NONE;",
        ),
        "",
    ),
    "a quoted variable of psql as a column": (
        "unknown-column",
        ("CREATE TABLE public.t (id integer);", 'SELECT :"c", :"c".d FROM public.t ORDER BY :"e";'),
        "",
    ),
    "a quoted variable of psql as a column of an index": (
        "unknown-column",
        ("CREATE TABLE public.t (id integer);", 'CREATE INDEX ON public.t (:"c");'),
        "",
    ),
    "a quoted name beside a variable of psql": (
        "unknown-column",
        ("CREATE TABLE public.t (id integer);", 'SELECT :"c", "d" FROM public.t;'),
        'column "d" does not exist in t',
    ),
    "a text of a variable of psql as a number": (
        "type-mismatch",
        ("CREATE TABLE public.t (id integer);", "ALTER TABLE public.t ALTER COLUMN id SET DEFAULT :'n';"),
        "",
    ),
    "a placeholder as a name": (
        "unread-file",
        ("""SELECT 1 AS "{{ name }}";""",),
        "is a placeholder",
    ),
    "a new table whose DROP is rolled back": (
        "adding-required-field",
        (
            "CREATE TABLE u (a integer); BEGIN; DROP TABLE u; ROLLBACK; ALTER TABLE u ADD COLUMN b integer NOT NULL;",
        ),
        "",
    ),
    "a procedure whose DROP is rolled back": (
        "unknown-function",
        (
            "CREATE TABLE u (a integer); CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1';",
            "BEGIN; DROP PROCEDURE p(integer); ROLLBACK; DROP PROCEDURE p(integer);",
        ),
        "",
    ),
    "one of two functions of a name whose DROP is rolled back": (
        "wrong-argument-count",
        (
            "CREATE FUNCTION f(a int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "CREATE FUNCTION f(a int, b int) RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "BEGIN; DROP FUNCTION f(int); ROLLBACK; SELECT f(1);",
        ),
        "",
    ),
    "a procedure dropped twice": (
        "unknown-function",
        (
            "CREATE TABLE u (a integer); CREATE PROCEDURE p(a integer) LANGUAGE sql AS 'SELECT 1';",
            "BEGIN; DROP PROCEDURE p(integer); COMMIT; DROP PROCEDURE p(integer);",
        ),
        "does not exist",
    ),
    "an array of a type of an extension": (
        "type-mismatch",
        (f"{HSTORE} unnest(p) WITH ORDINALITY AS i (item, n) WHERE i.item -> 'a' = 'b' AND n > 1 $$;",),
        "",
    ),
    "a function of an extension beside another function": (
        "type-mismatch",
        (
            f"{HSTORE} ROWS FROM (each(p[1]), generate_series(1, 3)) AS i (k, v, n) WHERE i.k ~ 'a' AND v ~ 'b' $$;",
        ),
        "",
    ),
    "a function before one of an extension": (
        "type-mismatch",
        (f"{HSTORE} ROWS FROM (generate_series(1, 3), each(p[1])) AS i (n, k, v) WHERE n ~ 'a' $$;",),
        "operator does not exist: integer ~ unknown",
    ),
    "aliases of a table with unknown columns": (
        "type-mismatch",
        ("CREATE EXTENSION x; CREATE TABLE t (LIKE x_table, a int);", "SELECT b ~ 'x' FROM t AS u (b);"),
        "",
    ),
    **{
        f"a re-run that drops {created}": (
            "prefer-robust-stmts",
            (
                f"-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE IF NOT EXISTS u (a int);\n{creation}\n{drop}",
            ),
            message,
        )
        for created, creation, drop, message in (
            (
                "a procedure",
                "CREATE OR REPLACE PROCEDURE p(n int) LANGUAGE sql AS 'SELECT 1';",
                "DROP PROCEDURE p;",
                "",
            ),
            ("a table", "CREATE TABLE IF NOT EXISTS v (a int);", "DROP TABLE v;", ""),
            ("a view", "CREATE OR REPLACE VIEW v AS SELECT 1 AS a;", "DROP VIEW v;", ""),
            ("a column", "ALTER TABLE u ADD COLUMN IF NOT EXISTS b int;", "ALTER TABLE u DROP COLUMN b;", ""),
            ("an index", "CREATE INDEX IF NOT EXISTS i ON u (a);", "DROP INDEX i;", ""),
            ("a view of another file", "", "DROP VIEW v;", "fails on a re-run"),
            (
                "one of two views",
                "CREATE OR REPLACE VIEW v AS SELECT 1 AS a;",
                "DROP VIEW v, w;",
                "fails on a re-run",
            ),
        )
    },
    **{
        f"a foreign key that a file {action}": ("ban-drop-foreign-key", (KEYED, text), message)
        for action, text, message in (
            ("drops", "ALTER TABLE b DROP CONSTRAINT k;", "can refer to missing rows of a"),
            ("adds by another name", f"ALTER TABLE b DROP CONSTRAINT k; {ADDED.format('b', 'i', 'a')}", ""),
            ("adds before", f"{ADDED.format('b', 'i', 'a')} ALTER TABLE b DROP CONSTRAINT k;", ""),
            (
                "adds after it renamed the column and the table",
                f"ALTER TABLE b DROP CONSTRAINT k; ALTER TABLE b RENAME TO c; {RENAMED} {ADDED.format('c', 'j', 'a')}",
                "",
            ),
            (
                "adds after it renamed the referenced table",
                f"ALTER TABLE b DROP CONSTRAINT k; ALTER TABLE a RENAME TO d; {ADDED.format('b', 'i', 'd')}",
                "",
            ),
            (
                "drops with its column in two statements",
                "ALTER TABLE b DROP CONSTRAINT k; ALTER TABLE b DROP COLUMN i;",
                "",
            ),
            ("drops with the referenced table", "ALTER TABLE b DROP CONSTRAINT k; DROP TABLE a;", ""),
            (
                "adds for another column",
                f"ALTER TABLE b DROP CONSTRAINT k; {ADDED.format('b', 'h', 'a')}",
                "can refer to missing rows of a",
            ),
            (
                "adds to another table",
                f"CREATE TABLE z (id int PRIMARY KEY); {ADDED.format('b', 'i', 'z')} ALTER TABLE b DROP CONSTRAINT k;",
                "can refer to missing rows of a",
            ),
        )
    },
    **{
        f"a key dropped by {text}": ("ban-drop-constraint", (UNIQUE, text), message)
        for text, message in (
            ("ALTER TABLE b DROP CONSTRAINT k;", "accepts duplicates in i"),
            ("ALTER TABLE b DROP CONSTRAINT k, ADD CONSTRAINT l UNIQUE (i);", ""),
            ("CREATE UNIQUE INDEX l ON b (i); ALTER TABLE b DROP CONSTRAINT k;", ""),
            (
                "CREATE UNIQUE INDEX l ON b (i) WHERE i > 0; ALTER TABLE b DROP CONSTRAINT k;",
                "accepts duplicates",
            ),
            ("CREATE INDEX l ON b (i); ALTER TABLE b DROP CONSTRAINT k;", "accepts duplicates in i"),
            ("ALTER TABLE b DROP CONSTRAINT k, ADD CONSTRAINT l UNIQUE (j);", "accepts duplicates in i"),
            ("ALTER TABLE b DROP CONSTRAINT k, DROP CONSTRAINT p, ADD CONSTRAINT l PRIMARY KEY (i);", ""),
            ("ALTER TABLE b DROP CONSTRAINT p, ADD CONSTRAINT l PRIMARY KEY (i);", ""),
            ("ALTER TABLE b DROP CONSTRAINT p, ADD CONSTRAINT l UNIQUE (j);", "has no primary key"),
            ("ALTER TABLE b DROP CONSTRAINT k; ALTER TABLE b DROP COLUMN i;", ""),
            ("ALTER TABLE b DROP CONSTRAINT k; DROP TABLE b;", ""),
        )
    },
    "an enum that another one replaces by its name": (
        "ban-drop-object",
        (
            "CREATE TYPE e AS ENUM ('a'); CREATE TABLE u (a e);",
            f"ALTER TYPE e RENAME TO e_old; CREATE TYPE e AS ENUM ('a', 'b'); {RETYPED} DROP TYPE e_old;",
        ),
        "",
    ),
    "a view that another one replaces by its name": (
        "ban-drop-object",
        (
            "CREATE VIEW v AS SELECT 1 AS a;",
            "ALTER VIEW v RENAME TO w; CREATE VIEW v AS SELECT 2 AS b; DROP VIEW w;",
        ),
        "",
    ),
    "an enum that an older file renamed": (
        "ban-drop-object",
        ("CREATE TYPE e AS ENUM ('a');", "ALTER TYPE e RENAME TO e_old;", "DROP TYPE e_old;"),
        "queries that use the type e_old fail",
    ),
    "a table that no file creates": (
        "unknown-relation",
        ("CREATE TABLE person ();", "SELECT * FROM persons;"),
        "does not exist",
    ),
}


@pytest.mark.parametrize("name", HISTORIES)
def test_history(tmp_path: Path, name: str) -> None:
    """Lint is silent about the last file of a right history, and reports a similar fault."""
    rule, files, expected = HISTORIES[name]
    for number, text in enumerate(files, 1):
        (tmp_path / f"{number:03}_a.sql").write_text(text)
    found = lint_paths([tmp_path], platform("vanilla"), selection=build_selection("vanilla", select=[rule]))
    last = [finding.message for finding in found if finding.file.endswith(f"{len(files):03}_a.sql")]
    assert bool(expected) is bool(last), last
    assert any(expected in message for message in last) or not expected


def test_commit_in_the_file_of_a_tool(tmp_path: Path) -> None:
    """COMMIT ends the transaction in which the Supabase CLI runs a file; without such a tool, it has no effect."""
    folder = tmp_path / "supabase" / "migrations"
    folder.mkdir(parents=True)
    (folder / "20240101000000_a.sql").write_text("SELECT 1;\nCOMMIT;\nSELECT 2;")
    (tmp_path / "001_a.sql").write_text("SELECT 1;\nCOMMIT;\nSELECT 2;")
    selection = build_selection("supabase", select=["transaction-nesting"])
    assert [0, 1] == [
        len(lint_paths([each], platform("supabase"), selection=selection))
        for each in (folder, tmp_path / "001_a.sql")
    ]


def test_extension_that_leaves_public() -> None:
    """An extension that a later statement moves or drops is not in public; the one beside it is."""
    selection = build_selection("supabase", select=["extension-in-public"])
    created = "CREATE EXTENSION citext; CREATE EXTENSION hstore; CREATE EXTENSION ltree;"
    gone = "ALTER EXTENSION citext SET SCHEMA extensions; DROP EXTENSION ltree;"
    for text, names in ((created, ["citext", "hstore", "ltree"]), (created + gone, ["hstore"])):
        found = lint_text(text, "a.sql", platform("supabase"), selection)
        assert names == [finding.message.split()[0] for finding in found]
