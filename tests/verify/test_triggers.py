"""Triggers: seen to fire when they were declared to, and only then."""

from __future__ import annotations

import pytest
from subjects import damaged, subject_of

from schema_dsl import Column, Function, Reference, Table, Trigger, integer, text, timestamptz
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.apply import apply_script
from schema_dsl.verify.proofs.triggers import PROOF, watch_all

VANILLA = platform("vanilla")
BASELINE = """
CREATE FUNCTION note_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'never called'; END $$;
CREATE FUNCTION another() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
"""
NOTE_IT = Function("note_it")
NAME = "trigger update_user_engagement_states_updated_at of public.user_engagement_states"
FUNCTION = "public.update_updated_at_column"

SOUND = [
    Trigger("plain", NOTE_IT, timing="before", events=["insert", "update"]),
    Trigger("told", NOTE_IT, timing="after", events=["update"], arguments=["x", "it's"]),
    Trigger("of_note", NOTE_IT, timing="before", events=["update", "delete"], update_of=["note"]),
    Trigger("whole", NOTE_IT, timing="after", events=["delete", "truncate"], for_each_row=False),
    Trigger("changed", NOTE_IT, timing="after", events=["update"], when="OLD.note IS DISTINCT FROM NEW.note"),
    Trigger("any", NOTE_IT, timing="after", events=["update"], when="OLD.* IS DISTINCT FROM NEW.*"),
    Trigger("step", NOTE_IT, timing="before", events=["update"], when="OLD.seat = 3 AND NEW.seat = 4"),
    Trigger("new", NOTE_IT, timing="before", events=["insert"], when="NEW.note = 'special'"),
    Trigger("moved", NOTE_IT, timing="before", events=["update"], when="OLD.up <> NEW.up"),
]


def subject_with(*triggers: Trigger) -> Subject:
    """A table with triggers."""
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
    """Bring a subject about, watch its triggers, and give the sentences on what is wrong."""
    with connection.transaction(force_rollback=True):
        connection.execute(subject.baseline.encode())
        connection.execute(subject.script.encode())
        found = watch_all(connection, subject.wanted)
    return [sentence for each in found.values() for sentence in (*each.failures, *each.notes)]


class TestEngagement:
    """The trigger that keeps updated_at."""

    def test_holds(self, scratch: Scratch) -> None:
        """It is seen to fire, and not to fire."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), []) == (found.status, tuple(found.failures), list(found.notes))
        assert found.summary.startswith("1 trigger: fired on ")

    @pytest.mark.parametrize(
        ("old", "new", "sentence"),
        [
            (
                "BEFORE UPDATE ON",
                "BEFORE INSERT ON",
                f"{NAME} does not call {FUNCTION} on an update of state",
            ),
            ("BEFORE UPDATE ON", "BEFORE INSERT ON", f"{NAME} fires on an insert, which was not declared"),
            ("BEFORE UPDATE ON", "BEFORE UPDATE OR DELETE ON", f"{NAME} fires on a delete"),
            (
                "BEFORE UPDATE ON",
                "BEFORE UPDATE OF state ON",
                f"{NAME} does not call {FUNCTION} on an update of remind_at",
            ),
            (
                "BEFORE UPDATE ON",
                "AFTER UPDATE ON",
                f"{NAME} calls {FUNCTION} after update for each row with (), and was declared before update",
            ),
            (
                "FOR EACH ROW\n",
                "FOR EACH STATEMENT\n",
                f"{NAME} calls {FUNCTION} before update for each statement",
            ),
            (
                "FOR EACH ROW\n",
                "FOR EACH ROW WHEN (NEW.state = 'active')\n",
                f"{NAME} does not call {FUNCTION} on an update of state to goodbye_sent",
            ),
            (
                "TRIGGER update_user_engagement_states_updated_at",
                "TRIGGER renamed",
                f"{NAME} does not call {FUNCTION}",
            ),
        ],
    )
    def test_fault(self, scratch: Scratch, engagement: Subject, old: str, new: str, sentence: str) -> None:
        """Each fault that is planted in the migration is told in a sentence that names it."""
        faulty = damaged(engagement, old, new)
        with scratch.fresh("before") as database:
            with scratch.connect(database) as connection:
                apply_script(connection, faulty.script, faulty.file)
            with database.connect() as connection:
                found = watch_all(connection, faulty.wanted)
        sentences = [each for seen in found.values() for each in seen.failures]
        assert [each for each in sentences if sentence in each], sentences


class TestClauses:
    """Each clause of a trigger counts."""

    @pytest.mark.parametrize("trigger", SOUND, ids=lambda trigger: trigger.name)
    def test_holds(self, shared: Connection, trigger: Trigger) -> None:
        """What was declared is seen, on rows for which it fires and on rows for which it does not."""
        assert [] == failures(shared, subject_with(trigger))

    def test_holds_together(self, shared: Connection) -> None:
        """Triggers that share a function are told apart."""
        assert [] == failures(shared, subject_with(*SOUND))

    @pytest.mark.parametrize(
        ("name", "old", "new", "sentence"),
        [
            (
                "plain",
                "BEFORE INSERT OR UPDATE",
                "BEFORE INSERT",
                "does not call public.note_it on an update of note",
            ),
            ("plain", "note_it()", "another()", "does not call public.note_it on an insert"),
            ("told", "'it''s'", "'its'", "calls public.note_it after update for each row with (x, its)"),
            ("of_note", " OF note", "", "fires on an update of seat, which was not declared"),
            ("of_note", " OF note", " OF note, at", "fires on an update of at"),
            ("whole", " OR TRUNCATE", "", "does not call public.note_it on truncate"),
            (
                "changed",
                "IS DISTINCT FROM",
                "IS NOT DISTINCT FROM",
                "does not call public.note_it on an update of note to",
            ),
            (
                "any",
                "WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                "",
                "fires on an update of note, which was not declared",
            ),
            (
                "step",
                "OLD.seat = 3",
                "OLD.seat = 5",
                "does not call public.note_it on an update of seat to 4",
            ),
            ("step", "AND NEW.seat", "OR NEW.seat", "fires on an update of seat to 4"),
            ("new", "'special'", "'other'", "does not call public.note_it on an insert of note = 'special'"),
            ("moved", "<>", "=", "fires on an update of"),
        ],
    )
    def test_fault(self, shared: Connection, name: str, old: str, new: str, sentence: str) -> None:
        """Each clause that is changed in the migration is told."""
        [trigger] = [each for each in SOUND if each.name == name]
        found = failures(shared, damaged(subject_with(trigger), old, new))
        assert [each for each in found if f"trigger {name} of public.made {sentence}" in each], found

    def test_condition_beyond_derivation(self, shared: Connection) -> None:
        """Where no row was found on which a trigger fires, that is told."""
        trigger = Trigger("odd", NOTE_IT, timing="before", events=["insert"], when="md5(NEW.note) = 'x'")
        assert failures(shared, subject_with(trigger)) == [
            "trigger odd of public.made: no row was found on which it fires"
        ]

    def test_no_triggers(self, server: Server) -> None:
        """Without triggers the proof claims nothing."""
        with Scratch(server, subject_with()) as scratch:
            assert PROOF.run(scratch).status is Status.UNPROVEN
