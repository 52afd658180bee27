"""Changes of columns, there and back: `generate` accepts its own SQL, and `verify` says what cannot come back."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

Change = Callable[..., str]


def table(name: str, columns: str, more: str = "") -> str:
    """Return the declaration of a table with a key."""
    return f'{name} = Table("{name}", columns=[Column("id", bigint, primary_key=True), {columns}]{more})\n'


FORCED = ", row_security=True, force_row_security=True"
DAYS = (
    'partition_by=by_range("day"), partitions=[Partition("early", values_from("2026-01-01", to="2026-07-01")),'
    ' Partition("others")]'
)
VISITS = (
    'visits = Table("visits", columns=[Column("day", date, not_null=True), Column("room", text){column}],'
    " {indexes} " + DAYS + ")\n"
)
CHILD = 'staff = Table("staff", inherits=people, columns=[Column("wage", integer)], {more})\n'
# The state before and after.
WRITTEN = {
    "a column of a partitioned table": (
        VISITS.format(column=', Column("host", text)', indexes='indexes=[Index("host")],'),
        VISITS.format(column="", indexes=""),
    ),
    "a column of a parent": (
        table("people", 'Column("born", date)')
        + CHILD.format(more='constraints=[PrimaryKey("id")], indexes=[Index("born")]'),
        table("people", 'Column("name", text)') + CHILD.format(more='constraints=[PrimaryKey("id")]'),
    ),
    "a key of more columns": (
        (
            'pairs = Table("pairs", columns=[Column("a", bigint, not_null=True), Column("b", bigint)],'
            ' constraints=[PrimaryKey("a")])\n'
        ),
        (
            'pairs = Table("pairs", columns=[Column("a", bigint, not_null=True), Column("b", bigint)],'
            ' constraints=[PrimaryKey(["a", "b"])])\n'
        ),
    ),
}
PROVEN = {
    "a new column with a check and a value for old rows": (
        table("notes", 'Column("a", text)'),
        table(
            "notes",
            'Column("a", text), Column("rank", smallint, not_null=True, check=between(1, 5), backfill=3)',
        ),
        "rollback",
    ),
    "a serial column that becomes an identity column": (
        'bills = Table("bills", columns=[Column("a no", Type("smallserial"), primary_key=True)])\n',
        'bills = Table("bills", columns=[Column("a no", integer, primary_key=True, identity="always")])\n',
        "matches",
    ),
    "an identity column with other bounds": (
        table("notes", 'Column("n", bigint, identity="always")'),
        table(
            "notes",
            'Column("n", bigint, identity="always", sequence=SequenceOptions(start=900, minimum=900))',
        ),
        "matches",
    ),
    "a renamed column that becomes NOT NULL": (
        table("notes", 'Column("a", text)'),
        table("notes", 'Column("b", text, not_null=True, renamed_from="a")'),
        "locks",
    ),
    "a named NOT NULL that goes": (
        table("notes", 'Column("a", text, not_null=True, not_null_name="has a")'),
        table("notes", 'Column("a", text)'),
        "rollback",
    ),
    "a column with a named NOT NULL that goes": (
        table("notes", 'Column("a", text, not_null=True, not_null_name="has a"), Column("b", text)'),
        table("notes", 'Column("b", text)'),
        "rollback",
    ),
    "a condition of a domain that children have": (
        'short = Domain("short", text)\n'
        + table("people", 'Column("name", short)')
        + CHILD.format(more='constraints=[PrimaryKey("id")]'),
        'short = Domain("short", text, check=max_length(20))\n'
        + table("people", 'Column("name", short)')
        + CHILD.format(more='constraints=[PrimaryKey("id")]'),
        "locks",
    ),
    "a local time of another zone than that of the session": (
        table("notes", 'Column("at", timestamp, not_null=True)'),
        table("notes", """Column("at", timestamptz, not_null=True, using="at AT TIME ZONE 'Asia/Tokyo'")"""),
        "rollback",
    ),
    "a day that becomes its start in a zone": (
        table("notes", 'Column("day", date)'),
        table("notes", """Column("day", timestamptz, using="day::timestamp AT TIME ZONE 'Asia/Tokyo'")"""),
        "rollback",
    ),
    "a new NOT NULL column without values, of a table that hides rows from its owner": (
        table("notes", 'Column("a", text)', FORCED),
        table("notes", 'Column("a", text), Column("b", text, not_null=True)', FORCED),
        "locks",
    ),
    "a column that becomes NOT NULL, of a table that hides rows from its owner": (
        table("notes", 'Column("a", text)', FORCED),
        table("notes", 'Column("a", text, not_null=True)', FORCED),
        "locks",
    ),
    "a shorter text, of a table that hides rows from its owner": (
        table("notes", 'Column("a", text)', FORCED),
        table("notes", 'Column("a", varchar(4))', FORCED),
        "locks",
    ),
    "a dropped column, beside an index that is built concurrently": (
        table("notes", 'Column("a", text), Column("b", text)'),
        table("notes", 'Column("a", text)', ', indexes=[Index("a")]'),
        "matches",
    ),
    "a domain of a shorter type": (
        'short = Domain("short", varchar(10))\nname = Domain("name", short)\n'
        + table("people", 'Column("name", name)'),
        'short = Domain("short", varchar(5))\nname = Domain("name", short)\n'
        + table("people", 'Column("name", name)'),
        "rollback",
    ),
    "partitions of a new table with a reference": (
        table("hosts", 'Column("a", text)'),
        table("hosts", 'Column("a", text)')
        + VISITS.format(
            column=', Column("host", bigint, references=hosts)', indexes='indexes=[Index("host")],'
        ),
        "locks",
    ),
}
UNPROVEN = {
    "text that is split": (
        table("notes", 'Column("tags", text)'),
        table("notes", """Column("tags", array(text), using="string_to_array(tags, ',')")"""),
        "the values of column tags of public.notes, which using= converted",
    ),
    "an amount in other units": (
        table("notes", 'Column("price", numeric(4, 2), not_null=True)'),
        table("notes", 'Column("price", bigint, not_null=True, using="price * 100")'),
        "the values of column price of public.notes, which using= converted",
    ),
    "a time that becomes a day": (
        table("notes", 'Column("at", timestamptz, not_null=True)'),
        table("notes", """Column("at", date, not_null=True, using="(at AT TIME ZONE 'Asia/Tokyo')::date")"""),
        "the values of column at of public.notes, which using= converted",
    ),
    "json that is read": (
        table("notes", 'Column("meta", json, not_null=True)'),
        table("notes", 'Column("meta", jsonb, not_null=True)'),
        "the spelling of the values of column meta of public.notes",
    ),
    "text that is read": (
        table("notes", 'Column("done", text, not_null=True)'),
        table("notes", 'Column("done", boolean, not_null=True)'),
        "the spelling of the values of column done of public.notes",
    ),
}


@pytest.fixture
def change(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Change:
    """Return a function that generates two states of the definitions, and returns the last output."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "definitions").mkdir()
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def generate(*states: str, allow: str = "data-loss:public.nothing") -> str:
        output = ""
        for state in states:
            (tmp_path / "definitions" / "a.py").write_text(f"from schema_dsl import *\n{state}")
            done = run("generate", "--drop", "--rollback", "--allow", allow)
            assert 0 == done.exit_code, done.output
            output = done.output
        return output

    return generate


