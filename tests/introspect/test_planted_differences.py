"""Tests that compare finds manual changes of a database."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from declared import CLIENTS, apply, catalog

from schema_dsl import (
    Access,
    Check,
    Column,
    Function,
    Index,
    Policy,
    Reference,
    SequenceOptions,
    Table,
    Trigger,
    Type,
    before_update,
    integer,
    may,
    now,
    one_of,
    text,
    timestamptz,
    uuid,
)
from schema_dsl.introspect import canonicalize, compare, describe, introspect
from schema_dsl.postgres import Connection

_touch = Function("touch")

NOTES = Table(
    "notes",
    comment="What people write.",
    columns=[
        Column("id", uuid, primary_key=True),
        Column("owner", uuid, not_null=True),
        Column("parent", uuid, references=Reference("notes"), on_delete="cascade"),
        Column("state", text, default="new", check=one_of("new", "old"), comment="How it stands."),
        Column("count", integer),
        Column("at", timestamptz, default=now()),
        Column("amount", integer),
        Column("label", text),
        Column("number", integer, identity="always", sequence=SequenceOptions(start=7, increment=5)),
    ],
    constraints=[Check("count > 0", name="positive")],
    indexes=[Index("owner", where="state = 'new'"), Index("state", unique=True)],
    triggers=[
        before_update(_touch),
        Trigger("after_all", _touch, timing="after", events="delete", when="OLD.count > 1"),
    ],
    policies=[
        Policy("own", "select", to=["reader", 'The "Writer"'], using="owner = gen_random_uuid()"),
        Policy("all", to="reader", using="true", check="count > 1", comment="Everything."),
    ],
    access=Access(
        reader=may("select", "insert", rows="all"),
        **{CLIENTS[1]: may("update", rows="all", columns=["state"])},  # type: ignore[arg-type] # own= is not among them
    ),
)

# An existing table; the definitions declare one column and its check.
PLACES = Table(
    "places",
    existing=[Column("id", uuid, primary_key=True), Column("name", text)],
    columns=[Column("kind", text, default="house", check=one_of("house", "hut"))],
)

_BEFORE = """
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION public.other() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE places (id uuid PRIMARY KEY, name text NOT NULL DEFAULT 'x');
"""

Damaged = Callable[[str], Sequence[str]]


@pytest.fixture
def damaged(owner: Connection) -> Damaged:
    """Create the tables, run the given statements, and return the differences."""
    owner.execute(_BEFORE.encode())
    wanted = catalog(NOTES, PLACES)
    apply(owner, wanted)
    declared = canonicalize(owner, wanted)

    def run(statements: str) -> list[str]:
        owner.execute(statements.encode())
        return [describe(item) for item in compare(declared, introspect(owner))]

    return run


_REPLACED = (
    "ALTER TABLE notes DROP CONSTRAINT notes_parent_fkey,"
    " ADD CONSTRAINT notes_parent_fkey FOREIGN KEY (parent) REFERENCES notes"
)
_CHECKED = "ALTER TABLE notes DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK"

PLANTED = {
    "nothing": ("SELECT 1", []),
    "missing table": ("DROP TABLE notes", ["table public.notes is declared but does not exist"]),
    "row security off": (
        "ALTER TABLE notes DISABLE ROW LEVEL SECURITY",
        ["table public.notes: row security is false, but true is declared"],
    ),
    "row security forced": (
        "ALTER TABLE notes FORCE ROW LEVEL SECURITY",
        ["table public.notes: force row security is true, but false is declared"],
    ),
    "comment of the table": (
        "COMMENT ON TABLE notes IS 'x'",
        ['table public.notes: comment is x, but "What people write." is declared'],
    ),
    "comment of a column": (
        "COMMENT ON COLUMN notes.state IS NULL",
        ['column state of public.notes: comment is none, but "How it stands." is declared'],
    ),
    "comment of a policy": (
        'COMMENT ON POLICY "all" ON notes IS NULL',
        ['policy all of public.notes: comment is none, but "Everything." is declared'],
    ),
    "default": (
        "ALTER TABLE notes ALTER state SET DEFAULT 'old'",
        ["column state of public.notes: default is \"'old'::text\", but \"'new'::text\" is declared"],
    ),
    "missing default": (
        "ALTER TABLE notes ALTER at DROP DEFAULT",
        ['column at of public.notes: default is none, but "now()" is declared'],
    ),
    "type": (
        "ALTER TABLE notes ALTER amount TYPE bigint",
        ["column amount of public.notes: type is bigint, but integer is declared"],
    ),
    "not null": (
        "ALTER TABLE notes ALTER owner DROP NOT NULL",
        ["column owner of public.notes: not null is false, but true is declared"],
    ),
    "missing column": (
        "ALTER TABLE notes DROP at",
        ["column at of public.notes is declared but does not exist"],
    ),
    "additional column": (
        "ALTER TABLE notes ADD more int",
        ["column more of public.notes exists but is not declared"],
    ),
    "collation": (
        'ALTER TABLE notes ALTER label TYPE text COLLATE "C"',
        ['column label of public.notes: collation is "C", but none is declared'],
    ),
    "storage": (
        "ALTER TABLE notes ALTER label SET STORAGE external, ALTER label SET COMPRESSION pglz",
        [
            (
                "column label of public.notes: storage is external, but none is declared;"
                " compression is pglz, but none is declared"
            )
        ],
    ),
    "statistics": (
        "ALTER TABLE notes ALTER label SET STATISTICS 0, ALTER label SET (n_distinct = -0.5, n_distinct_inherited = 3)",
        [
            (
                "column label of public.notes: statistics is 0, but none is declared;"
                ' options is n_distinct "-0.5", n_distinct_inherited "3", but none is declared'
            )
        ],
    ),
    "numbers of an identity": (
        "ALTER TABLE notes ALTER number SET START 3 SET INCREMENT 1 SET CACHE 10",
        [
            "column number of public.notes: sequence is start 3, cache 10, but start 7, increment 5 is declared"
        ],
    ),
    "missing key": (
        "ALTER TABLE notes DROP CONSTRAINT notes_pkey CASCADE; ALTER TABLE notes ALTER id SET NOT NULL",
        [
            "primary key notes_pkey of public.notes is declared but does not exist",
            "foreign key notes_parent_fkey of public.notes is declared but does not exist",
        ],
    ),
    "additional unique": (
        "ALTER TABLE notes ADD CONSTRAINT one UNIQUE (count)",
        ["unique one of public.notes exists but is not declared"],
    ),
    "foreign key's action": (
        f"{_REPLACED} ON DELETE SET NULL",
        ['foreign key notes_parent_fkey of public.notes: on delete is "set null", but cascade is declared'],
    ),
    "foreign key not valid": (
        f"{_REPLACED} ON DELETE CASCADE NOT VALID",
        ["foreign key notes_parent_fkey of public.notes: validated is false, but true is declared"],
    ),
    "foreign key deferred": (
        f"{_REPLACED} ON DELETE CASCADE DEFERRABLE",
        ["foreign key notes_parent_fkey of public.notes: deferrable is true, but false is declared"],
    ),
    "foreign key with MATCH FULL": (
        f"{_REPLACED} MATCH FULL ON DELETE CASCADE",
        ["foreign key notes_parent_fkey of public.notes: match full is true, but false is declared"],
    ),
    "check weaker": (
        f"{_CHECKED} (count >= 0)",
        ['check positive of public.notes: expression is "(count >= 0)", but "(count > 0)" is declared'],
    ),
    "check not valid": (
        f"{_CHECKED} (count > 0) NOT VALID",
        ["check positive of public.notes: validated is false, but true is declared"],
    ),
    "check of an existing table": (
        "ALTER TABLE places DROP CONSTRAINT places_kind_check",
        ["check places_kind_check of public.places is declared but does not exist"],
    ),
    "additional exclusion": (
        "ALTER TABLE notes ADD CONSTRAINT apart EXCLUDE USING hash (state WITH =)",
        ["exclusion apart of public.notes exists but is not declared"],
    ),
    "index without WHERE": (
        "DROP INDEX notes_owner_idx; CREATE INDEX notes_owner_idx ON notes (owner)",
        ["index notes_owner_idx of public.notes: where is none, but \"(state = 'new'::text)\" is declared"],
    ),
    "index's order": (
        "DROP INDEX notes_state_idx; CREATE UNIQUE INDEX notes_state_idx ON notes (state DESC)",
        ["index notes_state_idx of public.notes: elements is state descending, but state is declared"],
    ),
    "index not unique": (
        "DROP INDEX notes_state_idx; CREATE INDEX notes_state_idx ON notes (state)",
        ["index notes_state_idx of public.notes: unique is false, but true is declared"],
    ),
    "additional index": (
        "CREATE INDEX more ON notes (count)",
        ["index more of public.notes exists but is not declared"],
    ),
    "index's options": (
        "ALTER INDEX notes_state_idx SET (fillfactor = 50)",
        ['index notes_state_idx of public.notes: parameters is fillfactor "50", but none is declared'],
    ),
    "trigger off": (
        "ALTER TABLE notes DISABLE TRIGGER touch",
        ["trigger touch of public.notes: enabled is disabled, but origin is declared"],
    ),
    "trigger's function": (
        "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON notes FOR EACH ROW EXECUTE FUNCTION other()",
        ["trigger touch of public.notes: function is public.other, but public.touch is declared"],
    ),
    "trigger's condition": (
        "CREATE OR REPLACE TRIGGER after_all AFTER DELETE ON notes FOR EACH ROW EXECUTE FUNCTION touch()",
        ['trigger after_all of public.notes: when is none, but "(old.count > 1)" is declared'],
    ),
    "trigger's events": (
        "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE OF state ON notes FOR EACH ROW EXECUTE FUNCTION touch()",
        ["trigger touch of public.notes: update of is state, but none is declared"],
    ),
    "additional trigger": (
        "CREATE TRIGGER more BEFORE INSERT ON notes EXECUTE FUNCTION touch()",
        ["trigger more of public.notes exists but is not declared"],
    ),
    "additional policy": (
        "CREATE POLICY evil ON notes USING (true)",
        ["policy evil of public.notes exists but is not declared"],
    ),
    "policy's role": (
        "ALTER POLICY own ON notes TO reader",
        ['policy own of public.notes: to is reader, but "The "Writer"", reader is declared'],
    ),
    "policy's condition": (
        "ALTER POLICY own ON notes USING (true)",
        ['policy own of public.notes: using is true, but "(owner = gen_random_uuid())" is declared'],
    ),
    "policy's check": (
        'ALTER POLICY "all" ON notes WITH CHECK (true)',
        ['policy all of public.notes: check is true, but "(count > 1)" is declared'],
    ),
    "policy restrictive": (
        """
        DROP POLICY own ON notes;
        CREATE POLICY own ON notes AS RESTRICTIVE FOR SELECT
            TO reader, "The ""Writer\""" USING (owner = gen_random_uuid())
        """,
        ["policy own of public.notes: permissive is false, but true is declared"],
    ),
    "missing grant": (
        "REVOKE INSERT ON notes FROM reader",
        ["reader has select on public.notes, but insert, select is declared"],
    ),
    "missing grants": (
        "REVOKE ALL ON notes FROM reader",
        ["reader has no privilege on public.notes, but insert, select is declared"],
    ),
    "additional grant": (
        "GRANT TRIGGER ON notes TO reader WITH GRANT OPTION",
        [
            "reader has insert, select, trigger with grant option on public.notes, but insert, select is declared",
        ],
    ),
    "missing grant on a column": (
        'REVOKE UPDATE (state) ON notes FROM "The ""Writer"""; GRANT UPDATE (count) ON notes TO "The ""Writer"""',
        ['The "Writer" has update (count) on public.notes, but update (state) is declared'],
    ),
    "grant to PUBLIC": (
        "GRANT SELECT ON notes TO PUBLIC",
        ["public has select on public.notes, but no privilege is declared"],
    ),
    "grant to an undeclared role": (
        "GRANT SELECT ON notes TO pg_monitor",
        ["pg_monitor has select on public.notes, but no privilege is declared"],
    ),
    "unlogged": (
        "ALTER TABLE notes SET UNLOGGED",
        ["table public.notes: unlogged is true, but false is declared"],
    ),
    "undeclared objects on an existing table": (
        """
        ALTER TABLE places ADD more int, ENABLE ROW LEVEL SECURITY, SET (fillfactor = 50);
        CREATE INDEX ON places (name);
        GRANT ALL ON places TO PUBLIC;
        COMMENT ON TABLE places IS 'x';
        CREATE POLICY theirs ON places USING (true);
        CREATE TABLE elsewhere (a int)
        """,
        [],
    ),
}


class TestPlantedDifferences:
    """The differences after a manual change."""

    @pytest.mark.parametrize("name", PLANTED)
    def test_found(self, damaged: Damaged, name: str) -> None:
        """Exactly the expected differences are found."""
        statements, expected = PLANTED[name]
        assert expected == damaged(statements)

    def test_invalid_index(self, damaged: Damaged, admin: Connection) -> None:
        """An invalid index, which a failed CREATE INDEX CONCURRENTLY leaves, is a difference."""
        admin.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'notes_state_idx'::regclass")
        assert ["index notes_state_idx of public.notes is not valid, which is not declared"] == damaged(
            "SELECT 1"
        )

    def test_access_not_stated(self, owner: Connection) -> None:
        """Privileges on a table without declared access are no differences."""
        wanted = catalog(Table("open", columns=[Column("a", Type("int"))]))
        apply(owner, wanted)
        owner.execute("GRANT ALL ON open TO reader")
        assert [] == compare(canonicalize(owner, wanted), introspect(owner))
