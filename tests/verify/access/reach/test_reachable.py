"""The proof of access compares the privileges of client roles before and after a migration, on all kinds of objects."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from subjects import subject_of

from schema_dsl import Access, Column, Function, Table, bigint, may, text, uuid
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


@pytest.fixture(scope="module")
def base(server: Server) -> Iterator[Scratch]:
    """Scratch databases of the migration without other statements."""
    with Scratch(server, migration()) as scratch:
        yield scratch


def prove(base: Scratch, *statements: str) -> Outcome:
    """Run the proof on the migration of one table, followed by statements that nothing declares."""
    with base.variant(script=migration(*statements).script) as scratch:
        return PROOF.run(scratch)


# A privilege on a column is no gain beside the privilege on the table.
OF_COLUMN = "GRANT SELECT (body) ON public.secrets TO anon"
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
    OF_COLUMN: ("anon gained SELECT on column body of table secrets, which nothing declares"),
    "CREATE TABLE public.forgotten (id integer); GRANT ALL ON public.forgotten TO anon": (
        "anon gained DELETE, INSERT,"
    ),
    "GRANT CREATE ON SCHEMA public TO anon": "anon gained CREATE on schema public, which nothing declares",
    "GRANT USAGE ON SCHEMA private TO authenticated": (
        "authenticated gained USAGE on schema private, which nothing declares"
    ),
}


class TestGains:
    """An undeclared gain of a client role is a failure."""

    @pytest.mark.parametrize(
        "statements", [[each for each in GAINS if each != OF_COLUMN], [OF_COLUMN]], ids=["together", "column"]
    )
    def test_gains(self, base: Scratch, statements: list[str]) -> None:
        """A sentence for each gain names the role, the privilege and the object."""
        found = prove(base, *";".join(statements).split(";"))
        assert Status.FAILED is found.status
        missing = [
            GAINS[statement]
            for statement in statements
            if not any(sentence.startswith(GAINS[statement]) for sentence in found.failures)
        ]
        assert [] == missing, found.failures

    def test_default_privileges(self, base: Scratch) -> None:
        """A gain that the default privileges cause has the setting in its sentence."""
        found = prove(base, "CREATE VIEW public.leak AS SELECT * FROM public.secrets")
        expected = "anon, authenticated and service_role gained DELETE, INSERT,"
        matching = [sentence for sentence in found.failures if sentence.startswith(expected)]
        assert [True] == [sentence.endswith("(under the old default privileges)") for sentence in matching]

    def test_function_without_execute(self, server: Server) -> None:
        """The sentence about a declared function names the argument that is missing."""
        function = Function("total", returns="integer", language="sql", body="SELECT 1")
        with Scratch(server, subject_of(function, platform=platform("vanilla"))) as scratch:
            found = PROOF.run(scratch)
        assert list(found.failures) == [
            "PUBLIC gained EXECUTE on function total(), and its definition does not say with execute= who may",
        ]


class TestNoGain:
    """A privilege that clients cannot use, or had before, is no gain."""

    def test_no_gain(self, base: Scratch) -> None:
        """The proof holds, also for the sequence of an identity column."""
        found = prove(
            base,
            "CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE FUNCTION public.closed() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "REVOKE ALL ON FUNCTION public.closed() FROM PUBLIC, anon, authenticated, service_role",
            "CREATE VIEW private.inside AS SELECT 1 AS one",
            "CREATE TYPE public.mood AS ENUM ('calm')",
            "CREATE TYPE public.span AS RANGE (SUBTYPE = integer)",
            "GRANT USAGE ON SCHEMA public TO anon",
            "REVOKE USAGE ON SCHEMA public FROM anon",
            "GRANT USAGE ON SCHEMA public TO anon",
        )
        assert (Status.PROVEN, ()) == (found.status, tuple(found.failures))

    def test_summary_counts_objects(self, base: Scratch) -> None:
        """The summary says on how many objects the privileges were compared."""
        assert "privileges compared on " in prove(base).summary


class TestTriedPrivileges:
    """REFERENCES, TRIGGER and MAINTAIN are tried."""

    @pytest.mark.parametrize("references", ["REFERENCES", "REFERENCES (body)"])
    def test_grants(self, base: Scratch, references: str) -> None:
        """Each privilege that is granted is a failure, and there is no other one."""
        sentences = {
            references: "create foreign keys to notes (REFERENCES)",
            "TRIGGER": "create triggers on notes (TRIGGER)",
            "TRUNCATE": "truncate notes",
        }
        if base.server.version >= 170000:
            sentences["MAINTAIN"] = "run maintenance commands on notes (MAINTAIN)"
        found = prove(base, *(f"GRANT {each} ON public.notes TO authenticated" for each in sentences))
        end = "but the declared access does not allow it"
        assert {f"authenticated can {each}, {end}" for each in sentences.values()} == set(found.failures)

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
        with Scratch(server, moved) as scratch:
            found = PROOF.run(scratch)
        assert not any("TRIGGER" in sentence for sentence in found.failures), found.failures
