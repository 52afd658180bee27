"""Test the proof that columns and constraints accept and refuse rows as declared."""

from __future__ import annotations

import re

import attrs
import pytest
from hypothesis import given, settings
from small_tables import PARENT, tables
from subjects import damaged, subject_of

from schema_dsl import (
    Check,
    Column,
    Exclusion,
    ForeignKey,
    Index,
    Partition,
    PrimaryKey,
    Publication,
    Reference,
    Table,
    Type,
    Unique,
    array,
    at_least,
    between,
    by_list,
    by_range,
    date,
    gen_random_uuid,
    integer,
    jsonb,
    matches,
    max_length,
    named_type,
    numeric,
    one_of,
    sql,
    text,
    timestamptz,
    uuid,
    values_from,
    values_in,
    varchar,
)
from schema_dsl.analysis.identity import Identity
from schema_dsl.platforms import CallerSetting, platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.apply import apply_script
from schema_dsl.verify.probes import ProbeResult
from schema_dsl.verify.proofs import constraints
from schema_dsl.verify.proofs.constraints import PROOF, probe_constraints

VANILLA = platform("vanilla")
STATES = "'active', 'goodbye_sent', 'help_flow', 'remind_later', 'dormant'"

BASELINE = """
CREATE TYPE mood AS ENUM ('calm', 'busy');
CREATE DOMAIN percent AS integer CHECK (VALUE BETWEEN 0 AND 100);
CREATE TABLE old (id integer PRIMARY KEY, name text NOT NULL UNIQUE, n integer CHECK (n > 5));
CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN NEW.name = coalesce(NEW.name, 'filled'); RETURN NEW; END $$;
"""

OLD = Table(
    "old",
    existing=[Column("id", integer, primary_key=True), Column("name", text), Column("n", integer)],
    columns=[Column("m", integer, default=7, check=sql("m < n"))],
)
PLACES = Table(
    "places",
    columns=[
        Column("id", integer, identity="always", primary_key=True),
        Column("code", varchar(8), not_null=True, unique=True, check=matches("^[a-z]{2}$")),
        Column("kind", named_type("mood"), not_null=True, default="calm"),
        Column("share", named_type("percent")),
        Column("parent", integer, references=Reference("places"), on_delete="set null"),
    ],
)
PEOPLE = Table(
    "people",
    columns=[
        Column("id", uuid, primary_key=True, default=gen_random_uuid()),
        Column("email", text, not_null=True),
        Column("gone_at", timestamptz),
        Column("nick", text, check=max_length(5)),
        Column("born", date),
        Column("size", numeric(6, 2), not_null=True, default=1, check=[at_least(0), sql("size <> 13")]),
        Column("tags", array(text), not_null=True, default=sql("'{}'"), check=sql("cardinality(tags) <= 3")),
        Column("doc", jsonb, not_null=True, default={}, check=sql("jsonb_typeof(doc) = 'object'")),
        Column("double", integer, generated="length(email) * 2"),
    ],
    indexes=[
        Index(sql("lower(email)"), unique=True, where="gone_at IS NULL"),
        Index("nick", unique=True),
        Index("born"),
    ],
    constraints=[Check("num_nonnulls(nick, born) = 1", name="one_of_them")],
)
BOOKINGS = Table(
    "bookings",
    columns=[
        Column("id", integer, identity="by default"),
        Column("place", integer, not_null=True, references=PLACES, on_delete="cascade"),
        Column("person", uuid, references=PEOPLE, on_delete="restrict", on_update="cascade"),
        Column(
            "spare",
            uuid,
            default=sql("'00000000-0000-4000-8000-000000000001'"),
            references=PEOPLE,
            on_delete="set default",
        ),
        Column("starts_at", timestamptz, not_null=True),
        Column("ends_at", timestamptz, not_null=True),
        Column("seat", integer),
    ],
    constraints=[
        PrimaryKey(["id"], name="bookings_key"),
        Check("ends_at > starts_at", name="forwards"),
        Unique(["person", "seat"], deferrable=True, initially_deferred=True, name="one_seat"),
        Exclusion([(sql("tstzrange(starts_at, ends_at)"), "&&")], name="no_overlap", where="seat > 0"),
    ],
)
PAIRS = Table(
    "pairs",
    columns=[Column("a", integer), Column("b", integer), Column("c", text)],
    constraints=[PrimaryKey(["a", "b"]), Unique(["b", "c"])],
)
DETAILS = Table(
    "details",
    columns=[
        Column("a", integer, not_null=True),
        Column("b", integer),
        Column(
            "old_name", text, references=Reference("old", ["name"]), on_update="cascade", on_delete="cascade"
        ),
    ],
    constraints=[ForeignKey(["a", "b"], PAIRS, deferrable=True, initially_deferred=True, name="to_pairs")],
)


