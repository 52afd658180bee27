"""The default privileges of a project that its migrations do not show."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint.entry import report_paths
from schema_dsl.platforms import platform

OPEN = "rls-disabled-in-api"
TABLE = "CREATE TABLE public.notes (id bigint PRIMARY KEY, body text);\n"
ENABLE = "ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;\n"
REVOKE = "REVOKE ALL ON public.notes FROM anon, authenticated;\n"
CHANGE = "ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public REVOKE ALL ON TABLES FROM anon, authenticated;\n"


def find_rules(folder: Path, *, chosen: str = "", name: str = "supabase", **files: str) -> set[str]:
    """Return the rules with a finding in migrations, by their timestamps."""
    for timestamp, content in files.items():
        (folder / f"{timestamp.removeprefix('at_')}_made.sql").write_text(content, "utf-8")
    reported = report_paths([folder], platform(name), default_privileges=chosen)
    return {each.finding.rule for each in reported}


class TestSupabase:
    """A project of Supabase from before the change of the default privileges, and a newer one."""

    def test_older_project(self, tmp_path: Path) -> None:
        """A migration from before October 2026 shows that a table is open until row level security is on."""
        assert OPEN in find_rules(tmp_path, at_20240101000000=TABLE)

    def test_newer_table_of_an_older_project(self, tmp_path: Path) -> None:
        """The oldest migration counts, not the one that creates the table."""
        assert OPEN in find_rules(tmp_path, at_20240101000000="SELECT 1;\n", at_20270101000000=TABLE)

    @pytest.mark.parametrize("close", [ENABLE, REVOKE])
    def test_closed(self, tmp_path: Path, close: str) -> None:
        """Row level security, or a REVOKE, closes the table."""
        assert OPEN not in find_rules(tmp_path, at_20240101000000=TABLE + close)

    def test_changed_defaults(self, tmp_path: Path) -> None:
        """A history that revokes the default privileges before it creates the table leaves it closed."""
        assert OPEN not in find_rules(tmp_path, at_20240101000000=CHANGE + TABLE)

    @pytest.mark.parametrize("first", ["at_20261001000000", "at_001"])
    def test_unknown(self, tmp_path: Path, first: str) -> None:
        """A newer timestamp, or a number, does not show that a table is open."""
        assert OPEN not in find_rules(tmp_path, **{first: TABLE})

    @pytest.mark.parametrize(
        ("chosen", "first", "is_open"), [("old", "at_001", True), ("new", "at_20240101000000", False)]
    )
    def test_setting(self, tmp_path: Path, chosen: str, first: str, *, is_open: bool) -> None:
        """The setting takes precedence over the timestamps."""
        assert is_open is (OPEN in find_rules(tmp_path, chosen=chosen, **{first: TABLE}))

    def test_other_platform(self, tmp_path: Path) -> None:
        """Plain Postgres has no such default privileges."""
        assert OPEN not in find_rules(tmp_path, name="vanilla", at_20240101000000=TABLE)
