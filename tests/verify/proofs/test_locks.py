"""The proof `locks` fails for statements with stronger effects than the plan allows."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import attrs
import pytest
from fixtures_plans import HEADER, World
from specimen_parts import catalog
from specimens import CHANGES
from subjects import subject_of

from schema_dsl import (
    Check,
    Column,
    Partition,
    Reference,
    Table,
    by_hash,
    by_range,
    gen_random_uuid,
    integer,
    text,
    uuid,
    values_from,
    values_modulo,
    varchar,
)
from schema_dsl.analysis.locks import LockMode
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.plan import Plan, choose_steps, plan
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.render import render, seal_text
from schema_dsl.runner import RUNNERS
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.observations.locks import MeasuredStatement, TableUse, measure_statements
from schema_dsl.verify.observations.planned_effects import (
    PlannedEffects,
    collect_effects,
    covers,
    replan_migration,
)
from schema_dsl.verify.proofs import locks as proof_module
from schema_dsl.verify.proofs.locks import PROOF

FILE = "034_engagement_system.sql"
PROFILES = "public.user_profiles"
TABLE = ("public", "user_profiles")
EMPTY = Catalog()
SINCE_15 = 150000


def failures(scratch: Scratch, script: str) -> Sequence[str]:
    """Run the proof on a script in place of the migration, and return the failures."""
    with scratch.variant(script=script) as other:
        return PROOF.run(other).failures


class TestProven:
    """Migrations whose effects on existing tables match the plan are proven."""

    def test_engagement(self, scratch: Scratch) -> None:
        """The report lists the statements with the strongest lock on each table."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.notes))
        effects = {(row[2], row[3], row[4]) for row in found.table[1:]}
        assert {
            ("auth.users", "ShareRowExclusiveLock", ""),
            (PROFILES, "AccessExclusiveLock", ""),
            (PROFILES, "ShareUpdateExclusiveLock", "scanned"),
            (PROFILES, "ShareUpdateExclusiveLock", ""),
        } == effects

    def test_volatile_default(self, server: Server) -> None:
        """A new column with a volatile default has the hazard of a table rewrite."""
        token = Column("token", uuid, default=gen_random_uuid(), comment="Secret.")
        notes = Table("notes", existing=[Column("id", integer)], columns=[token])
        subject = subject_of(
            notes, platform=platform("vanilla"), baseline="CREATE TABLE public.notes (id integer);"
        )
        with Scratch(server, subject) as scratch:
            found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert ("public.notes", "AccessExclusiveLock", "rewritten") == found.table[1][2:5]

    def test_later_migration(self, scratch: Scratch, tmp_path: Path) -> None:
        """The plan of a later migration starts from the state after the earlier migrations."""
        path = tmp_path / FILE
        path.write_text(scratch.subject.script, "utf-8")
        subject = attrs.evolve(
            scratch.subject,
            earlier=(Migration(path, 34, "engagement_system"),),
            file="035_next.sql",
            script="ALTER TABLE public.user_profiles DROP COLUMN magic_moment_at;\n"
            "DROP TABLE public.engagement_message_queue;",
        )
        with Scratch(scratch.server, subject) as following:
            found = PROOF.run(following)
        assert [
            (
                f"035_next.sql:1: ALTER TABLE {PROFILES} DROP COLUMN magic_moment_at takes AccessExclusiveLock on"
                f" {PROFILES}; the plan does not contain this statement"
            ),
            (
                "035_next.sql:2: DROP TABLE public.engagement_message_queue takes AccessExclusiveLock on"
                " auth.users; the plan does not contain this statement"
            ),
            (
                "035_next.sql:2: DROP TABLE public.engagement_message_queue takes AccessExclusiveLock on"
                " public.engagement_message_queue; the plan does not contain this statement"
            ),
        ] == sorted(found.failures)

    @pytest.mark.parametrize("part", ["table", "check"])
    def test_undeclared(self, server: Server, tmp_path: Path, part: str) -> None:
        """The plan of the migration does not drop what left the definitions, also if it was made again meanwhile."""
        note = Column("id", integer, primary_key=True)
        long, short = Column("body", text), Column("body", varchar(20))
        more = [Table("log", columns=[Column("note", integer, references=Reference("notes"))])]
        checks = [Check("(char_length(body) <= 10)", name="c")]
        extra = checks if part == "check" else []
        first, second, newest = (
            catalog(Table("notes", columns=columns, constraints=constraints), *tables)
            for columns, constraints, tables in (
                ([note, long, Column("old", text)], extra, more),
                ([note, short], extra, more),
                ([note, short], [], [] if part == "table" else more),
            )
        )
        path = tmp_path / "001_notes.sql"
        path.write_text(render(plan(EMPTY, first), first, HEADER), "utf-8")
        subject = attrs.evolve(
            subject_of(*newest.tables.values(), platform=platform("vanilla")),
            earlier=(Migration(path, 1, "notes"),),
            script=render(plan(first, second), second, HEADER),
        )
        with Scratch(server, subject) as scratch:
            found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))

    def test_other_version(self, scratch: Scratch) -> None:
        """A statement of an unedited file that this version writes in another way is judged by its tables."""
        script = seal_text(scratch.subject.script.replace("    ADD COLUMN", "\tADD COLUMN", 1))
        assert script != scratch.subject.script
        with scratch.variant(script=script) as other:
            found = PROOF.run(other)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert "this version of schema-dsl writes other statements than at " in found.notes[0]
        longer = failures(scratch, seal_text(script.replace(" NOT VALID", "")))
        assert 1 == len(longer)
        assert "and scans the table; the plan allows AccessExclusiveLock" in longer[0]


