"""The state that decides on access: the noticed changes, and the dependencies of a table."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Connection, Server
from schema_dsl.verify.access.state.access_reader import AccessReader
from schema_dsl.verify.access.state.catalog_writes import run_counted

SCHEMA = """
    CREATE SCHEMA app;
    CREATE TABLE app.notes (id int PRIMARY KEY, owner text);
    CREATE TABLE app.members (id int, "Odd name" text);
    CREATE TABLE app.others (id int);
    CREATE FUNCTION app.member_ids() RETURNS SETOF int LANGUAGE sql AS $$ SELECT id FROM app.members $$;
    CREATE FUNCTION app.is_member(n int) RETURNS boolean LANGUAGE plpgsql AS
        $$ BEGIN RETURN n IN (SELECT app.Member_Ids()); END $$;
    CREATE FUNCTION app.any_table() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN EXECUTE format('SELECT 1 FROM app.%I', TG_ARGV[0]); RETURN NEW; END $$;
    CREATE POLICY mine ON app.notes USING (owner = current_user);
"""
CHANGES = [
    "CREATE POLICY second ON app.notes USING (true)",
    "DROP POLICY mine ON app.notes",
    "DROP POLICY mine ON app.notes; CREATE POLICY mine ON app.notes USING (owner = session_user)",
    "ALTER POLICY mine ON app.notes TO pg_monitor",
    "GRANT SELECT ON app.notes TO PUBLIC",
    "GRANT SELECT (id) ON app.notes TO PUBLIC",
    "ALTER TABLE app.notes ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE app.notes FORCE ROW LEVEL SECURITY",
    "ALTER TABLE app.notes ALTER owner SET NOT NULL",
    "CREATE TRIGGER t BEFORE INSERT ON app.notes FOR EACH ROW EXECUTE FUNCTION app.any_table()",
    "ALTER TABLE app.notes OWNER TO pg_monitor",
    "ALTER TABLE app.notes ALTER owner SET DEFAULT current_user",
]
NOTES, MEMBERS, OTHERS = (("app", name) for name in ("notes", "members", "others"))


@pytest.fixture
def connection(server: Server) -> Iterator[Connection]:
    """Connect to a database with some tables."""
    with server.database() as database, contextlib.closing(database.connect()) as opened:
        opened.execute(SCHEMA)
        yield opened


class TestRead:
    """Reading the state again."""

    def test_written_rows(self, connection: Connection) -> None:
        """The state after reading only the rows that a statement has written is that of a new reader."""
        reader = AccessReader(connection)
        reader.read()
        others = (
            "DROP TABLE app.others",
            "ALTER TABLE app.members RENAME TO groups",
            "ALTER TABLE app.notes DROP owner CASCADE",
            "CREATE OR REPLACE FUNCTION app.member_ids() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1'",
            "CREATE TABLE app.tags (id int DEFAULT 1)",
            "DO $$ BEGIN GRANT SELECT ON app.tags TO PUBLIC; EXCEPTION WHEN OTHERS THEN NULL; END $$",
            "CREATE POLICY p ON app.tags USING (true); CREATE POLICY q ON app.tags USING (true)",
            "DROP POLICY p ON app.tags; CREATE POLICY p ON app.notes USING (true)",
            "DROP POLICY q ON app.tags",
            "SELECT 1",
        )
        for statement in (*reversed(CHANGES), *others):
            state = reader.read(run_counted(connection, statement))
            assert AccessReader(connection).read() == state, statement

    @pytest.mark.parametrize("statement", CHANGES)
    def test_copy(self, server: Server, statement: str) -> None:
        """A reader of a copy that knows the original reads the state that a new reader reads."""
        with server.database() as original:
            with contextlib.closing(original.connect()) as opened:
                opened.execute(SCHEMA)
                known = AccessReader(opened)
                before = known.read()
            with server.database(template=original) as copy, contextlib.closing(copy.connect()) as opened:
                assert AccessReader(opened, known).read() is before
                opened.execute(statement.encode())
                reader = AccessReader(opened, known)
                assert {NOTES} == reader.read().changed_since(before)
                assert AccessReader(opened).read() == reader.read()

    @pytest.mark.parametrize("statement", CHANGES)
    def test_changed_table(self, connection: Connection, statement: str) -> None:
        """Every change that decides on access to one table changes the digest of that table alone."""
        reader = AccessReader(connection)
        before = reader.read()
        connection.execute(statement.encode())
        assert {NOTES} == reader.read().changed_since(before)

    @pytest.mark.parametrize(
        "statement",
        [
            "GRANT USAGE ON SCHEMA app TO PUBLIC",
            "BEGIN; CREATE ROLE schema_dsl_of_a_test BYPASSRLS",
            "BEGIN; CREATE ROLE schema_dsl_of_a_test IN ROLE pg_monitor",
        ],
    )
    def test_changed_without_table(self, connection: Connection, statement: str) -> None:
        """A change of schemas or roles can change the access to every table."""
        reader = AccessReader(connection)
        before = reader.read()
        connection.execute(statement.encode())
        assert reader.read().changed_since(before) is None

    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("", set()),
            ("CREATE POLICY p ON app.notes USING (app.is_member(id))", {NOTES}),
            (
                """CREATE FUNCTION app.f(n int DEFAULT app.first()) RETURNS int LANGUAGE sql AS 'SELECT n';
                ALTER TABLE app.notes ALTER id SET DEFAULT app.f()""",
                {NOTES},
            ),
            ("CREATE VIEW app.v AS SELECT app.is_member(1); GRANT SELECT ON app.v TO PUBLIC", {("app", "v")}),
            (
                "CREATE TRIGGER t BEFORE INSERT ON app.notes FOR EACH ROW EXECUTE FUNCTION app.any_table('x')",
                {NOTES},
            ),
            (
                """CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
                CREATE TRIGGER t BEFORE INSERT ON app.notes FOR EACH ROW WHEN (app.is_member(NEW.id))
                    EXECUTE FUNCTION app.f()""",
                {NOTES},
            ),
            ("CREATE RULE r AS ON DELETE TO app.notes DO ALSO SELECT app.is_member(1)", {NOTES}),
            ("CREATE DOMAIN app.d AS int CHECK (app.is_member(VALUE))", None),
            ("CREATE OPERATOR app.@@@ (FUNCTION = app.is_member, RIGHTARG = int)", None),
            ("ALTER TABLE app.others ADD CHECK (app.is_member(id))", None),
        ],
    )
    def test_changed_function(
        self, connection: Connection, statement: str, expected: set[tuple[str, str]] | None
    ) -> None:
        """A changed function can change the access to direct and indirect callers; an operator, to all tables."""
        connection.execute(
            "CREATE FUNCTION app.first() RETURNS int LANGUAGE sql AS 'SELECT * FROM app.Member_Ids()'"
        )
        connection.execute(statement.encode())
        reader = AccessReader(connection)
        before = reader.read()
        tables = [NOTES, MEMBERS, OTHERS]
        digests = [before.digest(before.closure([name])) for name in tables]
        connection.execute(
            "CREATE OR REPLACE FUNCTION app.member_ids() RETURNS SETOF int LANGUAGE sql AS 'SELECT 1'"
        )
        after = reader.read()
        assert expected == after.changed_since(before)
        changed = {
            name
            for name, digest in zip(tables, digests, strict=True)
            if digest != after.digest(after.closure([name]))
        }
        assert changed == (set(tables) if expected is None else expected.intersection(tables))

    @pytest.mark.parametrize(
        "statement",
        [
            "REVOKE EXECUTE ON FUNCTION app.is_member FROM PUBLIC",
            "ALTER FUNCTION app.is_member SECURITY DEFINER",
            "ALTER FUNCTION app.is_member SET search_path = app",
            "ALTER FUNCTION app.is_member OWNER TO pg_monitor",
            "CREATE FUNCTION public.is_member(n text) RETURNS boolean LANGUAGE sql AS 'SELECT true'",
            "ALTER FUNCTION app.member_ids RENAME TO ids",
        ],
    )
    def test_property_of_a_function(self, connection: Connection, statement: str) -> None:
        """Each change of a function may change the access to a table whose policy calls it."""
        connection.execute("CREATE POLICY p ON app.notes USING (app.is_member(id))")
        reader = AccessReader(connection)
        before = reader.read()
        connection.execute(statement.encode())
        assert {NOTES} == reader.read().changed_since(before)

    def test_same(self, connection: Connection) -> None:
        """Comments, indexes and statements that restore the former state leave the state as it is."""
        reader = AccessReader(connection)
        before = reader.read()
        connection.execute("COMMENT ON TABLE app.notes IS 'x'; CREATE INDEX ON app.notes (owner)")
        connection.execute("ALTER TABLE app.notes DISABLE ROW LEVEL SECURITY")
        assert set() == reader.read().changed_since(before)

    def test_new_renamed_and_dropped(self, connection: Connection) -> None:
        """New, renamed and dropped tables are in the state under their present names."""
        reader = AccessReader(connection)
        before = reader.read()
        connection.execute(
            "CREATE TABLE app.new (); ALTER TABLE app.notes RENAME TO papers; DROP TABLE app.others"
        )
        after = reader.read()
        assert {("app", "new"), ("app", "papers"), NOTES, OTHERS} == after.changed_since(before)
        assert {("app", "new"), ("app", "papers"), MEMBERS} == {*after.relations}

    def test_rolled_back(self, connection: Connection) -> None:
        """The changes of a transaction before its rollback are forgotten."""
        reader = AccessReader(connection)
        before = reader.read()
        with reader.rolled_back(), connection.transaction(force_rollback=True):
            connection.execute("DROP POLICY mine ON app.notes")
            assert {NOTES} == reader.read().changed_since(before)
        assert reader.read() is before

    def test_after_deallocate(self, connection: Connection) -> None:
        """DEALLOCATE ALL and DISCARD ALL in a migration do no harm."""
        reader = AccessReader(connection)
        before = reader.read()
        connection.execute("DEALLOCATE ALL")
        assert set() == reader.read().changed_since(before)


class TestClosure:
    """The relations on which the access to a table depends."""

    @pytest.mark.parametrize(
        ("statement", "expected"),
        [
            ("", {NOTES}),
            ("CREATE POLICY p ON app.notes USING (EXISTS (SELECT FROM app.others))", {NOTES, OTHERS}),
            ("CREATE POLICY p ON app.notes USING (app.is_member(id))", {NOTES, MEMBERS}),
            (
                """CREATE POLICY p ON app.others USING (app.is_member(id));
                CREATE POLICY p ON app.notes USING (EXISTS (SELECT FROM app.others))""",
                {NOTES, OTHERS, MEMBERS},
            ),
            (
                "CREATE TRIGGER t BEFORE INSERT ON app.notes FOR EACH ROW EXECUTE FUNCTION app.any_table('x')",
                {NOTES, OTHERS, MEMBERS},
            ),
            (
                "CREATE SEQUENCE app.s; ALTER TABLE app.notes ALTER id SET DEFAULT nextval('app.s')",
                {NOTES, ("app", "s")},
            ),
            ("CREATE TABLE app.part () INHERITS (app.notes)", {NOTES, ("app", "part")}),
        ],
    )
    def test_references(self, connection: Connection, statement: str, expected: set[tuple[str, str]]) -> None:
        """Policies, functions and triggers lead to the tables that they read; dynamic SQL may read all of them."""
        connection.execute(statement.encode())
        assert expected == AccessReader(connection).read().closure([NOTES])
