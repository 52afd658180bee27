"""`schema-dsl introspect`."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Database


@pytest.fixture
def dsn(empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The connection string of a small database, in a folder without settings."""
    monkeypatch.chdir(tmp_path)
    with contextlib.closing(empty.connect()) as connection:
        connection.execute(
            "CREATE TABLE notes (id int PRIMARY KEY, body text); CREATE POLICY p ON notes USING (true);"
            " CREATE POLICY q ON notes USING (true);"
            " CREATE CONVERSION own FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8"
        )
    return empty.conninfo()


class TestIntrospect:
    """The contents of a database."""

    def test_summary(self, run: Run, dsn: str) -> None:
        """The summary has the number of objects of each kind, and names objects that cannot be declared."""
        done = run("introspect", "--from", dsn)
        assert 0 == done.exit_code
        assert "public\n  2 columns\n  2 policies\n  1 primary key\n  1 table\n6 objects\n" == done.stdout
        assert (
            "warning: conversion public.own is of a kind that the definitions cannot declare\n" == done.stderr
        )

    def test_json(self, run: Run, dsn: str) -> None:
        """JSON has each object with its identity and attributes, and the objects that cannot be declared."""
        found = json.loads(run("introspect", "--from", dsn, "--format", "json").stdout)
        assert {
            "kind": "column",
            "schema": "public",
            "table": "notes",
            "name": "body",
            "type": "text",
        }.items() <= next(each for each in found["objects"] if each["name"] == "body").items()
        assert [{"kind": "conversion", "schema": "public", "name": "own"}] == found["unmodelled"]

    def test_strict(self, run: Run, dsn: str) -> None:
        """With --strict, something that cannot be declared is a finding."""
        assert 1 == run("introspect", "--from", dsn, "--strict").exit_code

    def test_secrets(self, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """No message shows the password of a connection string, whether it is understood or not."""
        monkeypatch.chdir(tmp_path)
        for text in (
            "postgresql://me:hunter2@127.0.0.1:1/x",
            "me:hunter2@host",
            "postgresql://me:hun@ter2@h/x",
        ):
            done = run("introspect", "--from", text)
            assert 2 == done.exit_code
            assert "hunter2" not in done.output
            assert "ter2" not in done.output