@pytest.mark.parametrize("name", WRITTEN)
def test_written(change: Change, name: str) -> None:
    """The rollback is written."""
    change(*WRITTEN[name])
    assert 2 == len(list(Path("generated").glob("*_rollback.sql")))


@pytest.mark.parametrize("name", PROVEN)
def test_proven(run: Run, change: Change, name: str) -> None:
    """The proof of the change holds."""
    before, after, proof = PROVEN[name]
    change(before, after)
    done = run("verify", "--only", proof)
    assert 0 == done.exit_code, done.output
    assert "1 proven" in done.output


@pytest.mark.parametrize("name", UNPROVEN)
def test_unproven(run: Run, change: Change, name: str) -> None:
    """Values that no rollback can restore are named, and are no failure."""
    before, after, sentence = UNPROVEN[name]
    change(before, after)
    done = run("verify", "--only", "rollback")
    assert 0 == done.exit_code, done.output
    assert f"not tried: the rollback does not restore {sentence}" in " ".join(done.output.split())


def test_allowed_loss(run: Run, change: Change) -> None:
    """A NOT NULL column whose loss was allowed comes back where the table has no rows."""
    before, after = (
        table("notes", 'Column("a", text, not_null=True), Column("b", text)'),
        table("notes", 'Column("b", text)'),
    )
    change(before, after, allow="data-loss:public.notes.a")
    done = run("verify", "--only", "rollback")
    assert 0 == done.exit_code, done.output
    assert "fixture rows of public.notes left out" in " ".join(done.output.split())


def test_key_under_a_reference(change: Change) -> None:
    """A key that moves to another column leaves no warning about its former index."""
    key = 'Column("code", text, not_null=True, unique=True)'
    users = 'users = Table("users", columns=[Column("n", bigint, primary_key=True),'
    before = (
        table("notes", key) + f"{users} Column('note', bigint, references=notes)], indexes=[Index('note')])\n"
    )
    after = (
        'notes = Table("notes", columns=[Column("id", bigint), Column("code", text, primary_key=True)],'
        ' constraints=[Unique("id")])\n'
        f"{users} Column('note', bigint, references=Reference('notes', 'id'))], indexes=[Index('note')])\n"
    )
    assert "duplicate-index" not in change(before, after)


def test_lint_of_a_rollback(run: Run, change: Change) -> None:
    """Lint reports what a rollback restores only where somebody edited the file."""
    entries = 'entries = Table("entries", columns=[Column("number", integer, not_null=True)])\n'
    change(entries + table("notes", 'Column("a", text)'), table("notes", 'Column("a", text)'))
    (rollback,) = Path("generated").glob("002*_rollback.sql")
    text = rollback.read_text("utf-8")
    assert "no findings" in run("lint", "--since", "2", "--fail-on", "info").output
    rollback.write_text(text.replace("integer NOT NULL", "integer  NOT NULL"), "utf-8")
    assert "no-primary-key" in run("lint", "--since", "2").output