def probed(connection: Connection, subject: Subject, *only: str) -> dict[Identity, ProbeResult]:
    """Apply a subject, probe its constraints, and roll back."""
    with connection.transaction(force_rollback=True):
        connection.execute(subject.baseline.encode())
        connection.execute(subject.script.encode())
        return probe_constraints(connection, subject.wanted, [("public", table) for table in only] or None)


def named(found: dict[Identity, ProbeResult], name: str) -> ProbeResult:
    """Return the result of the object with a name."""
    [result] = [result for identity, result in found.items() if identity.name == name]
    return result


def failures(connection: Connection, subject: Subject, *only: str) -> list[str]:
    """Return the failures of the probes."""
    return [
        sentence for result in probed(connection, subject, *only).values() for sentence in result.failures
    ]


def engagement_failures(scratch: Scratch, subject: Subject, *only: str) -> list[str]:
    """Apply a subject's script to the state before the migration, and return the failures of the probes."""
    with scratch.fresh("before") as database:
        with scratch.connect(database) as connection:
            apply_script(connection, subject.script, subject.file)
        with database.connect() as connection:
            found = probe_constraints(
                connection, subject.wanted, [("public", table) for table in only] or None
            )
    return [sentence for result in found.values() for sentence in result.failures]


def made(*columns: Column, **more: object) -> Subject:
    """Return the first migration of one table."""
    return subject_of(Table("made", columns=columns, **more), platform=VANILLA)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def everything() -> Subject:
    """Tables with every kind of column and constraint."""
    return subject_of(OLD, PLACES, PEOPLE, BOOKINGS, PAIRS, DETAILS, platform=VANILLA, baseline=BASELINE)


