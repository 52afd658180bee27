"""Fixture rows that a migration with a change of columns or types keeps."""

from __future__ import annotations

import contextlib
import re

import attrs
from fixtures_plans import HEADER
from subjects import subject_of

from schema_dsl import (
    Column,
    Enum,
    Reference,
    Table,
    between,
    bigint,
    date,
    integer,
    max_length,
    named_type,
    numeric,
    one_of,
    smallint,
    sql,
    text,
    timestamp,
    timestamptz,
    uuid,
    varchar,
)
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.render import render
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.comparison.replay import compare_state_before
from schema_dsl.verify.fixtures.seed import seeded_database
from schema_dsl.verify.proofs.matches import PROOF
from schema_dsl.verify.snapshots.rows import snapshot_rows

NEW = Table("new", columns=[Column("id", bigint, primary_key=True)])
# The columns of a table before and after a change that some rows would make fail; the table has the name of the change.
_MOOD = "CREATE TYPE public.mood AS ENUM ('sad', 'calm');"
GRADE = Enum("grade", ["low", "high"])
FOLLOW_UPS: dict[str, tuple[list[Column], ...]] = {
    "a shorter text": ([Column("a", text)], [Column("a", text, check=max_length(3))]),
    "a range": ([Column("a", integer)], [Column("a", integer, check=between(3, 4))]),
    "a longer text": ([Column("a", text, check=max_length(3))], [Column("a", text, check=max_length(3000))]),
    "not null": ([Column("a", text)], [Column("a", text, not_null=True)]),
    "unique": ([Column("a", integer)], [Column("a", integer, unique=True)]),
    "a number for a text": ([Column("a", text)], [Column("a", integer)]),
    "a uuid for a text": ([Column("a", text, not_null=True)], [Column("a", uuid, not_null=True)]),
    "a moment for a text": ([Column("a", text)], [Column("a", timestamptz)]),
    "a reference": ([Column("a", bigint)], [Column("a", bigint, references=Reference("a reference"))]),
    "a smaller number": ([Column("a", bigint)], [Column("a", smallint)]),
    "another generated value": (
        [Column("a", integer), Column("b", bigint, generated=sql("a::bigint * 2"))],
        [Column("a", integer), Column("b", bigint, generated=sql("a::bigint * 3"))],
    ),
    "an enum that the migration creates": (
        [Column("a", text, not_null=True, default="low", check=one_of("low", "high"))],
        [Column("a", GRADE, not_null=True, default="low")],
    ),
    "no column": ([Column("a", integer), Column("b", text)], [Column("a", integer)]),
    # An enum of the baseline, which Postgres prints without its schema.
    "a check of two columns": tuple(
        [
            Column(
                "a",
                named_type("mood"),
                not_null=True,
                default=default,
                check=sql("a <> 'sad' OR id > 0"),
            )
        ]
        for default in ("sad", "calm")
    ),
    "another type in a check of two columns": tuple(
        [Column("a", kind, not_null=True, default="x", check=sql("a <> 'y' OR id > 0"))]
        for kind in (text, varchar(10))
    ),
    "other types in a check of two columns": tuple(
        [
            Column("a", number, not_null=True, check=sql("a > 0 AND b <> ''")),
            Column("b", kind, not_null=True),
        ]
        for number, kind in ((numeric(10, 2), text), (bigint, varchar(30)))
    ),
    "a whole number in a check of two columns": tuple(
        [Column("a", kind, not_null=True), Column("b", integer, not_null=True, check=sql("a > b AND b > 3"))]
        for kind in (numeric(10, 2), bigint)
    ),
    "identity": ([Column("a", integer, not_null=True)], [Column("a", integer, identity="always")]),
    "a smaller identity": tuple([Column("a", kind, identity="by default")] for kind in (bigint, integer)),
    "a smaller generated value": tuple(
        [Column("a", integer), Column("b", kind, generated=sql("a"))] for kind in (bigint, integer)
    ),
    **{
        f"{name} in a key": tuple(
            [
                Column("a", kind, not_null=True, unique=True),
                Column("b", kind, references=Reference(f"{name} in a key", "a")),
            ]
            for kind in kinds
        )
        for name, kinds in {
            "a smaller number": (bigint, integer),
            "a larger number": (integer, bigint),
            "a number": (text, bigint),
            "a text": (uuid, text),
            "a uuid": (text, uuid),
            "a shorter text": (text, varchar(3)),
            "a whole number": (numeric(10, 2), integer),
            "a day": (timestamp, date),
        }.items()
    },
}


class TestFollowUps:
    """The fixture rows are valid before and after a migration, so that a sound migration does not fail on them."""

    def test_sound(self, server: Server) -> None:
        """A migration with all changes is proven on rows of many kinds, and changes no other row."""
        before, after = (
            [
                Table(
                    name, columns=[Column("id", bigint, primary_key=True), *sides[side], Column("note", text)]
                )
                for name, sides in FOLLOW_UPS.items()
            ]
            for side in (0, 1)
        )
        vanilla = platform("vanilla")
        subject = attrs.evolve(
            subject_of(*after, GRADE, platform=vanilla),
            script="",
            baseline=f"{_MOOD}\n{subject_of(*before, platform=vanilla).script}",
        )
        with contextlib.ExitStack() as stack:
            base = stack.enter_context(Scratch(server, subject))
            script = render(compare_state_before(base).plan(drop=True), subject.wanted, HEADER)
            scratch = stack.enter_context(base.variant(script=script))
            found = PROOF.run(scratch)
            assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried)), (
                script
            )
            with seeded_database(scratch, "before") as database, database.connect() as connection:
                rows = snapshot_rows(connection)
            tables = {name: table for name, table in rows.items() if not table.is_sequence}
            assert {} == {name: table.count for name, table in tables.items() if table.count <= 10}
            deletes = "".join(f"\nDELETE FROM public.\"{name}\" WHERE note = '';" for name in FOLLOW_UPS)
            with scratch.variant(script=script + deletes) as variant:
                matches = [
                    re.match(r'public\."?([^"]+?)"? lost ', each) for each in PROOF.run(variant).failures
                ]
            assert sorted(FOLLOW_UPS) == sorted(match[1] if match else "" for match in matches)

    def test_rows_that_stop_the_migration(self, server: Server) -> None:
        """Rows at which the migration stops are left out, and named as not tried."""
        baseline = "CREATE TABLE public.old (id bigint PRIMARY KEY, a integer);"
        script = """
            DO $$ BEGIN IF EXISTS (SELECT FROM public.old WHERE a < 0) THEN
                RAISE check_violation USING MESSAGE = 'a is negative'; END IF; END $$;
        """
        subject = subject_of(NEW, platform=platform("vanilla"), baseline=baseline)
        with Scratch(server, attrs.evolve(subject, script=f"{subject.script}\n{script}")) as scratch:
            found = PROOF.run(scratch)
        (sentence,) = found.untried
        assert re.match(r"\d+ fixture rows? of public\.old left out, .*a is negative", sentence), sentence
