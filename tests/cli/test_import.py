"""`schema-dsl import`: definitions from a database and from a folder of migrations."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from command_line import Run
from schema_dumps import dump_schema

from schema_dsl.parsing import split
from schema_dsl.postgres import Database, Server

SHOP: Final = """
    REVOKE USAGE ON SCHEMA public FROM PUBLIC;
    CREATE TYPE mood AS ENUM ('ok', 'bad');
    CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');
    CREATE TABLE customers (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        email email NOT NULL UNIQUE,
        feeling mood DEFAULT 'ok',
        settings jsonb NOT NULL DEFAULT '{}'
    );
    COMMENT ON TABLE customers IS 'Who buys.';
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
    CREATE FUNCTION unused(a int, b text DEFAULT 'x') RETURNS int LANGUAGE sql IMMUTABLE
        RETURN a + 1;
    CREATE TABLE orders (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE,
        replaces uuid REFERENCES orders,
        status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'paid')),
        total numeric(10,2) CHECK (total >= 0),
        from_day date, to_day date,
        CONSTRAINT in_order CHECK (to_day > from_day)
    );
    CREATE TABLE order_events (
        order_id uuid REFERENCES orders,
        place int,
        old_status text CHECK (old_status IN ('draft', 'paid')),
        PRIMARY KEY (order_id, place)
    );
    CREATE INDEX ON orders (customer_id, total DESC) WHERE status = 'paid';
    CREATE UNIQUE INDEX odd_name ON orders (lower(status), id);
    CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
    ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
    CREATE POLICY "Paid ones" ON orders FOR SELECT USING (status = 'paid');
    GRANT SELECT, UPDATE (total) ON orders TO PUBLIC;
"""
ORDERS: Final = '''"""Orders with their events."""

from schema_dsl import (
    Check,
    Column,
    Function,
    Grant,
    Index,
    Policy,
    PrimaryKey,
    Reference,
    Table,
    at_least,
    before_update,
    bigint,
    date,
    descending,
    gen_random_uuid,
    integer,
    numeric,
    one_of,
    sql,
    text,
    uuid,
)

from .customers import customers

STATUSES = ("draft", "paid")

touch = Function.from_file("sql/touch.sql")

orders = Table(
    "orders",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column(
            "customer_id",
            bigint,
            not_null=True,
            references=customers,
            on_delete="cascade",
        ),
        Column("replaces", uuid, references=Reference("orders")),
        Column("status", text, not_null=True, default="draft", check=one_of(*STATUSES)),
        Column("total", numeric(10, 2), check=at_least(0)),
        Column("from_day", date),
        Column("to_day", date),
    ],
    constraints=[Check("to_day > from_day", name="in_order")],
    indexes=[
        Index(["customer_id", descending("total")], where="status = 'paid'"),
        Index([sql("lower(status)"), "id"], name="odd_name", unique=True),
    ],
    triggers=[before_update(touch)],
    policies=[Policy("Paid ones", "select", to="public", using="status = 'paid'")],
    grants=[
        Grant("select", to="public"),
        Grant("update", to="public", columns=["total"]),
    ],
)

order_events = Table(
    "order_events",
    columns=[
        Column("order_id", uuid, not_null=True, references=orders),
        Column("place", integer, not_null=True),
        Column("old_status", text, check=one_of(*STATUSES)),
    ],
    constraints=[PrimaryKey(["order_id", "place"])],
)
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """An empty project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\n\n[tool.schema-dsl]\nplatform = "vanilla"\nmigrations = "migrations"\n'
        f"postgres = {json.dumps(server.conninfo())}\n\n[tool.other]\n"
    )
    return tmp_path


@pytest.fixture
def shop(empty: Database) -> Database:
    """A database with everything that the definitions below say."""
    apply(empty, SHOP)
    return empty


def apply(database: Database, script: str) -> None:
    """Run a script statement by statement, as psql does."""
    with contextlib.closing(database.connect()) as connection:
        for statement in split(script).statements:
            connection.execute(statement.text.encode())