class TestEngagement:
    """The engagement schema with and without faults."""

    def test_several_sessions(self, scratch: Scratch, monkeypatch: pytest.MonkeyPatch) -> None:
        """The tables of each session are tried, and the report has them in the order of the definitions."""
        monkeypatch.setattr(constraints, "_MOST_OF_SESSION", 1)
        reported = [row[0] for row in PROOF.run(scratch).table[1:]]
        assert len(reported) == 55
        assert [each for each in map(str, scratch.subject.wanted.objects) if each in reported] == reported

    def test_holds(self, scratch: Scratch) -> None:
        """The proof succeeds without notes."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), []) == (found.status, tuple(found.failures), list(found.notes))
        assert found.summary.startswith("52 columns and constraints: ")

    def test_report(self, scratch: Scratch) -> None:
        """Report and data have an entry per object, with the numbers of accepted and refused rows."""
        found = PROOF.run(scratch)
        state = "check user_engagement_states_state_check of public.user_engagement_states"
        assert found.table[0] == ("object", "accepted", "refused", "as declared")
        assert len(found.table) == len(found.data) + 1 == 56
        assert found.data[state]["accepted"] == 6
        assert found.data[state]["refused"] > 5

    def test_rolls_back(self, scratch: Scratch) -> None:
        """The probes leave no rows."""
        with scratch.fresh("after") as database, database.connect() as connection:
            probe_constraints(connection, scratch.subject.wanted)
            count = connection.execute(
                "SELECT (SELECT count(*) FROM auth.users), (SELECT count(*) FROM public.user_engagement_states)"
            ).fetchone()
        assert count == (0, 0)

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            pytest.param(
                f"CHECK (state IN ({STATES}))",
                f"CHECK (state IN ({STATES.replace(', ' + repr('dormant'), '')}))",
                "check user_engagement_states_state_check of public.user_engagement_states refuses state = 'dormant'",
                id="member removed",
            ),
            pytest.param(
                f"CHECK (state IN ({STATES}))",
                f"CHECK (state IN ({STATES}, ''))",
                "check user_engagement_states_state_check of public.user_engagement_states accepts state = ''",
                id="member added",
            ),
            pytest.param(
                f"CHECK (state IN ({STATES}))",
                f"CHECK (state IN ({STATES}) OR length(state) > 200)",
                f"accepts state = '{'x' * 29}… (",
                id="long values admitted",
            ),
            pytest.param(
                "CHECK (status IN ('pending',",
                "CHECK (status IN ('PENDING',",
                "check engagement_message_queue_status_check of public.engagement_message_queue"
                " refuses status = 'pending'",
                id="member renamed",
            ),
            pytest.param(
                "CHECK (retry_count >= 0)",
                "CHECK (retry_count > 0)",
                "check engagement_message_queue_retry_count_check of public.engagement_message_queue"
                " refuses retry_count = 0",
                id="bound narrowed",
            ),
            pytest.param(
                "BETWEEN 0 AND 3",
                "BETWEEN 0 AND 4",
                "check user_profiles_onboarding_tier_check of public.user_profiles accepts onboarding_tier = 4",
                id="bound widened",
            ),
            pytest.param(
                "CONSTRAINT user_engagement_states_state_check",
                "CONSTRAINT another",
                "check user_engagement_states_state_check of public.user_engagement_states must refuse"
                " state = 'ACTIVE', but the row is refused by another (23514)",
                id="constraint renamed",
            ),
            pytest.param(
                "idempotency_key text        NOT NULL",
                "idempotency_key text",
                "column idempotency_key of public.engagement_message_queue accepts NULL",
                id="NOT NULL dropped",
            ),
            pytest.param(
                "goodbye_sent_at    timestamptz,",
                "goodbye_sent_at    timestamptz NOT NULL,",
                "column goodbye_sent_at of public.user_engagement_states refuses NULL",
                id="NOT NULL added",
            ),
            pytest.param(
                ",\n        CONSTRAINT engagement_message_queue_idempotency_key_key\n"
                "            UNIQUE (idempotency_key)",
                "",
                "unique engagement_message_queue_idempotency_key_key of public.engagement_message_queue"
                " must refuse a second idempotency_key = ",
                id="UNIQUE dropped",
            ),
            pytest.param(
                "UNIQUE (user_id)",
                "UNIQUE (user_id, state)",
                "unique user_engagement_states_user_id_key of public.user_engagement_states"
                " must refuse a second user_id = ",
                id="UNIQUE widened",
            ),
            pytest.param(
                "UNIQUE (user_id)",
                "UNIQUE (user_id) DEFERRABLE",
                "unique user_engagement_states_user_id_key of public.user_engagement_states can be deferred",
                id="UNIQUE deferrable",
            ),
            pytest.param(
                " ON DELETE CASCADE",
                "",
                "ON DELETE CASCADE of foreign key user_engagement_states_user_id_fkey of"
                " public.user_engagement_states: the delete of the referenced row must be accepted,"
                " but is refused by user_engagement_states_user_id_fkey (23503)",
                id="CASCADE dropped",
            ),
            pytest.param(
                " ON DELETE CASCADE",
                " ON DELETE CASCADE ON UPDATE CASCADE",
                "ON UPDATE NO ACTION of foreign key user_engagement_states_user_id_fkey of"
                " public.user_engagement_states: the update of the referenced row of auth.users must be refused by"
                " user_engagement_states_user_id_fkey (23503), but is accepted",
                id="CASCADE added",
            ),
            pytest.param(
                "        CONSTRAINT user_engagement_states_user_id_fkey\n"
                "            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,\n",
                "",
                "foreign key user_engagement_states_user_id_fkey of public.user_engagement_states accepts user_id = ",
                id="FOREIGN KEY dropped",
            ),
            pytest.param(
                "DEFAULT 'active'",
                "DEFAULT 'dormant'",
                "column state of public.user_engagement_states defaults to 'dormant',"
                " but the declared default is 'active'",
                id="default changed",
            ),
            pytest.param(
                " DEFAULT 'active'",
                "",
                "column state of public.user_engagement_states has no default, but the declared default is 'active'",
                id="default dropped",
            ),
            pytest.param(
                "DEFAULT gen_random_uuid()",
                "DEFAULT '5eed0000-0000-4000-8000-000000000000'",
                "column id of public.user_engagement_states defaults to '5eed0000-0000-4000-8000-000000000000'"
                " in every row, but the declared default is gen_random_uuid()",
                id="default of all rows alike",
            ),
            pytest.param(
                "COMMENT ON COLUMN public.user_profiles.magic_moment_at IS"
                " 'Time of the first conversation that the user rated as useful; NULL until then.';",
                "ALTER TABLE public.user_profiles DROP COLUMN magic_moment_at;",
                "column magic_moment_at of public.user_profiles cannot be tried:"
                " public.user_profiles has no column magic_moment_at",
                id="column missing",
            ),
            pytest.param(
                "CHECK (retry_count >= 0),",
                "CHECK (retry_count >= 0),\n        CONSTRAINT never CHECK (message_key IS NULL),",
                "never",
                id="another constraint in the way",
            ),
        ],
    )
    def test_fault(self, scratch: Scratch, engagement: Subject, old: str, new: str, sentence: str) -> None:
        """A fault in the migration is a failure that names the object."""
        tables = re.findall(r"of public\.(\w+)", sentence)
        found = engagement_failures(scratch, damaged(engagement, old, new), *tables)
        assert [failure for failure in found if sentence in failure], found


class TestEverything:
    """Tables with every kind of column and constraint, with and without faults."""

    def test_holds(self, shared: Connection, everything: Subject) -> None:
        """Every object has results, without failures and notes."""
        found = probed(shared, everything)
        assert [] == [sentence for result in found.values() for sentence in result.failures]
        assert [] == [str(identity) for identity, result in found.items() if not result.has_results]
        assert [] == [note for result in found.values() for note in result.untried]
        # An index that is not unique accepts every row.
        assert "people_born_idx" not in {identity.name for identity in found}

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("ends_at > starts_at", "ends_at >= starts_at", "check forwards of public.bookings accepts"),
            ("ends_at > starts_at", "ends_at <> starts_at", "check forwards of public.bookings accepts"),
            ("(m < n)", "(m <= n)", "check old_check of public.old accepts m = "),
            ("nick) <= 5", "nick) <= 6", "check people_nick_check of public.people accepts nick = 'xxxxxx'"),
            ("nick) <= 5", "nick) < 5", "check people_nick_check of public.people refuses nick = 'xxxxx'"),
            ("^[a-z]{2}$", "^[a-z]{2}", "check places_code_check of public.places accepts code = "),
            ("(nick, born) = 1", "(nick, born) >= 1", "check one_of_them of public.people accepts"),
            ("size <> 13", "size <> 14", "check people_size_check1 of public.people accepts size = 13"),
            ("(tags) <= 3", "(tags) <= 4", "check people_tags_check of public.people accepts tags = "),
            ("= 'object'", "<> 'array'", "check people_doc_check of public.people accepts doc = "),
            (" WHERE gone_at IS NULL", "", "index people_lower_idx of public.people refuses gone_at = "),
            (
                "(lower(email))",
                "(email)",
                "index people_lower_idx of public.people must refuse email = 'EMAIL",
            ),
            ("UNIQUE (b, c)", "UNIQUE (b)", "unique pairs_b_c_key of public.pairs refuses c = "),
            (
                "UNIQUE (b, c)",
                "UNIQUE NULLS NOT DISTINCT (b, c)",
                "pairs_b_c_key of public.pairs refuses a second NULL",
            ),
            ("&&", "=", "exclusion no_overlap of public.bookings must refuse"),
            (" WHERE (seat > 0)", "", "exclusion no_overlap of public.bookings refuses"),
            (
                "UNIQUE (person, seat) DEFERRABLE INITIALLY DEFERRED",
                "UNIQUE (person, seat)",
                "one_seat of public.bookings",
            ),
            (
                "ON DELETE SET NULL",
                "ON DELETE CASCADE",
                "parent_fkey of public.places: the referencing row is deleted, but must still exist",
            ),
            (
                "ON DELETE SET DEFAULT",
                "ON DELETE SET NULL",
                "bookings_spare_fkey of public.bookings: the referencing row has",
            ),
            (
                "ON UPDATE CASCADE",
                "ON UPDATE SET NULL",
                "bookings_person_fkey of public.bookings: the referencing row has",
            ),
            (
                "GENERATED ALWAYS AS IDENTITY",
                "GENERATED BY DEFAULT AS IDENTITY",
                "column id of public.places accepts an explicit number, but is declared GENERATED ALWAYS",
            ),
            ("length(email) * 2", "length(email) * 3", "column double of public.people has the value"),
        ],
    )
    def test_fault(self, shared: Connection, everything: Subject, old: str, new: str, sentence: str) -> None:
        """A fault in the migration is a failure that names the object."""
        if "NULLS NOT DISTINCT" in new and shared.info.server_version < 150000:
            pytest.skip("NULLS NOT DISTINCT exists since PostgreSQL 15")
        [table] = re.findall(r"public\.(\w+)", sentence)
        found = failures(shared, damaged(everything, old, new), table)
        assert [failure for failure in found if sentence in failure], found


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
