"""`schema-dsl init`."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command_line import Run


class TestInit:
    """The files that `init` writes work without changes."""

    def test_nothing_is_overwritten(self, run: Run, project: Path) -> None:
        """A second `init` changes no file."""
        before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
        done = run("init")
        assert 0 == done.exit_code
        assert "wrote" not in done.output
        assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    def test_settings_are_added(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An existing pyproject.toml keeps its content and gains a [tool.schema-dsl] table."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "pyproject.toml").write_text('[project]\nname = "mine"')
        assert 0 == run("init", "--platform", "vanilla").exit_code
        text = (tmp_path / "pyproject.toml").read_text()
        assert text.startswith('[project]\nname = "mine"\n\n[tool.schema-dsl]\n')
        assert 'platform = "vanilla"' in text

    def test_supabase_cli(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A project of the Supabase CLI keeps its migrations folder and its file names."""
        monkeypatch.chdir(tmp_path)
        (tmp_path / "supabase" / "migrations").mkdir(parents=True)
        (tmp_path / "supabase" / "config.toml").write_text('project_id = "app"\n')
        assert 0 == run("init").exit_code
        done = run("generate", "--date", "2026-01-31")
        assert "wrote supabase/migrations/20260131000000_notes.sql\n" == done.output
        assert "auth.uid()" in (tmp_path / "supabase/migrations/20260131000000_notes.sql").read_text()

    def test_vanilla_is_the_default(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a supabase/config.toml the platform is vanilla."""
        monkeypatch.chdir(tmp_path)
        run("init")
        assert 'platform = "vanilla"' in (tmp_path / "pyproject.toml").read_text()

    @pytest.mark.parametrize(
        ("files", "settings"),
        [
            (
                {
                    "migrations/1_a.sql": "SELECT current_setting('app.user_id', true), CURRENT_SETTING( 'App.User_Id')"
                },
                ['platform = "vanilla"', 'claims = "app.user_id"', '# naming = "numbered"'],
            ),
            (
                {
                    "migrations/1_a.sql": "SELECT current_setting('app.user_id'), current_setting('app.tenant_id')"
                },
                ['# claims = ""'],
            ),
            (
                {"drizzle/0000_a.sql": "CREATE POLICY p ON t USING (auth.uid() = user_id);"},
                ['platform = "supabase"', 'migrations = "drizzle"', '# claims = ""'],
            ),
            (
                {"src/main/resources/db/migration/V1__a.sql": "SELECT 1;"},
                ['migrations = "src/main/resources/db/migration"', 'naming = "flyway"', '# runner = "psql"'],
            ),
            (
                {"db/migrations/20240101120000_a.sql": "-- migrate:up\nSELECT 1;\n-- migrate:down\n"},
                ['migrations = "db/migrations"', 'naming = "supabase"', 'runner = "dbmate"'],
            ),
            (
                {"supabase/migrations/20240101120000_a.sql": 'SELECT FROM "auth"."users"'},
                ['platform = "supabase"', 'migrations = "supabase/migrations"', 'default-privileges = "old"'],
            ),
        ],
    )
    def test_settings_follow_from_the_migrations(
        self,
        run: Run,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        files: dict[str, str],
        settings: list[str],
    ) -> None:
        """The folder, the platform, the tool and the parameter of the caller are found in the migrations."""
        monkeypatch.chdir(tmp_path)
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
        (path.parent / "2_unreadable.sql").write_bytes(b"\xff")
        assert 0 == run("init", "--no-example").exit_code
        lines = (tmp_path / "pyproject.toml").read_text().splitlines()
        assert set(settings) <= set(lines)

    def test_without_the_example(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """--no-example writes the settings only, and does not send the user to `generate`, which has no definitions."""
        monkeypatch.chdir(tmp_path)
        assert "generate" not in run("init", "--no-example").output
        assert ["pyproject.toml"] == [path.name for path in tmp_path.iterdir()]
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "app.py").write_text('"""The application."""\n')
        assert "definitions/ declares nothing\n" == run("generate").output

    def test_the_example_can_be_deleted(self, run: Run, project: Path) -> None:
        """`init` names the files to delete, and without them the project declares nothing."""
        advice = run("init").output
        for name in ("definitions/notes.py", "tests/test_notes.py"):
            assert name in advice
            (project / name).unlink()
        (project / "definitions" / "app.py").write_text('"""The application."""\n')
        assert "definitions/ declares nothing\n" == run("generate").output

    @pytest.mark.parametrize("platform", ["supabase", "vanilla"])
    def test_it_works(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
        """In a new project, generate, lint, verify and the example test succeed."""
        monkeypatch.chdir(tmp_path)
        for arguments in (
            ["init", "--platform", platform],
            ["generate"],
            ["generate", "--check"],
            ["lint"],
            ["verify"],
        ):
            done = run(*arguments)
            assert 0 == done.exit_code, done.output
        tested = subprocess.run(
            [sys.executable, "-m", "pytest", "-q"], capture_output=True, text=True, check=False
        )
        assert 0 == tested.returncode, tested.stdout + tested.stderr
