"""A migration that creates no object with default privileges is tried under one setting of them."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Access, Column, Table, bigint, may
from schema_dsl.migrations import Migration
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Subject
from schema_dsl.verify.databases.independent_settings import creates_nothing_granted

PLATFORM = platform("supabase")
TABLE = Table(
    "t",
    columns=[Column("id", bigint, primary_key=True)],
    access=Access(authenticated=may("select", rows="all")),
)
ADDED = "ALTER TABLE public.t ADD COLUMN note text"
MAKER = """
    CREATE FUNCTION public.maker() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN EXECUTE 'CREATE TABLE public.made (id bigint)'; END $$;
    REVOKE ALL ON FUNCTION public.maker() FROM PUBLIC, anon, authenticated, service_role;
"""


def subject_after(script: str, *earlier: str, rollback: str | None = None) -> Subject:
    """Return a subject with a script after the creation of a table and other earlier scripts."""
    first = subject_of(TABLE, platform=PLATFORM)
    migrations = tuple(
        Migration.from_text(Path(f"{number:03}_m.sql"), text)
        for number, text in enumerate((first.script, *earlier))
    )
    return attrs.evolve(first, earlier=migrations, script=script, rollback=rollback)


@pytest.mark.parametrize(
    "script",
    [
        ADDED,
        "CREATE INDEX ON public.t (id)",
        "CREATE POLICY p ON public.t USING (true); DROP POLICY p ON public.t",
        "GRANT INSERT ON public.t TO anon",
        "DO $$ BEGIN REVOKE ALL ON public.t FROM anon; GRANT SELECT ON public.t TO anon; END $$",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_index) THEN CREATE INDEX ON public.t (id); END IF; END $$",
        "INSERT INTO public.t VALUES (1)",
        "COMMENT ON TABLE public.t IS 'The table.'",
    ],
)
def test_harmless(script: str) -> None:
    """Columns, indexes, policies, privileges and rows have no default privileges."""
    assert creates_nothing_granted(subject_after(script))
    assert creates_nothing_granted(subject_after(ADDED, rollback=script))


@pytest.mark.parametrize(
    "script",
    [
        "CREATE TABLE public.other (id bigint)",
        "CREATE VIEW public.other AS SELECT 1 AS one",
        "SELECT 1 AS one INTO public.other",
        "CREATE TABLE public.other AS SELECT 1 AS one",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE SCHEMA other",
        "CREATE TYPE public.other AS ENUM ('a')",
        "ALTER TABLE public.t ADD COLUMN number serial",
        "ALTER TABLE public.t ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY",
        "DO $$ BEGIN EXECUTE 'CREATE TABLE public.other (id bigint)'; END $$",
        "DO $$ BEGIN EXECUTE format('CREATE TABLE public.%I (id bigint)', 'other'); END $$",
        "DO $$ BEGIN CREATE TABLE public.other (id bigint); END $$",
        "DO LANGUAGE plperl $$ $$",
        "CALL public.p()",
        "IMPORT FOREIGN SCHEMA other FROM SERVER s INTO public",
        "SELECT has_table_privilege('anon', 'public.t', 'SELECT')",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO anon",
        "SELECT FROM",
    ],
)
def test_hazards(script: str) -> None:
    """What creates an object with privileges, reads privileges or cannot be read is tried under each setting."""
    assert not creates_nothing_granted(subject_after(script))
    assert not creates_nothing_granted(subject_after(ADDED, rollback=script))


@pytest.mark.parametrize(
    "script",
    [
        "DROP TABLE public.t",
        "ALTER TABLE public.t DROP COLUMN id",
        "ALTER TABLE public.t ALTER COLUMN id TYPE numeric",
        "ALTER TABLE public.t ALTER COLUMN id SET EXPRESSION AS (1)",
        "ALTER TABLE public.t ALTER COLUMN id DROP EXPRESSION",
        "ALTER TYPE public.mood ADD VALUE 'happy'",
        "DO $$ BEGIN ALTER TABLE public.t ALTER COLUMN id TYPE numeric; END $$",
    ],
)
def test_reverse(script: str) -> None:
    """The reverse of a DROP, a new type or a label may create an object with privileges; in a rollback, none does."""
    assert not creates_nothing_granted(subject_after(script))
    assert creates_nothing_granted(subject_after(ADDED, rollback=script))


@pytest.mark.parametrize(
    ("script", "earlier", "settings"),
    [
        pytest.param(ADDED, (), 1, id="column"),
        pytest.param("CREATE TABLE public.other (id bigint)", (), 2, id="table"),
        pytest.param("SELECT public.maker()", (MAKER,), 2, id="routine that creates a table"),
        pytest.param(ADDED, ("CREATE TABLE public.open (id bigint)",), 2, id="other history"),
    ],
)
def test_settings(server: Server, script: str, earlier: tuple[str, ...], settings: int) -> None:
    """Proofs try the usual setting alone only if the history, too, is the same under each."""
    with Scratch(server, subject_after(script, *earlier)) as scratch:
        assert ("new", "old")[:settings] == scratch.settings
        assert ("new", "old")[:settings] == scratch.variant(script=f"{script};").settings
        assert ("new", "old") == scratch.variant(script="CREATE TABLE public.more (id bigint)").settings
