"""`schema-dsl lint`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from schema_dsl.cli import lint as command
from schema_dsl.lint import FORMATS
from schema_dsl.settings import PLATFORMS

Run = Callable[..., click.testing.Result]

INDEX = "CREATE INDEX notes_body_idx ON public.notes (body);\n"
CONCURRENTLY = "CREATE INDEX CONCURRENTLY notes_body_idx ON public.notes (body);\n"
RULE = "require-concurrent-index-creation"
COMMAND = (sys.executable, "-c", "from schema_dsl.cli import main; main()")


@pytest.fixture
def sql(project: Path) -> Path:
    """A file with one thing that can be mended."""
    file = project / "007_index.sql"
    file.write_bytes(INDEX.encode())
    return file


def rules_of(done: click.testing.Result) -> list[str]:
    """Give the rules of a report in JSON."""
    return [each["rule"] for each in json.loads(done.stdout)]


def settings(project: Path, text: str) -> None:
    """Add settings of the linter."""
    file = project / "pyproject.toml"
    file.write_text(f"{file.read_text()}\n[tool.schema-dsl.lint]\n{text}\n")


class TestByHand:
    """Migrations of a project that declares nothing."""

    POLICY = "CREATE POLICY own ON public.notes FOR SELECT USING ((SELECT auth.uid()) = user_id);\n"

    @pytest.fixture
    def migration(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """A migration where the Supabase CLI has it."""
        monkeypatch.chdir(tmp_path)
        file = tmp_path / "supabase" / "migrations" / "20260101000000_notes.sql"
        file.parent.mkdir(parents=True)
        file.write_text(self.POLICY)
        return file

    def test_supabase(self, run: Run, migration: Path) -> None:
        """A project of the Supabase CLI is linted as it stands, with the rules for that platform."""
        (migration.parents[1] / "config.toml").write_text('project_id = "app"\n')
        assert "policy-without-role" in rules_of(run("lint", "--format", "json"))

    def test_platform(self, run: Run, migration: Path) -> None:
        """Elsewhere the platform can be said."""
        assert "policy-without-role" not in rules_of(run("lint", str(migration), "--format", "json"))
        said = run("lint", str(migration), "--platform", "supabase", "--format", "json")
        assert "policy-without-role" in rules_of(said)


class TestChoice:
    """What is looked for."""

    def test_default(self, run: Run, sql: Path) -> None:
        """All rules are on that are no opinion; a warning does not fail the run."""
        done = run("lint", str(sql))
        assert 0 == done.exit_code
        assert f"007_index.sql:1:1: warning[{RULE}]" in done.stdout
        assert "--fix mends" in done.stderr

    def test_select_and_ignore(self, run: Run, sql: Path) -> None:
        """By name, by group, repeated and comma separated."""
        one = run("lint", str(sql), "--format", "json", "--select", RULE)
        assert [RULE] == rules_of(one)
        none = run("lint", str(sql), "--format", "json", "--ignore", "rls,locks", "--ignore", "script")
        assert [] == rules_of(none)
        kept = run("lint", str(sql), "--format", "json", "--select", RULE, "--ignore", "locks")
        assert [RULE] == rules_of(kept)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--select", "require-lock-timeot"], "Did you mean require-lock-timeout?"),
            (["--ignore", "lock"], "Did you mean locks?"),
            (["--ignore", "zzz"], "`schema-dsl lint --rules` lists them."),
            (["--ignore", "syntax-error"], "syntax-error cannot be ignored"),
            (["--explain", "require-lock-timeot"], "Did you mean require-lock-timeout?"),
            (["--format", "xml"], "'xml' is not one of"),
            (["--fix", "-"], "--fix writes to files"),
        ],
    )
    @pytest.mark.usefixtures("project")
    def test_refused(self, run: Run, arguments: list[str], said: str) -> None:
        """What is not known is one message, with what was probably meant."""
        done = run("lint", *arguments)
        assert 2 == done.exit_code
        assert said in done.output

    def test_settings(self, run: Run, project: Path, sql: Path) -> None:
        """The settings choose, set levels, and switch off for some files."""
        settings(project, f'ignore = ["require-lock-timeout"]\nlevels = {{ "{RULE}" = "error" }}')
        done = run("lint", str(sql), "--format", "json")
        assert "require-lock-timeout" not in rules_of(done)
        assert 1 == done.exit_code
        settings_file = project / "pyproject.toml"
        settings_file.write_text(
            settings_file.read_text() + 'per-file-ignores = { "007_*.sql" = ["locks"] }\n'
        )
        assert [] == rules_of(run("lint", str(sql), "--format", "json"))

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
        """A pattern means the same files wherever the command is called."""
        settings(project, f"per-file-ignores = {{ '{pattern}' = ['locks'] }}")
        folder = project / "old"
        folder.mkdir()
        (folder / "001_a.sql").write_text(INDEX)
        for place, name in ((project, "old/001_a.sql"), (folder, "001_a.sql"), (folder, "../old/001_a.sql")):
            monkeypatch.chdir(place)
            found = rules_of(run("lint", name, "--select", f"{RULE}", "--format", "json"))
            assert expected == len(found)

    def test_no_pattern(self, run: Run, project: Path) -> None:
        """What is no pattern is said to be none."""
        settings(project, "per-file-ignores = { '[z-a].sql' = ['locks'] }")
        done = run("lint")
        assert 2 == done.exit_code
        assert "'[z-a].sql' is no pattern of file names" in done.stderr

    def test_a_misspelt_name_in_the_settings(self, run: Run, project: Path) -> None:
        """The file is named."""
        settings(project, 'ignore = ["require-lock-timeot"]')
        done = run("lint")
        assert 2 == done.exit_code
        assert "pyproject.toml: there is no rule or group 'require-lock-timeot'" in done.output

    def test_fail_on(self, run: Run, sql: Path) -> None:
        """Warnings fail a run that is told so."""
        assert 1 == run("lint", str(sql), "--fail-on", "warning").exit_code

    def test_since(self, run: Run, project: Path) -> None:
        """Older migrations are not reported, but known."""
        folder = project / "migrations"
        folder.mkdir()
        (folder / "001_a.sql").write_text("CREATE TABLE public.notes2 (id int);\n" + INDEX)
        (folder / "002_b.sql").write_text("CREATE INDEX ON public.notes2 (idd);\n")
        found = json.loads(run("lint", "--since", "002", "--format", "json", "--select", "semantics").stdout)
        assert [("migrations/002_b.sql", "unknown-column")] == [(f["file"], f["rule"]) for f in found]

    @pytest.mark.usefixtures("project")
    def test_standard_input(self, run: Run) -> None:
        """`-` is what is piped in."""
        done = run("lint", "-", "--format", "json", "--select", RULE, stdin=INDEX)
        assert [RULE] == rules_of(done)


class TestBaseline:
    """A project that takes up the linter starts with what it has."""

    def test_known_and_gone(self, run: Run, sql: Path) -> None:
        """What is known is not told though its line shifts, what is new is, what is gone too."""
        assert 0 == run("lint", str(sql), "--write-baseline", "known.json").exit_code
        sql.write_text("-- Later.\n\n" + INDEX.replace("CREATE INDEX", "create  index"))
        done = run("lint", str(sql), "--baseline", "known.json")
        assert ("", "no findings\n") == (done.stdout, done.stderr)
        sql.write_text(INDEX + INDEX.replace("body", "title"))
        done = run("lint", str(sql), "--baseline", "known.json", "--select", RULE, "--format", "json")
        assert [2] == [each["line"] for each in json.loads(done.stdout)]
        sql.write_text("SELECT 1;\n")
        done = run("lint", str(sql), "--baseline", "known.json")
        assert "of the known findings no longer occur" in done.stderr

    def test_in_the_settings(self, run: Run, project: Path, sql: Path) -> None:
        """The settings name the file."""
        settings(project, 'baseline = "known.json"')
        assert "the baseline cannot be read" in run("lint", str(sql)).output
        run("lint", str(sql), "--write-baseline", "known.json")
        assert "no findings\n" == run("lint", str(sql)).stderr

    def test_known_in_a_statement_that_is_mended(self, run: Run, sql: Path) -> None:
        """What is known is not mended along with what is new in the same statement."""
        known = (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);\n"
        )
        sql.write_text(known)
        chosen = ("--platform", "supabase", "--select", "auth-rls-initplan,policy-without-role")
        assert 0 == run("lint", str(sql), "--write-baseline", "known.json", *chosen).exit_code
        both = known.replace(" TO authenticated", "")
        sql.write_text(both)
        held = json.loads(Path("known.json").read_text())
        run("lint", str(sql), "--write-baseline", "known.json", *chosen)
        now = json.loads(Path("known.json").read_text())
        now["findings"] = [each for each in now["findings"] if each["rule"] == held["findings"][0]["rule"]]
        Path("known.json").write_text(json.dumps(now))
        done = run("lint", str(sql), "--baseline", "known.json", "--fix", *chosen)
        assert (known, "") == (sql.read_text(), done.stdout)

    @pytest.mark.parametrize(
        "text",
        [
            "{",
            "[]",
            '{"findings": [{}]}',
            '{"version": 2, "findings": []}',
            '{"version": 1, "findings": [{"file": "a", "rule": "b", "statement": "c", "count": "1"}]}',
        ],
    )
    def test_no_baseline(self, run: Run, project: Path, text: str) -> None:
        """A file that is none is said to be none."""
        (project / "known.json").write_text(text)
        done = run("lint", "--baseline", "known.json")
        assert 2 == done.exit_code
        assert "known.json: " in done.output


class TestFix:
    """`--fix` and `--diff`."""

    def test_written(self, run: Run, sql: Path) -> None:
        """The file is mended; a second run has nothing to do."""
        done = run("lint", str(sql), "--fix", "--select", RULE)
        assert (0, CONCURRENTLY) == (done.exit_code, sql.read_text())
        assert "fixed 007_index.sql" in done.stderr
        again = run("lint", str(sql), "--fix")
        assert "fixed" not in again.stderr
        assert CONCURRENTLY == sql.read_text()

    def test_diff(self, run: Run, sql: Path) -> None:
        """The difference is shown, and nothing is written."""
        done = run("lint", str(sql), "--diff", "--select", RULE)
        assert 1 == done.exit_code
        assert f"--- 007_index.sql\n+++ 007_index.sql\n@@ -1 +1 @@\n-{INDEX}+{CONCURRENTLY}" == done.stdout
        assert INDEX == sql.read_text()

    def test_line_ends_and_byte_order_mark(self, run: Run, sql: Path) -> None:
        """What the editor wrote stays as it was."""
        sql.write_bytes(b"\xef\xbb\xbf-- \xc3\xa9\r\n" + INDEX.replace("\n", "\r\n").encode())
        run("lint", str(sql), "--fix", "--select", RULE)
        assert (
            b"\xef\xbb\xbf-- \xc3\xa9\r\n" + CONCURRENTLY.replace("\n", "\r\n").encode() == sql.read_bytes()
        )

    def test_only_what_is_told(self, run: Run, sql: Path) -> None:
        """What a comment ignores, and what is not selected, stays as it is."""
        ignored = INDEX.replace(";", f"; -- schema-dsl: ignore[{RULE}] small")
        policy = (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);\n"
        )
        sql.write_text(ignored + policy + INDEX.replace("notes_body_idx", "other"))
        run("lint", str(sql), "--fix", "--select", RULE)
        assert ignored + policy + CONCURRENTLY.replace("notes_body_idx", "other") == sql.read_text()

    def test_mode(self, run: Run, sql: Path) -> None:
        """A file keeps its mode, and is left alone if that says so."""
        sql.chmod(0o600)
        run("lint", str(sql), "--fix", "--select", RULE)
        assert 0o600 == sql.stat().st_mode & 0o777
        sql.write_text(INDEX)
        sql.chmod(0o400)
        done = run("lint", str(sql), "--fix", "--select", RULE)
        assert (2, INDEX) == (done.exit_code, sql.read_text())
        assert "007_index.sql: cannot be written: Permission denied" in done.stderr

    def test_link(self, run: Run, project: Path, sql: Path) -> None:
        """What a link leads to is mended, and the link stays one."""
        link = project / "008_link.sql"
        link.symlink_to(sql)
        run("lint", str(link), "--fix", "--select", RULE)
        assert link.is_symlink()
        assert CONCURRENTLY == sql.read_text()

    def test_not_with_a_new_baseline(self, run: Run, sql: Path) -> None:
        """What is mended is not taken as known at once."""
        done = run("lint", str(sql), "--fix", "--write-baseline", "known.json")
        assert (2, INDEX) == (done.exit_code, sql.read_text())
        assert "--fix first" in done.stderr

    def test_standard_input(self, run: Run) -> None:
        """Of standard input the difference can be shown, and nothing written."""
        assert f"+{CONCURRENTLY}" in run("lint", "-", "--diff", "--select", RULE, stdin=INDEX).stdout
        assert "use --diff" in run("lint", "-", "--fix", stdin=INDEX).stderr

    def test_generated(self, run: Run, project: Path) -> None:
        """What is generated is mended in the definitions."""
        run("generate")
        file = project / "migrations" / "001_notes.sql"
        text = file.read_text() + INDEX.replace("public.notes", "public.others")
        file.write_text(text)
        done = run("lint", "--fix", "--select", RULE)
        assert text == file.read_text()
        assert "migrations/001_notes.sql is not fixed: it is generated; change the definitions" in done.stderr


class TestFiles:
    """What is to be looked at."""

    def test_nothing_there(self, run: Run, project: Path) -> None:
        """A folder without SQL is fine, and said to be one: its name may be misspelt."""
        (project / "empty").mkdir()
        (project / "empty" / "old.sql").mkdir()
        done = run("lint", "empty")
        assert (0, "note: there is no .sql file in empty\nno findings\n") == (done.exit_code, done.stderr)
        done = run("lint", "empty", "--since", "99")
        assert "no .sql file with a number of 99 or more in empty" in done.stderr

    def test_named_twice(self, run: Run, project: Path, sql: Path) -> None:
        """A file that is named twice, or by its folder too, is reported once."""
        arguments = (str(sql), f"./{sql.name}", str(project), "--select", RULE, "--format", "json")
        assert [RULE] == rules_of(run("lint", *arguments))

    @pytest.mark.parametrize("name", ["missing.sql", "missing", "007_index.sql/x.sql"])
    def test_missing(self, run: Run, sql: Path, name: str) -> None:
        """What is not there is an error, not a clean report."""
        done = run("lint", str(sql), name)
        assert 2 == done.exit_code
        assert f"{name}: cannot be read: " in done.stderr

    def test_not_utf8(self, project: Path) -> None:
        """Standard input is read as UTF-8 whatever the locale; what is none is told, and does not shift the rest."""
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
        """What is nested beyond all reason hides nothing of the rest."""
        (project / "a.sql").write_text(f"{text}\n{INDEX}")
        assert [RULE] == rules_of(run("lint", "a.sql", "--select", f"{RULE},rls", "--format", "json"))

    @pytest.mark.parametrize(("style", "written"), [("text", b"\\u65e5"), ("json", "日".encode())])
    def test_characters_that_the_terminal_lacks(self, project: Path, style: str, written: bytes) -> None:
        """They are written otherwise for people; what programs read is UTF-8."""
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

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is Linux's")
    def test_full_disk(self, project: Path, sql: Path) -> None:
        """A report that cannot be written is an error in words."""
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "lint", str(sql)],
                stdout=full,
                stderr=subprocess.PIPE,
                cwd=project,
                check=False,
            )
        assert (2, b"error: No space left on device\n") == (done.returncode, done.stderr)


class TestReports:
    """Formats, and what there is to know of the rules."""

    def test_the_formats_offered_are_those_there_are(self) -> None:
        """The command lists every format."""
        assert command.FORMATS == tuple(FORMATS)
        assert set(command.PLATFORMS) == set(PLATFORMS)

    @pytest.mark.parametrize("style", FORMATS)
    def test_every_format(self, run: Run, sql: Path, style: str) -> None:
        """Each says what is wrong."""
        assert RULE in run("lint", str(sql), "--format", style).stdout

    def test_explain(self, run: Run) -> None:
        """Level, group, reason, remedy, examples and other names."""
        text = run("lint", "--explain", RULE).stdout
        for part in (
            f"{RULE} (warning, group locks)",
            "SHARE lock",
            "Add CONCURRENTLY",
            "Bad:",
            "Good:",
            "squawk",
        ):
            assert part in text
        assert "It cannot be" in run("lint", "--explain", "syntax-error").stdout
        assert text in run("lint", "--explain", "all").stdout

    def test_list(self, run: Run) -> None:
        """Every rule has its line."""
        assert "an existing table without CONCURRENTLY" in run("lint", "--rules").stdout
