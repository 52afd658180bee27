"""The proof of access compares what client roles can reach before and after a migration, on objects of every kind."""

from __future__ import annotations

import attrs
import pytest
from shares import share
from subjects import subject_of

from schema_dsl import Access, Column, Table, bigint, may, text, uuid
from schema_dsl.platforms import platform
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status, Subject
from schema_dsl.verify.proofs.access import PROOF

BASELINE = """
    CREATE TABLE public.secrets (id integer, body text);
    ALTER TABLE public.secrets ENABLE ROW LEVEL SECURITY;
    CREATE VIEW public.old_view AS SELECT id FROM public.secrets;
    CREATE SEQUENCE public.old_numbers;
    CREATE FUNCTION public.old_helper() RETURNS integer LANGUAGE sql SECURITY DEFINER AS 'SELECT 1';
    REVOKE ALL ON FUNCTION public.old_helper() FROM PUBLIC;
    REVOKE ALL ON public.secrets, public.old_view, public.old_numbers FROM anon, authenticated, service_role;
    REVOKE ALL ON FUNCTION public.old_helper() FROM anon, authenticated, service_role;
    CREATE SCHEMA private;
"""


def migration(*statements: str) -> Subject:
    """Return a migration of one table, followed by statements that nothing declares."""
    table = Table(
        "notes",
        columns=[
            Column("id", bigint, primary_key=True, identity="always"),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text),
        ],
        policies=[owner_may("all", own="user_id"), service_role_may("all")],
        access=Access(
            own="user_id", authenticated=may("all", rows="own"), service_role=may("all", rows="all")
        ),
    )
    subject = subject_of(table, platform=platform("supabase"), baseline=BASELINE)
    return attrs.evolve(
        subject, script="".join([subject.script, ";\n", *(f"{each};\n" for each in statements)])
    )


def prove(server: Server, subject: Subject) -> Outcome:
    """Run the proof on a subject."""
    with Scratch(server, subject) as scratch:
        return PROOF.run(scratch)


GAINS = {
    "CREATE VIEW public.leak AS SELECT * FROM public.secrets; GRANT SELECT ON public.leak TO anon": (
        "anon gained SELECT on view leak (reads with the privileges of its owner), which nothing declares"
    ),
    "CREATE VIEW public.own_view WITH (security_invoker = true) AS SELECT * FROM public.notes;"
    "GRANT SELECT ON public.own_view TO authenticated": (
        "authenticated gained SELECT on view own_view, which nothing declares"
    ),
    "GRANT SELECT ON public.old_view TO anon, authenticated": (
        "anon and authenticated gained SELECT on view old_view (reads with the privileges of its owner), which nothing "
        "declares"
    ),
    "CREATE MATERIALIZED VIEW public.totals AS SELECT count(*) FROM public.secrets;"
    "GRANT SELECT ON public.totals TO authenticated": (
        "authenticated gained SELECT on materialized view totals (has no policies), which nothing declares"
    ),
    "CREATE FUNCTION public.stats() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM secrets'": (
        "PUBLIC gained EXECUTE on function stats() (SECURITY DEFINER), which nothing declares"
    ),
    "GRANT EXECUTE ON FUNCTION public.old_helper() TO anon": (
        "anon gained EXECUTE on function old_helper() (SECURITY DEFINER), which nothing declares"
    ),
    "CREATE PROCEDURE public.purge() LANGUAGE sql AS 'DELETE FROM secrets'": (
        "PUBLIC gained EXECUTE on procedure purge(), which nothing declares"
    ),
    "GRANT USAGE, SELECT ON SEQUENCE public.old_numbers TO anon": (
        "anon gained SELECT and USAGE on sequence old_numbers, which nothing declares"
    ),
    "CREATE SEQUENCE public.numbers; GRANT UPDATE ON SEQUENCE public.numbers TO PUBLIC": (
        "PUBLIC gained UPDATE on sequence numbers, which nothing declares"
    ),
    "SELECT lo_create(424242); GRANT SELECT ON LARGE OBJECT 424242 TO anon": (
        "anon gained SELECT on large object 424242, which nothing declares"
    ),
    "GRANT SELECT ON public.secrets TO anon": "anon gained SELECT on table secrets, which nothing declares",
    "GRANT SELECT (body) ON public.secrets TO anon": (
        "anon gained SELECT on column body of table secrets, which nothing declares"
    ),
    "CREATE TABLE public.forgotten (id integer); GRANT ALL ON public.forgotten TO anon": (
        "anon gained DELETE, INSERT,"
    ),
    "GRANT CREATE ON SCHEMA public TO anon": "anon gained CREATE on schema public, which nothing declares",
    "GRANT USAGE ON SCHEMA private TO authenticated": (
        "authenticated gained USAGE on schema private, which nothing declares"
    ),
}


