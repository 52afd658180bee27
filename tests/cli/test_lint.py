"""`schema-dsl lint`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run
from lint_command import COMMAND, INDEX, RULE, add_lint_settings, rules_of


class TestByHand:
    """Hand-written migrations of a project without definitions."""

    POLICY = "CREATE POLICY own ON public.notes FOR SELECT USING ((SELECT auth.uid()) = user_id);\n"

    @pytest.fixture
    def migration(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """Return a migration in the folder of the Supabase CLI."""
        monkeypatch.chdir(tmp_path)
        file = tmp_path / "supabase" / "migrations" / "20260101000000_notes.sql"
        file.parent.mkdir(parents=True)
        file.write_text(self.POLICY)
        return file

    def test_supabase(self, run: Run, migration: Path) -> None:
        """A project of the Supabase CLI needs no settings, and gets the rules for Supabase."""
        (migration.parents[1] / "config.toml").write_text('project_id = "app"\n')
        assert "policy-without-role" in rules_of(run("lint", "--format", "json"))

    def test_platform(self, run: Run, migration: Path) -> None:
        """In other projects --platform selects the platform."""
        assert "policy-without-role" not in rules_of(run("lint", str(migration), "--format", "json"))
        said = run("lint", str(migration), "--platform", "supabase", "--format", "json")
        assert "policy-without-role" in rules_of(said)

    def test_no_settings(self, run: Run, migration: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without settings, the error says which folder to name."""
        monkeypatch.chdir(migration.parents[1])
        done = run("lint")
        assert 2 == done.exit_code
        assert (
            "error: nothing to lint: definitions/ and generated/ do not exist\n"
            "  Name the folder with the migrations: migrations/. Or set `migrations` in [tool.schema-dsl].\n"
        ) == done.stderr
        migration.unlink()
        assert "migrations: schema-dsl lint FOLDER. Or set" in run("lint").stderr


class TestChoice:
    """The selection of rules and files."""

    def test_default(self, run: Run, index_file: Path) -> None:
        """By default all rules but opinions are on, and a warning does not fail the run."""
        done = run("lint", str(index_file))
        assert 0 == done.exit_code
        assert f"007_index.sql:1:1: warning[{RULE}]" in done.stdout
        assert "--fix can fix" in done.stderr

    def test_select_and_ignore(self, run: Run, index_file: Path) -> None:
        """--select and --ignore take rules and groups, can be repeated, and split at commas."""
        one = run("lint", str(index_file), "--format", "json", "--select", RULE)
        assert [RULE] == rules_of(one)
        none = run("lint", str(index_file), "--format", "json", "--ignore", "rls,locks", "--ignore", "script")
        assert [] == rules_of(none)
        kept = run("lint", str(index_file), "--format", "json", "--select", RULE, "--ignore", "locks")
        assert [RULE] == rules_of(kept)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--select", "require-lock-timeot"], "Did you mean require-lock-timeout?"),
            (["--ignore", "lock"], "Did you mean locks?"),
            (["--ignore", "zzz"], "`schema-dsl lint --rules` lists all rules."),
            (["--ignore", "syntax-error"], "syntax-error cannot be ignored"),
            (["--explain", "require-lock-timeot"], "Did you mean require-lock-timeout?"),
            (["--format", "xml"], "'xml' is not one of"),
            (["--fix", "-"], "--fix cannot change standard input"),
        ],
    )
    @pytest.mark.usefixtures("project")
    def test_refused(self, run: Run, arguments: list[str], said: str) -> None:
        """An unknown name is one message with a suggestion."""
        done = run("lint", *arguments)
        assert 2 == done.exit_code
        assert said in done.output

    def test_settings(self, run: Run, project: Path, index_file: Path) -> None:
        """The settings select rules, set levels, and ignore rules for some files."""
        add_lint_settings(project, f'ignore = ["require-lock-timeout"]\nlevels = {{ "{RULE}" = "error" }}')
        done = run("lint", str(index_file), "--format", "json")
        assert "require-lock-timeout" not in rules_of(done)
        assert 1 == done.exit_code
        settings_file = project / "pyproject.toml"
        settings_file.write_text(
            settings_file.read_text() + 'per-file-ignores = { "007_*.sql" = ["locks"] }\n'
        )
        assert [] == rules_of(run("lint", str(index_file), "--format", "json"))

    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("old/*.sql", 0),
            ("**/001_*.sql", 0),
            ("./old/**", 0),
            ("old/**/001_a.sql", 0),
            ("001_?.sql", 0),
            ("*.sql", 0),
            ("00[0-2]_[!b].sql", 0),
            ("00[!1]_a.sql", 1),
            ("ld/*.sql", 1),
            ("old", 1),
            ("001_*", 0),
            ("01_a.sql", 1),
            ("older/*.sql", 1),
        ],
    )
    def test_patterns(
        self, run: Run, project: Path, monkeypatch: pytest.MonkeyPatch, pattern: str, expected: int
    ) -> None:
        """A pattern matches the same files from every current folder."""
        add_lint_settings(project, f"per-file-ignores = {{ '{pattern}' = ['locks'] }}")
        folder = project / "old"
        folder.mkdir()
        (folder / "001_a.sql").write_text(INDEX)
        for place, name in ((project, "old/001_a.sql"), (folder, "001_a.sql"), (folder, "../old/001_a.sql")):
            monkeypatch.chdir(place)
            found = rules_of(run("lint", name, "--select", f"{RULE}", "--format", "json"))
            assert expected == len(found)

    def test_no_pattern(self, run: Run, project: Path) -> None:
        """An invalid pattern is a usage error."""
        add_lint_settings(project, "per-file-ignores = { '[z-a].sql' = ['locks'] }")
        done = run("lint")
        assert 2 == done.exit_code
        assert "'[z-a].sql' is not a pattern of file names" in done.stderr

    def test_a_misspelt_name_in_the_settings(self, run: Run, project: Path) -> None:
        """The message on a misspelled rule in the settings names the file."""
        add_lint_settings(project, 'ignore = ["require-lock-timeot"]')
        done = run("lint")
        assert 2 == done.exit_code
        assert "pyproject.toml: there is no rule or group 'require-lock-timeot'" in done.output

    def test_fail_on(self, run: Run, index_file: Path) -> None:
        """--fail-on warning makes warnings fail the run."""
        assert 1 == run("lint", str(index_file), "--fail-on", "warning").exit_code

    def test_since(self, run: Run, project: Path) -> None:
        """--since reads older migrations, but does not report on them."""
        folder = project / "migrations"
        folder.mkdir()
        (folder / "001_a.sql").write_text("CREATE TABLE public.notes2 (id int);\n" + INDEX)
        (folder / "002_b.sql").write_text("CREATE INDEX ON public.notes2 (idd);\n")
        found = json.loads(run("lint", "--since", "002", "--format", "json", "--select", "semantics").stdout)
        assert [("migrations/002_b.sql", "unknown-column")] == [(f["file"], f["rule"]) for f in found]

    @pytest.mark.usefixtures("project")
    def test_standard_input(self, run: Run) -> None:
        """`-` reads standard input."""
        done = run("lint", "-", "--format", "json", "--select", RULE, stdin=INDEX)
        assert [RULE] == rules_of(done)


