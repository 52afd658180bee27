"""Reading a migrations folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import History, read_history

SEAL = "-- schema-dsl: definitions 0123456789abcdef, content 0123456789abcdef\n"


def read(folder: Path, *files: str, text: str = "SELECT 1;") -> History:
    """Write files into a folder and read it."""
    for name in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read_history(folder)


def labels(history: History) -> list[str]:
    """Return the labels of the migrations."""
    return [migration.label for migration in history.migrations]


class TestOrder:
    """The order of the migrations."""

    def test_mixed_layouts(self, tmp_path: Path) -> None:
        """The layout follows from each file, so a folder may have several."""
        files = [
            "001_a.sql",
            "V2__b.sql",
            "003_c.up.sql",
            "4/migration.sql",
            "5-d/up.sql",
            "R__z.sql",
            "zeta/up.sql",
        ]
        assert [*files[:5], "zeta/up.sql", "R__z.sql"] == labels(read(tmp_path, *files))

    def test_one_number_twice(self, tmp_path: Path) -> None:
        """Two files with one number run in the order of their names, and each number is reported once."""
        files = ["007_a.sql", "007_b.sql", "7_a.sql", "8_x.sql", "9.1_x.sql", "V9.1__y.sql"]
        history = read(tmp_path, *reversed(files))
        assert files == labels(history)
        assert (
            "007_a.sql, 007_b.sql and 7_a.sql have the same number and run in the order of their names",
            "9.1_x.sql and V9.1__y.sql have the same number and run in the order of their names",
        ) == history.notes

    def test_undoing_files_share_the_number(self, tmp_path: Path) -> None:
        """A migration and the files that undo it are no duplicates."""
        history = read(
            tmp_path, "1_a.up.sql", "1_a.down.sql", "V2__b.sql", "U2__b.sql", "3_c.sql", "3_c_rollback.sql"
        )
        assert () == history.notes


PLAN = """%syntax-version=1.0.0
%project=shop

