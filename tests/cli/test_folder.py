"""`generate` and `verify` look at every file of the migrations folder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest
from command_line import Run

from schema_dsl.postgres import Server

HEAD = "from schema_dsl import *\n"
NOTES = (
    'notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("body", text){more}])\n'
)
TAGS = 'tags = Table("tags", columns=[Column("id", bigint, primary_key=True)])\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """The migrations folder of a project on plain Postgres that uses the running server."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "migrations").mkdir()
    configure(tmp_path, f"postgres = {json.dumps(server.conninfo())}")
    declare(tmp_path)
    return tmp_path / "migrations"


def configure(project: Path, *settings: str) -> None:
    """Add settings to the project."""
    file = project / "pyproject.toml"
    before = file.read_text("utf-8") if file.exists() else '[tool.schema-dsl]\nmigrations = "migrations"\n'
    file.write_text(before + "\n".join(settings) + "\n", "utf-8")


def declare(project: Path, *, more: str = "", text: str = "") -> None:
    """Write the definitions: the table notes, with further columns, and further objects; or another text."""
    (project / "definitions" / "schema.py").write_text(HEAD + (text or NOTES.format(more=more)), "utf-8")


def succeeds(done: click.testing.Result) -> str:
    """Return the output of a command, and fail if its exit code is not 0."""
    assert done.exit_code == 0, done.output
    return done.output


class TestBefore:
    """Hand-written files before the first generated one."""

    def test_table_of_a_migration(self, run: Run, folder: Path) -> None:
        """A declared table that a hand-written migration made gets its new column."""
        (folder / "001_init.sql").write_text("CREATE TABLE notes (id bigint PRIMARY KEY);\n", "utf-8")
        succeeds(run("generate", "--name", "body"))
        text = (folder / "002_body.sql").read_text("utf-8")
        assert "ADD COLUMN IF NOT EXISTS body text" in text
        assert "CREATE TABLE" not in text
        assert "up to date" in succeeds(run("generate", "--check"))

    def test_nothing_to_do(self, run: Run, folder: Path) -> None:
        """If the hand-written migrations produce the definitions, nothing is generated."""
        (folder / "001_init.sql").write_text(
            "CREATE TABLE notes (id bigint PRIMARY KEY, body text);\n", "utf-8"
        )
        assert (
            "up to date: the migrations already produce the definitions (newest: 001_init.sql)"
            in succeeds(run("generate"))
        )

    def test_tables_of_others(self, run: Run, folder: Path) -> None:
        """Undeclared objects that only hand-written migrations created are not managed."""
        (folder / "001_init.sql").write_text(
            "CREATE TABLE notes (id bigint PRIMARY KEY, body text);\nCREATE TABLE theirs (id int);\n", "utf-8"
        )
        assert "theirs" not in succeeds(run("generate"))

    def test_managed_schema(self, run: Run, folder: Path) -> None:
        """In a schema that is managed whole, every undeclared object is left behind."""
        (folder / "001_init.sql").write_text(
            "CREATE SCHEMA app;\nCREATE TABLE app.theirs (id int);\n"
            "CREATE TABLE notes (id bigint PRIMARY KEY, body text);\n",
            "utf-8",
        )
        configure(folder.parent, 'managed = ["app"]')
        done = run("generate", "--check")
        assert done.exit_code == 1
        assert "table app.theirs is not in the definitions" in done.output
        assert "up to date" not in done.output