class TestMoreThanPlanned:
    """A stronger lock, a rewrite and a scan under a blocking lock are reported with their lines."""

    def test_check_added_valid(self, scratch: Scratch) -> None:
        """Without NOT VALID, the statement scans the table under a blocking lock and is not in the plan."""
        script = scratch.subject.script
        assert " NOT VALID" in script
        found = failures(scratch, script.replace(" NOT VALID", ""))
        assert 1 == len(found)
        assert (
            f"takes AccessExclusiveLock on {PROFILES} and scans the table; the plan does not contain this statement"
            in found[0]
        )

    @pytest.mark.parametrize(
        ("sql", "effects"),
        [
            (f"CREATE INDEX IF NOT EXISTS i ON {PROFILES} (id);", "ShareLock on {} and scans the table"),
            (f"LOCK TABLE {PROFILES} IN SHARE ROW EXCLUSIVE MODE;", "ShareRowExclusiveLock on {}"),
            (
                f"ALTER TABLE {PROFILES} ADD COLUMN IF NOT EXISTS token uuid DEFAULT gen_random_uuid();",
                "AccessExclusiveLock on {} and rewrites the table and scans the table",
            ),
            (
                f"ALTER TABLE {PROFILES} ALTER COLUMN id TYPE text;",
                "AccessExclusiveLock on {} and rewrites the table and scans the table",
            ),
            ("REINDEX INDEX public.user_profiles_pkey;", "AccessExclusiveLock on {} and scans the table"),
            (f"CREATE TABLE t (id uuid REFERENCES {PROFILES} (id));", "ShareRowExclusiveLock on {}"),
            (f"COMMENT ON TABLE {PROFILES} IS 'x';", None),
            (f"UPDATE {PROFILES} SET display_name = 'x';", None),
        ],
    )
    def test_by_hand(self, scratch: Scratch, sql: str, effects: str | None) -> None:
        """A statement outside the plan must not take any blocking lock."""
        found = failures(scratch, f"\n{sql}")
        words = sql.rstrip(";").split()
        excerpt = " ".join(words[:6]) + (" ..." if len(words) > 6 else "")
        expected = (
            []
            if effects is None
            else [
                f"{FILE}:2: {excerpt} takes {effects.format(PROFILES)}; the plan does not contain this statement"
            ]
        )
        assert expected == list(found)

    @pytest.mark.parametrize(
        ("template", "weaker", "failure"),
        [
            (
                "column/create",
                {"lock": "ShareUpdateExclusiveLock"},
                "AccessExclusiveLock on {}; the plan allows ShareUpdateExclusiveLock",
            ),
            ("column/create", {"lock": None}, "AccessExclusiveLock on {}; the plan allows no lock"),
            (
                "comment",
                {"lock": "RowShareLock", "scans": True},
                "ShareUpdateExclusiveLock on {}; the plan allows RowShareLock with a table scan",
            ),
        ],
    )
    def test_planned(
        self,
        scratch: Scratch,
        monkeypatch: pytest.MonkeyPatch,
        template: str,
        weaker: dict[str, Any],
        failure: str,
    ) -> None:
        """The proof compares the measured effects with the hazards of the plan."""

        def weakened(step: Step) -> Step:
            hazards = tuple(attrs.evolve(each, **weaker) for each in step.hazards)
            return attrs.evolve(step, hazards=hazards) if step.template == template else step

        def understated(of: Scratch) -> Plan:
            groups = (
                attrs.evolve(group, steps=tuple(map(weakened, group.steps)))
                for group in replan_migration(of).groups
            )
            return Plan(tuple(groups))

        monkeypatch.setattr(proof_module, "replan_migration", understated)
        found = PROOF.run(scratch)
        assert found.failures
        assert all(each.endswith(f" takes {failure.format(PROFILES)}") for each in found.failures)


