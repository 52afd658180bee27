"""`[tool.schema-dsl]`: the search for the file, the keys, and the errors."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import SettingsError
from schema_dsl.runner import RUNNERS
from schema_dsl.settings import NAMINGS, PLATFORMS, LintSettings, Settings, has_settings, load_settings


def project(folder: Path, table: str) -> Path:
    """Create a project with these settings."""
    folder.mkdir(exist_ok=True, parents=True)
    (folder / "pyproject.toml").write_text(f"[tool.schema-dsl]\n{table}\n", "utf-8")
    return folder


class TestDefaults:
    """A project without settings uses the defaults."""

    def test_without_a_file(self, tmp_path: Path) -> None:
        """The folders are relative to the start folder."""
        settings = load_settings(tmp_path)
        assert tmp_path == settings.root
        assert tmp_path / "definitions" == settings.definitions
        assert tmp_path / "generated" == settings.migrations
        assert "vanilla" == settings.platform

    def test_without_a_table(self, tmp_path: Path) -> None:
        """A pyproject.toml without a `[tool.schema-dsl]` table is ignored."""
        (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n")
        assert not has_settings(tmp_path / "pyproject.toml")
        assert load_settings(tmp_path) == load_settings(tmp_path)


class TestSupabaseProject:
    """A project of the Supabase CLI needs no `[tool.schema-dsl]` table."""

    def test_config_file(self, tmp_path: Path) -> None:
        """`supabase/config.toml` selects the Supabase platform and the migrations folder of the CLI."""
        (tmp_path / "supabase").mkdir()
        (tmp_path / "supabase" / "config.toml").write_text('project_id = "app"\n')
        settings = load_settings(tmp_path / "supabase")
        assert (tmp_path, "supabase", "supabase") == (settings.root, settings.platform, settings.naming)
        assert tmp_path / "supabase" / "migrations" == settings.migrations

    def test_settings_have_precedence(self, tmp_path: Path) -> None:
        """A `[tool.schema-dsl]` table has precedence over `supabase/config.toml`."""
        (tmp_path / "supabase").mkdir()
        (tmp_path / "supabase" / "config.toml").write_text('project_id = "app"\n')
        assert "vanilla" == load_settings(project(tmp_path, "")).platform


class TestSearch:
    """The nearest `[tool.schema-dsl]` table has precedence."""

    def test_parent_folder(self, tmp_path: Path) -> None:
        """A command works in every folder of the project."""
        project(tmp_path, "first-number = 34")
        deep = tmp_path / "a" / "b"
        deep.mkdir(parents=True)
        assert has_settings(tmp_path / "pyproject.toml")
        assert 34 == load_settings(deep).first_number
        assert tmp_path == load_settings(deep).root

    def test_file_without_a_table(self, tmp_path: Path) -> None:
        """A nested pyproject.toml without a `[tool.schema-dsl]` table does not end the search."""
        project(tmp_path, "")
        inner = tmp_path / "package"
        inner.mkdir()
        (inner / "pyproject.toml").write_text("[project]\nname = 'x'\n")
        assert tmp_path == load_settings(inner).root

    def test_every_key(self, tmp_path: Path) -> None:
        """Each key of the table sets the attribute of the same name."""
        project(
            tmp_path,
            'platform = "supabase"\ndefinitions = "d"\nmigrations = "m"\nbaseline = "b.sql"\nfirst-number = 0\n'
            'naming = "flyway"\nlock-timeout = "1s"\nstatement-timeout = ""\npostgres = "container"\n'
            "[tool.schema-dsl.lint]\nselect = ['rls']\nignore = ['a', 'b']\nbaseline = 'known.json'\n"
            "levels = { a = 'error' }\nper-file-ignores = { '003_*.sql' = ['c'] }",
        )
        wanted = Settings(
            root=tmp_path,
            platform="supabase",
            definitions=tmp_path / "d",
            migrations=tmp_path / "m",
            baseline=tmp_path / "b.sql",
            first_number=0,
            naming="flyway",
            lock_timeout="1s",
            statement_timeout="",
            postgres="container",
            lint=LintSettings(
                select=("rls",),
                ignore=("a", "b"),
                baseline=tmp_path / "known.json",
                levels={"a": "error"},
                per_file_ignores={"003_*.sql": ("c",)},
                where=str(tmp_path / "pyproject.toml"),
            ),
        )
        assert wanted == load_settings(tmp_path)


class TestErrors:
    """An error names the file and the remedy."""

    @pytest.mark.parametrize(
        ("table", "what"),
        [
            ("platfrom = 'vanilla'", "has no key platfrom\n  Did you mean platform?"),
            ("zzz = 1", "has no key zzz\n  Known keys: platform, "),
            (
                "platform = 'oracle'",
                f"'oracle' is not a valid value\n  Valid values: {', '.join(PLATFORMS)}.",
            ),
            ("runner = 'make'", f"'make' is not a valid value\n  Valid values: {', '.join(RUNNERS)}."),
            ("naming = 'roman'", f"'roman' is not a valid value\n  Valid values: {', '.join(NAMINGS)}."),
            ("first-number = '1'", "first-number must be a whole number, not '1'"),
            ("first-number = true", "first-number must be a whole number, not True"),
            ("first-number = -1", "first-number must not be negative"),
            ("definitions = 1", "definitions must be a string, not 1"),
            ("lint = []", "lint must be a table, not []"),
            ("lint = { selct = [] }", "lint] has no key selct\n  Did you mean select?"),
            ("lint = { select = 'a' }", "lint] select must be a list of strings, not 'a'"),
            ("lint = { ignore = [1] }", "lint] ignore must be a list of strings, not [1]"),
            ("lint = { baseline = 1 }", "lint] baseline must be a string, not 1"),
            ("lint = { levels = { a = 1 } }", "lint] levels a must be a string, not 1"),
            (
                "lint = { levels = { a = 'bad' } }",
                "a = 'bad' is not a valid value\n  Valid values: error, warning, info.",
            ),
            ("lint.per-file-ignores = { 'a.sql' = 'b' }", "a.sql must be a list of strings, not 'b'"),
            ("= 1", "not valid TOML"),
        ],
    )
    def test_values(self, tmp_path: Path, table: str, what: str) -> None:
        """An unknown key or an invalid value raises SettingsError."""
        project(tmp_path, table)
        with pytest.raises(SettingsError) as raised:
            load_settings(tmp_path)
        assert str(raised.value).startswith(f"{tmp_path / 'pyproject.toml'}: ")
        assert what in str(raised.value)

    def test_no_table(self, tmp_path: Path) -> None:
        """`tool.schema-dsl` must be a table."""
        (tmp_path / "pyproject.toml").write_text("[tool]\nschema-dsl = 1\n")
        with pytest.raises(SettingsError, match="is not a table"):
            load_settings(tmp_path)

    def test_not_utf8(self, tmp_path: Path) -> None:
        """The file must be UTF-8."""
        (tmp_path / "pyproject.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(SettingsError, match="not valid TOML"):
            load_settings(tmp_path)
