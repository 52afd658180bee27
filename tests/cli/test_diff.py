"""`schema-dsl diff`: definitions, migrations, SQL files and databases in any pair."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from command_line import Run

from schema_dsl.parsing import split
from schema_dsl.postgres import Database, Server

BEFORE: Final = """
    CREATE TABLE notes (id int PRIMARY KEY, body varchar(10), old text, CHECK (id > 0));
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON notes USING (id > 1);
    CREATE TABLE gone (a int);
"""
AFTER: Final = """
    CREATE TYPE mood AS ENUM ('ok', 'bad');
    CREATE TABLE notes (id int PRIMARY KEY, body varchar(20), feeling mood, CHECK (id > 0));
    ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON notes USING (true);
    CREATE TABLE "Fresh one" (a int REFERENCES notes);
    CREATE INDEX ON notes (body);
"""
DEFINITIONS: Final = '''"""Notes."""
from schema_dsl import *

mood = Enum("mood", ["ok", "bad"])
notes = Table(
    "notes",
    columns=[
        Column("id", integer, primary_key=True, check=sql("id > 0")),
        Column("body", Type("varchar(20)")),
        Column("feeling", mood),
    ],
    indexes=[Index("body")],
    policies=[Policy("p", "all", to="public", using="true")],
)
fresh = Table("Fresh one", columns=[Column("a", integer, references=notes)])
'''
WIDER: Final = "wider-policy:public.notes.p"


@pytest.fixture(scope="module")
def databases(server: Server) -> Iterator[tuple[Database, Database]]:
    """A database before and one after a change."""
    with server.database() as before, server.database() as after:
        for database, text in ((before, BEFORE), (after, AFTER)):
            with contextlib.closing(database.connect()) as connection:
                connection.execute(text.encode())
        yield before, after


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """A project with definitions and SQL files of the state after the change."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.schema-dsl]\nplatform = "vanilla"\nmigrations = "migrations"\n'
        f"postgres = {json.dumps(server.conninfo())}\n"
    )
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "notes.py").write_text(DEFINITIONS)
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations" / "001_notes.sql").write_text(AFTER)
    (tmp_path / "before.sql").write_text(BEFORE)
    return tmp_path


def apply(database: Database, script: str) -> None:
    """Run a script statement by statement, as psql does."""
    with contextlib.closing(database.connect()) as connection:
        for statement in split(script).statements:
            connection.execute(statement.text.encode())