class TestCovers:
    """One hazard must permit all measured effects on a table."""

    @pytest.mark.parametrize("lock", LockMode)
    def test_no_hazard(self, lock: LockMode) -> None:
        """Only lock modes that block reads or writes need a hazard."""
        assert (not lock.blocks) is covers([], TableUse(TABLE, lock.pg_locks_name))
        assert not covers([], TableUse(TABLE, lock.pg_locks_name, rewrites=True))

    def test_hazards_are_not_combined(self) -> None:
        """A hazard with a strong lock and a hazard with a weak lock and a scan permit no scan under the strong lock."""
        hazards = [
            Hazard(TABLE, "AccessExclusiveLock", ""),
            Hazard(TABLE, "ShareUpdateExclusiveLock", "", scans=True),
        ]
        assert covers(hazards, TableUse(TABLE, "AccessExclusiveLock"))
        assert covers(hazards, TableUse(TABLE, "ShareUpdateExclusiveLock", scans=True))
        assert not covers(hazards, TableUse(TABLE, "AccessExclusiveLock", scans=True))
        assert not covers(hazards, TableUse(TABLE, "ShareUpdateExclusiveLock", rewrites=True))

    def test_a_rewrite_reads(self) -> None:
        """A rewrite hazard includes a scan."""
        hazards = [Hazard(TABLE, "AccessExclusiveLock", "", rewrites=True)]
        assert covers(hazards, TableUse(TABLE, "AccessExclusiveLock", rewrites=True, scans=True))


def measure(world: World, script: str) -> list[MeasuredStatement]:
    """Measure the statements of a script."""
    with contextlib.closing(world.database.connect()) as observer:
        return list(measure_statements(world.connection, observer, split(script).statements, "x.sql"))


def find_uncovered(world: World, script: str, effects: PlannedEffects) -> set[tuple[str, TableUse]]:
    """Run a script and return the measured effects that no hazard covers, with the templates of their steps."""
    return {
        (effects.steps[measured.statement.text][0].template, use)
        for measured in measure(world, script)
        for use in measured.uses or ()
        if not covers(effects.find_hazards(measured.statement.text, use.relation) or (), use)
    }


@pytest.mark.parametrize("kind", ["TABLE", "MATERIALIZED VIEW"])
def test_concurrently(world: World, kind: str) -> None:
    """The locks of statements that run outside of transactions are measured while they wait."""
    world.run(f"CREATE {kind} public.sums AS SELECT 1 AS n;")
    built, dropped = measure(
        world, "CREATE INDEX CONCURRENTLY sums_n ON public.sums (n); DROP INDEX CONCURRENTLY public.sums_n;"
    )
    lock = "ShareUpdateExclusiveLock"
    assert [TableUse(("public", "sums"), lock, scans=True)] == list(built.uses or ())
    assert [TableUse(("public", "sums"), lock)] == list(dropped.uses or ())
    world.run(f"DROP {kind} public.sums;")


class TestHazards:
    """The hazards of all plan rules cover the measured effects."""

    def test_every_change(self, world: World) -> None:
        """For every change of a plan, the hazards of a step cover the effects of its statements on existing tables."""
        world.connection.execute("SET schema_dsl.allow_data_loss = 'on'")
        uncovered: set[tuple[str, TableUse]] = set()
        for name, change in CHANGES.items():
            world.act_for(name)
            for sides in (change, change[::-1]):
                before, after = (catalog(*tables) for tables in sides)
                steps = plan(before, after)
                effects = collect_effects(steps)
                creation = render(plan(EMPTY, before), before, HEADER)
                online = choose_steps(steps, RUNNERS["psql"])
                for variant in (steps,) if online is steps else (steps, online):
                    script = render(variant, after, HEADER)
                    server = world.connection.info.server_version
                    if server < SINCE_15 and "NULLS NOT DISTINCT" in script + creation:
                        continue
                    world.run(creation)
                    uncovered |= find_uncovered(world, script, effects)
                    world.carry_out(plan(after, EMPTY), EMPTY)
        assert not uncovered

    def test_partitions_of_partitions(self, world: World) -> None:
        """Where Postgres scans a moved or a DEFAULT partition, the plan also reports the locks on its partitions."""

        def split_at(end: int, *more: Partition) -> Catalog:
            halves = [Partition(f"half_{i}", values_modulo(2, remainder=i)) for i in range(2)]
            first = Partition("first", values_from(1, to=end), partition_by=by_hash("n"), partitions=halves)
            rest = Partition(
                "rest",
                partition_by=by_hash("n"),
                partitions=[Partition("rest_0", values_modulo(1, remainder=0))],
            )
            return catalog(
                Table(
                    "split",
                    columns=[Column("n", integer)],
                    partition_by=by_range("n"),
                    partitions=[first, *more, rest],
                )
            )

        before, after = split_at(20), split_at(10, Partition("second", values_from(10, to=20)))
        world.run(render(plan(EMPTY, before), before, HEADER))
        steps = plan(before, after)
        effects = collect_effects(steps)
        assert set() == find_uncovered(world, render(steps, after, HEADER), effects)
        moved = next(step for step in steps.steps if step.template == "table/move_bounds")
        assert {"half_0", "half_1", "rest_0"} <= {
            hazard.relation[1] for hazard in moved.hazards if hazard.scans
        }

    def test_foreign_keys_of_dropped_tables(self) -> None:
        """DROP TABLE also locks the tables that the dropped foreign keys reference."""
        before, after = (catalog(*tables) for tables in CHANGES["a cycle"][::-1])
        drops = [step for step in plan(before, after).steps if step.template == "guarded_drops"]
        assert {("public", "one"), ("public", "r'ing")} == {each.relation for each in drops[0].hazards}