class TestBaseline:
    """A baseline stands for the migrations below `first-number`."""

    def test_below_first_number(self, run: Run, folder: Path) -> None:
        """Files below `first-number` are not replayed; all others are."""
        (folder.parent / "baseline.sql").write_text("CREATE TABLE notes (id bigint PRIMARY KEY);\n", "utf-8")
        (folder / "001_broken.sql").write_text("SELECT 1 / 0;\n", "utf-8")
        (folder / "002_column.sql").write_text("ALTER TABLE notes ADD body text;\n", "utf-8")
        configure(folder.parent, 'baseline = "baseline.sql"', "first-number = 2")
        assert "up to date" in succeeds(run("generate"))

    def test_asks_for_first_number(self, run: Run, folder: Path) -> None:
        """Without `first-number`, `generate` fails if it is not certain which migrations the baseline replaces."""
        (folder.parent / "baseline.sql").write_text("", "utf-8")
        for name in ("001_a.sql", "002_b.sql"):
            (folder / name).write_text("SELECT 1;\n", "utf-8")
        configure(folder.parent, 'baseline = "baseline.sql"')
        done = run("generate")
        assert done.exit_code == 2
        assert "not certain whether the baseline stands for 001_a.sql and 1 more" in done.output
        assert "Set first-number" in done.output

    def test_folder(self, run: Run, folder: Path) -> None:
        """A baseline can be a folder, whose files run in their order."""
        baseline = folder.parent / "baseline"
        baseline.mkdir()
        (baseline / "1_notes.sql").write_text("CREATE TABLE notes (id bigint PRIMARY KEY);\n", "utf-8")
        (baseline / "2_body.sql").write_text("ALTER TABLE notes ADD body text;\n", "utf-8")
        configure(folder.parent, 'baseline = "baseline"', "first-number = 10")
        assert "up to date" in succeeds(run("generate"))


class TestAfter:
    """Hand-written files after the newest generated one."""

    def test_rename(self, run: Run, folder: Path) -> None:
        """After a hand-written rename that the definitions follow, `generate` and `verify` agree with the folder."""
        succeeds(run("generate"))
        (folder / "002_rename.sql").write_text("ALTER TABLE notes RENAME body TO content;\n", "utf-8")
        declare(folder.parent, text=NOTES.format(more="").replace('"body"', '"content"'))
        assert "up to date" in succeeds(run("generate"))
        done = run("verify")
        assert done.exit_code == 0, done.output
        assert "002_rename.sql follows it" in done.output

    def test_hotfix(self, run: Run, project: Path, server: Server) -> None:
        """A hand-written policy that opens a table turns `verify` red, and `generate --check` as well."""
        configure(project, f"postgres = {json.dumps(server.conninfo())}")
        succeeds(run("generate"))
        (project / "migrations" / "002_hotfix.sql").write_text(
            "CREATE POLICY hotfix ON notes FOR SELECT TO authenticated USING (true);\n", "utf-8"
        )
        done = run("verify", "--only", "access", "--only", "matches", "--only", "locks")
        assert done.exit_code == 1
        assert "2 failed (matches, access)" in done.output
        assert "policy hotfix" in done.output
        assert "another user's row in notes" in done.output
        assert "the proof does not try 002_hotfix.sql" in done.output
        done = run("generate", "--check")
        assert done.exit_code == 1
        assert "policy hotfix of public.notes is not in the definitions" in done.output
        assert "up to date" not in done.output

    def test_objects_of_others(self, run: Run, folder: Path) -> None:
        """`matches` ignores the objects that a later hand-written file creates, except parts of declared tables."""
        (folder / "001_init.sql").write_text("CREATE TABLE theirs (id int);\n", "utf-8")
        succeeds(run("generate"))
        (folder / "003_more.sql").write_text(
            "CREATE VIEW counted AS SELECT count(*) FROM notes;\nCREATE TABLE more (id int);\n"
            "ALTER TABLE theirs ADD name text;\nINSERT INTO theirs VALUES (1);\n",
            "utf-8",
        )
        succeeds(run("verify", "--only", "matches"))
        (folder / "004_index.sql").write_text("CREATE INDEX by_hand ON notes (body);\n", "utf-8")
        done = run("verify", "--only", "matches")
        assert done.exit_code == 1
        assert "index by_hand of public.notes" in done.output
        assert "theirs" not in done.output

    def test_existing_table(self, run: Run, folder: Path) -> None:
        """`matches` ignores changes of existing tables by a later hand-written file, except those of declared parts."""
        (folder / "001_init.sql").write_text("CREATE TABLE theirs (id int);\n", "utf-8")
        declare(
            folder.parent,
            text='theirs = Table("theirs", existing=[Column("id", integer)], columns=[Column("name", text)])\n',
        )
        succeeds(run("generate"))
        (folder / "003_more.sql").write_text(
            "ALTER TABLE theirs SET (fillfactor = 70), FORCE ROW LEVEL SECURITY;\n"
            "COMMENT ON TABLE theirs IS 'Theirs.';\nALTER TABLE theirs REPLICA IDENTITY FULL;\n",
            "utf-8",
        )
        succeeds(run("verify", "--only", "matches"))
        (folder / "004_name.sql").write_text("ALTER TABLE theirs ALTER name SET NOT NULL;\n", "utf-8")
        done = run("verify", "--only", "matches")
        assert done.exit_code == 1
        assert "column name of public.theirs" in done.output

    def test_statement_that_fails(self, run: Run, folder: Path) -> None:
        """A later file that does not apply is named with its line."""
        succeeds(run("generate"))
        (folder / "002_broken.sql").write_text("SELECT 1;\nSELECT 1 / 0;\n", "utf-8")
        done = run("verify", "--only", "applies")
        assert done.exit_code == 1
        assert "002_broken.sql:2" in done.output
        assert "division by zero" in done.output


