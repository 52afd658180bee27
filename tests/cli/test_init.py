"""`schema-dsl init`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

Run = Callable[..., click.testing.Result]


class TestInit:
    """A new project works from the first minute."""

    def test_nothing_is_overwritten(self, run: Run, project: Path) -> None:
        """Run again, it keeps what is there."""
        before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
        done = run("init")
        assert 0 == done.exit_code
        assert "wrote" not in done.output
        assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    def test_settings_are_added(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A pyproject.toml that is there keeps what it says and gains our table."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "pyproject.toml").write_text('[project]\nname = "mine"')
        assert 0 == run("init", "--platform", "vanilla").exit_code
        text = (tmp_path / "pyproject.toml").read_text()
        assert text.startswith('[project]\nname = "mine"\n\n[tool.schema-dsl]\n')
        assert 'platform = "vanilla"' in text

    @pytest.mark.parametrize("platform", ["supabase", "vanilla"])
    def test_it_works(self, tmp_path: Path, platform: str) -> None:
        """Generate, lint, verify and the written test all pass in the new project, in processes of their own."""
        command = str(Path(sys.executable).with_name("schema-dsl"))
        for arguments in (
            [command, "init", "--platform", platform],
            [command, "generate"],
            [command, "generate", "--check"],
            [command, "lint"],
            [command, "verify"],
            [sys.executable, "-m", "pytest", "-q"],
        ):
            done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, check=False)
            assert 0 == done.returncode, done.stdout + done.stderr
