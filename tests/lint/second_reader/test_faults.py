"""Planted faults of templates are found without a database."""

from __future__ import annotations

import random
from collections.abc import Iterable

import generated_files
import pytest
from generated_files import GeneratedFile
from template_faults import Fault, plant_faults

# Of every 100 faults, at least this many are found.
REQUIRED = 95
SAMPLE = 100

# Text of the engagement migration, the text with a fault, and the message.
MESSAGES = """\
state              text        NOT NULL
state              text
column state of public.user_engagement_states: the file says no NOT NULL, the definitions say NOT NULL

DEFAULT 'pending'
DEFAULT 'sent'
column status of public.engagement_message_queue: the file says DEFAULT 'sent', the definitions say DEFAULT 'pending'

REFERENCES auth.users (id) ON DELETE CASCADE
REFERENCES auth.users (id)
foreign key user_engagement_states_user_id_fkey of public.user_engagement_states: the file says ON DELETE no action, the definitions say ON DELETE cascade

ON public.user_engagement_states (state)
ON public.user_engagement_states USING hash (state)
index user_engagement_states_state_idx of public.user_engagement_states: the file says USING hash, the definitions say USING btree

ON public.user_engagement_states (state)
ON public.user_engagement_states (remind_at DESC)
index user_engagement_states_state_idx of public.user_engagement_states: the file says keys (remind_at DESC), the definitions say keys (state)

ALTER TABLE public.user_engagement_states ENABLE ROW LEVEL SECURITY;
NULL;
table public.user_engagement_states: the file says no ENABLE ROW LEVEL SECURITY, the definitions say ENABLE ROW LEVEL SECURITY

FROM PUBLIC, anon, authenticated, service_role
FROM anon, authenticated, service_role
the file does not create privilege public of public.user_engagement_states, which the definitions declare

UNIQUE (user_id),
UNIQUE (user_id), CONSTRAINT user_engagement_states_user_id_key UNIQUE (user_id),
the file creates constraint user_engagement_states_user_id_key of public.user_engagement_states twice

USING ((SELECT auth.uid()) = user_id)
USING (true)
policy authenticated_select_own of public.user_engagement_states: the file says USING TRUE, the definitions say USING (SELECT auth.uid()) = user_id"""  # noqa: E501


def sample(faults: Iterable[Fault], size: int = SAMPLE) -> list[Fault]:
    """Return faults of all kinds of statements, always the same."""
    found = list(faults)
    return random.Random(1).sample(found, min(size, len(found)))  # noqa: S311 - no secret


def find_missed(faults: Iterable[tuple[GeneratedFile, Fault]], *, with_changes: bool = True) -> list[Fault]:
    """Return the faults that the comparison does not find, and print them."""
    missed = [fault for file, fault in faults if not file.compare(fault.text, with_changes=with_changes)]
    for fault in missed:
        print(f"missed in line {fault.line}: {fault.name}")  # noqa: T201 - shown if the test fails
    return missed


class TestFound:
    """At least 95 of 100 faults are found."""

    def test_in_the_engagement_migration(self) -> None:
        """A fault in the engagement migration is found, whatever the statement."""
        file = generated_files.read_engagement()
        faults = sample(plant_faults(file.text))
        assert SAMPLE == len(faults)
        assert [] == find_missed((file, fault) for fault in faults)

    def test_in_a_table_with_every_feature(self) -> None:
        """A fault in a table that sqlglot cannot parse as a whole is found too."""
        file = generated_files.generate_everything()
        faults = sample(plant_faults(file.text), SAMPLE // 2)
        assert SAMPLE // 2 == len(faults)
        missed = find_missed((file, fault) for fault in faults)
        assert len(missed) * 100 <= len(faults) * (100 - REQUIRED)

    def test_in_follow_ups(self) -> None:
        """A fault in a migration that alters, drops and recreates objects is found if the changes are known."""
        planted = [
            (file, fault)
            for file in map(generated_files.generate_specimen, generated_files.list_specimens())
            for fault in plant_faults(file.text)
        ]
        chosen = random.Random(1).sample(planted, 2 * SAMPLE)  # noqa: S311
        missed = find_missed(chosen)
        assert len(missed) * 100 <= len(chosen) * (100 - REQUIRED)

    def test_by_lint_alone(self) -> None:
        """Also without the changes, which only `generate` knows, a fault in a first migration is found."""
        planted = [
            (file, fault)
            for file in (generated_files.read_engagement(), generated_files.generate_everything())
            for fault in sample(plant_faults(file.text), SAMPLE // 4)
        ]
        missed = find_missed(planted, with_changes=False)
        assert len(missed) * 100 <= len(planted) * (100 - REQUIRED)

    def test_marks_on_indexes(self) -> None:
        """A mark of another index, of another table, and a mark left out are found."""
        file = generated_files.generate_everything()
        mark = 'ALTER TABLE public."scratch pad" CLUSTER ON "scratch pad_pkey";\n'
        for fault in (mark.replace("pad_pkey", "pad_key"), mark.replace("scratch pad", "rest", 1), ""):
            assert file.compare(file.text.replace(mark, fault)), fault

    @pytest.mark.parametrize(("old", "new", "message"), [each.split("\n") for each in MESSAGES.split("\n\n")])
    def test_message(self, old: str, new: str, message: str) -> None:
        """A message names the object, what the file says, and what the definitions say."""
        file = generated_files.read_engagement()
        assert old in file.text
        assert [message] == [each.message for each in file.compare(file.text.replace(old, new, 1))]

    def test_position(self) -> None:
        """A finding is at the column, the constraint or the statement."""
        file = generated_files.read_engagement()
        damaged = file.text.replace("remind_at          timestamptz", "remind_at          date", 1)
        line = damaged[: damaged.index("remind_at          date")].count("\n") + 1
        assert [(line, 9, 18)] == [
            (each.line, each.column, each.end_column) for each in file.compare(damaged)
        ]