class TestRefused:
    """Errors of a later migration, which a server finds."""

    def test_path(self, run: Run, folder: Path) -> None:
        """The file of a definition that Postgres refuses is relative to the current folder."""
        succeeds(run("generate"))
        declare(folder.parent, more='], indexes=[Index("body", where="body >")')
        done = run("generate")
        assert done.exit_code == 2
        assert done.output.startswith(
            "error: definitions/schema.py:2: index notes_body_idx of public.notes: "
        )


class TestLeftBehind:
    """Objects of generated migrations that the definitions no longer declare are reported until they are gone."""

    def test_removed_table(self, run: Run, folder: Path) -> None:
        """A removed table is reported every time, by `generate`, `generate --check` and `verify`."""
        declare(folder.parent, text=NOTES.format(more="") + TAGS)
        succeeds(run("generate"))
        declare(folder.parent, more=', Column("rank", integer)')
        sentence = "table public.tags is not in the definitions"
        assert sentence in succeeds(run("generate", "--name", "rank"))
        for _ in range(2):
            again = succeeds(run("generate"))
            assert sentence in again
            assert "1 object is left behind" in again
            assert "up to date" not in again
        done = run("generate", "--check")
        assert done.exit_code == 1
        assert sentence in done.output
        assert "table public.tags" in succeeds(run("verify", "--only", "matches"))

    def test_gone(self, run: Run, folder: Path) -> None:
        """After a hand-written DROP TABLE, nothing is left behind."""
        declare(folder.parent, text=NOTES.format(more="") + TAGS)
        succeeds(run("generate"))
        declare(folder.parent)
        (folder / "002_drop.sql").write_text("DROP TABLE tags;\n", "utf-8")
        assert "up to date" in succeeds(run("generate", "--check"))

    def test_renamed_table(self, run: Run, folder: Path) -> None:
        """A table that was renamed by hand is ours under its new name."""
        declare(folder.parent, text=NOTES.format(more="") + TAGS)
        succeeds(run("generate"))
        declare(folder.parent)
        (folder / "002_rename.sql").write_text("ALTER TABLE tags RENAME TO labels;\n", "utf-8")
        assert "table public.labels is not in the definitions" in succeeds(run("generate"))

    def test_parts_of_a_table(self, run: Run, folder: Path) -> None:
        """Removed parts of a table, and parts that a hand-written file added to it, are reported every time."""
        declare(
            folder.parent,
            more='], indexes=[Index("body")], policies=[Policy("p", command="select", to="public", using="true")',
        )
        succeeds(run("generate"))
        declare(folder.parent)
        (folder / "002_hand.sql").write_text(
            "ALTER TABLE notes ADD extra int;\nCREATE TRIGGER t BEFORE UPDATE ON notes FOR EACH ROW "
            "EXECUTE FUNCTION suppress_redundant_updates_trigger();\nCREATE STATISTICS s ON id, body FROM notes;\n",
            "utf-8",
        )
        first, second = run("generate", "--check"), run("generate", "--check")
        assert first.output == second.output
        for part in ("column extra", "index notes_body_idx", "policy p", "trigger t"):
            assert f"note: {part} of public.notes is not in the definitions" in second.output
        assert "note: statistics public.s is not in the definitions" in second.output
        assert "up to date" not in second.output
        dropped = run("generate", "--drop", "--stdout", "--allow", "row-security-off")
        assert "DROP STATISTICS IF EXISTS public.s;" in dropped.stdout, dropped.output

    def test_table_renamed_in_the_definitions(self, run: Run, folder: Path) -> None:
        """A table that has another name in the definitions is left behind under the old one."""
        succeeds(run("generate"))
        declare(folder.parent, text=NOTES.format(more="").replace('"notes"', '"memos"'))
        for _ in range(2):
            output = succeeds(run("generate", "--name", "memos"))
            assert "table public.notes is not in the definitions" in output
        assert "up to date" not in output

    def test_part_of_an_existing_table(self, run: Run, folder: Path) -> None:
        """A column that a generated migration added to an existing table is reported; its other columns are not."""
        (folder / "001_init.sql").write_text(
            "CREATE TABLE old (id bigint PRIMARY KEY, name text);\n", "utf-8"
        )
        existing = 'old = Table("old", existing=[Column("id", bigint, primary_key=True)]{more})\n'
        declare(
            folder.parent,
            text=existing.format(more=', columns=[Column("rank", integer), Column("n", integer)]'),
        )
        succeeds(run("generate"))
        declare(folder.parent, text=existing.format(more=', columns=[Column("n", integer)]'))
        output = succeeds(run("generate"))
        assert "column rank of public.old is not in the definitions" in output
        assert "name" not in output


