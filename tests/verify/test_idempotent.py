"""A second run that does anything at all is noticed."""

from __future__ import annotations

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
    """Put the migration to the proof, with more statements at its end."""
    with scratch.with_script(f"{scratch.subject.script}\n{sql}\n") as followed:
        return PROOF.run(followed).failures


def line_after(scratch: Scratch) -> int:
    """Give the line at which what is added begins."""
    return len(scratch.subject.script.splitlines()) + 2


class TestSound:
    """A migration that may be run again is shown to be so."""

    def test_engagement(self, scratch: Scratch) -> None:
        """The engagement schema's migration changes nothing the second time."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))
        assert found.data["rows"] > 10

    def test_restating_is_no_change(self, scratch: Scratch) -> None:
        """To say again what is there is no change, although Postgres writes the catalog's row anew."""
        sql = f"""
            COMMENT ON TABLE {PROFILES} IS 'Said again.';
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


class TestSecondRunFails:
    """What is there already and is made again without a guard fails, and is named by its line."""

    @pytest.mark.parametrize(
        ("sql", "said"),
        [
            (f"CREATE POLICY bare ON {PROFILES} USING (false);", 'policy "bare" for table "user_profiles"'),
            (
                f"ALTER TABLE {PROFILES} ADD CONSTRAINT bare CHECK (onboarding_tier < 9);",
                'constraint "bare" for relation "user_profiles"',
            ),
            (f"CREATE INDEX bare ON {PROFILES} (onboarding_tier);", 'relation "bare"'),
        ],
    )
    def test_unguarded(self, scratch: Scratch, sql: str, said: str) -> None:
        """Without a guard the second run fails, in either way."""
        line = line_after(scratch)
        assert tuple(
            f"034_engagement_system.sql:{line}: the second run, {way}, fails: {said} already exists"
            for way in ("in one transaction", "statement by statement")
        ) == failures(scratch, sql)


class TestSecondRunChanges:
    """What a second run drops and makes, writes or rewrites is noticed although all looks as it did."""

    def test_object_made_anew(self, scratch: Scratch) -> None:
        """A policy that is dropped and made again is not the same one."""
        sql = f"DROP POLICY IF EXISTS mine ON {PROFILES}; CREATE POLICY mine ON {PROFILES} USING (false);"
        assert (
            f"the second run changes something: policy mine of {PROFILES} was dropped and made anew",
        ) == failures(scratch, sql)

    def test_relation_made_anew(self, scratch: Scratch) -> None:
        """Of a view that is made again, only that is told, and not that its columns were, too."""
        sql = f"DROP VIEW IF EXISTS public.names; CREATE VIEW public.names AS SELECT display_name FROM {PROFILES};"
        assert ("the second run changes something: view public.names was dropped and made anew",) == failures(
            scratch, sql
        )

    def test_index_built_anew(self, scratch: Scratch) -> None:
        """An index in another file was built again."""
        sql = "REINDEX INDEX public.user_profiles_pkey;"
        assert (
            f"the second run changes something: index public.user_profiles_pkey of {PROFILES} was built anew",
        ) == failures(scratch, sql)

    def test_rewrite(self, scratch: Scratch) -> None:
        """A table in another file had its rows written again."""
        sql = f"ALTER TABLE {PROFILES} ALTER COLUMN display_name TYPE text USING display_name || '';"
        assert f"the second run changes something: table {PROFILES} had every row written anew" in failures(
            scratch, sql
        )

    def test_changed_and_changed_back(self, scratch: Scratch) -> None:
        """A constraint that has another name for a while shows in who wrote its row."""
        sql = f"""
            ALTER TABLE {PROFILES} RENAME CONSTRAINT user_profiles_pkey TO other;
            ALTER TABLE {PROFILES} RENAME CONSTRAINT other TO user_profiles_pkey;
        """
        constraint = f"constraint user_profiles_pkey of {PROFILES}"
        assert (f"the second run changes something: {constraint} was changed, and changed back",) == failures(
            scratch, sql
        )

    def test_index_changed_and_changed_back(self, scratch: Scratch) -> None:
        """So does an index that rows are to be ordered by, and then not."""
        sql = f"""
            ALTER TABLE {PROFILES} CLUSTER ON user_profiles_pkey;
            ALTER TABLE {PROFILES} SET WITHOUT CLUSTER;
        """
        index = f"index public.user_profiles_pkey of {PROFILES}"
        assert (f"the second run changes something: {index} was changed, and changed back",) == failures(
            scratch, sql
        )

    def test_toggled(self, scratch: Scratch) -> None:
        """What is the other way round after each run is told with both ways."""
        sql = """
            DO $$ BEGIN IF (SELECT relrowsecurity FROM pg_class WHERE relname = 'user_profiles')
            THEN ALTER TABLE public.user_profiles DISABLE ROW LEVEL SECURITY;
            ELSE ALTER TABLE public.user_profiles ENABLE ROW LEVEL SECURITY; END IF; END $$;
        """
        assert (
            f"the second run changes something: table {PROFILES} has as row level security no longer false but true"
        ) in failures(scratch, sql)

    def test_warning(self, scratch: Scratch) -> None:
        """A warning is told with the line of the statement that raised it."""
        sql = "RESET ALL;\nDO $$ BEGIN RAISE WARNING 'mind the gap'; END $$;"
        line = line_after(scratch) + 1
        assert (f"034_engagement_system.sql:{line}: the second run warns: mind the gap",) == failures(
            scratch, sql
        )


class TestRows:
    """Rows that are there stay as they are."""

    def test_values(self, scratch: Scratch) -> None:
        """Values that a second run changes are told by table and column."""
        sql = "UPDATE public.user_profiles SET onboarding_tier = (onboarding_tier + 1) % 4;"
        found = failures(scratch, sql)
        assert (
            f"the second run changes rows: {PROFILES} has other values in updated_at, onboarding_tier",
        ) == found

    def test_same_values_written(self, scratch: Scratch) -> None:
        """Rows that are written with the values they have are rows written."""
        sql = f"UPDATE {QUEUE} SET status = status;"
        said = "had rows written again with the values that they had"
        assert (f"the second run changes rows: {QUEUE} {said}",) == failures(scratch, sql)

    def test_added(self, scratch: Scratch) -> None:
        """Rows that are put in a second time are counted."""
        sql = """
            INSERT INTO public.engagement_state_transitions (user_id, from_state, to_state, trigger)
            SELECT user_id, 'active', 'dormant', 'backfill' FROM public.user_profiles;
        """
        found = failures(scratch, sql)
        assert "the second run changes rows: public.engagement_state_transitions has" in found[0]

    def test_none_to_see(self, server: Server) -> None:
        """A table that no row can be made for is told, and fails nothing."""
        stuck = Table("stuck", columns=[Column("a", text, check=written("md5(a) = 'x'"), not_null=True)])
        with Scratch(server, subject_of(stuck, platform=platform("vanilla"))) as scratch:
            found = PROOF.run(scratch)
        assert (Status.PROVEN, ["no row of public.stuck was there: none could be made"]) == (
            found.status,
            found.notes,
        )
