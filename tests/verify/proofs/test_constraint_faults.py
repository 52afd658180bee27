"""The proof that the database enforces the declared constraints: schemas without faults, and planted faults."""

from __future__ import annotations

import re

import pytest
from every_constraint import BASELINE, BOOKINGS, DETAILS, OLD, PAIRS, PEOPLE, PLACES
from probed_constraints import VANILLA, failures, probed
from subjects import damaged, subject_of

from schema_dsl.postgres import Connection
from schema_dsl.verify import Scratch, Status, Subject
from schema_dsl.verify.proofs import constraints
from schema_dsl.verify.proofs.constraints import PROOF, probe_constraints
from schema_dsl.verify.scripts.apply import apply_script

STATES = "'active', 'goodbye_sent', 'help_flow', 'remind_later', 'dormant'"


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
