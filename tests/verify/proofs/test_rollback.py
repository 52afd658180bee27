"""The proof `rollback`: restored states, and data-loss guards."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import attrs
import pytest
from subjects import subject_of

from schema_dsl import (
    Access,
    Column,
    Enum,
    Function,
    Policy,
    Table,
    Trigger,
    Type,
    View,
    bigint,
    boolean,
    integer,
    may,
    sql,
    text,
    uuid,
)
from schema_dsl.migrations import Migration
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.platforms import Platform, platform
from schema_dsl.postgres import Database, Server
from schema_dsl.render import Header, UndoneMigration, render, render_rollback
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.comparison.replay import compare_state_before
from schema_dsl.verify.proof import Outcome
from schema_dsl.verify.proofs.rollback import PROOF
from schema_dsl.verify.rollback import APPLY_MODES, load_rollback_script, try_data_loss, try_round_trip
from schema_dsl.verify.rollback.next_numbers import find_repeated_numbers
from schema_dsl.verify.rollback.reverse_plan import build_reverse_plan
from schema_dsl.verify.scripts.apply import ApplyError, apply_script

NAME = "034_engagement_system_rollback.sql"


def rollback_of(scratch: Scratch) -> str:
    """Render the rollback of a subject's migration."""
    subject = scratch.subject
    back = build_reverse_plan(scratch)
    undone = UndoneMigration(files=(subject.file,), text=subject.script)
    return render_rollback(
        back.plan, subject.wanted, undone, file=NAME, date="2026-01-01", not_restored=back.not_restored
    )


VANILLA = platform("vanilla")
HEADER = Header(file="034_made.sql", title="T", purpose="", date="2026-01-01", definitions="0" * 16)
TOUCH = "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
FORCED = Table(
    "forced",
    columns=[Column("held", integer, primary_key=True, identity="always"), Column("note", text)],
    row_security=True,
    force_row_security=True,
)
EXISTING = """
CREATE TABLE public.notes (
    id integer PRIMARY KEY,
    body text CHECK (body <> ''),
    there text DEFAULT 'before'
);
CREATE TABLE public.users (id integer PRIMARY KEY);
CREATE TYPE public.pair AS (a integer, b integer);
COMMENT ON TABLE public.notes IS 'As it was.';
GRANT SELECT, INSERT ON public.notes TO PUBLIC;
"""


def notes(*columns: Column, **more: Any) -> Table:
    """Declare columns and attributes of an existing table."""
    existing = [Column("id", integer, primary_key=True), Column("body", text)]
    return Table("notes", existing=existing, columns=columns, **more)


def proven(server: Server, subject: Subject) -> str:
    """Prove the rollback that would be generated, and return its text."""
    with Scratch(server, subject) as scratch:
        found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        return rollback_of(scratch)


