"""`schema-dsl generate` for changes that could lose data: its files, output and errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

_LOSS = "data-loss:public.parcels.weight"


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Callable[[str], None]:
    """Return a function that declares the columns of a table in a vanilla project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def write(columns: str) -> None:
        (tmp_path / "definitions" / "parcels.py").write_text(
            '"""Parcels."""\nfrom schema_dsl import *\n'
            f'parcels = Table("parcels", columns=[Column("id", bigint, primary_key=True), {columns}])\n'
        )

    return write


class TestLoss:
    """A change that may lose values is printed, guarded, and can be allowed by name."""

    def test_printed_and_allowed(self, run: Run, declare: Callable[[str], None], tmp_path: Path) -> None:
        """The note has the --allow to paste; with it, --amend keeps the loss and verify compares no lost value."""
        declare('Column("weight", numeric(8, 2))')
        assert 0 == run("generate").exit_code
        declare('Column("weight", integer)')
        told = run("generate", "--stdout")
        assert f"--allow {_LOSS}\n" in told.stderr
        assert "values do not fit (rows: %)" in told.stdout
        allowed = run("generate", "--name", "whole_weights", "--allow", _LOSS)
        assert (0, "wrote generated/002_whole_weights.sql") == (
            allowed.exit_code,
            allowed.stdout.splitlines()[-1],
        )
        assert "--allow" not in allowed.stderr
        text = (tmp_path / "generated" / "002_whole_weights.sql").read_text()
        assert f"-- schema-dsl: allows {_LOSS}\n" in text
        assert "values do not fit" not in text
        assert "ALTER COLUMN weight TYPE integer;" in text
        run("generate", "--amend")
        assert text == (tmp_path / "generated" / "002_whole_weights.sql").read_text()
        verified = run("verify", "--only", "rollback")
        assert 0 == verified.exit_code, verified.output
        assert f"may lose values of column weight of public.parcels (--allow {_LOSS})" in " ".join(
            verified.output.split()
        )

    def test_other_object(self, run: Run, declare: Callable[[str], None]) -> None:
        """Allowing the loss of one object does not allow another; the hazard without an object allows all."""
        declare('Column("weight", numeric(8, 2))')
        run("generate")
        declare('Column("weight", integer)')
        assert "do not fit" in run("generate", "--stdout", "--allow", "data-loss:public.parcels.id").stdout
        assert "do not fit" not in run("generate", "--stdout", "--allow", "data-loss").stdout

    def test_unknown_hazard(self, run: Run, declare: Callable[[str], None]) -> None:
        """A misspelled hazard is an error of usage, with the spelling."""
        declare('Column("weight", integer)')
        done = run("generate", "--allow", "data_loss")
        assert 2 == done.exit_code
        assert "Write data-loss" in done.output


class TestDrop:
    """A column that is no longer declared is reported every time, and dropped behind a guard."""

    def test_told_then_dropped(self, run: Run, declare: Callable[[str], None]) -> None:
        """--drop writes the guarded DROP, and --allow leaves the guard out."""
        declare('Column("legacy", text), Column("keep", text)')
        run("generate")
        declare('Column("keep", text)')
        for _ in range(2):
            assert "column legacy of public.parcels is not in the definitions" in run("generate").stderr
        told = run("generate", "--drop", "--stdout")
        assert 0 == told.exit_code, told.output
        assert "--allow data-loss:public.parcels.legacy\n" in told.stderr
        assert "because it has values (rows: %)" in told.stdout
        allowed = run("generate", "--drop", "--allow", "data-loss:public.parcels.legacy")
        assert 0 == allowed.exit_code, allowed.output
        text = (Path("generated") / "002_drop_legacy_from_parcels.sql").read_text()
        assert "ALTER TABLE IF EXISTS public.parcels DROP COLUMN IF EXISTS legacy;" in text
        assert "lost_rows" not in text

    def test_table(self, run: Run, declare: Callable[[str], None]) -> None:
        """A table that references another is reported, dropped behind a guard as one object, and verified."""
        declare('Column("keep", text)')
        labels = Path("definitions") / "labels.py"
        labels.write_text(
            "from schema_dsl import *\nfrom .parcels import parcels\n"
            'labels = Table("labels", columns=[Column("id", bigint, primary_key=True, identity="always"),'
            ' Column("parcel_id", bigint, references=parcels)], indexes=[Index("parcel_id")])\n'
        )
        run("generate")
        labels.unlink()
        for _ in range(2):
            told = run("generate").stderr
            assert ["public.labels"] == re.findall(r"note: table (\S+) is not in the definitions", told), told
            assert told.count("note:") == 1
        dropped = run("generate", "--drop", "--name", "drop_labels")
        assert "--allow data-loss:public.labels\n" in dropped.stderr
        text = (Path("generated") / "002_drop_labels.sql").read_text()
        assert 1 == text.count("DROP ")
        assert "cannot drop table public.labels because it is not empty (rows: %)" in text
        verified = run("verify", "--only", "matches", "--only", "locks")
        assert 0 == verified.exit_code, verified.output


