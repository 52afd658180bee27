"""The example projects of the documentation: up to date, clean, proven where proofs try, and with tests that pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import click.testing
import pytest

from schema_dsl.cli import main

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
PROJECTS: Final = sorted(path.parent for path in EXAMPLES.glob("*/pyproject.toml"))
_NAMES: Final = [project.name for project in PROJECTS]


def run_command(*arguments: str) -> click.testing.Result:
    """Run a command of schema-dsl in the current folder."""
    return click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)


@pytest.fixture(params=PROJECTS, ids=_NAMES)
def project(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each example project, as the current folder."""
    folder: Path = request.param
    monkeypatch.chdir(folder)
    return folder


class TestProjects:
    """The commands that a reader of an example runs."""

    def test_is_up_to_date(self, project: Path) -> None:
        """`generate` writes the migration of the example for its definitions."""
        found = run_command("generate", "--check")
        assert (0, "up to date") == (found.exit_code, found.stdout[:10]), (project, found.stdout)

    def test_lint_is_clean(self, project: Path) -> None:
        """All default rules are silent, and no comment silences one."""
        found = run_command("lint")
        assert (0, "", "no findings\n") == (found.exit_code, found.stdout, found.stderr)
        for file in project.rglob("*.sql"):
            assert "schema-dsl: ignore" not in file.read_text("utf-8")

    def test_is_on_its_page(self, project: Path) -> None:
        """The page of the example shows each of its files."""
        page = EXAMPLES.joinpath(f"{project.name}.md").read_text("utf-8")
        shown = {
            str(file.relative_to(EXAMPLES))
            for suffix in ("py", "sql", "toml")
            for file in project.rglob(f"*.{suffix}")
        }
        assert shown == {
            line.partition("} ")[2] for line in page.splitlines() if line.startswith("```{literalinclude}")
        }

    def test_proofs(self, project: Path) -> None:
        """Some proofs hold in each run; `-m full` runs all of them."""
        found = run_command("verify", "--strict", "--only", "applies", "--only", "matches")
        assert 0 == found.exit_code, (project, found.stdout)

    @pytest.mark.full
    def test_all_proofs(self, project: Path) -> None:
        """No proof fails, and none leaves anything untried."""
        found = run_command("verify", "--format", "json")
        untried = {
            (proof["proof"], sentence)
            for report in json.loads(found.stdout)
            for proof in report["proofs"]
            for sentence in proof["untried"]
        }
        assert (0, set()) == (found.exit_code, untried), (project, found.stdout)

    @pytest.mark.parametrize(
        "only",
        [
            # The trials of access, in which test_all_proofs has a part, take longer than all the others.
            pytest.param(("-k", "not access_is_as_declared"), id="without access"),
            pytest.param((), id="all", marks=pytest.mark.full),
        ],
    )
    def test_own_tests(self, project: Path, only: tuple[str, ...]) -> None:
        """The tests of the example pass in a pytest of their own."""
        # Without the options and the workers of this run.
        environment = {name: text for name, text in os.environ.items() if not name.startswith("PYTEST")}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *only]
        done = subprocess.run(
            command, cwd=project, env=environment, capture_output=True, text=True, check=False
        )
        assert 0 == done.returncode, done.stdout
