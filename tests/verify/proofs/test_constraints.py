"""Test the proof that columns and constraints accept and refuse rows as declared."""

from __future__ import annotations

import attrs
import pytest
from every_constraint import BASELINE, PAIRS
from hypothesis import given, settings
from probed_constraints import VANILLA, failures, made, named, probed
from small_tables import PARENT, tables
from subjects import damaged, subject_of

from schema_dsl import (
    Check,
    Column,
    ForeignKey,
    Partition,
    PrimaryKey,
    Publication,
    Reference,
    Table,
    Type,
    at_least,
    between,
    by_list,
    by_range,
    date,
    integer,
    max_length,
    one_of,
    sql,
    text,
    uuid,
    values_from,
    values_in,
)
from schema_dsl.platforms import CallerSetting
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.constraints import PROOF, probe_constraints


class TestExpectation:
    """Postgres decides from the declared expression which rows a check must accept."""

    def test_null_passes_a_check(self, shared: Connection) -> None:
        """A check accepts a row for which the check is NULL, and the probe tries NULL."""
        found = named(probed(shared, made(Column("x", integer, check=one_of(1, 2)))), "made_x_check")
        assert (3, []) == (found.accepted, found.failures)

    def test_null_fails_a_check(self, shared: Connection) -> None:
        """If the declared check refuses NULL, a database that accepts NULL is a failure."""
        subject = made(Column("x", integer, check=sql("x IS NOT NULL AND x > 0")))
        assert [] == failures(shared, subject)
        [sentence] = failures(shared, damaged(subject, "x IS NOT NULL AND x > 0", "x > 0"))
        assert (
            sentence == "check made_x_check of public.made accepts x = NULL, but the declaration refuses it"
        )

    def test_several_checks_of_one_column(self, shared: Connection) -> None:
        """Either of two checks may refuse a row that both checks refuse."""
        found = probed(shared, made(Column("x", integer, check=[at_least(3), between(0, 9)])))
        assert all(
            result.refused and not result.failures
            for identity, result in found.items()
            if identity.kind == "check"
        )

    def test_triggers_are_disabled(self, shared: Connection) -> None:
        """A trigger that fills a column does not hide that the column refuses NULL."""
        table = Table("made", columns=[Column("name", text, not_null=True)])
        subject = subject_of(table, platform=VANILLA, baseline=BASELINE)
        script = subject.script + (
            "\nCREATE TRIGGER filled BEFORE INSERT ON public.made FOR EACH ROW EXECUTE FUNCTION public.fill();"
        )
        assert [] == failures(shared, damaged(subject, subject.script, script))

    def test_published_tables(self, shared: Connection) -> None:
        """A publication, which refuses UPDATE of a table without key, hides no referential action."""
        keys = [Column("id", integer, primary_key=True)]
        parent = Table("made", columns=[*keys, Column("name", text)])
        child = Table(
            "details",
            columns=[*keys, Column("made_id", integer, references=parent, on_delete="cascade")],
        )
        subject = subject_of(parent, child, Publication("changes", [parent, child]), platform=VANILLA)
        found = probed(shared, subject)
        assert [] == [
            sentence for result in found.values() for sentence in (*result.failures, *result.untried)
        ]

    def test_default_of_the_caller(self, shared: Connection) -> None:
        """A required column whose default is the caller's id has its default, and rows without a caller get a value."""
        people = Table("people", columns=[Column("id", uuid, primary_key=True)])
        caller = "nullif(current_setting('app.caller', true), '')::uuid"
        notes = Table(
            "notes",
            columns=[
                Column("author", uuid, not_null=True, default=sql(caller), references=people),
                Column("body", text, not_null=True, check=max_length(9)),
            ],
        )
        subject = subject_of(people, notes, platform=VANILLA)
        for script, sentences in (
            (subject.script, []),
            (
                f"{subject.script}\nALTER TABLE notes ALTER author DROP DEFAULT;",
                [f"column author of public.notes has no default, but the declared default is {caller}"],
            ),
        ):
            with shared.transaction(force_rollback=True):
                shared.execute(script.encode())
                found = probe_constraints(shared, subject.wanted, caller=CallerSetting.parse("app.caller"))
            assert sentences == [sentence for result in found.values() for sentence in result.failures]
            assert [] == [sentence for result in found.values() for sentence in result.untried]

    def test_key_of_a_partitioned_table(self, shared: Connection) -> None:
        """A foreign key to a partitioned table refuses, although the error names the constraint of a partition."""
        parent = Table(
            "parents",
            columns=[Column("id", integer, primary_key=True)],
            partition_by=by_range("id"),
            partitions=[
                Partition("parents_low", sql("FOR VALUES FROM (MINVALUE) TO (9)")),
                Partition("parents_rest", sql("DEFAULT")),
            ],
        )
        child = Table("children", columns=[Column("parent", integer, references=parent)])
        found = named(probed(shared, subject_of(parent, child, platform=VANILLA)), "children_parent_fkey")
        assert ([], []) == (found.failures, found.untried)

    def test_partitions_by_list(self, shared: Connection) -> None:
        """The keys of a table with two partitions are tried with values that these accept, and NULL has no place."""
        table = Table(
            "alarms",
            columns=[Column("id", integer), Column("kind", text)],
            constraints=[PrimaryKey(["id", "kind"])],
            partition_by=by_list("kind"),
            partitions=[
                Partition(f"alarms_{kind}", sql(f"FOR VALUES IN ('{kind}')")) for kind in ("low", "high")
            ],
        )
        found = probed(shared, subject_of(table, platform=VANILLA))
        assert [] == [each for result in found.values() for each in (*result.failures, *result.untried)]

    def test_partitions_of_partitions(self, shared: Connection) -> None:
        """The keys of a table are tried with values that the bounds of both levels accept together."""
        days = Partition("alarms_low_january", values_from("2025-01-01", to="2025-02-01"))
        table = Table(
            "alarms",
            columns=[Column("region", integer), Column("day", date)],
            constraints=[PrimaryKey(["region", "day"])],
            partition_by=by_list("region"),
            partitions=[
                Partition("alarms_low", values_in(1, 2), partition_by=by_range("day"), partitions=[days]),
                Partition("alarms_high", values_in(5)),
            ],
        )
        found = probed(shared, subject_of(table, platform=VANILLA))
        assert [] == [each for result in found.values() for each in (*result.failures, *result.untried)]

    def test_key_of_a_serial_column(self, shared: Connection) -> None:
        """The values of a serial column are those of its integer type, and never NULL."""
        columns = [
            Column("id", Type("serial"), primary_key=True),
            Column("n", integer),
            Column("place", Type("bigserial")),
        ]
        table = Table("notes", columns=columns)
        found = probed(shared, subject_of(table, platform=VANILLA))
        assert [] == [each for result in found.values() for each in (*result.failures, *result.untried)]

    def test_check_of_a_partition(self, shared: Connection) -> None:
        """The check of a partition is not tried with NULL where the partitioned table refuses NULL."""
        table = Table(
            "notes",
            columns=[Column("day", date, not_null=True)],
            partition_by=by_range("day"),
            partitions=[
                Partition("notes_rest", sql("DEFAULT"), constraints=[Check("day > '2000-01-01'", name="new")])
            ],
        )
        assert [] == failures(shared, subject_of(table, platform=VANILLA))

    def test_not_null_of_a_partition(self, shared: Connection) -> None:
        """A partition whose NOT NULL is also its own accepts NULL in the trials of other columns."""
        table = Table(
            "alarms",
            columns=[Column("kind", text, not_null=True), Column("note", text, not_null=True)],
            partition_by=by_list("kind"),
            partitions=[Partition("alarms_rest", sql("DEFAULT"))],
        )
        subject = subject_of(table, platform=VANILLA)
        script = f"{subject.script}\nALTER TABLE alarms_rest ALTER COLUMN kind SET NOT NULL;"
        found = probed(shared, attrs.evolve(subject, script=script))
        assert [] == [each for result in found.values() for each in (*result.failures, *result.untried)]

    def test_default_that_reads_the_table(self, shared: Connection) -> None:
        """A default may depend on the rows that exist before the new one."""
        table = Table("made", columns=[Column("number", integer, default=sql("next_number()"))])
        baseline = (
            "CREATE FUNCTION next_number() RETURNS integer LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN (SELECT count(*) + 1 FROM made); END $$;"
        )
        assert [] == failures(shared, subject_of(table, platform=VANILLA, baseline=baseline))

    def test_rules_are_disabled(self, shared: Connection) -> None:
        """A rule that inserts the referenced row does not hide a foreign key."""
        pairs = Table("pairs", columns=[Column("a", integer, primary_key=True)])
        refs = Table("refs", columns=[Column("a", integer, references=pairs)])
        subject = subject_of(pairs, refs, platform=VANILLA)
        script = f"{subject.script}\nCREATE RULE also AS ON INSERT TO refs DO ALSO INSERT INTO pairs VALUES (new.a);"
        assert [] == failures(shared, damaged(subject, subject.script, script))

    def test_match_full(self, shared: Connection) -> None:
        """SET NULL of one column leaves a row that MATCH FULL refuses."""
        key = ForeignKey(["x", "y"], PAIRS, match_full=True, on_delete="set null", on_delete_columns=["y"])
        refs = Table("refs", columns=[Column("x", integer), Column("y", integer)], constraints=[key])
        assert [] == failures(shared, subject_of(PAIRS, refs, platform=VANILLA))

    def test_key_of_a_partition(self, shared: Connection) -> None:
        """A row of a partition has a row for each foreign key of the partitioned table."""
        author = Table("authors", columns=[Column("id", uuid, primary_key=True)])
        notes = Table(
            "notes",
            columns=[
                Column("author", uuid, not_null=True, references=author),
                Column("day", date, not_null=True),
            ],
            partition_by=by_range("day"),
            partitions=[Partition("notes_rest", sql("DEFAULT"))],
        )
        assert [] == failures(shared, subject_of(author, notes, platform=VANILLA))

    def test_cycle_that_is_deferred_on_one_side(self, shared: Connection) -> None:
        """Rows that reference each other need a deferred key, which is checked at its own time in the trials."""
        one, two = (
            Table(
                name,
                columns=[Column("id", integer, primary_key=True), Column("other", integer, not_null=True)],
                constraints=[
                    ForeignKey("other", Reference(other), deferrable=True, initially_deferred=is_deferred)
                ],
            )
            for name, other, is_deferred in (("one", "two", True), ("two", "one", False))
        )
        assert [] == failures(shared, subject_of(one, two, platform=VANILLA))