class TestGains:
    """What a client role gains without a declaration is a failure."""

    @pytest.mark.parametrize("statement", share(GAINS, one_in=2))
    def test_gain(self, server: Server, statement: str) -> None:
        """The sentence names the role, the privilege and the object."""
        found = prove(server, migration(*statement.split(";")))
        assert Status.FAILED is found.status
        expected = GAINS[statement]
        assert any(sentence.startswith(expected) for sentence in found.failures), found.failures

    def test_default_privileges(self, server: Server) -> None:
        """A gain that the default privileges cause has the setting in its sentence."""
        found = prove(server, migration("CREATE VIEW public.leak AS SELECT * FROM public.secrets"))
        expected = "anon, authenticated and service_role gained DELETE, INSERT,"
        matching = [sentence for sentence in found.failures if sentence.startswith(expected)]
        assert [True] == [sentence.endswith("(under the old default privileges)") for sentence in matching]


class TestNoGain:
    """What clients cannot use, or could use before, is no gain."""

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            (
                "CREATE FUNCTION public.closed() RETURNS integer LANGUAGE sql AS 'SELECT 1';"
                "REVOKE ALL ON FUNCTION public.closed() FROM PUBLIC, anon, authenticated, service_role"
            ),
            "CREATE VIEW private.inside AS SELECT 1 AS one",
            "CREATE TYPE public.mood AS ENUM ('calm')",
            "GRANT USAGE ON SCHEMA public TO anon",
            "REVOKE USAGE ON SCHEMA public FROM anon; GRANT USAGE ON SCHEMA public TO anon",
        ],
    )
    def test_no_gain(self, server: Server, statement: str) -> None:
        """The proof holds, also for the sequence of an identity column."""
        found = prove(server, migration(*statement.split(";")))
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))

    def test_summary_counts_objects(self, server: Server) -> None:
        """The summary says on how many objects the privileges were compared."""
        assert "privileges compared on " in prove(server, migration()).summary


class TestTriedPrivileges:
    """REFERENCES, TRIGGER and MAINTAIN are tried."""

    @pytest.mark.parametrize(
        ("grant", "sentence"),
        [
            ("REFERENCES", "authenticated can create foreign keys to notes (REFERENCES)"),
            ("REFERENCES (body)", "authenticated can create foreign keys to notes (REFERENCES)"),
            ("TRIGGER", "authenticated can create triggers on notes (TRIGGER)"),
            ("MAINTAIN", "authenticated can run maintenance commands on notes (MAINTAIN)"),
            ("TRUNCATE", "authenticated can truncate notes"),
        ],
    )
    def test_grant(self, server: Server, grant: str, sentence: str) -> None:
        """The granted privilege is the only failure."""
        if grant == "MAINTAIN" and server.version < 170000:
            pytest.skip("MAINTAIN exists since PostgreSQL 17")
        found = prove(server, migration(f"GRANT {grant} ON public.notes TO authenticated"))
        assert [f"{sentence}, but the declared access does not allow it"] == list(found.failures)

    def test_schema_without_usage(self, server: Server) -> None:
        """A privilege that a role cannot use, because it may not use the schema, is no access."""
        subject = migration(
            "ALTER TABLE public.notes SET SCHEMA private", "GRANT TRIGGER ON private.notes TO anon"
        )
        table = subject.wanted.tables["public", "notes"]
        moved = attrs.evolve(
            subject,
            wanted=attrs.evolve(
                subject.wanted, tables={("private", "notes"): attrs.evolve(table, schema="private")}
            ),
        )
        found = prove(server, moved)
        assert not any("TRIGGER" in sentence for sentence in found.failures), found.failures
