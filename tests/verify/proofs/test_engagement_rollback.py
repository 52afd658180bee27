"""The rollback of the engagement migration, and faults that its trials notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import pytest

from schema_dsl.migrations import Migration
from schema_dsl.render import UndoneMigration, render_rollback
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.rollback import PROOF
from schema_dsl.verify.rollback import (
    APPLY_MODES,
    RollbackScript,
    load_rollback_script,
    try_data_guards,
    try_data_loss,
    try_round_trip,
)
from schema_dsl.verify.rollback.reverse_plan import build_reverse_plan

NAME = "034_engagement_system_rollback.sql"


def rollback_of(scratch: Scratch) -> str:
    """Render the rollback of a subject's migration."""
    subject = scratch.subject
    back = build_reverse_plan(scratch)
    undone = UndoneMigration(files=(subject.file,), text=subject.script)
    return render_rollback(
        back.plan, subject.wanted, undone, file=NAME, date="2026-01-01", not_restored=back.not_restored
    )


@pytest.fixture(scope="module")
def sound(scratch: Scratch) -> str:
    """The engagement schema's rollback."""
    return rollback_of(scratch)


def replaced(script: str, old: str, new: str) -> str:
    """Introduce a fault into a rollback: replace `old`, which the rollback must contain, by `new`."""
    assert old in script, f"not in the rollback: {old}"
    return script.replace(old, new)


class TestEngagement:
    """The rollback of the engagement schema's migration."""

    def test_proven(self, scratch: Scratch, sound: str) -> None:
        """The round trip succeeds in both modes, and all eight drops refuse to lose data."""
        with scratch.variant(rollback=sound) as variant:
            found = PROOF.run(variant)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.notes))
        assert 8 == found.data["things"]

    def test_without_rollback_file(self, scratch: Scratch) -> None:
        """Without a rollback file, the proof runs the rollback that would be generated, which a note reports."""
        found = PROOF.run(scratch)
        assert Status.PROVEN is found.status
        assert found.notes[0].startswith(f"{NAME} does not exist: the proof runs the rollback")

    def test_path(self, scratch: Scratch) -> None:
        """The path of the rollback is relative to the current folder."""
        file = Path.cwd() / "migrations" / "034_engagement_system.sql"
        files = (Migration.from_text(file, scratch.subject.script),)
        with Scratch(scratch.server, attrs.evolve(scratch.subject, files=files), scratch) as variant:
            assert f"migrations/{NAME}" == load_rollback_script(variant).file

    def test_of_another_text(self, scratch: Scratch, sound: str) -> None:
        """A rollback of an earlier text of the migration is reported in a note."""
        with scratch.variant(
            script=scratch.subject.script.replace("content ", "content 1"), rollback=sound
        ) as variant:
            assert f"{NAME} undoes an earlier text" in PROOF.run(variant).notes[0]

    def test_comments_list_losses(self, sound: str) -> None:
        """The comments list every table and column with data loss, and the setting that allows data loss."""
        comments = "\n".join(line for line in sound.splitlines() if line.startswith("--"))
        for each in (
            "rows of table public.user_engagement_states",
            "rows of table public.engagement_state_transitions",
            "rows of table public.engagement_message_queue",
            "values of column preferred_destination of public.user_profiles",
            "values of column magic_moment_at of public.user_profiles",
            'PGOPTIONS="-c schema_dsl.allow_data_loss=on"',
            "Undoes 034_engagement_system.sql",
        ):
            assert each in comments

    def test_nothing_superfluous(self, sound: str) -> None:
        """Objects that a DROP TABLE or DROP COLUMN also drops have no separate statement."""
        for each in ("DROP CONSTRAINT", "DROP INDEX", "DROP POLICY", "DROP TRIGGER", "REVOKE", "COMMENT ON"):
            assert each not in sound


Try = Callable[[Scratch, RollbackScript], Sequence[str]]


def back(scratch: Scratch, down: RollbackScript) -> Sequence[str]:
    """Run a round trip in one mode."""
    return try_round_trip(scratch, down, next(iter(APPLY_MODES)), "new").failures


def over_rows(scratch: Scratch, down: RollbackScript) -> Sequence[str]:
    """Run the rollback on fixture rows in one mode."""
    return try_data_loss(scratch, down, next(iter(APPLY_MODES)), "new").failures


def holding(scratch: Scratch, down: RollbackScript) -> Sequence[str]:
    """Try the data-loss guards."""
    return try_data_guards(scratch, down).failures


FAULTS: dict[str, tuple[Try, Callable[[str], str], str]] = {
    "a table is not dropped": (
        back,
        lambda script: replaced(script, "    DROP TABLE IF EXISTS public.engagement_message_queue;\n", ""),
        "differs from the state before the migration: table public.engagement_message_queue is new",
    ),
    "a column is not dropped": (
        back,
        lambda script: replaced(script, "        DROP COLUMN IF EXISTS onboarding_tier,\n", ""),
        "differs from the state before the migration: column onboarding_tier of public.user_profiles is new",
    ),
    "an existing policy is dropped": (
        back,
        lambda script: (
            script + '\nDROP POLICY IF EXISTS "Users can view own profile" ON public.user_profiles;\n'
        ),
        "Users can view own profile",
    ),
    "a second run fails": (
        back,
        lambda script: (
            script + "\nALTER TABLE public.user_profiles RENAME display_name TO other;\n"
            "ALTER TABLE public.user_profiles RENAME other TO display_name;\nCREATE TABLE public.once ();\n"
        ),
        "the second run of the rollback fails statement by statement",
    ),
    "rows of another table are changed": (
        over_rows,
        lambda script: script + "\nUPDATE public.user_profiles SET display_name = 'gone';\n",
        "column display_name of public.user_profiles has other values",
    ),
    "the refusal follows a change": (
        over_rows,
        lambda script: f"COMMENT ON TABLE public.user_profiles IS 'changed';\n{script}",
        "refuses to lose data only after it has changed an object",
    ),
    "a drop has no guard": (
        holding,
        lambda script: f"{script}\nDROP TABLE IF EXISTS public.engagement_message_queue;\n",
        "another session may insert data after the check at the start of the rollback",
    ),
    "data is lost without permission": (
        over_rows,
        lambda script: "SET schema_dsl.allow_data_loss = 'on';\n" + script,
        "drops public.engagement_message_queue with its rows",
    ),
    "permission is ignored": (
        over_rows,
        lambda script: replaced(script, "'schema_dsl.allow_data_loss'", "'schema_dsl.another'"),
        "the rollback fails statement by statement although data loss is allowed",
    ),
}


class TestFaults:
    """Every fault of a rollback is reported."""

    @pytest.mark.parametrize("fault", FAULTS)
    def test_reported(self, scratch: Scratch, sound: str, fault: str) -> None:
        """The proof fails with a sentence about the fault."""
        attempt, damage, sentence = FAULTS[fault]
        with scratch.variant(rollback=damage(sound)) as variant:
            found = attempt(variant, load_rollback_script(variant))
        assert any(sentence in each for each in found), found
