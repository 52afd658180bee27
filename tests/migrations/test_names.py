"""Parsing of file names, in every layout."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schema_dsl.migrations import read_file_name
from schema_dsl.migrations.layouts import read_name

HOSTILE = [
    "",
    ".sql",
    ".001_a.sql",
    "._001_a.sql",
    "001_a.sql~",
    "001_a.sql.orig",
    "001_a.sql.swp",
    "001_a.txt",
    "a_001.sql",
    "\u0660\u0661_arabic_digits.sql",
    "\u00b2_superscript.sql",
    "V__name.sql",
    "R__.sql",
    "v.sql",
    "1ee3_x.sql",
    "2fa.sql",
]


class TestUndo:
    """Files that start with U."""

    @pytest.mark.parametrize(
        ("beside", "role"),
        [(("V1__a.sql",), "down"), (("B1__a.sql",), "down"), ((), "forward"), (("U2__b.sql",), "forward")],
    )
    def test_without_versions(self, beside: tuple[str, ...], role: str) -> None:
        """A folder without versions of Flyway is one of refinery, which runs the files."""
        found = read_name("U1__a.sql", frozenset({"U1__a.sql", *beside}))
        assert found is not None
        assert role == found.role


class TestNumbers:
    """The number at the start of a name."""

    @pytest.mark.parametrize(
        ("file", "number", "version", "name"),
        [
            ("001_init.sql", "001", (1,), "init"),
            ("7-init.sql", "7", (7,), "init"),
            ("001.init.sql", "001", (1,), "init"),
            ("001 init.sql", "001", (1,), "init"),
            ("001.sql", "001", (1,), ""),
            ("001init.sql", "001", (1,), "init"),
            ("002a_fix.sql", "002a", (2, 1), "fix"),
            ("1.1.11b.sql", "1.1.11b", (1, 1, 11, 2), ""),
            ("m7_x.sql", "7", (7,), "x"),
            ("001_2024.sql", "001", (1,), "2024"),
            ("1.10.0.sql", "1.10.0", (1, 10, 0), ""),
            ("2.10.0_1_x.sql", "2.10.0_1", (2, 10, 0, 1), "x"),
            ("v2_x.sql", "2", (2,), "x"),
            ('001_it\'s "quoted".sql', "001", (1,), 'it\'s "quoted"'),
            ("001_übung\n;.sql", "001", (1,), "übung\n;"),
            ("001_.SQL", "001", (1,), ""),
            ("000000001_x.sql", "000000001", (1,), "x"),
        ],
    )
    def test_numbered(self, file: str, number: str, version: tuple[int, ...], name: str) -> None:
        """A number of any width, or a version, is followed by the name."""
        found = read_name(file)
        assert found is not None
        assert ("numbered", number, version, name) == (found.layout, found.number, found.version, found.name)

    @pytest.mark.parametrize(
        ("file", "version", "name"),
        [
            ("20260101120000_a.sql", (20260101120000,), "a"),
            ("1767225600000_a.sql", (1767225600000,), "a"),
            ("1767225600-a.sql", (1767225600,), "a"),
            ("2026-01-02_a.sql", (20260102000000,), "a"),
            ("2026_01_02_103000_a.sql", (20260102103000,), "a"),
            ("2026-01-02-10-30-00-a.sql", (20260102103000,), "a"),
            ("2026-01-02T103000_a.sql", (20260102103000,), "a"),
            ("2026.01.02.sql", (20260102000000,), ""),
        ],
    )
    def test_timestamped(self, file: str, version: tuple[int, ...], name: str) -> None:
        """A point in time sorts with 14 digits, however it is written."""
        found = read_name(file)
        assert found is not None
        assert ("timestamped", version, name) == (found.layout, found.version, found.name)

    @pytest.mark.parametrize("file", HOSTILE)
    def test_no_migration(self, file: str) -> None:
        """Hidden files, backups and names without a number are no migrations."""
        assert read_name(file) is None

    @given(st.text(max_size=30))
    def test_any_name(self, stem: str) -> None:
        """Every name can be read, and a version has only non-negative parts."""
        found = read_name(f"{stem}.sql")
        assert found is None or all(part >= 0 for part in found.version)


class TestTools:
    """The names of tools."""

    @pytest.mark.parametrize(
        ("path", "layout", "version", "name", "role"),
        [
            ("V1__a.sql", "flyway", (1,), "a", "forward"),
            ("V1.10__a_b.sql", "flyway", (1, 10), "a_b", "forward"),
            ("V1_2_0__a.sql", "flyway", (1, 2, 0), "a", "forward"),
            ("v3__.sql", "flyway", (3,), "", "forward"),
            ("U1.10__a.sql", "flyway", (1, 10), "a", "down"),
            ("B4__a.sql", "flyway", (4,), "a", "baseline"),
            ("R__a view.sql", "flyway", (), "a view", "repeatable"),
            ("V1__scale_down.sql", "flyway", (1,), "scale_down", "forward"),
            ("R__count_down.sql", "flyway", (), "count_down", "repeatable"),
            ("V1__a_rollback.sql", "flyway", (1,), "a", "rollback"),
            ("1_a.up.sql", "up-down", (1,), "a", "forward"),
            ("1_a.DOWN.sql", "up-down", (1,), "a", "down"),
            ("20260101120000_a.down.sql", "up-down", (20260101120000,), "a", "down"),
            ("1.do.a.sql", "up-down", (1,), "a", "forward"),
            ("1.undo.a.sql", "up-down", (1,), "a", "down"),
            ("1_a.revert.sql", "up-down", (1,), "a", "down"),
            ("1_a_rollback.sql", "numbered", (1,), "a", "rollback"),
            ("1_a_down.sql", "numbered", (1,), "a", "down"),
            ("a_rollback.sql", "numbered", (), "a", "rollback"),
            ("20260101120000_a/migration.sql", "prisma", (20260101120000,), "a", "forward"),
            ("init/migration.sql", "prisma", (), "init", "forward"),
            ("2026-01-02-103000_a/up.sql", "diesel", (20260102103000,), "a", "forward"),
            ("2026-01-02-103000_a/down.sql", "diesel", (20260102103000,), "a", "down"),
            ("1767225600000_a/up.sql", "diesel", (1767225600000,), "a", "forward"),
        ],
    )
    def test_layout_and_role(
        self, path: str, layout: str, version: tuple[int, ...], name: str, role: str
    ) -> None:
        """The name decides the layout, the version and whether the file is part of the history."""
        found = read_file_name(PurePath("migrations", path))
        assert found is not None
        assert (layout, version, name, role) == (found.layout, found.version, found.name, found.role)
        assert found.undoes is (role in {"down", "rollback"})

    @pytest.mark.parametrize(
        ("file", "beside", "role", "name"),
        [
            ("012_scale_down.sql", set(), "forward", "scale_down"),
            ("012_scale_down.sql", {"013_scale.sql"}, "forward", "scale_down"),
            ("012_scale_down.sql", {"012_scale.sql"}, "down", "scale"),
            ("012_scale-down.sql", {"012_scale_up.sql"}, "down", "scale"),
            ("012_git_revert.sql", set(), "forward", "git_revert"),
            ("012_scale.down.sql", set(), "down", "scale"),
            ("012_scale_rollback.sql", set(), "rollback", "scale"),
        ],
    )
    def test_direction_or_description(self, file: str, beside: set[str], role: str, name: str) -> None:
        """A name that ends with "down" undoes a migration only if that migration is beside it."""
        found = read_name(file, beside)
        assert found is not None
        assert (role, name) == (found.role, found.name)
