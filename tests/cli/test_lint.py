"""`schema-dsl lint`."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
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
    """Return a file with one finding that --fix can fix."""
    file = project / "007_index.sql"
    file.write_bytes(INDEX.encode())
    return file


def rules_of(done: click.testing.Result) -> list[str]:
    """Return the rules of a JSON report."""
    return [each["rule"] for each in json.loads(done.stdout)]


def settings(project: Path, text: str) -> None:
    """Add settings for lint to pyproject.toml."""
    file = project / "pyproject.toml"
    file.write_text(f"{file.read_text()}\n[tool.schema-dsl.lint]\n{text}\n")


def run_on_terminal(folder: Path, *arguments: str, NO_COLOR: str = "") -> str:  # noqa: N803 - the variable's name
    """Run a command in a folder with a terminal as its standard output, and return the output."""
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        stdout=terminal,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "TERM": "xterm", "NO_COLOR": NO_COLOR},
    )
    os.close(terminal)
    report = b""
    # At the end of the output, Linux raises an error and other systems return nothing.
    with contextlib.suppress(OSError):
        while part := os.read(controller, 100_000):
            report += part
    process.wait()
    os.close(controller)
    return report.decode().replace("\033[0m", "").replace("\r\n", "\n")


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


class TestChoice:
    """The selection of rules and files."""

    def test_default(self, run: Run, sql: Path) -> None:
        """By default all rules but opinions are on, and a warning does not fail the run."""
        done = run("lint", str(sql))
        assert 0 == done.exit_code
        assert f"007_index.sql:1:1: warning[{RULE}]" in done.stdout
        assert "--fix can fix" in done.stderr

    def test_select_and_ignore(self, run: Run, sql: Path) -> None:
        """--select and --ignore take rules and groups, can be repeated, and split at commas."""
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

    def test_settings(self, run: Run, project: Path, sql: Path) -> None:
        """The settings select rules, set levels, and ignore rules for some files."""
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
        """A pattern matches the same files from every current folder."""
        settings(project, f"per-file-ignores = {{ '{pattern}' = ['locks'] }}")
        folder = project / "old"
        folder.mkdir()
        (folder / "001_a.sql").write_text(INDEX)
        for place, name in ((project, "old/001_a.sql"), (folder, "001_a.sql"), (folder, "../old/001_a.sql")):
            monkeypatch.chdir(place)
            found = rules_of(run("lint", name, "--select", f"{RULE}", "--format", "json"))
            assert expected == len(found)

    def test_no_pattern(self, run: Run, project: Path) -> None:
        """An invalid pattern is a usage error."""
        settings(project, "per-file-ignores = { '[z-a].sql' = ['locks'] }")
        done = run("lint")
        assert 2 == done.exit_code
        assert "'[z-a].sql' is not a pattern of file names" in done.stderr

    def test_a_misspelt_name_in_the_settings(self, run: Run, project: Path) -> None:
        """The message on a misspelled rule in the settings names the file."""
        settings(project, 'ignore = ["require-lock-timeot"]')
        done = run("lint")
        assert 2 == done.exit_code
        assert "pyproject.toml: there is no rule or group 'require-lock-timeot'" in done.output

    def test_fail_on(self, run: Run, sql: Path) -> None:
        """--fail-on warning makes warnings fail the run."""
        assert 1 == run("lint", str(sql), "--fail-on", "warning").exit_code

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


class TestBaseline:
    """A baseline hides the findings that a project has when it adopts the linter."""

    def test_known_and_gone(self, run: Run, sql: Path) -> None:
        """Known findings stay hidden when lines move; new and vanished ones are reported."""
        assert 0 == run("lint", str(sql), "--write-baseline", "known.json").exit_code
        sql.write_text("-- Later.\n\n" + INDEX.replace("CREATE INDEX", "create  index"))
        done = run("lint", str(sql), "--baseline", "known.json")
        assert ("", "no findings\n") == (done.stdout, done.stderr)
        sql.write_text(INDEX + INDEX.replace("body", "title"))
        done = run("lint", str(sql), "--baseline", "known.json", "--select", RULE, "--format", "json")
        assert [2] == [each["line"] for each in json.loads(done.stdout)]
        sql.write_text("SELECT 1;\n")
        done = run("lint", str(sql), "--baseline", "known.json")
        assert "no longer occur" in done.stderr

    def test_renamed_file(self, run: Run, sql: Path) -> None:
        """Known findings stay hidden when their file is renamed, and count once."""
        run("lint", str(sql), "--write-baseline", "known.json")
        moved = sql.rename(sql.with_name(f"9{sql.name}"))
        done = run("lint", str(moved), "--baseline", "known.json")
        assert ("", "no findings\n") == (done.stdout, done.stderr)
        moved.with_name("copy.sql").write_text(moved.read_text())
        done = run("lint", str(moved), "copy.sql", "--baseline", "known.json", "--format", "json")
        assert {"copy.sql"} == {each["file"] for each in json.loads(done.stdout)}

    def test_in_the_settings(self, run: Run, project: Path, sql: Path) -> None:
        """The baseline can be named in the settings."""
        settings(project, 'baseline = "known.json"')
        assert "the baseline cannot be read" in run("lint", str(sql)).output
        run("lint", str(sql), "--write-baseline", "known.json")
        assert "no findings\n" == run("lint", str(sql)).stderr

    def test_known_in_a_statement_that_is_mended(self, run: Run, sql: Path) -> None:
        """--fix does not fix a known finding, even if the same statement has a new one."""
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
        """A file that is not a baseline is a usage error."""
        (project / "known.json").write_text(text)
        done = run("lint", "--baseline", "known.json")
        assert 2 == done.exit_code
        assert "known.json: " in done.output


class TestFix:
    """`--fix` and `--diff`."""

    def test_nothing_to_fix(self, run: Run, sql: Path) -> None:
        """--fix says that it can fix none of the findings that remain."""
        sql.write_text("DROP TABLE public.notes;\n")
        assert "--fix" not in run("lint", str(sql)).stderr
        assert "--fix can fix none of them" in run("lint", str(sql), "--fix").stderr

    def test_written(self, run: Run, sql: Path) -> None:
        """--fix changes the file, and a second --fix changes nothing."""
        done = run("lint", str(sql), "--fix", "--select", RULE)
        assert (0, CONCURRENTLY) == (done.exit_code, sql.read_text())
        assert "fixed 007_index.sql" in done.stderr
        again = run("lint", str(sql), "--fix")
        assert "fixed" not in again.stderr
        assert CONCURRENTLY == sql.read_text()

    def test_diff(self, run: Run, sql: Path) -> None:
        """--diff prints the difference and writes nothing."""
        done = run("lint", str(sql), "--diff", "--select", RULE)
        assert 1 == done.exit_code
        assert f"--- 007_index.sql\n+++ 007_index.sql\n@@ -1 +1 @@\n-{INDEX}+{CONCURRENTLY}" == done.stdout
        assert INDEX == sql.read_text()

    def test_line_ends_and_byte_order_mark(self, run: Run, sql: Path) -> None:
        """Line ends and a byte order mark are preserved."""
        sql.write_bytes(b"\xef\xbb\xbf-- \xc3\xa9\r\n" + INDEX.replace("\n", "\r\n").encode())
        run("lint", str(sql), "--fix", "--select", RULE)
        assert (
            b"\xef\xbb\xbf-- \xc3\xa9\r\n" + CONCURRENTLY.replace("\n", "\r\n").encode() == sql.read_bytes()
        )

    def test_only_what_is_told(self, run: Run, sql: Path) -> None:
        """--fix changes no statement that is suppressed or whose rule is not selected."""
        ignored = INDEX.replace(";", f"; -- schema-dsl: ignore[{RULE}] small")
        policy = (
            "CREATE POLICY own ON public.notes FOR SELECT TO authenticated USING (auth.uid() = user_id);\n"
        )
        sql.write_text(ignored + policy + INDEX.replace("notes_body_idx", "other"))
        run("lint", str(sql), "--fix", "--select", RULE)
        assert ignored + policy + CONCURRENTLY.replace("notes_body_idx", "other") == sql.read_text()

    def test_mode(self, run: Run, sql: Path) -> None:
        """A file keeps its mode, and a read-only file is not changed."""
        sql.chmod(0o600)
        run("lint", str(sql), "--fix", "--select", RULE)
        assert 0o600 == sql.stat().st_mode & 0o777
        sql.write_text(INDEX)
        sql.chmod(0o400)
        done = run("lint", str(sql), "--fix", "--select", RULE)
        assert (2, INDEX) == (done.exit_code, sql.read_text())
        assert "007_index.sql: cannot be written: Permission denied" in done.stderr

    def test_link(self, run: Run, project: Path, sql: Path) -> None:
        """--fix changes the target of a symbolic link and keeps the link."""
        link = project / "008_link.sql"
        link.symlink_to(sql)
        run("lint", str(link), "--fix", "--select", RULE)
        assert link.is_symlink()
        assert CONCURRENTLY == sql.read_text()

    def test_not_with_a_new_baseline(self, run: Run, sql: Path) -> None:
        """--fix and --write-baseline cannot be combined."""
        done = run("lint", str(sql), "--fix", "--write-baseline", "known.json")
        assert (2, INDEX) == (done.exit_code, sql.read_text())
        assert "Run --fix first" in done.stderr

    def test_standard_input(self, run: Run) -> None:
        """Standard input allows --diff, and refuses --fix."""
        assert f"+{CONCURRENTLY}" in run("lint", "-", "--diff", "--select", RULE, stdin=INDEX).stdout
        assert "Use --diff" in run("lint", "-", "--fix", stdin=INDEX).stderr

    def test_generated(self, run: Run, project: Path) -> None:
        """--fix does not change a generated file."""
        run("generate")
        file = project / "migrations" / "001_notes.sql"
        text = file.read_text() + INDEX.replace("public.notes", "public.others")
        file.write_text(text)
        done = run("lint", "--fix", "--select", RULE)
        assert text == file.read_text()
        assert (
            "migrations/001_notes.sql is not fixed: schema-dsl generated it; change the definitions"
            in done.stderr
        )


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

    def test_nothing_since(self, run: Run, project: Path) -> None:
        """A folder without a new migration gets a note, and the exit code 0."""
        (project / "some").mkdir()
        (project / "some" / "001_notes.sql").write_text("SELECT 1;\n")
        done = run("lint", "some", "--since", "99")
        assert 0 == done.exit_code
        assert "no .sql file with a number of at least 99 in some" in done.stderr

    def test_named_twice(self, run: Run, project: Path, sql: Path) -> None:
        """A file that is named twice, or also by its folder, is reported once."""
        arguments = (str(sql), f"./{sql.name}", str(project), "--select", RULE, "--format", "json")
        assert [RULE] == rules_of(run("lint", *arguments))

    @pytest.mark.parametrize("name", ["missing.sql", "missing", "007_index.sql/x.sql"])
    def test_missing(self, run: Run, sql: Path, name: str) -> None:
        """A missing file is an error, not a clean report."""
        done = run("lint", str(sql), name)
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

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="the device is Linux's")
    def test_full_disk(self, project: Path, sql: Path) -> None:
        """A report that cannot be written is one error message."""
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*COMMAND, "lint", str(sql)],
                stdout=full,
                stderr=subprocess.PIPE,
                cwd=project,
                check=False,
            )
        assert done.returncode == 2
        assert done.stderr.startswith(b"error: standard output or a file in ")
        assert done.stderr.endswith(b": No space left on device\n")


class TestReports:
    """Formats, --explain and --rules."""

    def test_the_formats_offered_are_those_there_are(self) -> None:
        """The command offers every format and platform."""
        assert command.FORMATS == tuple(FORMATS)
        assert set(command.PLATFORMS) == set(PLATFORMS)

    @pytest.mark.parametrize("style", FORMATS)
    def test_every_format(self, run: Run, sql: Path, style: str) -> None:
        """Every format contains the rule of a finding."""
        assert RULE in run("lint", str(sql), "--format", style).stdout

    def test_explain(self, run: Run) -> None:
        """--explain prints level, group, reason, remedy, examples and other names."""
        text = run("lint", "--explain", RULE).stdout
        for part in (
            f"{RULE} (warning, group locks, not in",
            "SHARE lock",
            "Add CONCURRENTLY",
            "Bad:",
            "Good:",
            "squawk",
        ):
            assert part in text
        assert "the grammar of Postgres" in run("lint", "--explain", "syntax-error").stdout
        assert text in run("lint", "--explain", "all").stdout

    def test_list(self, run: Run) -> None:
        """--rules prints the summary of each rule."""
        assert "CREATE INDEX without CONCURRENTLY" in run("lint", "--rules").stdout

    @pytest.mark.skipif(sys.platform == "win32", reason="pty is for POSIX systems")
    @pytest.mark.parametrize(("environment", "colored"), [({}, True), ({"NO_COLOR": "1"}, False)])
    def test_color(self, project: Path, sql: Path, environment: dict[str, str], colored: bool) -> None:  # noqa: FBT001
        """On a terminal the report has colors, unless NO_COLOR is set."""
        report = run_on_terminal(project, "lint", str(sql), **environment)
        assert RULE in report
        assert colored is ("\033[1;33m" in report)

    @pytest.mark.skipif(sys.platform == "win32", reason="pty is for POSIX systems")
    def test_overview(self, project: Path) -> None:
        """On a terminal, many findings become a table by rule below the newest file's findings; --full prints all."""
        folder = project / "old"
        folder.mkdir()
        for number in range(1, 61):
            text = f"CREATE TABLE public.t{number} (id bigint PRIMARY KEY, made_at timestamp);\n"
            (folder / f"{number:03}_t.sql").write_text(text)
        arguments = ("lint", "old", "--select", "types")
        report = run_on_terminal(project, *arguments)
        assert 1 == report.count("warning[prefer-timestamp-tz]")
        assert re.search(r"warning +prefer-timestamp-tz +60 +old/001_t.sql:1", report)
        assert "60 findings in 60 files; shown whole: 1 of old/060_t.sql" in report
        assert 60 == run_on_terminal(project, *arguments, "--full").count("warning[prefer-timestamp-tz]")
        newest = run_on_terminal(project, *arguments, "--since", "last")
        assert "old/060_t.sql:1" in newest
        assert 1 == newest.count("warning[prefer-timestamp-tz]")

    @pytest.mark.usefixtures("project")
    def test_since(self, run: Run) -> None:
        """--since takes a number or `last`."""
        done = run("lint", "--since", "first")
        assert 2 == done.exit_code
        assert "'first' is not the number of a migration, and not `last`" in done.stderr

    @pytest.mark.usefixtures("project")
    def test_width(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        """COLUMNS sets the width of an explanation."""
        monkeypatch.setenv("COLUMNS", "50")
        text = run("lint", "--explain", RULE).stdout.partition("Bad:")[0]
        assert max(map(len, text.splitlines())) <= 60
