"""`schema-dsl generate` and `verify` with `renamed_from=`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

Declare = Callable[[str], None]

OLD = 'notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("label", text)])\n'
NEW = (
    'notes = Table("remarks", renamed_from="notes", columns=[Column("id", bigint, primary_key=True),'
    ' Column("title", text, renamed_from="label"), Column("more", text)])\n'
)


@pytest.fixture
def declare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Declare:
    """Return a function that writes the definitions of a vanilla project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def write(text: str) -> None:
        (tmp_path / "definitions" / "notes.py").write_text(f"from schema_dsl import *\n{text}")

    return write


def test_renamed(run: Run, declare: Declare) -> None:
    """Names are changed and nothing is dropped; the rollback changes them back; verify agrees; then nothing is due."""
    declare(OLD)
    run("generate")
    declare(NEW)
    done = run("generate", "--rollback", "--name", "remarks")
    assert 0 == done.exit_code, done.output
    assert "note:" not in done.stderr
    text = Path("generated/002_remarks.sql").read_text()
    assert "ALTER TABLE public.notes RENAME TO remarks;" in text
    assert "ALTER TABLE public.remarks RENAME COLUMN label TO title;" in text
    assert "ALTER TABLE public.remarks RENAME CONSTRAINT notes_pkey TO remarks_pkey;" in text
    assert "DROP" not in text
    assert "RENAME TO notes;" in Path("generated/002_remarks_rollback.sql").read_text()
    only = ("matches", "locks", "rollback")
    assert "renaming-" not in run("lint").output
    Path("generated/002_remarks.sql").write_text(f"{text}-- edited\n")
    assert "renaming-table" in run("lint").output
    Path("generated/002_remarks.sql").write_text(text)
    verified = run("verify", *(part for name in only for part in ("--only", name)))
    assert 0 == verified.exit_code, verified.output
    assert "up to date" in run("generate").output
    declare(NEW.replace('"more", text', '"more", text, comment="c"'))
    stale = [
        line for line in run("generate", "--stdout").stderr.splitlines() if "has no effect any more" in line
    ]
    assert 2 == len(stale)
    assert stale[1].startswith(
        'note: renamed_from="label" of column title of public.remarks has no effect any more'
    )
    assert stale[1].endswith("notes.py:2")


@pytest.mark.parametrize(
    ("wanted", "renamed", "created"),
    [
        (NEW.replace('"more"', '"label"'), "column title of public.remarks to label", "column label"),
        (f"{NEW}others = {OLD.split(' = ')[1]}", "table public.remarks to notes", "table notes"),
    ],
)
def test_former_name_of_a_new_object(
    run: Run, declare: Declare, wanted: str, renamed: str, created: str
) -> None:
    """A new object may get the former name; the rollback is then refused with a remedy."""
    declare(OLD)
    run("generate")
    declare(wanted)
    assert 0 == run("generate").exit_code
    done = run("generate", "--rollback")
    assert 2 == done.exit_code, done.output
    assert (
        f"the rollback cannot rename {renamed}: the migration also creates another {created}\n" in done.output
    )
    assert "Rename in one migration, and create the new one in the next." in done.output
    proven = run("verify", "--only", "rollback")
    assert 0 == proven.exit_code, proven.output
    assert f"rollback: not tried: the rollback cannot rename {renamed}" in proven.output


def test_changed_parts(run: Run, declare: Declare) -> None:
    """A part with a default name that changes together with its table and column replaces the former one."""
    text = """
groups = Table("groups", columns=[Column("id", bigint, primary_key=True)])
notes = Table(
    "{table}",
    {renamed}columns=[
        Column("id", bigint, primary_key=True),
        Column("{column}", text, check=max_length({length}){former}),
        Column("group_id", bigint, references=groups, on_delete="{action}"),
    ],
    indexes=[Index("{column}", method="{method}")],
)
"""
    declare(
        text.format(
            table="notes", renamed="", column="label", former="", length=50, action="cascade", method="btree"
        )
    )
    run("generate")
    declare(
        text.format(
            table="remarks",
            renamed='renamed_from="notes", ',
            column="title",
            former=', renamed_from="label"',
            length=60,
            action="restrict",
            method="hash",
        )
    )
    done = run("generate", "--rollback")
    assert (0, False) == (done.exit_code, "--drop" in done.output), done.output
    verified = run(
        "verify", *(part for name in ("matches", "resumable", "rollback") for part in ("--only", name))
    )
    assert "3 proven" in verified.output, verified.output
    assert 0 == run("generate", "--check").exit_code


def test_backfill_of_a_renamed_column(run: Run, declare: Declare) -> None:
    """NULLs of a renamed column that a backfill replaces are named as not restored, and no failure."""
    declare(OLD)
    run("generate")
    declare(NEW.replace('renamed_from="label"', 'renamed_from="label", not_null=True, backfill="none"'))
    assert 0 == run("generate").exit_code
    done = run("verify", "--only", "rollback")
    assert 0 == done.exit_code, done.output
    assert "does not restore the NULLs of column label of public.notes, which backfill= filled" in done.output


