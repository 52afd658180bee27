"""The proof `idempotent` fails for every effect of a second run."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from subjects import subject_of

from schema_dsl import Column, Table, text
from schema_dsl import sql as written
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Status
from schema_dsl.verify.proofs.idempotent import PROOF

PROFILES = "public.user_profiles"
QUEUE = "public.engagement_message_queue"


def failures(scratch: Scratch, sql: str) -> Sequence[str]:
    """Run the proof on the migration with additional statements at its end, and return the failures."""
    with scratch.variant(script=f"{scratch.subject.script}\n{sql}\n") as followed:
        return PROOF.run(followed).failures


def line_after(scratch: Scratch) -> int:
    """Return the first line of the additional statements."""
    return len(scratch.subject.script.splitlines()) + 2


class TestProven:
    """Migrations without effects in a second run are proven."""

    def test_engagement(self, scratch: Scratch) -> None:
        """A second run of the engagement schema's migration changes nothing."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert found.data["rows"] > 10

    def test_restating_is_no_change(self, scratch: Scratch) -> None:
        """A statement that restates the present state is no change, although Postgres rewrites the catalog row."""
        sql = f"""
            COMMENT ON TABLE {PROFILES} IS 'Restated.';
            REVOKE ALL ON {PROFILES} FROM anon;
            GRANT SELECT ON {PROFILES} TO anon;
            ALTER TABLE {PROFILES} ENABLE ROW LEVEL SECURITY;
            ALTER TABLE {PROFILES} ALTER COLUMN display_name SET DEFAULT 'nobody';
            ALTER POLICY "Users can view own profile" ON {PROFILES} TO authenticated;
            CREATE OR REPLACE FUNCTION public.noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE OR REPLACE TRIGGER noop BEFORE UPDATE ON {PROFILES} FOR EACH ROW EXECUTE FUNCTION public.noop();
            CREATE OR REPLACE VIEW public.names AS SELECT display_name FROM {PROFILES};
            UPDATE {PROFILES} SET display_name = 'nobody' WHERE display_name IS NULL;
        """
        assert () == failures(scratch, sql)

    def test_recreated_without_data(self, scratch: Scratch) -> None:
        """An object without data of its own may be recreated: a policy, a check, a trigger, a view."""
        sql = f"""
            DROP POLICY IF EXISTS mine ON {PROFILES};
            CREATE POLICY mine ON {PROFILES} USING (false);
            ALTER TABLE {PROFILES} DROP CONSTRAINT IF EXISTS c, ADD CONSTRAINT c CHECK (onboarding_tier < 9);
            DROP VIEW IF EXISTS public.names;
            CREATE VIEW public.names AS SELECT display_name FROM {PROFILES};
            ALTER TABLE {PROFILES} CLUSTER ON user_profiles_pkey;
            ALTER TABLE {PROFILES} SET WITHOUT CLUSTER;
        """
        assert () == failures(scratch, sql)


class TestSecondRunFails:
    """A CREATE statement without a guard fails in a second run and is reported with its line."""

    @pytest.mark.parametrize(
        ("sql", "error"),
        [
            (f"CREATE POLICY bare ON {PROFILES} USING (false);", 'policy "bare" for table "user_profiles"'),
            (
                f"ALTER TABLE {PROFILES} ADD CONSTRAINT bare CHECK (onboarding_tier < 9);",
                'constraint "bare" for relation "user_profiles"',
            ),
            (f"CREATE INDEX bare ON {PROFILES} (onboarding_tier);", 'relation "bare"'),
        ],
    )
    def test_unguarded(self, scratch: Scratch, sql: str, error: str) -> None:
        """Without a guard, the second run fails in one transaction and statement by statement."""
        line = line_after(scratch)
        assert tuple(
            f"034_engagement_system.sql:{line}: the second run fails {mode}: {error} already exists"
            for mode in ("in one transaction", "statement by statement")
        ) == failures(scratch, sql)