class TestNotes:
    """`generate` says at which rows a migration stops."""

    def test_rows_that_no_allowance_permits(self, run: Run, declare: Callable[[str], None]) -> None:
        """Each kind of rows that a person has to correct is named, unless `backfill=` corrects it."""
        declare('Column("a", text), Column("b", text)')
        run("generate")
        declare('Column("a", text, not_null=True), Column("b", uuid), Column("c", text, not_null=True)')
        stops = "note: the migration stops, with the number of rows, at"
        for sentence in (
            f"{stops} the rows of public.parcels in which a is NULL\n",
            f"{stops} the values of column b of public.parcels that do not fit uuid\n",
            f"{stops} the rows of public.parcels, which have no value for column c\n",
        ):
            assert sentence in run("generate", "--stdout").stderr
        declare('Column("a", text), Column("b", uuid)')
        told = run("generate", "--stdout").stderr
        assert f"{stops} the values of column b of public.parcels that do not fit uuid\n" in told
        declare('Column("a", text, not_null=True, backfill="a"), Column("b", text)')
        assert "stops" not in run("generate").stderr


class TestRefusal:
    """A conversion that depends on the session, or that Postgres does not have, is refused before psql meets it."""

    def test_zone(self, run: Run, declare: Callable[[str], None]) -> None:
        """A change of timestamp to timestamptz requires the zone by `using=`, also for the rollback."""
        declare('Column("sent", timestamp)')
        run("generate")
        declare('Column("sent", timestamptz)')
        refused = run("generate")
        assert 2 == refused.exit_code
        assert "parcels.py:3" in refused.output
        assert "using=\"sent AT TIME ZONE 'UTC'\"" in refused.output
        declare('Column("sent", timestamptz, using="sent AT TIME ZONE \'Asia/Tokyo\'")')
        done = run("generate", "--rollback", "--stdout")
        assert (
            "ALTER COLUMN sent TYPE timestamp without time zone USING sent AT TIME ZONE 'Asia/Tokyo'"
            in done.stdout
        )


class TestSpelling:
    """A change of one attribute leaves the declared spelling of the type as it is."""

    def test_another_attribute(self, run: Run, declare: Callable[[str], None]) -> None:
        """A declared spelling that differs from the catalog's causes no change of the type."""
        kinds = ("varchar(20)", "numeric(8, 2)", "timestamptz", 'Type("int[]")', "array(varchar(3))")
        declare(", ".join(f'Column("c{number}", {kind})' for number, kind in enumerate(kinds)))
        run("generate")
        declare(", ".join(f'Column("c{number}", {kind}, comment="c")' for number, kind in enumerate(kinds)))
        text = run("generate", "--stdout").stdout
        assert 5 == text.count("COMMENT ON COLUMN")
        assert "ALTER TABLE" not in text


class TestHostileNames:
    """Names that a terminal or a CI system would obey."""

    def test_notes(self, run: Run, declare: Callable[[str], None]) -> None:
        """The notes of `generate`, and its refusals, escape them."""
        declare(r'Column("a\n::error::planted\x1b[31m", text)')
        assert 0 == run("generate").exit_code
        declare('Column("b", text)')
        done = run("generate", "--drop", "--allow", "data-loss:public.x\n::error::planted\x1b[31m")
        assert 5 == done.stderr.count("\n\\::error::planted\\x1b[31m")
        assert "\x1b" not in done.stderr
        assert "\n::" not in done.stderr


class TestReusedName:
    """A new object that gets the name of an undeclared one."""

    def test_needs_the_drop(self, run: Run, declare: Callable[[str], None]) -> None:
        """`generate` refuses it with both objects, and --drop makes a migration that can run again."""
        declare('Column("code", text, unique=True)')
        assert 0 == run("generate").exit_code
        declare('Column("code", text)], indexes=[Index("code", unique=True, name="parcels_code_key")')
        done = run("generate")
        assert 2 == done.exit_code
        assert "index parcels_code_key of public.parcels cannot be created" in done.output
        assert "unique parcels_code_key of public.parcels has its name" in done.output
        assert 0 == run("generate", "--drop").exit_code
        done = run("verify", "--only", "matches", "--only", "idempotent", "--only", "resumable")
        assert 0 == done.exit_code, done.output
        assert "0 failed" in done.output

    def test_privileges_of_another_kind(
        self, run: Run, declare: Callable[[str], None], tmp_path: Path
    ) -> None:
        """A view that becomes a materialized view leaves no privileges behind, also under default privileges."""
        declare('Column("code", text)')
        file = tmp_path / "definitions" / "parcels.py"
        text = f"""{file.read_text()}
reader, writer, boss = Role("reader"), Role("writer"), Role("boss", client=False)
later = DefaultPrivileges("tables", role=boss, schema="public", grants=[Grant("select", to=writer)])
numbers = View("numbers", "SELECT 1 AS number", select=[reader])
"""
        file.write_text(text)
        assert 0 == run("generate").exit_code
        file.write_text(text.replace("View(", "MaterializedView("))
        done = run("generate", "--drop")
        assert 0 == done.exit_code, done.output