class TestDatabases:
    """Two databases, without a scratch server."""

    def test_text(self, run: Run, databases: tuple[Database, Database]) -> None:
        """Each change is a line below its table; new and dropped objects are one line."""
        before, after = (database.conninfo() for database in databases)
        done = run("diff", "--from", before, "--to", after)
        assert 0 == done.exit_code
        assert [
            "+ table public.Fresh one",
            "~ table public.notes",
            "  ~ column body: type: character varying(10) -> character varying(20)",
            "  + column feeling",
            "  + index notes_body_idx",
            '  ~ policy p: using: "(id > 1)" -> true',
            "  - column old",
            "+ enum public.mood",
            "- table public.gone",
        ] == done.stdout.splitlines()

    def test_exit_code(self, run: Run, databases: tuple[Database, Database]) -> None:
        """The exit code is 1 only with --exit-code and a difference."""
        before, after = (database.conninfo() for database in databases)
        assert 1 == run("diff", "--from", before, "--to", after, "--exit-code").exit_code
        same = run("diff", "--from", after, "--to", after, "--exit-code")
        assert (0, "no differences\n") == (same.exit_code, same.stdout)

    def test_json(self, run: Run, databases: tuple[Database, Database]) -> None:
        """JSON lists each change with its hazards: locks, lost data, and weaker access."""
        before, after = (database.conninfo() for database in databases)
        found = json.loads(run("diff", "--from", before, "--to", after, "--format", "json").stdout)
        assert not found["equal"]
        changes: dict[tuple[str, str], Any] = {
            (each["kind"], each["name"]): each for each in found["changes"]
        }
        policy = changes["policy", "p"]
        assert ("alter", ["using"], "(id > 1)", "true") == (
            policy["change"],
            policy["attributes"],
            policy["before"]["using"],
            policy["after"]["using"],
        )
        assert WIDER in [hazard.get("allow") for hazard in policy["hazards"]]
        lost = [hazard for hazard in changes["column", "old"]["hazards"] if hazard["hazard"] == "data-loss"]
        assert ["data-loss:public.notes.old"] == [hazard["allow"] for hazard in lost]
        assert "data-loss:public.gone" in [each.get("allow") for each in changes["table", "gone"]["hazards"]]
        # The columns share one ALTER TABLE, and each of them has its hazards.
        for name in ("body", "feeling"):
            assert "AccessExclusiveLock" in [each.get("lock") for each in changes["column", name]["hazards"]]

    def test_sql_is_refused_until_allowed(self, run: Run, databases: tuple[Database, Database]) -> None:
        """SQL that weakens access is printed only if that is allowed by name."""
        arguments = ("diff", "--from", databases[0].conninfo(), "--to", databases[1].conninfo(), "--sql")
        refused = run(*arguments)
        assert (1, "") == (refused.exit_code, refused.stdout)
        assert f"--allow {WIDER}" in refused.stderr
        assert "USING (true)" in run(*arguments, "--allow", "wider-policy").stdout

    @pytest.mark.parametrize("options", [(), ("--offline",)], ids=str)
    def test_sql_converges(
        self, run: Run, server: Server, databases: tuple[Database, Database], options: tuple[str, ...]
    ) -> None:
        """The SQL leads from the one to the other and back, and a second run changes nothing."""
        with server.database(template=databases[0]) as database:
            here = database.conninfo()
            for target in (databases[1], databases[0]):
                there = target.conninfo()
                script = run(
                    "diff", "--from", here, "--to", there, "--sql", *options, "--allow", "wider-policy"
                ).stdout
                if options:
                    assert "\nCREATE INDEX CONCURRENTLY" not in script
                apply(database, script)
                apply(database, script)
                done = run("diff", "--from", here, "--to", there, "--exit-code")
                assert (0, "no differences\n") == (done.exit_code, done.stdout)

    def test_what_the_model_lacks(self, run: Run, server: Server) -> None:
        """An object that cannot be declared, in one database only, is a difference of its own."""
        with server.database() as one, server.database() as other:
            with contextlib.closing(one.connect()) as connection:
                connection.execute(
                    "CREATE CONVERSION own FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;"
                    " CREATE UNLOGGED TABLE t (a int)"
                )
            with contextlib.closing(other.connect()) as connection:
                connection.execute("CREATE TABLE t (a int)")
            done = run("diff", "--from", one.conninfo(), "--to", other.conninfo(), "--exit-code")
            assert 1 == done.exit_code
            assert "! conversion public.own exists in" in done.stdout