class TestSecondRunChanges:
    """A second run that rewrites or loses stored data fails, even if the final definitions are unchanged."""

    def test_recreated_relation(self, scratch: Scratch) -> None:
        """A recreated table is reported without its columns."""
        sql = "DROP TABLE IF EXISTS public.names; CREATE TABLE public.names (display_name text);"
        assert (
            "the second run changes an object: table public.names was dropped and recreated",
        ) == failures(scratch, sql)

    def test_recreated_column(self, scratch: Scratch) -> None:
        """A recreated column has lost its values, although the table was not rewritten."""
        sql = f"ALTER TABLE {PROFILES} DROP COLUMN IF EXISTS extra, ADD COLUMN extra text;"
        column = f"column extra of {PROFILES}"
        assert f"the second run changes an object: {column} was dropped and recreated" in failures(
            scratch, sql
        )

    def test_recreated_key(self, scratch: Scratch) -> None:
        """A recreated constraint with an index builds the index again."""
        sql = f"ALTER TABLE {PROFILES} DROP CONSTRAINT IF EXISTS k, ADD CONSTRAINT k UNIQUE (id);"
        index = f"index public.k of {PROFILES}"
        assert (f"the second run changes an object: {index} was dropped and recreated",) == failures(
            scratch, sql
        )

    def test_rebuilt_index(self, scratch: Scratch) -> None:
        """An index with a new relfilenode was rebuilt."""
        sql = "REINDEX INDEX public.user_profiles_pkey;"
        assert (
            f"the second run changes an object: index public.user_profiles_pkey of {PROFILES} was rebuilt",
        ) == failures(scratch, sql)

    def test_rewrite(self, scratch: Scratch) -> None:
        """A table with a new relfilenode was rewritten."""
        sql = f"ALTER TABLE {PROFILES} ALTER COLUMN display_name TYPE text USING display_name || '';"
        assert f"the second run changes an object: table {PROFILES} was rewritten" in failures(scratch, sql)

    def test_toggled(self, scratch: Scratch) -> None:
        """An attribute that every run toggles is reported with the old and the new value."""
        sql = """
            DO $$ BEGIN IF (SELECT relrowsecurity FROM pg_class WHERE relname = 'user_profiles')
            THEN ALTER TABLE public.user_profiles DISABLE ROW LEVEL SECURITY;
            ELSE ALTER TABLE public.user_profiles ENABLE ROW LEVEL SECURITY; END IF; END $$;
        """
        assert (
            f"the second run changes an object: table {PROFILES} has row level security true instead of false"
        ) in failures(scratch, sql)

    def test_warning(self, scratch: Scratch) -> None:
        """A warning is reported with the line of its statement."""
        sql = "RESET ALL;\nDO $$ BEGIN RAISE WARNING 'mind the gap'; END $$;"
        line = line_after(scratch) + 1
        assert (
            f"034_engagement_system.sql:{line}: the second run raises a warning: mind the gap",
        ) == failures(scratch, sql)


class TestRows:
    """A second run must not change rows."""

    def test_values(self, scratch: Scratch) -> None:
        """Values that a second run changes are reported by table and column."""
        sql = "UPDATE public.user_profiles SET onboarding_tier = (onboarding_tier + 1) % 4;"
        found = failures(scratch, sql)
        (sentence,) = found
        assert (
            f"the second run changes rows: {PROFILES} has changed values in updated_at, onboarding_tier ("
            in sentence
        )

    def test_same_values_written(self, scratch: Scratch) -> None:
        """An UPDATE with unchanged values rewrites rows and is reported."""
        sql = f"UPDATE {QUEUE} SET status = status;"
        (sentence,) = failures(scratch, sql)
        pattern = (
            rf"the second run changes rows: {QUEUE} has rows that were rewritten .* \((\d+) of \1 rows\)"
        )
        assert re.fullmatch(pattern, sentence)

    def test_added(self, scratch: Scratch) -> None:
        """Rows that a second run inserts are counted."""
        sql = """
            INSERT INTO public.engagement_state_transitions (user_id, from_state, to_state, trigger)
            SELECT user_id, 'active', 'dormant', 'backfill' FROM public.user_profiles;
        """
        found = failures(scratch, sql)
        assert "the second run changes rows: public.engagement_state_transitions gained" in found[0]

    def test_empty_table(self, server: Server) -> None:
        """A table that no fixture row fits is reported in a note, not as a failure."""
        stuck = Table("stuck", columns=[Column("a", text, check=written("md5(a) = 'x'"), not_null=True)])
        with Scratch(server, subject_of(stuck, platform=platform("vanilla"))) as scratch:
            found = PROOF.run(scratch)
        assert (Status.PROVEN, ["no fixture row fits public.stuck, so no rows of this table were tried"]) == (
            found.status,
            found.notes,
        )