class TestAnyMigration:
    """Rollbacks undo all changes and guard all data."""

    def test_policies_that_hide_rows_from_the_owner(self, server: Server) -> None:
        """An empty table with forced row level security is dropped without permission to lose data."""
        proven(server, subject_of(FORCED, platform=VANILLA))

    def test_columns(self, server: Server) -> None:
        """Values of columns of any type are guarded; default values and generated columns are not."""
        columns = [
            Column("document", Type("json")),
            Column("default_document", Type("json"), default={"a": 1}),
            Column("pair", Type("public.pair")),
            Column("price", Type("numeric(6,2)"), default=1),
            Column("code", Type("varchar(20)"), default="x"),
            Column("made_at", Type("timestamptz"), default=sql("now()")),
            Column("below", integer, default=-1),
            Column("held", boolean, not_null=True, default=False),
            Column("several", Type("integer[]"), default=sql("ARRAY[1, 2]")),
            Column("doubled", integer, generated=sql("id * 2")),
        ]
        subject = subject_of(notes(*columns), platform=VANILLA, baseline=EXISTING)
        with Scratch(server, subject) as scratch:
            found = PROOF.run(scratch)
            script = rollback_of(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert 9 == found.data["things"]
        assert "values of column doubled" not in script

    def test_tables_of_supabase(self, server: Server) -> None:
        """Triggers and policies on tables that the platform owns are dropped, as the hosted platform lets postgres."""
        tables = [
            Table(
                "users",
                schema="auth",
                existing=[Column("id", uuid, primary_key=True)],
                triggers=[Trigger("signed_up", Function("touch"), timing="after", events="insert")],
            ),
            Table(
                "objects",
                schema="storage",
                existing=[Column("id", uuid, primary_key=True), Column("owner", uuid)],
                policies=[
                    Policy("own", "select", to="authenticated", using="owner = (SELECT auth.uid())"),
                ],
            ),
        ]
        script = proven(server, subject_of(*tables, platform=platform("supabase"), baseline=TOUCH))
        assert "DROP TRIGGER IF EXISTS signed_up ON auth.users" in script
        assert "DROP POLICY IF EXISTS own ON storage.objects" in script

    def test_names_in_messages(self, server: Server) -> None:
        """A name that contains the placeholder of RAISE is printed unchanged."""
        table = Table("100 %s'", columns=[Column("%", integer)])
        with (
            Scratch(server, subject_of(table, platform=VANILLA)) as scratch,
            scratch.fresh("after") as database,
        ):
            script = rollback_of(scratch)
            with scratch.connect(database) as connection:
                connection.execute('INSERT INTO public."100 %s\'" VALUES (1)')
                with pytest.raises(
                    ApplyError,
                    match=re.escape('cannot drop table public."100 %s\'" because it is not empty (rows: 1)'),
                ):
                    apply_script(connection, script, NAME)

    def test_replaced_objects_are_restored(self, server: Server) -> None:
        """The rollback restores earlier privileges and does not drop existing columns."""
        table = notes(
            Column("there", text, default="before"),
            Column("body_length", integer),
            access=Access(authenticated=may("select", rows="all")),
            comment="As it is now.",
        )
        baseline = EXISTING.replace("TO PUBLIC", "TO authenticated")
        subject = subject_of(table, platform=platform("supabase"), baseline=baseline)
        with Scratch(server, subject) as scratch:
            found = PROOF.run(scratch)
            text_of = rollback_of(scratch)
        assert (Status.UNPROVEN, ()) == (found.status, tuple(found.failures))
        # The privileges of existing tables depend on the default privileges of the project's creation date.
        limit = "privileges on existing tables under the old default privileges"
        assert [limit in found.untried[0], limit in text_of] == [True, True]
        assert "there" not in [line.split()[-1] for line in text_of.splitlines() if "DROP COLUMN" in line]
        assert "GRANT SELECT, INSERT ON TABLE public.notes TO authenticated" in text_of
        assert "'As it was.'" in text_of


def prove_change(
    server: Server,
    folder: Path,
    before: Sequence[SchemaObject],
    after: Sequence[SchemaObject],
    host: Platform = VANILLA,
) -> Outcome:
    """Run the proof for the migration from some objects to others."""
    earlier = folder / "033_first.sql"
    earlier.write_text(subject_of(*before, platform=host).script, "utf-8")
    subject = attrs.evolve(subject_of(*after, platform=host), earlier=(Migration(earlier, 33, "first"),))
    with Scratch(server, subject) as scratch:
        script = render(compare_state_before(scratch).plan(drop=True), subject.wanted, HEADER)
        with scratch.variant(script=script) as following:
            return PROOF.run(following)


@pytest.mark.parametrize("is_dropped", [False, True], ids=["replaced", "dropped"])
def test_default_privileges(server: Server, tmp_path: Path, *, is_dropped: bool) -> None:
    """Objects that the rollback creates again have their former privileges, and no default privileges."""

    def declare(*labels: str) -> tuple[SchemaObject, ...]:
        mood = Enum("mood", labels, usage=["authenticated"])
        functions = (
            Function(
                name,
                arguments=["a public.mood"],
                returns="text",
                language="sql",
                body="SELECT a::text",
                execute=execute,
            )
            # The privileges of the second one are those of the default privileges.
            for name, execute in (("f", ["authenticated"]), ("g", None))
        )
        return (
            mood,
            Table("t", columns=[Column("id", bigint, primary_key=True), Column("mood", mood)]),
            View("v", "SELECT id, mood FROM public.t", select=["authenticated"]),
            *functions,
        )

    before = declare("sad")
    after = before[:2] if is_dropped else declare("sad", "happy")
    found = prove_change(server, tmp_path, before, after, platform("supabase"))
    assert [] == list(found.failures)


@pytest.mark.parametrize(
    "types", [("integer", "numeric"), pytest.param(("numeric(6,2)", "integer"), marks=pytest.mark.full)]
)
def test_rounded_values(server: Server, tmp_path: Path, types: Sequence[str]) -> None:
    """A migration or rollback to a narrower type rounds values once the loss of data is allowed, and not before."""
    before, after = (
        Table("t", columns=[Column("id", bigint, primary_key=True), Column("n", Type(kind), not_null=True)])
        for kind in types
    )
    found = prove_change(server, tmp_path, [before], [after])
    assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))


