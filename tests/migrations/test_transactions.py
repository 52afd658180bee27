"""The decision whether the tool of a file runs it in one transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.migrations import Migration, read_history

INDEX = "CREATE INDEX CONCURRENTLY i ON t (a);"


def read(folder: Path, file: str, text: str, **beside: str) -> Migration:
    """Write a file, and files beside it, and return the migration."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    for name, content in beside.items():
        path.with_name(name.replace("__", ".")).write_text(content)
    (migration,) = read_history(folder).migrations
    return migration


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("001_a.sql", "SELECT 1;", False),
        ("001_a.sql", "-- +goose Up\nSELECT 1;", True),
        ("001_a.sql", "-- migrate:up\nSELECT 1;", True),
        ("001_a.sql", "SELECT 1;\n---- create above / drop below ----\n", True),
        ("1.sql", "-- !Ups\nSELECT 1;\n-- !Downs\nSELECT 2;", False),
        ("001_a.sql", "SELECT 1;\n-- //@UNDO\nSELECT 2;", True),
        ("001_a.sql", "SELECT 1;--> statement-breakpoint\nSELECT 2", True),
        ("20260101000000_a.sql", "SELECT 1;", True),
        ("20260101000000_a.sql", "-- no-transaction\nSELECT 1;", False),
        ("001_a.up.sql", "SELECT 1;", True),
        ("a/migration.sql", "SELECT 1;", True),
        ("1_a/up.sql", "SELECT 1;", True),
        ("001_a.sql", "--! Previous: -\n--! Hash: sha1:aa\n\nSELECT 1;", True),
        ("001_a.sql", "--! Previous: -\n--! Hash: sha1:aa\n--! no-transaction\n\nSELECT 1;", False),
        ("001_a.sql", "--liquibase formatted sql\n--changeset ann:1\nSELECT 1;", True),
        (
            "001_a.sql",
            "-- liquibase formatted sql\n\n--changeset ann:1 runInTransaction:false\nSELECT 1;",
            False,
        ),
        ("V1__a.sql", "SELECT 1;", True),
        ("V1__a.sql", INDEX, False),
        ("V1__a.sql", f"-- {INDEX}\nSELECT '{INDEX}'; /* VACUUM */", True),
        ("V1__a.sql", f"DO $$ BEGIN EXECUTE '{INDEX}'; END $$;", True),
    ],
)
def test_by_name_and_marks(tmp_path: Path, file: str, text: str, *, expected: bool) -> None:
    """The layout decides, unless a mark or a statement of the file does."""
    assert expected is read(tmp_path, file, text).in_transaction


def test_switch_of_diesel(tmp_path: Path) -> None:
    """The file metadata.toml of diesel turns the transaction off."""
    assert not read(
        tmp_path, "1_a/up.sql", INDEX, metadata__toml="run_in_transaction = false\n"
    ).in_transaction
    (tmp_path / "1_a" / "metadata.toml").write_text("# run_in_transaction = false\n")
    (migration,) = read_history(tmp_path).migrations
    assert migration.in_transaction


def test_switch_of_flyway(tmp_path: Path) -> None:
    """The file NAME.sql.conf of Flyway turns the transaction off."""
    path = tmp_path / "V1__a.sql"
    path.write_text("SELECT 1;")
    path.with_name("V1__a.sql.conf").write_text("encoding=UTF-8\nexecuteInTransaction=false\n")
    (migration,) = read_history(tmp_path).migrations
    assert not migration.in_transaction
