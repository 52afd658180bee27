"""Lint is calm and right on two long histories: a project on Supabase and a service with goose, of 150 files each."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

import attrs
import goose_history
import psycopg
import pytest
import supabase_history

from schema_dsl.lint import LintResult, LintRun, Source, build_selection, lint_run
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.lint.overview import format_overview
from schema_dsl.platforms import Platform, platform
from schema_dsl.postgres import Database, provider


@attrs.frozen
class History:
    """A folder with the migrations of a project."""

    name: str
    folder: Path
    platform: Platform

    def lint(self, folder: Path | None = None, *, apply_fixes: bool = False) -> LintResult:
        """Lint the folder, or a copy of it, as the command does."""
        paths = (folder or self.folder,)
        selection = build_selection(self.platform.name)
        run = LintRun(platform=self.platform, selection=selection, root=self.folder, paths=paths)
        return lint_run(run, apply_fixes=apply_fixes)

    def apply(self, folder: Path, database: Database) -> list[str]:
        """Apply a folder as its tool does, and return the errors."""
        errors = []
        for file in sorted(folder.glob("*.sql")):
            source = Source.read(file)
            with contextlib.closing(database.connect(autocommit=True)) as connection:
                connection.execute("SET search_path = public, extensions")
                script = "; ".join(statement.text for statement in source.applied)
                # The server runs the statements of one message in one transaction.
                scripts = [script] if self.name == "supabase" or source.in_transaction else []
                for sql in scripts or [statement.text for statement in source.applied]:
                    try:
                        connection.execute(sql.encode())
                    except psycopg.Error as error:
                        errors.append(f"{file.name}: {error}")
        return errors


@pytest.fixture(scope="module", params=["supabase", "goose"])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> History:
    """Write a history."""
    folder = tmp_path_factory.mktemp(request.param) / "migrations"
    folder.mkdir()
    {"supabase": supabase_history, "goose": goose_history}[request.param].write(folder)
    return History(request.param, folder, platform("supabase" if request.param == "supabase" else "vanilla"))


@pytest.fixture(scope="module")
def linted(history: History) -> LintResult:
    """Lint a history."""
    return history.lint()


class TestHistories:
    """Valid SQL, which makes most of the usual mistakes with locks, types and access."""

    def test_size(self, history: History) -> None:
        """Each history has 150 files, and none is a copy of another."""
        assert len({file.read_bytes() for file in history.folder.iterdir()}) == 150

    def test_no_false_error(self, linted: LintResult) -> None:
        """Lint finds no syntax error, and no name or type that does not exist."""
        assert [] == [finding for finding in linted.findings if finding.rule in NAMED_CHECKS]

    def test_calm(self, linted: LintResult) -> None:
        """The report on a terminal has at most 60 lines besides the findings of the newest file."""
        assert len(linted.findings) > 100
        overview = format_overview(linted.findings, linted.newest or "").splitlines()
        assert len([*linted.notes, *overview, "the numbers by level", "an example of --explain"]) <= 60

    def test_said_once(self, linted: LintResult) -> None:
        """One decision for all files is one finding: the timeouts of a folder."""
        rules = [finding.rule for finding in linted.findings]
        assert rules.count("require-lock-timeout") == 1
        assert rules.count("require-statement-timeout") == 1

    @pytest.mark.full
    def test_fixed_and_applied(self, history: History, tmp_path: Path) -> None:
        """The history applies on 18, also after --fix, and a second --fix finds nothing to fix."""
        fixed = shutil.copytree(history.folder, tmp_path / "migrations")
        for file, (_, text) in history.lint(fixed, apply_fixes=True).changed.items():
            Path(file).write_text(text, "utf-8")
        again = history.lint(fixed, apply_fixes=True)
        assert (again.changed, again.fixable) == ({}, 0)
        with provider("embedded").start() as server:
            for folder in (history.folder, fixed):
                with server.database() as database:
                    with contextlib.closing(database.connect(autocommit=True)) as connection:
                        for script in (
                            history.platform.baseline,
                            history.platform.default_privileges.get("old"),
                        ):
                            if script:
                                connection.execute(history.platform.script(script, "postgres"))
                    assert history.apply(folder, database) == []