schemas 2026-01-02T10:00:00Z Ann <a@b.c> # Adds the schema
users [schemas] 2026-01-03T10:00:00Z Ann <a@b.c> # Adds users
app/add_user [users] 2026-01-04T10:00:00Z Ann <a@b.c> # Adds a function
@v1.0 2026-01-05T10:00:00Z Ann <a@b.c> # Tag
accounts [users !other] 2026-01-06T10:00:00Z Ann <a@b.c> # Adds accounts
app/add_user [app/add_user@v1.0 accounts] 2026-01-07T10:00:00Z Ann <a@b.c> # Reworks the function
"""
CHANGES = ["schemas", "users", "app/add_user@v1.0", "accounts", "app/add_user"]


class TestSqitch:
    """A project of Sqitch, whose plan has the order of the changes."""

    def write(self, folder: Path) -> list[str]:
        """Write the plan and the files of the changes; return the files of deploy."""
        files = [f"deploy/{name}.sql" for name in CHANGES]
        read(folder, "sqitch.plan", text=PLAN)
        read(folder, *files, *(f"{kind}/{name}.sql" for kind in ("revert", "verify") for name in CHANGES))
        return files

    def test_project(self, tmp_path: Path) -> None:
        """The files of deploy run in the order of the plan, those of revert undo them, and verify is left out."""
        files = self.write(tmp_path)
        history = read_history(tmp_path)
        assert files == labels(history)
        assert "revert/users.sql" in {each.label for each in history.undoing}
        assert () == history.notes

    def test_deploy(self, tmp_path: Path) -> None:
        """The folder deploy alone has the same order, and a file outside of the plan is named."""
        files = self.write(tmp_path)
        history = read(tmp_path / "deploy", "unplanned.sql")
        assert [file.removeprefix("deploy/") for file in files] == labels(history)
        assert ("unplanned.sql is not in sqitch.plan, so Sqitch does not deploy it",) == history.notes

    def test_change_without_a_file(self, tmp_path: Path) -> None:
        """A change whose file is not written yet is left out."""
        files = self.write(tmp_path)
        (tmp_path / "deploy" / "accounts.sql").unlink()
        assert [file for file in files if "accounts" not in file] == labels(read_history(tmp_path))


class TestNotes:
    """Files that are no migration."""

    def test_files_without_a_number(self, tmp_path: Path) -> None:
        """They are named, in one sentence."""
        history = read(tmp_path, "1_a.sql", "seed.sql", "notes.sql", "README.md", "atlas.sum")
        assert ("notes.sql and seed.sql are no migrations: their names have no number",) == history.notes
        assert ["notes.sql", "seed.sql"] == [path.name for path in history.others]

    def test_many_files(self, tmp_path: Path) -> None:
        """Not more than a few names stand in a sentence."""
        (note,) = read(tmp_path, *(f"{letter}.sql" for letter in "abcdef")).notes
        assert "a.sql, b.sql, c.sql and 3 more are no migrations: their names have no number" == note

    def test_programs_and_templates(self, tmp_path: Path) -> None:
        """A migration that is a program or a template is named."""
        history = read(
            tmp_path, "1_a.sql", "2_b.go", "3_c.sql.j2", "V4__d.sql.conf", "helper.py", "5.sql.bak"
        )
        assert ("2_b.go and 3_c.sql.j2 are not SQL, so a replay leaves out what they do",) == history.unread
        assert history.unread == history.notes

    def test_programs_that_run_sql_files(self, tmp_path: Path) -> None:
        """A program with the name of a file of SQL runs that file."""
        history = read(tmp_path, "1_a.js", "1_a.up.sql", "2_b.ts", "2_b.sql", "3_c.js")
        assert ["1_a.up.sql", "2_b.sql"] == labels(history)
        assert ("3_c.js is not SQL, so a replay leaves out what it does",) == history.unread

    def test_sub_folders(self, tmp_path: Path) -> None:
        """SQL in a folder that belongs to no layout is named."""
        history = read(tmp_path, "1_a.sql", "seeds/2_b.sql", "deep/er/3_c.sql", ".git/4_d.sql", "meta/x.json")
        assert ("seeds/2_b.sql is not read: the folder belongs to no layout of migrations",) == history.notes

    def test_generated_files_in_a_folder_of_drizzle(self, tmp_path: Path) -> None:
        """A file that schema-dsl generated is not in the journal, and causes no note."""
        read(tmp_path, "meta/_journal.json", text='{"entries": [{"tag": "0000_a"}]}')
        read(tmp_path, "0000_a.sql")
        assert () == read(tmp_path, "0001_b.sql", text=SEAL).notes
        assert 1 == len(read(tmp_path, "0001_b.sql").notes)


class TestHostileFolders:
    """Folders as they are found."""

    def test_hostile_names(self, tmp_path: Path) -> None:
        """Quotes, spaces, line breaks, non-ASCII and undecodable bytes in names do no harm."""
        names = ["1_a'b\"c.sql", "2_ d ; --.sql", "3_e\nf.sql", "4_übung.sql", "5_$(x).sql", "6_{{ y }}.sql"]
        (tmp_path / os.fsdecode(b"7_\xff.sql")).write_text("SELECT 1;")
        history = read(tmp_path, *names)
        assert [*names, os.fsdecode(b"7_\xff.sql")] == labels(history)
        assert {"SELECT 1;"} == {migration.forward for migration in history.migrations}

    def test_what_looks_like_a_file(self, tmp_path: Path) -> None:
        """Folders, broken links and pipes with the name of a migration are not read; a link to a file is."""
        (tmp_path / "1_folder.sql").mkdir()
        (tmp_path / "2_broken.sql").symlink_to(tmp_path / "nowhere")
        (tmp_path / "3_loop.sql").symlink_to(tmp_path / "3_loop.sql")
        os.mkfifo(tmp_path / "4_pipe.sql")
        (tmp_path / "6_link.sql").symlink_to(tmp_path / "5_a.sql")
        (tmp_path / "self").symlink_to(tmp_path)
        assert ["5_a.sql", "6_link.sql"] == labels(read(tmp_path, "5_a.sql"))

    @pytest.mark.parametrize("name", ["none", "file"])
    def test_no_folder(self, tmp_path: Path, name: str) -> None:
        """A missing folder, or a file in its place, has no migrations."""
        (tmp_path / "file").write_text("")
        assert () == read_history(tmp_path / name).migrations

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"entries": [{}]}', "\0"])
    def test_broken_journal(self, tmp_path: Path, text: str) -> None:
        """A journal of Drizzle that cannot be read is an error that names it."""
        with pytest.raises(MigrationError, match=r"_journal\.json: is not a journal of Drizzle"):
            read(tmp_path, "meta/_journal.json", text=text)

    @pytest.mark.parametrize(
        ("raw", "what"),
        [
            (b"SELECT 1;\nSELECT '\xe9';", r"1_a\.sql:2: cannot be read: byte 0xe9 is not UTF-8"),
            ("SELECT 1;".encode("utf-16"), r"1_a\.sql:1: cannot be read: byte 0xff is not UTF-8"),
        ],
    )
    def test_not_utf8(self, tmp_path: Path, raw: bytes, what: str) -> None:
        """A file that is not UTF-8 is read with the folder, and its text is an error with file and line."""
        (tmp_path / "1_a.sql").write_bytes(raw)
        (migration,) = read_history(tmp_path).migrations
        with pytest.raises(MigrationError, match=what):
            _ = migration.forward


class TestFilesOfRefinery:
    """Files that start with U: undo files of Flyway, or versions of refinery."""

    @pytest.mark.parametrize(
        ("files", "forward"),
        [
            (["V1__a.sql", "U1__a.sql"], ["V1__a.sql"]),
            (["V1.0__a.sql", "U1__a.sql"], ["V1.0__a.sql"]),
            (["V1__a.sql", "U2__b.sql"], ["V1__a.sql", "U2__b.sql"]),
            (["V1__a.sql", "U2__b.sql", "later/V2__b.sql"], ["V1__a.sql", "later/V2__b.sql"]),
            (["B5__base.sql", "V6__b.sql", "U3__a.sql"], ["B5__base.sql", "V6__b.sql"]),
        ],
    )
    def test_forward(self, tmp_path: Path, files: list[str], forward: list[str]) -> None:
        """A file undoes the migration of its version, and runs forward if there is none."""
        assert forward == labels(read(tmp_path, *files))


class TestGraphileMigrate:
    """The committed migrations, and the current one."""

    def test_files_of_the_current_migration(self, tmp_path: Path) -> None:
        """A folder with the current migration comes last; other files, such as hooks, are no migrations."""
        files = [
            "committed/000001.sql",
            "current/1-a.sql",
            "current/2-b.sql",
            "afterReset.sql",
            "current/x.md",
        ]
        history = read(tmp_path, *files)
        assert files[:3] == labels(history)
        assert [0, 1, 2, 2] == [0, *(migration.number for migration in history.migrations)]
        assert ["afterReset.sql"] == [path.name for path in history.others]
        assert () == history.unread

    def test_another_folder(self, tmp_path: Path) -> None:
        """Without a current migration, a folder with the name `committed` is an ordinary one."""
        assert ["1_a.sql"] == labels(read(tmp_path, "1_a.sql", "committed/2_b.sql"))


class TestFoldersOfUndoingFiles:
    """A folder with the files that undo the migrations beside it."""

    @pytest.mark.parametrize("folder", ["down", "undo", "rollback", "Rollbacks"])
    def test_set_apart(self, tmp_path: Path, folder: str) -> None:
        """The files are part of the folder, with or without a number, and a replay never runs them."""
        history = read(tmp_path, "1_a.sql", f"{folder}/1_a.sql", f"{folder}/all.sql", f"{folder}/README.md")
        assert ["1_a.sql"] == labels(history)
        assert {f"{folder}/1_a.sql", f"{folder}/all.sql"} == {each.label for each in history.undoing}
        assert () == history.notes