class TestNotProbed:
    """The probes note constraints that they cannot try."""

    ODD = "md5(x) = md5('needle')"

    def test_no_row_found(self, shared: Connection) -> None:
        """If no row is found that a check must accept, a note suggests to declare an example."""
        subject = made(Column("x", text), constraints=[Check(self.ODD + " AND x IS NOT NULL", name="odd")])
        found = named(probed(shared, subject), "odd")
        assert (0, True) == (found.accepted, found.refused > 0)
        assert found.untried == [
            (
                "check odd of public.made: found no row that the check must accept; "
                'declare an example in constraints=: Check(..., accepts=[{"x": ...}])'
            )
        ]

    def test_examples(self, shared: Connection) -> None:
        """The probe tries the declared examples of accepted and of refused rows."""
        check = Check(
            self.ODD + " AND x IS NOT NULL", name="odd", accepts=[{"x": "needle"}], refuses=[{"x": "hay"}]
        )
        found = named(probed(shared, made(Column("x", text), constraints=[check])), "odd")
        assert (1, [], []) == (found.accepted, found.untried, found.failures)

    @pytest.mark.parametrize(
        ("examples", "sentence"),
        [
            (
                {"accepts": [{"x": "hay"}]},
                "check odd of public.made refuses x = 'hay', but the declaration accepts it",
            ),
            (
                {"refuses": [{"x": "needle"}]},
                "check odd of public.made accepts x = 'needle', but the declaration refuses it",
            ),
        ],
    )
    def test_wrong_examples(
        self, shared: Connection, examples: dict[str, list[dict[str, str]]], sentence: str
    ) -> None:
        """An example that contradicts the check is a failure."""
        check = Check(self.ODD, name="odd", **examples)  # type: ignore[arg-type]
        assert sentence in failures(shared, made(Column("x", text), constraints=[check]))

    def test_no_objects(self, server: Server) -> None:
        """Without columns and constraints, the proof holds, and the summary says that there are none."""
        with Scratch(server, subject_of(platform=VANILLA)) as scratch:
            found = PROOF.run(scratch)
        assert found.status is Status.PROVEN
        assert found.summary.startswith("0 columns and constraints: ")


class TestAnyTable:
    """Random tables."""

    @settings(max_examples=30)
    @given(table=tables())
    def test_no_false_alarm(self, shared: Connection, table: Table) -> None:
        """The probes of a migration without faults have no failures."""
        assert [] == failures(shared, subject_of(PARENT, table, platform=VANILLA))