@pytest.mark.parametrize("not_null", [False, pytest.param(True, marks=pytest.mark.full)])
def test_references_to_lost_rows(server: Server, tmp_path: Path, *, not_null: bool) -> None:
    """Rows that refer to a dropped table cannot fit the rollback of the migration; this is no failure."""
    parent = Table("p's", columns=[Column("k", text, primary_key=True)])
    referring, plain = (
        Table("c", columns=[Column("id", bigint, primary_key=True), column])
        for column in (
            Column("k", text, not_null=not_null, references=parent),
            Column("k", text, not_null=not_null),
        )
    )
    found = prove_change(server, tmp_path, [parent, referring], [plain])
    assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
    (note,) = (note for note in found.notes if "left out" in note)
    assert re.match(r"\d+ fixture rows? of public\.c left out, .* violates foreign key constraint", note)


class TestNextNumbers:
    """A row that is inserted after the migration or after its rollback gets a number that no row has."""

    BASELINE = """
        CREATE SEQUENCE public.numbers;
        CREATE TABLE public.tickets (id bigint PRIMARY KEY DEFAULT nextval('public.numbers'), note text);
    """
    UP = """
        ALTER TABLE public.tickets ALTER COLUMN id DROP DEFAULT;
        ALTER TABLE public.tickets ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
    """
    DOWN = """
        ALTER TABLE public.tickets ALTER COLUMN id DROP IDENTITY IF EXISTS;
        ALTER TABLE public.tickets ALTER COLUMN id SET DEFAULT nextval('public.numbers');
    """
    SETVAL = "SELECT setval({}, (SELECT 1 + coalesce(max(id), 0) FROM public.tickets), false);"

    def test_reported(self, server: Server) -> None:
        """A sequence that stays behind is reported, one that setval() moves is not, in both directions."""
        columns = [Column("id", bigint, primary_key=True, identity="always"), Column("note", text)]
        subject = subject_of(Table("tickets", columns=columns), platform=VANILLA, baseline=self.BASELINE)
        up = self.UP + self.SETVAL.format("pg_get_serial_sequence('public.tickets', 'id')")
        down = self.DOWN + self.SETVAL.format("'public.numbers'")
        with Scratch(server, subject) as scratch:
            for script, rollback, reported in (
                (up, down, ((), ())),
                (self.UP, self.DOWN, (("public.tickets_id_seq",), ("public.numbers", "public.numbers"))),
            ):
                with scratch.variant(script=script, rollback=rollback) as variant:
                    loaded = load_rollback_script(variant)
                    mode = next(iter(APPLY_MODES))
                    found = [
                        attempt(variant, loaded, mode, "").failures
                        for attempt in (try_round_trip, try_data_loss)
                    ]
                assert [len(names) for names in reported] == [len(sentences) for sentences in found], found
                for sentence, name in zip(chain(*found), chain(*reported), strict=True):
                    assert "the next number of column id of public.tickets is" in sentence
                    assert f"{name} with setval()" in sentence

    def test_sources(self, database: Database) -> None:
        """Identities and defaults count, upwards and downwards; other uses of a sequence do not."""
        with database.connect() as connection:
            connection.execute("""
                CREATE SEQUENCE up; CREATE SEQUENCE down INCREMENT -1; CREATE SEQUENCE round CYCLE;
                CREATE TABLE "a ""b" (
                    identity integer GENERATED BY DEFAULT AS IDENTITY,
                    up smallint DEFAULT nextval('up'),
                    down bigint DEFAULT nextval('down'),
                    round bigint DEFAULT nextval('round'),
                    other bigint DEFAULT 100 + nextval('up')
                );
                INSERT INTO "a ""b" DEFAULT VALUES;
            """)
            assert {} == find_repeated_numbers(connection)
            connection.execute('INSERT INTO "a ""b" VALUES (3, 4, -2, 5, 200)')
            found = find_repeated_numbers(connection)
            assert {
                "identity": "2, although a row already has 3",
                "up": "3, although a row already has 4",
            } == {
                column: sentence.partition(" is ")[2].partition(":")[0]
                for (_, _, column), sentence in found.items()
                if column != "down"
            }
            assert "is -2, although a row already has -2" in found["public", 'a "b', "down"]
