"""Lint is right on the histories of ten tools: nothing false, and a planted fault is reported."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import tool_histories

from schema_dsl.lint import LintResult, LintRun, Source, build_selection, lint_run
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.linted_files import list_linted_files
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.platforms import platform
from schema_dsl.postgres import Database, provider

TOOLS = sorted(tool_histories.TOOLS)


def lint(tool: str, folder: Path, *, with_fault: bool = False) -> LintResult:
    """Write the history of a tool into a folder, and lint it."""
    tool_histories.write(tool, folder, with_fault=with_fault)
    chosen = platform("supabase" if tool == "supabase" else "vanilla")
    return lint_run(
        LintRun(platform=chosen, selection=build_selection(chosen.name), root=folder, paths=(folder,))
    )


def find_named(result: LintResult) -> list[Finding]:
    """Return the findings of syntax, names and types, without files that only psql can read."""
    return [each for each in result.findings if each.rule in NAMED_CHECKS and each.rule != "unread-file"]


@pytest.mark.parametrize("tool", TOOLS)
class TestTools:
    """A history with a file for each change, in the manner of a tool."""

    def test_nothing_false(self, tool: str, tmp_path: Path) -> None:
        """Lint finds no syntax error, no name and no type that does not exist."""
        assert [] == find_named(lint(tool, tmp_path))

    def test_fault(self, tool: str, tmp_path: Path) -> None:
        """Lint reports the column that the last change names and that no table has, and nothing else."""
        (found,) = find_named(lint(tool, tmp_path, with_fault=True))
        assert 'column "returned" of relation "loans" does not exist' == found.message


@pytest.fixture(scope="module")
def newest() -> Iterator[Database]:
    """A database on Postgres 18, also if other tests use another version, with the objects of the platform."""
    supabase = platform("supabase")
    with provider("embedded").start() as server, server.database() as database:
        with contextlib.closing(database.connect()) as connection:
            connection.execute(supabase.script(supabase.baseline, supabase.owner).encode())
        yield database


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool != "psql"])
def test_applies(newest: Database, tool: str, tmp_path: Path) -> None:
    """A server takes every statement, except for rows after COPY, which psql sends."""
    tool_histories.write(tool, tmp_path)
    with (
        newest.server.database(template=newest) as database,
        contextlib.closing(database.connect()) as connection,
    ):
        for file in list_linted_files(tmp_path):
            if file.history == "history":
                connection.execute("SET search_path = public, extensions")
                for statement in Source.read(file.path).applied:
                    if statement.kind != "copy_stmt":
                        connection.execute(statement.text.encode())


class TestIncludedFiles:
    """Files that psql reads inside other files."""

    def write(self, folder: Path, included: str, *, name: str = "views/v.sql") -> list[Finding]:
        """Write a migration that includes a file, and one that uses its objects; return the named findings."""
        for path, text in {
            "001_a.sql": "CREATE TABLE t (a int);\n\\ir views/v.sql\nSELECT b FROM v;",
            "002_b.sql": "SELECT nosuch FROM v;\nSELECT nosuch FROM t;",
            name: included,
        }.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        run = LintRun(
            platform=platform("vanilla"), selection=build_selection("vanilla"), root=folder, paths=(folder,)
        )
        return find_named(lint_run(run))

    @pytest.mark.parametrize(
        "included",
        [
            "CREATE VIEW v AS SELECT a AS b FROM t;",
            "DO $$ BEGIN CREATE VIEW v AS SELECT a AS b FROM t; END $$;",
        ],
    )
    def test_followed(self, tmp_path: Path, included: str) -> None:
        """The objects of the included file are known: both missing columns are reported."""
        assert [1, 2] == [found.line for found in self.write(tmp_path, included)]

    def test_nested(self, tmp_path: Path) -> None:
        """A file that includes itself and another one is read once."""
        (tmp_path / "views").mkdir()
        (tmp_path / "views" / "w.sql").write_text("CREATE VIEW v AS SELECT a AS b FROM t;")
        found = self.write(tmp_path, "\\ir v.sql\n\\ir w.sql\n")
        assert [1, 2] == [each.line for each in found]

    def test_missing(self, tmp_path: Path) -> None:
        """After a missing file, lint does not report missing objects."""
        assert [] == self.write(tmp_path, "CREATE VIEW v AS SELECT 1 AS b;", name="elsewhere/v.sql")