class TestProject:
    """Definitions, migrations and SQL files."""

    def test_equal_states(self, run: Run, folder: Path, databases: tuple[Database, Database]) -> None:
        """The same state in every form has no difference in any direction."""
        del folder
        after = databases[1].conninfo()
        for source, target in (
            ("definitions", after),
            (after, "definitions"),
            ("migrations", "definitions"),
            ("migrations/001_notes.sql", after),
        ):
            done = run("diff", "--from", source, "--to", target, "--exit-code")
            assert (0, "no differences\n", "") == (done.exit_code, done.stdout, done.stderr), source

    def test_drift(
        self, run: Run, folder: Path, server: Server, databases: tuple[Database, Database]
    ) -> None:
        """Manual changes of a database are reported, and the SQL reverts them."""
        settings = folder / "pyproject.toml"
        with server.database(template=databases[1]) as database:
            apply(
                database,
                "CREATE POLICY hotfix ON notes USING (true); ALTER TABLE notes ALTER body TYPE text;"
                " CREATE TABLE rogue (a int);",
            )
            here = database.conninfo()
            done = run("diff", "--from", here, "--to", "definitions", "--exit-code")
            assert 1 == done.exit_code
            assert [
                "~ table public.notes",
                "  ~ column body: type: text -> varchar(20)",
                "  - policy hotfix",
            ] == done.stdout.splitlines()
            assert "note: the definitions do not manage 1 object: table public.rogue." in done.stderr
            settings.write_text(settings.read_text() + 'managed = ["public"]\n')
            assert "- table public.rogue" in run("diff", "--from", here, "--to", "definitions").stdout
            # The other direction is the reverse.
            reverse = run("diff", "--from", "definitions", "--to", here).stdout
            assert "  + policy hotfix" in reverse
            assert "+ table public.rogue" in reverse
            script = run("diff", "--from", here, "--to", "definitions", "--sql").stdout
            apply(database, script)
            assert 0 == run("diff", "--from", here, "--to", "definitions", "--exit-code").exit_code

    def test_renamed_table(self, run: Run, folder: Path, server: Server) -> None:
        """A table that was renamed keeps the names of its NOT NULL constraints: no difference (Postgres 18)."""
        (folder / "definitions" / "notes.py").write_text(
            '"""Notes."""\nfrom schema_dsl import *\n'
            'notes = Table("notes", columns=[Column("id", integer, not_null=True)])\n'
        )
        with server.database() as database:
            apply(database, "CREATE TABLE old (id int NOT NULL); ALTER TABLE old RENAME TO notes;")
            for sides in (("definitions", database.conninfo()), (database.conninfo(), "definitions")):
                done = run("diff", "--from", sides[0], "--to", sides[1], "--exit-code")
                assert (0, "no differences\n", "") == (done.exit_code, done.stdout, done.stderr)

    def test_files_and_definitions(self, run: Run, folder: Path, server: Server) -> None:
        """The SQL from a file to the definitions leads there, also in a database that only has the file."""
        script = run(
            "diff", "--from", "before.sql", "--to", "definitions", "--sql", "--allow", "wider-policy"
        ).stdout
        with server.database() as database:
            apply(database, BEFORE)
            apply(database, script)
            done = run("diff", "--from", database.conninfo(), "--to", "definitions", "--exit-code")
        # The definitions do not manage objects that only the file creates.
        assert (0, "no differences\n") == (done.exit_code, done.stdout)
        assert "table public.gone" in done.stderr
        del folder


class TestMistakes:
    """Wrong arguments."""

    def test_no_folder_of_migrations(self, run: Run, folder: Path) -> None:
        """A missing folder is an error, and not an empty schema."""
        settings = folder / "pyproject.toml"
        settings.write_text(settings.read_text().replace('"migrations"', '"elsewhere"'))
        done = run("diff", "--from", "migrations", "--to", "definitions")
        assert 2 == done.exit_code
        assert "elsewhere/ does not exist" in done.stderr

    @pytest.mark.parametrize("text", ["nothing", "me:hunter2@host", "postgresql://me:hun@ter2@h/x"])
    def test_no_schema(self, run: Run, folder: Path, text: str) -> None:
        """A text that names no schema is an error, without a secret of it."""
        del folder
        done = run("diff", "--from", text, "--to", "definitions")
        assert 2 == done.exit_code
        assert "ter2" not in done.output

    def test_unknown_hazard(self, run: Run, databases: tuple[Database, Database]) -> None:
        """A misspelled hazard is an error."""
        one = databases[0].conninfo()
        done = run("diff", "--from", one, "--to", one, "--sql", "--allow", "widr-policy")
        assert 2 == done.exit_code
        assert "Write wider-policy" in done.stderr
