"""`schema-dsl dump`."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server


def test_dump(run: Run, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The dump creates the schema in an empty database, and names the objects that it leaves out."""
    monkeypatch.chdir(tmp_path)
    with server.database() as one, server.database() as other:
        with contextlib.closing(one.connect()) as connection:
            connection.execute(
                "CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE notes (id int REFERENCES users, body text);"
                " ALTER TABLE notes ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON notes USING (id > 1);"
                " COMMENT ON TABLE notes IS 'Notés';"
                " CREATE TYPE kind AS (a int); CREATE TABLE typed OF kind"
            )
        done = run("dump", "--from", one.conninfo(), "--output", "schema.sql")
        assert (0, "wrote schema.sql\n") == (done.exit_code, done.stdout)
        omission = "table public.typed is of type public.kind"
        assert f"warning: {omission}\n" == done.stderr
        script = Path("schema.sql").read_text("utf-8")
        assert f"-- Not included:\n--   {omission}\n" in script
        assert script == run("dump", "--from", one.conninfo()).stdout
        assert 1 == run("dump", "--from", one.conninfo(), "--strict").exit_code
        with contextlib.closing(other.connect()) as connection:
            connection.execute(script.encode())
        left = run("diff", "--from", one.conninfo(), "--to", other.conninfo()).stdout
        assert ["! table public.typed is of type public.kind in"] == [
            line.partition(" database")[0] for line in left.splitlines()
        ]