class TestFiles:
    """The files that are read."""

    def test_nothing_there(self, run: Run, project: Path) -> None:
        """A named folder without SQL files is an error, because its name may be misspelled, never "no findings"."""
        (project / "empty").mkdir()
        (project / "empty" / "old.sql").mkdir()
        remedy = "  Name a .sql file, or a folder with migrations.\n"
        for arguments in (["empty"], ["empty", "--since", "99"], ["empty", "--write-baseline", "known.json"]):
            done = run("lint", *arguments)
            assert (2, f"error: empty/: the folder has no .sql file\n{remedy}") == (
                done.exit_code,
                done.stderr,
            )
        assert not (project / "known.json").exists()
        (project / "empty" / "1_notes.go").touch()
        done = run("lint", "empty")
        unread = "1_notes.go is not SQL, so a replay leaves out what it does"
        assert 2 == done.exit_code
        assert f"error: empty/: nothing here can be linted: {unread}\n{remedy}" == done.stderr

    def test_no_sql(self, run: Run, project: Path) -> None:
        """If all files that are named are no SQL, that is an error; among others, it is a warning."""
        (project / "notes.go").write_text("package notes\n")
        (project / "README.md").write_text("# Notes\n")
        done = run("lint", "notes.go", "README.md")
        assert 2 == done.exit_code
        assert "error: notes.go: this file is not SQL\n" in done.stderr
        (project / "notes.sql").write_text("SELECT 1;\n")
        done = run("lint", "notes.go", "README.md", "notes.sql", "--format", "json")
        assert (0, ["unread-file", "unread-file"]) == (done.exit_code, rules_of(done))

    def test_broken_link(self, run: Run, project: Path) -> None:
        """A link without a target is named by its own name."""
        (project / "link.sql").symlink_to(project / "nowhere.sql")
        done = run("lint", "link.sql")
        assert (2, True) == (done.exit_code, "link.sql: cannot be read" in done.stderr)

    def test_link_loop(self, run: Run, project: Path) -> None:
        """A link that leads back to itself is told as a file that does not exist."""
        folder = project / "some"
        folder.mkdir()
        (folder / "001_notes.sql").write_text("SELECT 1;\n\\i loop.sql\n")
        for name in ("002_loop.sql", "loop.sql"):
            (folder / name).symlink_to(name)
        done = run("lint", "some", "--format", "json")
        assert (0, {"unread-file"}) == (done.exit_code, set(rules_of(done)))
        for option in ("--fix", "--diff", "--write-baseline=known.json"):
            assert 0 == run("lint", "some", option).exit_code
        done = run("lint", "some/loop.sql")
        assert (2, True) == (done.exit_code, "error: some/loop.sql: cannot be read: " in done.stderr)

    def test_nothing_since(self, run: Run, project: Path) -> None:
        """A folder without a new migration gets a note, and the exit code 0."""
        (project / "some").mkdir()
        (project / "some" / "001_notes.sql").write_text("SELECT 1;\n")
        done = run("lint", "some", "--since", "99")
        assert 0 == done.exit_code
        assert "no .sql file with a number of at least 99 in some" in done.stderr

    def test_named_twice(self, run: Run, project: Path, index_file: Path) -> None:
        """A file that is named twice, or also by its folder, is reported once."""
        arguments = (
            str(index_file),
            f"./{index_file.name}",
            str(project),
            "--select",
            RULE,
            "--format",
            "json",
        )
        assert [RULE] == rules_of(run("lint", *arguments))

    @pytest.mark.parametrize("name", ["missing.sql", "missing", "007_index.sql/x.sql"])
    def test_missing(self, run: Run, index_file: Path, name: str) -> None:
        """A missing file is an error, not a clean report."""
        done = run("lint", str(index_file), name)
        assert 2 == done.exit_code
        assert f"{name}: cannot be read: " in done.stderr

    def test_not_utf8(self, project: Path) -> None:
        """Standard input is UTF-8 in every locale; an invalid byte is reported and shifts no position."""
        environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
        done = subprocess.run(
            [*COMMAND, "lint", "-", "--select", RULE],
            input=b"SELECT '\xff\xe9'; " + INDEX.encode(),
            capture_output=True,
            cwd=project,
            env=environment,
            check=False,
        )
        assert b"<stdin>:1:9: error[syntax-error] byte 0xff is not valid UTF-8" in done.stdout
        assert b"<stdin>:1:14: warning" in done.stdout

    @pytest.mark.parametrize(
        "text",
        [
            "CREATE POLICY p ON t USING (" + "NOT (" * 3000 + "auth.uid() = a" + ")" * 3001 + ";",
            "ALTER TABLE t ADD CHECK (" + "NOT (" * 3000 + "a > 0" + ")" * 3001 + ";",
            "SELECT " + "(" * 5000 + "1" + ")" * 5000 + ";",
        ],
    )
    def test_nested_deeply(self, run: Run, project: Path, text: str) -> None:
        """A deeply nested expression hides no finding in another statement."""
        (project / "a.sql").write_text(f"{text}\n{INDEX}")
        assert RULE in rules_of(run("lint", "a.sql", "--select", f"{RULE},rls", "--format", "json"))

    @pytest.mark.parametrize(("style", "written"), [("text", b"\\u65e5"), ("json", "日".encode())])
    def test_characters_that_the_terminal_lacks(self, project: Path, style: str, written: bytes) -> None:
        """The text format escapes characters that the terminal lacks; the other formats are UTF-8."""
        (project / "a.sql").write_text('CREATE INDEX "日" ON public."日" (a);')
        done = subprocess.run(
            [*COMMAND, "lint", "a.sql", "--select", RULE, "--format", style],
            capture_output=True,
            cwd=project,
            env={**os.environ, "PYTHONIOENCODING": "latin-1"},
            check=False,
        )
        assert (0, True) == (done.returncode, written in done.stdout)
        assert b"Traceback" not in done.stderr

    @pytest.mark.skipif(sys.platform == "win32", reason="sh is for POSIX systems")
    @pytest.mark.parametrize(
        ("closed", "file", "code", "message"),
        [
            ("<&-", "-", 2, "error: standard input is closed\n  Pipe the SQL into lint, or name a file.\n"),
            (">&-", "bad.sql", 1, "1 error\n"),
            ("2>&-", "bad.sql", 1, ""),
        ],
    )
    def test_closed_stream(self, project: Path, closed: str, file: str, code: int, message: str) -> None:
        """A stream that the caller has closed is no fault: the exit code is as without the output."""
        (project / "bad.sql").write_text("SELEC 1;\n")
        done = subprocess.run(
            ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "schema_dsl", "lint", file],
            capture_output=True,
            text=True,
            cwd=project,
            check=False,
        )
        assert (code, True) == (done.returncode, done.stderr.startswith(message))

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is Linux's")
    def test_full_disk(self, project: Path, index_file: Path) -> None:
        """A report that cannot be written is one error message."""
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "lint", str(index_file)],
                stdout=full,
                stderr=subprocess.PIPE,
                cwd=project,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr.startswith(b"error: standard output or a file in ")
        assert done.stderr.endswith(b": No space left on device\n")