def check_source(folder: Path) -> None:
    """Check that the formatter and the linter of ruff have nothing to change."""
    for arguments in (["format", "--check"], ["check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "--isolated", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stdout


class TestFromADatabase:
    """Definitions and a baseline."""

    def test_round_trip(self, run: Run, folder: Path, shop: Database, server: Server) -> None:
        """The definitions read as people write them, say the whole schema, and are up to date at once."""
        here = shop.conninfo()
        done = run("import", "--from", here, "--strict")
        assert (0, "") == (done.exit_code, done.stderr)
        names = ["__init__", "customers", "database", "functions", "orders"]
        assert names == sorted(path.stem for path in Path("definitions").iterdir() if path.suffix)
        assert ORDERS == Path("definitions/orders.py").read_text()
        assert 'public = Schema("public", usage=[' in Path("definitions/database.py").read_text()
        check_source(folder / "definitions")
        settings = (folder / "pyproject.toml").read_text()
        assert 'baseline = "baseline.sql"\nfirst-number = 1\n\n[tool.other]\n' in settings
        assert 'managed = ["public"]\n' in settings
        checked = run("generate", "--check")
        assert (0, "up to date: the baseline already produces definitions/\n") == (
            checked.exit_code,
            checked.stdout,
        )
        assert 0 == run("diff", "--from", here, "--to", "definitions", "--exit-code").exit_code
        # A database that is built from the definitions has the same dump.
        (folder / "pyproject.toml").write_text(settings.replace('baseline = "baseline.sql"\n', ""))
        with server.database() as built:
            script = run("diff", "--from", built.conninfo(), "--to", "definitions", "--sql").stdout
            apply(built, script)
            dumps = [run("dump", "--from", each.conninfo()).stdout for each in (shop, built)]
        assert dumps[0].splitlines()[2:] == dumps[1].splitlines()[2:]

    @pytest.mark.full
    def test_types(self, run: Run, folder: Path, shop: Database) -> None:
        """The definitions pass mypy in strict mode."""
        assert 0 == run("import", "--from", shop.conninfo()).exit_code
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", "definitions"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert 0 == done.returncode, done.stdout

    def test_what_is_kept_as_sql(self, run: Run, folder: Path, empty: Database, server: Server) -> None:
        """The baseline creates objects outside the model with their comments, so that their users can be declared."""
        apply(
            empty,
            'CREATE SCHEMA "Odd one";'
            """ CREATE OPERATOR CLASS "Odd one"."c d" FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 3 =,"""
            " FUNCTION 1 btint4cmp(int, int);"
            """ COMMENT ON OPERATOR CLASS "Odd one"."c d" USING btree IS 'It''s ours';"""
            " CREATE TABLE t (id int PRIMARY KEY, a int);"
            ' CREATE INDEX i ON t (a "Odd one"."c d");'
            " CREATE LANGUAGE mine HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler;"
            " CREATE FUNCTION f() RETURNS int LANGUAGE mine AS 'BEGIN RETURN 1; END';"
            " CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;"
            " CREATE ACCESS METHOD heap2 TYPE TABLE HANDLER heap_tableam_handler;"
            " CREATE TEXT SEARCH TEMPLATE template (INIT = dsimple_init, LEXIZE = dsimple_lexize);"
            " CREATE TEXT SEARCH PARSER parser (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end,"
            " LEXTYPES = prsd_lextype);"
            " CREATE TEXT SEARCH DICTIONARY words (TEMPLATE = template);",
        )
        done = run("import", "--from", empty.conninfo())
        assert 0 == done.exit_code
        kept = "is of a kind that the definitions cannot declare: baseline.sql creates it"
        assert 7 == len(done.stderr.splitlines()) == done.stderr.count(kept)
        assert (0, "") == ((checked := run("generate", "--check")).exit_code, checked.stderr)
        assert 0 == run("diff", "--from", empty.conninfo(), "--to", "definitions", "--exit-code").exit_code
        check_source(folder / "definitions")
        with server.database() as built:
            for _ in range(2):
                apply(built, (folder / "baseline.sql").read_text())
            assert dump_schema(empty) == dump_schema(built)

    def test_what_cannot_be_said(self, run: Run, folder: Path, empty: Database) -> None:
        """An object that cannot be declared is named, and so is the index that needs it; its table stays.

        With --strict, that is an error, and the rest is written.
        """
        apply(
            empty,
            "CREATE FUNCTION less(int, int) RETURNS int LANGUAGE sql IMMUTABLE RETURN $1 - $2;"
            " CREATE OPERATOR CLASS c FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 less(int, int);"
            " CREATE TABLE t (id int PRIMARY KEY, a int); CREATE INDEX i ON t (a c);"
            " CREATE TABLE u (a int REFERENCES t, b int, FOREIGN KEY (b) REFERENCES t);",
        )
        done = run("import", "--from", empty.conninfo(), "--strict")
        assert 1 == done.exit_code
        named = [line for line in done.stderr.splitlines() if "operator class public.c is of a kind" in line]
        assert ["warning: operator class public.c is of a kind that the definitions cannot declare"] == named
        assert "warning: index i of public.t is left out of the definitions" in done.stderr
        assert ["__init__.py", "functions.py", "t.py", "u.py"] == sorted(
            path.name for path in (folder / "definitions").glob("*.py")
        )
        assert "references=t" in (folder / "definitions" / "u.py").read_text()
        check_source(folder / "definitions")
        # The baseline and the definitions leave out the objects that need the operator class.
        checked = run("generate", "--check")
        assert (0, "") == (checked.exit_code, checked.stderr)

    def test_definitions_are_not_overwritten(self, run: Run, folder: Path, shop: Database) -> None:
        """A folder with definitions is left alone."""
        (folder / "definitions").mkdir()
        (folder / "definitions" / "mine.py").touch()
        done = run("import", "--from", shop.conninfo())
        assert 2 == done.exit_code
        assert "definitions/ has definitions already" in done.stderr
        assert not (folder / "baseline.sql").exists()


class TestFromAFolder:
    """Definitions over hand-written migrations."""

    def test_supabase(self, run: Run, folder: Path) -> None:
        """The folder stays the history; a trigger on auth.users and the helper for own rows are recognized."""
        (folder / "migrations").mkdir()
        (folder / "migrations" / "001_notes.sql").write_text(
            "CREATE FUNCTION public.signed_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n"
            "CREATE TRIGGER signed_up AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.signed_up();\n"
            "CREATE TABLE public.notes (id uuid PRIMARY KEY, user_id uuid NOT NULL REFERENCES auth.users);\n"
            "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
            "CREATE POLICY authenticated_select_own ON public.notes FOR SELECT TO authenticated\n"
            "    USING ((SELECT auth.uid()) = user_id);\n"
            "COMMENT ON POLICY authenticated_select_own ON public.notes\n"
            "    IS 'A signed-in user may read rows whose user_id is their own id.';\n"
        )
        settings = folder / "pyproject.toml"
        settings.write_text('[tool.schema-dsl]\nplatform = "supabase"\n')
        done = run("import", "--from", "migrations")
        assert (0, "") == (done.exit_code, done.stderr)
        assert not (folder / "baseline.sql").exists()
        notes = (folder / "definitions" / "notes.py").read_text()
        assert 'migrations = "migrations"' in settings.read_text()
        assert 'policies=[owner_may("select", own="user_id")]' in notes
        assert "from schema_dsl.platforms.supabase import auth_users, owner_may" in notes
        users = (folder / "definitions" / "auth_users.py").read_text()
        assert "existing=auth_users.existing," in users
        check_source(folder / "definitions")
        checked = run("generate", "--check")
        assert (0, "") == (checked.exit_code, checked.stderr)
        assert "up to date: the migrations already produce the definitions" in checked.stdout

    def test_verify_before_the_first_migration(self, run: Run, folder: Path) -> None:
        """Before a migration is generated, the proofs about the state run, and those about a migration need one."""
        (folder / "migrations").mkdir()
        migration = folder / "migrations" / "001_notes.sql"
        migration.write_text(
            "CREATE TABLE public.notes (id integer PRIMARY KEY, size integer CHECK (size > 0));"
        )
        assert 0 == run("import", "--from", "migrations").exit_code
        verified = run("verify", "--only", "matches", "--only", "constraints")
        assert 0 == verified.exit_code, verified.stdout
        assert "No migration is generated yet" in " ".join(verified.stdout.split())
        # The proof tries the definitions on the objects that the migrations create.
        migration.write_text(migration.read_text().replace("size > 0", "size > 1"))
        assert 1 == run("verify", "--only", "constraints").exit_code
        needed = run("verify", "--only", "locks")
        assert (2, True) == (
            needed.exit_code,
            "there is no migration generated by schema-dsl" in needed.stderr,
        )

    def test_what_an_extension_brings(self, run: Run, folder: Path) -> None:
        """The version of an extension and its own comment are not written; statistics stand beside their table."""
        (folder / "migrations").mkdir()
        (folder / "migrations" / "001_a.sql").write_text(
            "CREATE EXTENSION citext SCHEMA public;\n"
            "CREATE TABLE public.notes (a integer, b integer);\n"
            "CREATE STATISTICS public.related ON a, b FROM public.notes;\n"
            "CREATE TABLE public.more (a integer);\n"
        )
        assert 0 == run("import", "--from", "migrations").exit_code
        database = (folder / "definitions" / "database.py").read_text()
        assert 'Extension("citext")' in database
        assert "Statistics(" in (folder / "definitions" / "notes.py").read_text()
        assert "up to date" in run("generate", "--check").stdout

    def test_text_that_postgres_prints_differently(self, run: Run, folder: Path) -> None:
        """SQL whose text changes when Postgres reads it back is up to date at once."""
        (folder / "migrations").mkdir()
        (folder / "migrations" / "001_a.sql").write_text(
            "CREATE TABLE public.orders (id integer, status varchar(9), note char DEFAULT '-');\n"
            "ALTER TABLE public.orders ALTER COLUMN note TYPE text;\n"
            "ALTER TABLE public.orders ADD CHECK (id > 0 OR status IN ('new', 'paid'));\n"
            "CREATE VIEW public.v AS SELECT status IN ('new', 'paid') AS open FROM public.orders;\n"
        )
        done = run("import", "--from", "migrations")
        assert (0, "") == (done.exit_code, done.stderr)
        assert "up to date" in run("generate", "--check").stdout

    def test_mapping_on_a_server_that_is_left_out(self, run: Run, folder: Path, empty: Database) -> None:
        """With a wrapper that only a superuser creates, its server, the mappings and the tables are left out."""
        apply(
            empty,
            "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE TABLE t (id int);"
            " CREATE USER MAPPING FOR PUBLIC SERVER s; CREATE FOREIGN TABLE f (a int) SERVER s;",
        )
        done = run("import", "--from", empty.conninfo())
        assert 0 == done.exit_code
        for name in (
            "foreign data wrapper w",
            "foreign server s",
            "foreign table public.f",
            "user mapping public on s",
        ):
            assert f"warning: {name} is left out of the definitions: " in done.stderr
        assert "SERVER" not in (folder / "baseline.sql").read_text("utf-8")
        assert 0 == run("generate", "--check").exit_code

    def test_only_the_trigger_is_left_out(self, run: Run, folder: Path) -> None:
        """A trigger that Postgres no longer accepts is left out without its table, whose partitions have no rules."""
        (folder / "migrations").mkdir()
        (folder / "migrations" / "001_a.sql").write_text(
            "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;\n"
            "GRANT EXECUTE ON FUNCTION public.touch() TO pg_monitor;\n"
            "CREATE TABLE public.notes (id integer, body text);\n"
            "CREATE TRIGGER touched BEFORE UPDATE ON public.notes FOR EACH ROW\n"
            "    WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION public.touch();\n"
            "ALTER TABLE public.notes ADD COLUMN size integer GENERATED ALWAYS AS (length(body)) STORED;\n"
            "CREATE TABLE public.log (id integer) PARTITION BY RANGE (id);\n"
            "CREATE TABLE public.first PARTITION OF public.log FOR VALUES FROM (0) TO (9);\n"
            "CREATE RULE kept AS ON DELETE TO public.log DO INSTEAD NOTHING;\n"
        )
        done = run("import", "--from", "migrations")
        assert 0 == done.exit_code
        assert ["warning: trigger touched of public.notes is left out of the definitions:"] == [
            line[: line.index("definitions:") + 12] for line in done.stderr.splitlines()
        ]
        functions = (folder / "definitions" / "functions.py").read_text()
        assert 'execute=["pg_monitor", "public"]' in functions
        assert "would write" not in run("generate", "--check").stdout

    def test_place_of_an_error(self, run: Run, folder: Path) -> None:
        """A migration that fails is named with its folder."""
        (folder / "migrations").mkdir()
        (folder / "migrations" / "001_a.sql").write_text("SELECT 1;\nCREATE TABLE missing.a (a integer);\n")
        done = run("import", "--from", "migrations")
        assert (2, True) == (done.exit_code, "migrations/001_a.sql:2: schema" in done.stderr)

    def test_no_folder(self, run: Run, folder: Path) -> None:
        """A text that is neither a connection string nor a folder of migrations is an error, without secrets."""
        del folder
        for text in ("nothing", "me:hunter2@host"):
            done = run("import", "--from", text)
            assert 2 == done.exit_code
            assert "hunter2" not in done.output
