"""Where the knowledge of a history ends, lint doubts the objects concerned, and tells everything else."""

from __future__ import annotations

import pytest

from schema_dsl.lint import build_selection, lint_text
from schema_dsl.platforms import platform

SUPABASE = platform("supabase")
ON = build_selection("supabase")
# Ten faults about objects that no doubtful statement names.
FAULTS = """
CREATE TABLE public.owners (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.items (id uuid PRIMARY KEY, owner_id uuid NOT NULL REFERENCES public.owners (id), label text);
CREATE TABLE public.keyless (a bigint);
CREATE INDEX items_label_a ON public.items (label);
CREATE INDEX items_label_b ON public.items (label);
CREATE FUNCTION public.elevated() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
ALTER TABLE public.owners ENABLE ROW LEVEL SECURITY;
CREATE POLICY never ON public.owners FOR DELETE TO authenticated USING (name = NULL);
CREATE POLICY wrong ON public.owners FOR UPDATE TO authenticated USING (name = session_user);
GRANT SELECT ON public.keyless TO anon;
CREATE POLICY slow ON public.owners FOR SELECT TO authenticated USING (id = auth.uid());
CREATE POLICY unprotected ON public.items FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));
SELECT missing FROM public.items;
"""
TOLD = {
    "auth-rls-initplan",
    "duplicate-index",
    "no-primary-key",
    "policy-always-false",
    "policy-exists-rls-disabled",
    "policy-compares-session-user",
    "rls-disabled-in-api",
    "security-definer-search-path",
    "unindexed-foreign-keys",
    "unknown-column",
}
DOUBTS = {
    "a type that nobody created": "DROP TYPE IF EXISTS public.old CASCADE;",
    "a domain": "DROP DOMAIN IF EXISTS public.old CASCADE;",
    "a table from before": "DROP TABLE IF EXISTS public.old CASCADE;",
    "a view from before": "DROP VIEW IF EXISTS public.old CASCADE;",
    "a function from before": "DROP FUNCTION IF EXISTS public.old() CASCADE;",
    "a schema from before": "DROP SCHEMA IF EXISTS other CASCADE;",
    "an extension": "DROP EXTENSION IF EXISTS moddatetime CASCADE;",
    "a new extension": "CREATE EXTENSION IF NOT EXISTS postgis;",
    "what a role owns": "DROP OWNED BY somebody;",
    "imported tables": "IMPORT FOREIGN SCHEMA remote FROM SERVER s INTO public;",
    "SQL that is read from a table": "DO $$ DECLARE s text; BEGIN SELECT q INTO s FROM x; EXECUTE s; END $$;",
    "columns of some table": "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN z int', 't'); END $$;",
    "functions of some name": "DO $$ BEGIN EXECUTE format('DROP FUNCTION other.%I()', 'f'); END $$;",
    "some role": "DO $$ BEGIN EXECUTE format('DROP ROLE %I', 'r'); END $$;",
    "a function that is not known": "SELECT public.not_known();",
    "a transaction that is rolled back": "BEGIN; CREATE TABLE public.scratch (a bigint PRIMARY KEY); ROLLBACK;",
    "an error that is swallowed": (
        "DO $$ BEGIN CREATE TABLE public.q (a bigint PRIMARY KEY); EXCEPTION WHEN OTHERS THEN NULL; END $$;"
    ),
    "a file that is missing": "\\i other.sql\n",
    "a statement that does not parse": "CREAT TABLE oops (a int);",
    "a name that psql inserts": "DROP TABLE IF EXISTS :schema.old;",
    "a language that is not SQL": "DO LANGUAGE plpython3u $$ pass $$;",
}


def find_rules(text: str) -> set[str]:
    """Return the rules that lint tells about a text."""
    return {finding.rule for finding in lint_text(text, "001_a.sql", SUPABASE, ON)}


class TestDoubt:
    """A history with ten faults, before or after a statement that ends the knowledge of something else."""

    @pytest.mark.parametrize("doubt", DOUBTS.values(), ids=DOUBTS)
    def test_faults_elsewhere(self, doubt: str) -> None:
        """All faults about other objects are told."""
        assert set() == TOLD - find_rules(doubt + FAULTS)
        assert set() == TOLD - find_rules(FAULTS + doubt)

    @pytest.mark.parametrize(
        ("doubt", "rules"),
        [
            (
                (
                    "DO $$ DECLARE t text; s text; BEGIN FOR t IN SELECT tablename FROM pg_tables LOOP "
                    "s := format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); EXECUTE s; END LOOP; END $$;"
                ),
                {"rls-disabled-in-api", "policy-exists-rls-disabled"},
            ),
            (
                (
                    "DO $$ DECLARE r record; BEGIN FOR r IN SELECT 'CREATE INDEX ON ' || t || ' (owner_id)' AS ddl "
                    "FROM x LOOP EXECUTE r.ddl; END LOOP; END $$;"
                ),
                {"unindexed-foreign-keys", "duplicate-index"},
            ),
            (
                "DO $$ DECLARE s text := 'DROP INDEX '; BEGIN s := s || 'public.' || x(); EXECUTE s; END $$;",
                {"duplicate-index", "unindexed-foreign-keys"},
            ),
        ],
    )
    def test_text_in_a_variable(self, doubt: str, rules: set[str]) -> None:
        """What the assignments of a variable say is doubted, and nothing else."""
        assert rules == TOLD - find_rules(FAULTS + doubt)

    def test_dependents(self) -> None:
        """What names a dropped object that the history does not know is doubted."""
        known = "CREATE TABLE public.t (id bigint PRIMARY KEY, a legacy.kind, b text);"
        assert "unknown-column" not in find_rules(
            f"{known} DROP TYPE legacy.kind CASCADE; SELECT a FROM public.t;"
        )
        assert "unknown-column" in find_rules(
            f"{known} DROP TYPE legacy.kind CASCADE; SELECT c FROM public.t;"
        )

    def test_owned(self) -> None:
        """DROP OWNED drops what the role owns, with its dependents, and takes the role out of policies."""
        known = (
            "CREATE ROLE app; CREATE TABLE public.t (id bigint PRIMARY KEY); ALTER TABLE public.t OWNER TO app;"
            "CREATE VIEW public.v AS SELECT id FROM public.t; DROP OWNED BY app;"
        )
        assert "unknown-relation" in find_rules(f"{known} SELECT id FROM public.v;")