class TestUpToDate:
    """Without a server, only the newest file can show that nothing changed."""

    @pytest.fixture
    def no_server(self, folder: Path) -> Callable[[], None]:
        """Return a function that makes the server of the settings unreachable."""

        def stop() -> None:
            text = (folder.parent / "pyproject.toml").read_text("utf-8")
            lines = [line for line in text.splitlines() if not line.startswith("postgres")]
            (folder.parent / "pyproject.toml").write_text(
                "\n".join([*lines, 'postgres = "host=127.0.0.1 port=1 user=nobody"\n']), "utf-8"
            )

        return stop

    def test_unchanged(self, run: Run, folder: Path, no_server: Callable[[], None]) -> None:
        """If nothing changed since the newest file was generated, no server is needed."""
        (folder / "001_init.sql").write_text("SELECT 1;\n", "utf-8")
        succeeds(run("generate"))
        no_server()
        assert "up to date" in succeeds(run("generate", "--check"))

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("001_init.sql", "SELECT 2;\n"),
            ("000_new.sql", "SELECT 1;\n"),
            ("003_new.sql", "SELECT 1;\n"),
        ],
    )
    def test_changed_folder(
        self, run: Run, folder: Path, no_server: Callable[[], None], name: str, text: str
    ) -> None:
        """If an earlier file changed, or a file was added, the folder has to be replayed."""
        (folder / "001_init.sql").write_text("SELECT 1;\n", "utf-8")
        succeeds(run("generate"))
        (folder / name).write_text(text, "utf-8")
        assert "up to date" in succeeds(run("generate", "--check"))
        no_server()
        done = run("generate", "--check")
        assert done.exit_code == 2
        assert "cannot connect" in done.output

    def test_changed_baseline(self, run: Run, folder: Path, no_server: Callable[[], None]) -> None:
        """If the baseline changed, it has to be run again."""
        baseline = folder.parent / "baseline.sql"
        baseline.write_text("CREATE TABLE notes (id bigint PRIMARY KEY);\n", "utf-8")
        configure(folder.parent, 'baseline = "baseline.sql"', "first-number = 2")
        succeeds(run("generate"))
        baseline.write_text("CREATE TABLE notes (id bigint PRIMARY KEY, extra int);\n", "utf-8")
        assert "column extra of public.notes is not in the definitions" in run("generate", "--check").output
        no_server()
        assert "cannot connect" in run("generate", "--check").output

    def test_edited(self, run: Run, folder: Path) -> None:
        """An edit of a generated migration is named, and a migration that reverts it is generated."""
        succeeds(run("generate"))
        file = folder / "001_schema.sql"
        file.write_text(file.read_text("utf-8").replace("    body text", "    body varchar(9)"), "utf-8")
        done = run("generate", "--check")
        assert done.exit_code == 1
        assert "001_schema.sql was edited by hand" in done.output
        assert "would write migrations/002_change_body_of_notes.sql" in done.output
        succeeds(run("generate", "--name", "again"))
        done = run("generate")
        assert "001_schema.sql was edited by hand, and later migrations were generated after it" in succeeds(
            done
        )
