"""A declared backfill= is verified like the rest of a migration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

NOTES = """
from schema_dsl import Column, Table, bigint, text

notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("title", text{more})])
"""


@pytest.fixture
def migration(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """The migration that fills a column with NULLs and a new column, and makes both NOT NULL."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n", "utf-8"
    )
    new = 'Column("size", bigint, not_null=True, backfill=1'
    for more in ("", f', not_null=True, backfill="none"), {new}'):
        (tmp_path / "definitions" / "notes.py").write_text(NOTES.format(more=more), "utf-8")
        done = run("generate")
        assert done.exit_code == 0, done.output
    return next((tmp_path / "generated").glob("002_*.sql"))


def test_proven(run: Run, migration: Path) -> None:
    """The UPDATE of a backfill, and the rows that it fills, agree with the definitions."""
    assert "UPDATE public.notes\n        SET title = 'none'" in migration.read_text("utf-8")
    done = run("verify", "--only", "matches", "--only", "applies")
    assert done.exit_code == 0, done.output
    assert "2 proven" in done.output


@pytest.fixture
def removal(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Path:
    """The migration that removes a value of a check, and gives the rows with it another one."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n", "utf-8"
    )
    for more in (', check=one_of("a", "b", "c")', ', check=one_of("a", "c"), backfill="c"'):
        text = NOTES.replace("import Column", "import one_of, Column").format(more=more)
        (tmp_path / "definitions" / "notes.py").write_text(text, "utf-8")
        done = run("generate")
        assert done.exit_code == 0, done.output
    return next((tmp_path / "generated").glob("002_*.sql"))


def test_removed_value(run: Run, removal: Path) -> None:
    """The backfill of a removed value agrees with the definitions; the rollback names the lost values."""
    assert "SET title = 'c'" in removal.read_text("utf-8")
    done = run(
        "verify", "--only", "matches", "--only", "applies", "--only", "idempotent", "--only", "rollback"
    )
    assert done.exit_code == 0, done.output
    assert "3 proven, 0 failed" in done.output
    assert "does not restore the values of column title of public.notes" in " ".join(done.output.split())


def test_other_removed_values(run: Run, removal: Path) -> None:
    """A backfill that also replaces allowed values is a failure with the number of rows."""
    text = removal.read_text("utf-8")
    condition = "WHERE (title IN ('a', 'c')) IS FALSE"
    assert condition in text
    removal.write_text(text.replace(condition, "WHERE true"), "utf-8")
    done = run("verify", "--only", "matches")
    assert done.exit_code == 1
    assert "public.notes has changed values in title" in done.output


def test_rollback(run: Run, migration: Path) -> None:
    """The rollback names the NULLs that it does not restore, which are no failure."""
    assert migration.is_file()
    done = run("verify", "--only", "rollback")
    assert done.exit_code == 0, done.output
    assert "does not restore the NULLs of column title of public.notes" in " ".join(done.output.split())


def test_stale(run: Run, migration: Path) -> None:
    """Once its migration is written, backfill= has no effect any more, and generate says so at its line."""
    assert migration.is_file()
    definitions = Path("definitions") / "notes.py"
    text = definitions.read_text("utf-8")
    definitions.write_text(text.replace('Table("notes",', 'Table("notes", comment="Notes.",'), "utf-8")
    notes = [line for line in run("generate", "--stdout").stderr.splitlines() if "no effect any more" in line]
    assert [
        "note: backfill= of column title of public.notes has no effect any more: remove it at definitions/notes.py:4",
        "note: backfill= of column size of public.notes has no effect any more: remove it at definitions/notes.py:4",
    ] == notes


def test_other_values(run: Run, migration: Path) -> None:
    """A backfill that also replaces values other than NULL is a failure with the number of rows."""
    text = migration.read_text("utf-8")
    condition = "WHERE title IS NOT DISTINCT FROM NULL"
    assert condition in text
    migration.write_text(text.replace(condition, "WHERE true"), "utf-8")
    done = run("verify", "--only", "matches")
    assert done.exit_code == 1
    assert "public.notes has changed values in title" in done.output


AUDITED = """
from schema_dsl import *

record = Function(
    "record",
    returns="trigger",
    body="BEGIN INSERT INTO public.log (change) SELECT TG_OP{source}; RETURN NULL; END",
)
log = Table("log", columns=[Column("id", bigint, primary_key=True, identity="always"), Column("change", text)])
notes = Table(
    "notes",
    columns=[Column("id", bigint, primary_key=True), Column("title", text{more})],
    triggers=[Trigger("record", record, timing="after", events=["update"]{options})],
)
"""


@pytest.mark.parametrize("table", ["", "changed"])
def test_triggers(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server, table: str
) -> None:
    """Rows that triggers of the table write to other tables are a note, and those that the file writes a failure."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n", "utf-8"
    )
    for more in ("", '), Column("size", bigint, not_null=True, backfill=1'):
        options = f', for_each_row=False, new_table="{table}"' if table else ""
        text = AUDITED.format(more=more, options=options, source=table and f" FROM {table}")
        (tmp_path / "definitions" / "notes.py").write_text(text, "utf-8")
        done = run("generate", "--rollback")
        assert done.exit_code == 0, done.output
    names = ("matches", "idempotent", "resumable", "rollback")
    done = run("verify", *(option for name in names for option in ("--only", name)))
    assert done.exit_code == 0, done.output
    assert "4 proven" in done.output, done.output
    assert "triggers that a backfill fires change rows: public.log gained" in " ".join(done.output.split())
    script = next(path for path in (tmp_path / "generated").glob("002_*.sql") if "rollback" not in path.name)
    script.write_text(script.read_text("utf-8") + "INSERT INTO public.log (change) VALUES ('x');\n", "utf-8")
    done = run("verify", "--only", "matches")
    assert (1, True) == (done.exit_code, "public.log gained" in done.output), done.output
