"""The reads of policies, views and routines, found on a server: columns, constants and session inputs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify.access.reads.condition_reader import ConditionReader
from schema_dsl.verify.access.reads.database_code import merge_code, read_code
from schema_dsl.verify.access.reads.table_reads import AccessReads, collect_reads

SCHEMA = """
    CREATE TABLE teams (id uuid PRIMARY KEY, open boolean);
    CREATE TABLE members (team_id uuid, user_id uuid, role text, at timestamptz);
    CREATE TABLE "Odd Names" ("the state" text, "select" uuid);
    CREATE TABLE docs (id uuid, team_id uuid, owner uuid, state text, meta jsonb, tags text[], low int, high int);
    CREATE VIEW mine AS SELECT m.team_id AS team, m.role AS rank FROM members m WHERE m.user_id = auth.uid();
    CREATE FUNCTION is_member(team uuid, VARIADIC roles text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM members AS m WHERE m.team_id = team AND m.user_id = auth.uid()
            AND m.role = ANY (roles)) $$;
    CREATE FUNCTION numbered(uuid, text DEFAULT 'boss') RETURNS boolean LANGUAGE sql STABLE AS $$
        SELECT EXISTS (SELECT FROM members WHERE team_id = $1 AND role = $2) $$;
    CREATE FUNCTION atomic_teams() RETURNS SETOF uuid LANGUAGE sql STABLE
        BEGIN ATOMIC SELECT team_id FROM members WHERE user_id = auth.uid(); END;
    CREATE FUNCTION my_role(team uuid) RETURNS text LANGUAGE plpgsql STABLE AS $$
        DECLARE
            found text := 'none';
            entry record;
        BEGIN
            FOR entry IN SELECT * FROM members WHERE team_id = team LOOP
                IF entry.user_id = auth.uid() THEN found := entry.role; END IF;
            END LOOP;
            RETURN found;
        END $$;
    CREATE FUNCTION claim(name text) RETURNS text LANGUAGE sql STABLE AS $$
        SELECT auth.jwt() -> 'app_metadata' ->> name $$;
    CREATE FUNCTION loops(n int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT true';
    CREATE OR REPLACE FUNCTION loops(n int) RETURNS boolean LANGUAGE sql STABLE AS
        'SELECT CASE WHEN n > 0 THEN loops(n - 1) ELSE true END';
"""


@pytest.fixture(scope="module")
def database(server: Server) -> Iterator[Connection]:
    """A session in a database with the schema."""
    supabase = platform("supabase")
    with server.database() as fresh, contextlib.closing(fresh.connect()) as connection:
        connection.execute(supabase.script(supabase.baseline, "postgres").encode())
        connection.execute(SCHEMA.encode())
        yield connection


def read(connection: Connection, condition: str, table: str = "docs") -> AccessReads:
    """Return the reads of a policy with a condition."""
    with connection.transaction(force_rollback=True):
        connection.execute(f"CREATE POLICY p ON {table} USING ({condition})".encode())
        code = read_code(connection)
    reader = ConditionReader(code)
    name = next(name for name, relation in code.relations.items() if relation.policies)
    reader.read_policies(name)
    return collect_reads(reader)


def compared(reads: AccessReads) -> dict[str, set[str]]:
    """Return the constants of each column, with the path in its document."""
    found: dict[str, set[str]] = {}
    for (_, table), columns in reads.columns.items():
        for column, read in columns.items():
            for path, constants in read.constants.items():
                name = ".".join((table, column, *path))
                found.setdefault(name, set()).update(constant.partition("::")[0] for constant in constants)
    return found


def linked(reads: AccessReads) -> set[tuple[str, ...]]:
    """Return the pairs of columns that conditions compare."""
    return {
        tuple(sorted((f"{table}.{column}", f"{other[1]}.{further}")))
        for (_, table), columns in reads.columns.items()
        for column, read in columns.items()
        for other, further in read.links
    }


def inputs(reads: AccessReads) -> dict[str, set[str]]:
    """Return the columns that each session input is compared with."""
    return {
        str(found): {f"{source.relation[1]}.{source.column}" for source in sources}
        for found, sources in reads.compared.items()
    }


class TestColumns:
    """The columns and constants of conditions."""

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("state = 'open'", {"docs.state": {"'open'"}}),
            ("state IN ('a', 'b') OR low > 3", {"docs.state": {"'a'", "'b'"}, "docs.low": {"3"}}),
            ("meta ->> 'kind' = 'x'", {"docs.meta.kind": {"'x'"}}),
            ("meta #>> '{a,b}' = 'x'", {"docs.meta.a.b": {"'x'"}}),
            ("meta ? 'open'", {"docs.meta.open": set()}),
            ("jsonb_extract_path_text(meta, 'a', 'b') = 'x'", {"docs.meta.a.b": {"'x'"}}),
            ("'x' = ANY (tags)", {"docs.tags": {"'x'"}}),
            ("CASE state WHEN 'a' THEN low > 1 ELSE high > 2 END", None),
            ("(low, state) = (1, 'a')", {"docs.low": {"1"}, "docs.state": {"'a'"}}),
        ],
    )
    def test_constants(
        self, database: Connection, condition: str, expected: dict[str, set[str]] | None
    ) -> None:
        """Each column has the constants that it is compared with."""
        found = compared(read(database, condition))
        if expected is None:
            assert {"docs.state", "docs.low", "docs.high"} == set(found)
        else:
            assert expected == found

    def test_conditions_on_one_column(self, database: Connection) -> None:
        """A term on one column alone can be evaluated, also a negated one; a term on two columns cannot."""
        columns = read(database, "NOT (state = 'open') OR low < high").of(("public", "docs"))
        assert ["state = 'open'::text"] == [str(condition) for condition in columns["state"].conditions]
        assert ([], {"high"}) == (list(columns["low"].conditions), set(columns["low"].companions))

    def test_odd_names(self, database: Connection) -> None:
        """Names with capitals, spaces, quotes and keywords are found."""
        condition = '"the state" = \'x\' AND "select" = auth.uid()'
        found = read(database, condition, '"Odd Names"')
        assert {"the state", "select"} == set(found.of(("public", "Odd Names")))


class TestRelations:
    """Columns of related tables."""

    @pytest.mark.parametrize(
        "condition",
        [
            "EXISTS (SELECT FROM members m WHERE m.team_id = docs.team_id AND m.user_id = auth.uid())",
            "team_id IN (SELECT team_id FROM members WHERE user_id = auth.uid())",
            "team_id = ANY (ARRAY(SELECT team_id FROM members WHERE user_id = auth.uid()))",
            "team_id IN (WITH x AS (SELECT team_id AS t FROM members WHERE user_id = auth.uid()) SELECT t FROM x)",
            (
                "team_id IN (SELECT t.id FROM teams t JOIN members m ON m.team_id = t.id WHERE m.user_id = auth.uid()"
                " UNION SELECT team_id FROM members)"
            ),
            "team_id IN (SELECT atomic_teams())",
            "team_id IN (SELECT x FROM atomic_teams() AS x)",
            "is_member(team_id, 'member')",
            "numbered(team_id)",
            "team_id IN (SELECT team FROM mine)",
            "my_role(team_id) = 'boss'",
        ],
    )
    def test_link(self, database: Connection, condition: str) -> None:
        """The column of the row leads to the column of the memberships."""
        found = read(database, condition)
        assert ("docs.team_id", "members.team_id") in linked(found)
        assert ("public", "members") in found.related

    @pytest.mark.parametrize(
        ("condition", "constants"),
        [
            ("is_member(team_id, 'a', 'b')", {"'a'", "'b'"}),
            ("numbered(team_id)", {"'boss'"}),
            ("numbered(team_id, 'chief')", {"'chief'"}),
            ("my_role(team_id) IN ('x', 'y')", {"'x'", "'y'", "'none'"}),
            ("EXISTS (SELECT FROM mine WHERE team = team_id AND rank = 'z')", {"'z'"}),
        ],
    )
    def test_constants_of_arguments(self, database: Connection, condition: str, constants: set[str]) -> None:
        """Constants flow through arguments, defaults, variables and views to the columns that they meet."""
        assert constants == compared(read(database, condition))["members.role"]

    def test_recursion(self, database: Connection) -> None:
        """A routine that calls itself is read once."""
        assert {} == dict(read(database, "loops(3)").unreadable)


class TestInputs:
    """The session inputs that conditions read."""

    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ("owner = auth.uid()", {"sub": {"docs.owner"}}),
            ("owner = (SELECT auth.uid())", {"sub": {"docs.owner"}}),
            ("owner::text = auth.jwt() ->> 'sub'", {"sub": {"docs.owner"}}),
            ("state = auth.jwt() -> 'app_metadata' ->> 'plan'", {"app_metadata.plan": {"docs.state"}}),
            ("state = claim('plan')", {"app_metadata.plan": {"docs.state"}}),
            ("owner::text = current_setting('app.tenant', true)", {"app.tenant": {"docs.owner"}}),
            (
                "current_setting('request.headers', true)::json ->> 'x-key' = state",
                {"x-key": {"docs.state"}},
            ),
            ("owner::text = current_setting('request.jwt.claim.sub', true)", {"sub": {"docs.owner"}}),
            ("state = current_user", {"role": {"docs.state"}}),
            ("is_member(team_id, 'x')", {"sub": {"members.user_id"}}),
        ],
    )
    def test_input(self, database: Connection, condition: str, expected: dict[str, set[str]]) -> None:
        """Each session input has the columns that it is compared with."""
        found = inputs(read(database, condition))
        assert expected == {name: columns for name, columns in found.items() if columns}

    def test_constants(self, database: Connection) -> None:
        """A session input has the constants that it is compared with."""
        reads = read(database, "auth.jwt() -> 'app_metadata' ->> 'role' IN ('admin', 'root')")
        constants = {str(found): {str(each) for each in values} for found, values in reads.inputs.items()}
        assert {"'admin'::text", "'root'::text"} == constants["app_metadata.role"]


def test_merged_states(database: Connection) -> None:
    """The code of two states of a database has the policies and the routines of both."""
    states = []
    for condition in ("state = 'a'", "state = 'b'"):
        with database.transaction(force_rollback=True):
            database.execute(f"CREATE POLICY p ON docs USING ({condition})".encode())
            states.append(read_code(database))
    reader = ConditionReader(merge_code(states))
    reader.read_policies(("public", "docs"))
    assert {"docs.state": {"'a'", "'b'"}} == compared(collect_reads(reader))
