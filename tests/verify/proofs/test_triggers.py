"""Test the proof that triggers fire as declared."""

from __future__ import annotations

import pytest
from subjects import damaged, subject_of

from schema_dsl import (
    Column,
    Function,
    Partition,
    Reference,
    Table,
    Trigger,
    View,
    by_list,
    integer,
    text,
    timestamptz,
    values_in,
)
from schema_dsl.model.trigger import TriggerEvent
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.proofs.triggers import PROOF, probe_triggers
from schema_dsl.verify.scripts.apply import apply_script

VANILLA = platform("vanilla")
BASELINE = """
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never called'; END $$;
CREATE FUNCTION another() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
"""
NOTE_IT = Function("note_it")
NAME = "trigger update_user_engagement_states_updated_at of public.user_engagement_states"
FUNCTION = "public.update_updated_at_column"

TRIGGERS = [
    Trigger("plain", NOTE_IT, timing="before", events=["insert", "update"]),
    Trigger("told", NOTE_IT, timing="after", events=["update"], arguments=["x", "it's"]),
    Trigger("of_note", NOTE_IT, timing="before", events=["update", "delete"], update_of=["note"]),
    Trigger("whole", NOTE_IT, timing="after", events=["delete", "truncate"], for_each_row=False),
    Trigger("changed", NOTE_IT, timing="after", events=["update"], when="OLD.note IS DISTINCT FROM NEW.note"),
    Trigger("any", NOTE_IT, timing="after", events=["update"], when="OLD.* IS DISTINCT FROM NEW.*"),
    Trigger("step", NOTE_IT, timing="before", events=["update"], when="OLD.seat = 3 AND NEW.seat = 4"),
    Trigger("new", NOTE_IT, timing="before", events=["insert"], when="NEW.note = 'special'"),
    Trigger("known", NOTE_IT, timing="after", events=["insert", "update"], when="NEW.note = 'special'"),
    Trigger("moved", NOTE_IT, timing="before", events=["update"], when="OLD.up <> NEW.up"),
    Trigger("later", NOTE_IT, timing="after", events=["insert"], constraint=True, initially_deferred=True),
    Trigger(
        "rows", NOTE_IT, timing="after", events=["update"], for_each_row=False, old_table="o", new_table="n"
    ),
    Trigger("off", NOTE_IT, timing="before", events=["update"], enabled="disabled"),
    Trigger("replicating", NOTE_IT, timing="before", events=["update"], enabled="replica"),
    Trigger("on", NOTE_IT, timing="before", events=["update"], enabled="always"),
]


def subject_with(*triggers: Trigger) -> Subject:
    """Return the first migration of a table with triggers."""
    table = Table(
        "made",
        columns=[
            Column("id", integer, identity="always", primary_key=True),
            Column("note", text, not_null=True),
            Column("seat", integer, default=1),
            Column("at", timestamptz),
            Column("up", integer, references=Reference("made")),
        ],
        triggers=triggers,
    )
    return subject_of(table, platform=VANILLA, baseline=BASELINE)


def failures(connection: Connection, subject: Subject) -> list[str]:
    """Apply a subject, probe its triggers, roll back, and return the failures and notes."""
    with connection.transaction(force_rollback=True):
        connection.execute(subject.baseline.encode())
        connection.execute(subject.script.encode())
        found = probe_triggers(connection, subject.wanted)
    return [sentence for result in found.values() for sentence in (*result.failures, *result.untried)]


