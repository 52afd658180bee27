"""Findings that repeat one decision are one finding."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint import Finding, Level, lint_paths
from schema_dsl.lint.selection import build_selection
from schema_dsl.platforms import platform

LONG = "a_name_that_is_longer_than_the_sixty_three_bytes_that_postgres_keeps_of_it"


def findings(folder: Path, files: dict[str, str], rule: str) -> list[Finding]:
    """Write the files of a history and return the findings of one rule."""
    for name, text in files.items():
        (folder / name).write_text(text)
    return lint_paths([folder], platform("supabase"), selection=build_selection("supabase", select=[rule]))


def places(found: list[Finding]) -> list[tuple[str, int]]:
    """Return the file names and lines of findings."""
    return [(Path(finding.file).name, finding.line) for finding in found]


@pytest.mark.parametrize("rule", ["require-lock-timeout", "require-statement-timeout"])
def test_timeouts(tmp_path: Path, rule: str) -> None:
    """A folder that never sets a timeout has one finding; after a file that sets it, each file without it has one."""
    alters = [f"ALTER TABLE public.old ALTER COLUMN total_{number} SET NOT NULL;" for number in range(7)]
    files = {f"{number:03}_a.sql": alters[number] for number in range(1, 6)}
    found = findings(tmp_path, files, rule)
    assert [("001_a.sql", 1)] == places(found)
    assert "002_a.sql:1" in found[0].message
    files["004_a.sql"] = f"SET {rule[8:].replace('-', '_')} = '5s';\n{alters[4]}"
    files["006_a.sql"] = alters[6]
    assert [("001_a.sql", 1), ("005_a.sql", 1), ("006_a.sql", 1)] == places(findings(tmp_path, files, rule))


@pytest.mark.parametrize(
    ("rule", "column"),
    [
        ("prefer-text-field", "varchar(20)"),
        ("ban-char-field", "char(20)"),
        ("prefer-timestamp-tz", "timestamp"),
        ("prefer-jsonb", "json"),
    ],
)
def test_types(tmp_path: Path, rule: str, column: str) -> None:
    """A type is reported once for a table, with the columns of the first statement and the places of the others."""
    files = {
        "001_a.sql": f"CREATE TABLE a (x {column}, y {column});\nCREATE TABLE b (x {column});",
        "002_a.sql": f"ALTER TABLE a ADD z {column};",
    }
    found = findings(tmp_path, files, rule)
    assert [("001_a.sql", 1), ("001_a.sql", 2)] == places(found)
    assert "x and y of a" in found[0].message
    assert "002_a.sql:1" in found[0].message


def test_grants_of_a_dump(tmp_path: Path) -> None:
    """The grants of one table to several roles are one finding."""
    grants = (
        "GRANT ALL ON TABLE a TO anon;\nGRANT ALL ON TABLE a TO authenticated;\nGRANT ALL ON TABLE b TO anon;"
    )
    files = {"001_a.sql": f"CREATE TABLE a (); CREATE TABLE b ();\n{grants}"}
    assert [("001_a.sql", 2), ("001_a.sql", 4)] == places(findings(tmp_path, files, "truncate-granted"))


def test_calls_of_a_policy(tmp_path: Path) -> None:
    """The calls of one policy are one finding that names them; the calls of an ALTER POLICY are another."""
    text = """CREATE TABLE a (u uuid, v text);
CREATE POLICY p ON a USING (auth.uid() = u OR auth.jwt() ->> 'x' = v) WITH CHECK (auth.uid() = u);
CREATE POLICY q ON a USING (true) WITH CHECK (auth.uid() = u);
ALTER POLICY q ON a USING (auth.role() = v);"""
    found = findings(tmp_path, {"001_a.sql": text}, "auth-rls-initplan")
    assert [("001_a.sql", 2), ("001_a.sql", 3), ("001_a.sql", 4)] == places(found)
    assert "auth.uid() and auth.jwt() (3 calls) run once per row of a" in found[0].message


def test_long_names(tmp_path: Path) -> None:
    """A long name is reported once, as a warning if another name becomes the same."""
    text = f"CREATE TABLE {LONG} ();\nCOMMENT ON TABLE {LONG.upper()} IS 'x';\nDROP TABLE {LONG};"
    found = findings(tmp_path, {"001_a.sql": text}, "identifier-too-long")
    assert [(("001_a.sql", 1), Level.INFO)] == [(*places([finding]), finding.level) for finding in found]
    text += f"\nCREATE TABLE {LONG}_too ();"
    found = findings(tmp_path, {"001_a.sql": text}, "identifier-too-long")
    assert [(1, Level.WARNING), (4, Level.WARNING)] == [(finding.line, finding.level) for finding in found]
    assert f"and {LONG}_too as well" in found[0].message