MOODS = (
    'notes = Table("notes", columns=[Column("id", bigint, primary_key=True), Column("m", Type("public.mood")),'
    ' Column("several", Type("public.mood[]"))])\n'
)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('Column("m", Type("public.mood"))', 'Column("state", Type("public.mood"), renamed_from="m")'),
        ('public.mood[]"))]', 'public.mood[]"))], indexes=[Index("id")]'),
    ],
    ids=["renamed", "index"],
)
def test_removed_label(run: Run, declare: Declare, before: str, after: str) -> None:
    """A rollback that removes a label counts the values with it before it changes anything."""
    labels = "mood = Enum('mood', ['sad', 'o{k'])\n"
    declare(f"{labels}{MOODS}")
    assert 0 == run("generate").exit_code
    assert before in MOODS
    declare(f"{labels}{MOODS}".replace("'o{k'", "'o{k', 'a {new}'").replace(before, after))
    done = run("generate", "--name", "new", "--rollback")
    assert 0 == done.exit_code, done.output
    script = Path("generated/002_new_rollback.sql").read_text()
    for text in script.split("-- Postgres cannot remove or move a label", 1):
        assert "WHERE m::text IN ('a {new}')" in text
        assert "FROM pg_catalog.unnest(several::text[]) AS label WHERE label IN ('a {new}')" in text
    proven = run("verify", "--only", "rollback")
    assert 0 == proven.exit_code, proven.output
    assert "rollback: note: rows that only the new schema accepts stop the rollback" in proven.output


def test_not_guessed(run: Run, declare: Declare) -> None:
    """A new column beside a removed one of its type is pointed out with the line to write, and not a rename."""
    declare(OLD)
    run("generate")
    declare(OLD.replace("label", "title"))
    done = run("generate", "--stdout")
    assert "RENAME" not in done.stdout
    (note,) = [line for line in done.stderr.splitlines() if "much the same" in line]
    assert (
        "column label of public.notes is not in the definitions, and column title of public.notes is new"
        in note
    )
    assert 'write renamed_from="label" at ' in note
    assert note.endswith("notes.py:2")


def test_both_names_exist(run: Run, declare: Declare) -> None:
    """A former name beside an object of the new name renames nothing, and the note has a remedy."""
    declare(OLD.replace(")])", '), Column("title", text)])'))
    assert 0 == run("generate").exit_code
    declare(OLD.replace('"label", text', '"title", bigint, renamed_from="label", using="1"'))
    told = run("generate", "--stdout").stderr
    assert 'note: renamed_from="label" of column title of public.notes has no effect at ' in told
    assert "both exist. Drop title in one migration, and rename in the next one" in told


def test_trigger_of_a_table_of_the_platform(run: Run, declare: Declare) -> None:
    """A trigger that only the owner of its table may rename is refused at its line, with the other way."""
    declare(OLD)
    Path("pyproject.toml").write_text(Path("pyproject.toml").read_text().replace("vanilla", "supabase"))
    text = (
        'log = Function("log", body="BEGIN RETURN NEW; END", set={{"search_path": ""}}, execute=[])\n'
        'users = Table("users", schema="auth", existing=[Column("id", uuid, primary_key=True)], triggers=[\n'
        '  Trigger("{}", log, timing="after", events="insert"{})])\n'
    )
    declare(text.format("signed up", ""))
    assert 0 == run("generate").exit_code
    declare(text.format("new user", ', renamed_from="signed up"'))
    done = run("generate")
    assert 2 == done.exit_code, done.output
    assert (
        "notes.py:4: trigger signed up of auth.users cannot be renamed to new user: must be owner"
        in done.output
    )
    assert "Remove renamed_from=" in done.output


def test_other_schema(run: Run, declare: Declare) -> None:
    """The note about a table in another schema has the statement that moves it, which generate then accepts."""
    archive = 'archive = Schema("archive")\n'
    declare(f"{archive}{OLD}")
    assert 0 == run("generate").exit_code
    moved = OLD.replace("columns=", 'schema="archive", columns=')
    for text, more in ((moved, ""), (moved.replace('"notes"', '"Old"'), ', and write renamed_from="notes"')):
        declare(f"{archive}{text}")
        done = run("generate", "--stdout")
        (note,) = [line for line in done.stderr.splitlines() if "much the same" in line]
        statement = "ALTER TABLE public.notes SET SCHEMA archive;"
        assert f"write {statement} in a migration by hand before this one{more}" in note
    Path("generated/002_move.sql").write_text(statement, "utf-8")
    declare(f"{archive}{moved}")
    assert 0 == run("generate", "--check").exit_code