class TestEngagement:
    """The trigger that maintains updated_at."""

    def test_holds(self, scratch: Scratch) -> None:
        """The proof succeeds without notes."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), []) == (found.status, tuple(found.failures), list(found.notes))
        assert found.summary.startswith("1 trigger: fired in ")

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            (
                "BEFORE UPDATE ON",
                "BEFORE INSERT ON",
                f"{NAME} must call {FUNCTION} on an UPDATE of state",
            ),
            ("BEFORE UPDATE ON", "BEFORE INSERT ON", f"{NAME} must not fire on an INSERT, but does"),
            ("BEFORE UPDATE ON", "BEFORE UPDATE OR DELETE ON", f"{NAME} must not fire on a DELETE"),
            (
                "BEFORE UPDATE ON",
                "BEFORE UPDATE OF state ON",
                f"{NAME} must call {FUNCTION} on an UPDATE of remind_at",
            ),
            (
                "BEFORE UPDATE ON",
                "AFTER UPDATE ON",
                f"{NAME} calls {FUNCTION} AFTER UPDATE FOR EACH ROW with arguments (), but is declared BEFORE UPDATE",
            ),
            (
                "FOR EACH ROW\n",
                "FOR EACH STATEMENT\n",
                f"{NAME} calls {FUNCTION} BEFORE UPDATE FOR EACH STATEMENT",
            ),
            (
                "FOR EACH ROW\n",
                "FOR EACH ROW WHEN (NEW.state = 'active')\n",
                f"{NAME} must call {FUNCTION} on an UPDATE of state to goodbye_sent",
            ),
            (
                "TRIGGER update_user_engagement_states_updated_at",
                "TRIGGER renamed",
                f"{NAME} must call {FUNCTION}",
            ),
        ],
    )
    def test_fault(self, scratch: Scratch, engagement: Subject, old: str, new: str, sentence: str) -> None:
        """A fault in the migration is a failure that names the trigger."""
        faulty = damaged(engagement, old, new)
        with scratch.fresh("before") as database:
            with scratch.connect(database) as connection:
                apply_script(connection, faulty.script, faulty.file)
            with database.connect() as connection:
                found = probe_triggers(connection, faulty.wanted)
        sentences = [failure for result in found.values() for failure in result.failures]
        assert [failure for failure in sentences if sentence in failure], sentences


class TestClauses:
    """Triggers with every clause of CREATE TRIGGER."""

    @pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.name)
    def test_holds(self, shared: Connection, trigger: Trigger) -> None:
        """The probe has no failures, on rows for which the trigger fires and on rows for which it does not."""
        assert [] == failures(shared, subject_with(trigger))

    def test_holds_together(self, shared: Connection) -> None:
        """The probe distinguishes triggers that share a function."""
        assert [] == failures(shared, subject_with(*TRIGGERS))

    @pytest.mark.parametrize(
        ("name", "old", "new", "sentence"),
        [
            (
                "plain",
                "BEFORE INSERT OR UPDATE",
                "BEFORE INSERT",
                "must call public.note_it on an UPDATE of note",
            ),
            ("plain", "note_it()", "another()", "must call public.note_it on an INSERT"),
            (
                "told",
                "'it''s'",
                "'its'",
                "calls public.note_it AFTER UPDATE FOR EACH ROW with arguments (x, its)",
            ),
            ("of_note", " OF note", "", "must not fire on an UPDATE of seat, but does"),
            ("of_note", " OF note", " OF note, at", "must not fire on an UPDATE of at"),
            ("whole", " OR TRUNCATE", "", "must call public.note_it on TRUNCATE"),
            (
                "changed",
                "IS DISTINCT FROM",
                "IS NOT DISTINCT FROM",
                "must call public.note_it on an UPDATE of note to",
            ),
            (
                "any",
                "WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                "",
                "must not fire on an UPDATE of note, but does",
            ),
            (
                "step",
                "OLD.seat = 3",
                "OLD.seat = 5",
                "must call public.note_it on an UPDATE of seat to 4",
            ),
            ("step", "AND NEW.seat", "OR NEW.seat", "must not fire on an UPDATE of seat to 4"),
            ("new", "'special'", "'other'", "must call public.note_it on an INSERT of note = 'special'"),
            (
                "known",
                "INSERT OR UPDATE",
                "INSERT OR UPDATE OF note",
                "must call public.note_it on an UPDATE of seat",
            ),
            ("moved", "<>", "=", "must not fire on an UPDATE of"),
            ("later", "AFTER INSERT", "AFTER UPDATE", "must call public.note_it on an INSERT"),
            ("off", "DISABLE TRIGGER", "ENABLE TRIGGER", "must not fire on an UPDATE of note"),
            ("on", "ENABLE ALWAYS", "ENABLE REPLICA", "must call public.note_it on an UPDATE of note"),
        ],
    )
    def test_fault(self, shared: Connection, name: str, old: str, new: str, sentence: str) -> None:
        """A changed clause in the migration is a failure."""
        [trigger] = [trigger for trigger in TRIGGERS if trigger.name == name]
        found = failures(shared, damaged(subject_with(trigger), old, new))
        assert [failure for failure in found if f"trigger {name} of public.made {sentence}" in failure], found

    def test_condition_beyond_derivation(self, shared: Connection) -> None:
        """If no row is found on which a trigger fires, a note says so."""
        trigger = Trigger("odd", NOTE_IT, timing="before", events=["insert"], when="md5(NEW.note) = 'x'")
        assert failures(shared, subject_with(trigger)) == [
            "trigger odd of public.made: found no INSERT on which the trigger fires"
        ]

    def test_no_triggers(self, server: Server) -> None:
        """Without triggers, the proof holds, and the summary says that there is none."""
        with Scratch(server, subject_with()) as scratch:
            found = PROOF.run(scratch)
        assert found.status is Status.PROVEN
        assert found.summary == "0 triggers: the definitions declare none"


class TestPartitions:
    """Triggers on partitioned tables."""

    TRIGGERS = (
        Trigger("put", NOTE_IT, timing="before", events="insert"),
        Trigger("put_after", NOTE_IT, timing="after", events="insert"),
        Trigger("changed", NOTE_IT, timing="before", events="update"),
        Trigger("changed_after", NOTE_IT, timing="after", events="update"),
        Trigger("of_place", NOTE_IT, timing="before", events=["update", "insert"], update_of="place"),
        Trigger("removed", NOTE_IT, timing="after", events="delete"),
        Trigger("odd", NOTE_IT, timing="before", events="insert", when="NEW.place > 5"),
        Trigger("whole", NOTE_IT, timing="after", events=["insert", "update"], for_each_row=False),
        Trigger("all", NOTE_IT, timing="before", events=["insert", "update", "delete"]),
    )

    @pytest.mark.parametrize("trigger", TRIGGERS, ids=lambda trigger: trigger.name)
    def test_moved_rows(self, shared: Connection, trigger: Trigger) -> None:
        """An UPDATE that moves a row to another partition is also a DELETE and an INSERT."""
        table = Table(
            "made",
            columns=[Column("place", integer, not_null=True), Column("note", text)],
            partition_by=by_list("place"),
            partitions=[Partition(f"made_{number}", values_in(number)) for number in range(3)]
            + [Partition("made_rest")],
            triggers=[trigger],
        )
        assert [] == failures(shared, subject_of(table, platform=VANILLA, baseline=BASELINE))


class TestViews:
    """Triggers on views."""

    BUILT = View(
        "Sh'own",
        'SELECT \'a\'::text COLLATE "C" AS "a b", 1 AS n',
        triggers=[
            Trigger("put", NOTE_IT, timing="instead of", events=["insert", "update"], arguments=["x"]),
            Trigger("removed", NOTE_IT, timing="instead of", events=["delete"]),
            Trigger("told", NOTE_IT, timing="after", events=["update", "delete"], for_each_row=False),
        ],
    )

    def test_holds(self, server: Server) -> None:
        """Triggers of rows and of statements on a view are proven."""
        with Scratch(server, subject_of(self.BUILT, platform=VANILLA, baseline=BASELINE)) as scratch:
            found = PROOF.run(scratch)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried))
        assert "3 triggers: fired in 5 trials and did not fire in 4, as declared" == found.summary

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            ("INSTEAD OF INSERT OR UPDATE", "INSTEAD OF UPDATE", "put of public.Sh'own: found no INSERT"),
            (
                "INSTEAD OF DELETE",
                "INSTEAD OF DELETE OR INSERT",
                "removed of public.Sh'own must not fire on INSERT",
            ),
            ("note_it('x')", "note_it('y')", "put of public.Sh'own calls public.note_it INSTEAD OF INSERT"),
            (
                "AFTER UPDATE OR DELETE",
                "AFTER UPDATE",
                "told of public.Sh'own calls public.note_it nothing on DELETE",
            ),
            (
                "AFTER UPDATE OR DELETE",
                "BEFORE UPDATE OR DELETE",
                "told of public.Sh'own calls public.note_it BEFORE",
            ),
        ],
    )
    def test_noticed(self, shared: Connection, old: str, new: str, sentence: str) -> None:
        """A trigger with other events, arguments or timing than declared is a failure, or named as not tried."""
        subject = damaged(subject_of(self.BUILT, platform=VANILLA, baseline=BASELINE), old, new)
        assert any(sentence in each for each in failures(shared, subject))


BODIES = """
CREATE TABLE elsewhere (id integer);
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN NEW.changed_at := now(); RETURN NEW; END $$;
CREATE FUNCTION end_without_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END $$;
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO journal VALUES (NEW.id); RETURN NEW; END $$;
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not today'; END $$;
CREATE FUNCTION follow_text() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN EXECUTE format('TABLE %I', NEW.note); RETURN NEW; END $$;
CREATE FUNCTION read_setting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM current_setting('app.tenant'); RETURN NEW; END $$;
"""


def probe_body(shared: Connection, trigger: Trigger) -> list[str]:
    """Probe a trigger of a table `made`, whose function the baseline creates."""
    table = Table(
        "made",
        columns=[Column("id", integer, primary_key=True), Column("note", text), Column("at", timestamptz)],
        triggers=trigger,
    )
    return failures(shared, subject_of(table, platform=VANILLA, baseline=BODIES))


@pytest.mark.parametrize(
    ("function", "error"),
    [
        ("stamp", 'record "new" has no field "changed_at" (42703)'),
        ("end_without_row", "control reached end of trigger procedure without RETURN (2F005)"),
        ("log_it", 'relation "journal" does not exist (42P01)'),
    ],
)
@pytest.mark.parametrize(
    ("event", "when"), [("insert", None), ("update", None), ("update", "OLD.* IS DISTINCT FROM NEW.*")]
)
def test_a_function_that_can_never_run_is_a_failure(
    shared: Connection, function: str, error: str, event: TriggerEvent, when: str | None
) -> None:
    """The trial names the event, the function and the error."""
    trigger = Trigger("t", Function(function), timing="before", events=event, when=when)

    assert probe_body(shared, trigger) == [
        f"trigger t of public.made: {event.upper()} always fails, because function public.{function} raises {error}"
    ]


@pytest.mark.parametrize("function", ["refuse", "follow_text", "read_setting", "stamp"])
def test_a_function_that_some_row_or_session_completes_is_no_failure(
    shared: Connection, function: str
) -> None:
    """A refusal, dynamic SQL and a missing setting say nothing about other rows and sessions."""
    column = "changed_at" if function == "stamp" else "at"
    table = Table(
        "made",
        columns=[Column("id", integer, primary_key=True), Column("note", text), Column(column, timestamptz)],
        triggers=Trigger("t", Function(function), timing="before", events="insert"),
    )

    assert failures(shared, subject_of(table, platform=VANILLA, baseline=BODIES)) == []


def test_a_function_finds_unqualified_names_in_the_declared_schemas(shared: Connection) -> None:
    """The search path of the application is not known."""
    table = Table(
        "journal",
        schema="app",
        columns=[Column("id", integer, primary_key=True)],
        triggers=Trigger("t", Function("log_made"), timing="after", events="insert"),
    )
    baseline = (
        "CREATE SCHEMA app; CREATE FUNCTION log_made() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN PERFORM id FROM journal; RETURN NULL; END $$;"
    )

    assert failures(shared, subject_of(table, platform=VANILLA, baseline=baseline)) == []


def test_a_function_that_can_never_run_on_a_view_is_a_failure(shared: Connection) -> None:
    """The function of an INSTEAD OF trigger is tried as well."""
    view = View(
        "shown",
        "SELECT id FROM elsewhere",
        triggers=Trigger("t", Function("stamp"), timing="instead of", events=["insert", "update"]),
    )

    assert failures(shared, subject_of(view, platform=VANILLA, baseline=BODIES)) == [
        f"trigger t of public.shown: {event} always fails, because function public.stamp raises"
        ' record "new" has no field "changed_at" (42703)'
        for event in ("INSERT", "UPDATE")
    ]
