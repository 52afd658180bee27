"""The proof `matches` fails for every change that the definitions do not declare, on objects of every kind."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from shares import share
from subjects import subject_of
from undeclared_changes import (
    PlantedChange,
    planted_subject,
    read_planted_changes,
    reset_roles,
    superuser,
    with_planted,
)

from schema_dsl import Column, Index, Partition, Table, bigint, by_list, text, values_in
from schema_dsl.platforms import platform
from schema_dsl.postgres import Server
from schema_dsl.verify import Outcome, Scratch, Status
from schema_dsl.verify.proofs.matches import PROOF

PLANTED = read_planted_changes()
NOT_NULL_CONSTRAINTS_SINCE = 180000

# Statements without a lasting effect on objects, rows or the session, with the reason.
EQUIVALENT = {
    "ANALYZE side.other": "statistics of the planner are no part of the schema",
    "REINDEX TABLE side.other": "the rebuilt index is the same",
    "COMMENT ON SCHEMA side IS 'Aside.'": "the comment is the same",
    "GRANT SELECT ON side.other TO CURRENT_USER": "an owner has all privileges",
    "REVOKE USAGE ON LANGUAGE sql FROM PUBLIC": "Postgres warns that the role may not revoke it, and does nothing",
    "ALTER TABLE side.other ALTER name SET DEFAULT 'x'": "the default is the same",
    "CREATE OR REPLACE VIEW side.names AS SELECT name FROM side.other": "the definition is the same",
    "DROP PROCEDURE side.work(); CREATE PROCEDURE side.work() LANGUAGE plpgsql AS 'BEGIN END'": (
        "the new procedure is the same, with the same privileges"
    ),
    "SET LOCAL work_mem = '64MB'": "outside of a transaction it has no effect, and in one it ends with it",
    "NOTIFY scrap": "a message is no state",
    "CREATE TEMPORARY TABLE scrap (a integer) ON COMMIT DROP": "Postgres drops the table at the end of the transaction",
    "CREATE TABLE side.more (a integer); DROP TABLE side.more": "the table does not exist afterwards",
    "LISTEN scrap; UNLISTEN scrap": "the session no longer listens",
    "SELECT pg_advisory_xact_lock(7)": "the lock ends with the transaction",
}


@pytest.fixture(scope="module")
def planted(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    """Scratch databases with an object of every kind, and a migration without faults."""
    subject = planted_subject(tmp_path_factory.mktemp("platform"))
    with Scratch(server, subject) as scratch:
        yield scratch


@pytest.fixture
def roles(server: Server) -> Iterator[None]:
    """Undo changes of roles, which belong to the whole cluster."""
    yield
    reset_roles(server)


def mask_version(sentence: str) -> str:
    """Return a sentence without the definition of a view, which depends on the version of Postgres."""
    return re.sub(r"(view \S+ has definition) .*;, and", r"\1, and", sentence)


def run(scratch: Scratch, statements: str) -> Outcome:
    """Run the proof on the migration with further statements at its end."""
    with scratch.variant(script=with_planted(scratch.subject.script, statements)) as variant:
        return PROOF.run(variant)


class TestProven:
    """Migrations with exactly the declared changes are proven."""

    def test_engagement(self, scratch: Scratch) -> None:
        """The engagement schema's migration has only declared changes; the summary has the counts."""
        found = PROOF.run(scratch)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried))
        assert found.summary.startswith("83 objects match the definitions (table: 4, ")
        assert "; nothing else changed: " in found.summary

    def test_every_kind_of_object(self, planted: Scratch) -> None:
        """A migration on a database with an object of every kind changes none of these objects."""
        found = PROOF.run(planted)
        assert (Status.PROVEN, (), ()) == (found.status, tuple(found.failures), tuple(found.untried))

    def test_without_effect(self, planted: Scratch) -> None:
        """A statement without a lasting effect is no failure."""
        assert () == tuple(run(planted, "".join(f"{statements};\n" for statements in EQUIVALENT)).failures)


@pytest.mark.usefixtures("roles")
class TestUndeclared:
    """A change that the definitions do not declare is a failure that names the object and the change."""

    def test_there_are_many(self) -> None:
        """The file has changes of all kinds of objects and of all their attributes."""
        assert len(PLANTED) > 250

    @pytest.mark.parametrize("name", share(PLANTED, one_in=10))
    def test_reported(self, planted: Scratch, name: str) -> None:
        """Exactly the sentences about the change are reported."""
        change: PlantedChange = PLANTED[name]
        expected = [mask_version(sentence) for sentence in change.sentences]
        if planted.server.version < NOT_NULL_CONSTRAINTS_SINCE:
            expected = [sentence for sentence in expected if "_not_null of " not in sentence]
            if "_not_null" in name:
                pytest.skip("NOT NULL has a constraint since Postgres 18")
        found = run(planted, change.statements)
        # Objects that one change implies are in the order in which Postgres stores them.
        assert (Status.FAILED, sorted(expected)) == (
            found.status,
            sorted(mask_version(sentence) for sentence in found.failures),
        )

    def test_not_worded_as_declared(self) -> None:
        """An undeclared change is not described as if the state before was declared."""
        changes = [change for name, change in PLANTED.items() if "side." in name or "places" in name]
        assert len(changes) > 50
        for change in changes:
            assert not [sentence for sentence in change.sentences if " is declared" in sentence]


@pytest.mark.usefixtures("roles")
class TestRoles:
    """Roles belong to the whole cluster, so an earlier run may have left them."""

    def test_left_by_an_earlier_run(self, planted: Scratch) -> None:
        """A guarded CREATE ROLE is noticed although the role exists."""
        guarded = superuser(
            "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planted_new')"
            " THEN CREATE ROLE planted_new; END IF; END $do$"
        )
        expected = ["role planted_new is new, and the definitions do not declare it"]
        assert [expected, expected] == [list(run(planted, guarded).failures) for _ in range(2)]

    def test_on_an_existing_server(self, server: Server, tmp_path: Path) -> None:
        """Also on an existing server, a role that a killed run left is noticed, and other roles do no harm."""
        guarded = superuser(
            "DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'planted_new')"
            " THEN CREATE ROLE planted_new; END IF; END $do$"
        )
        with server.connect() as connection:
            connection.execute("CREATE ROLE planted_new")
            connection.execute("CREATE ROLE planted_other")
        with (
            contextlib.closing(attrs.evolve(server, owns_cluster=False)) as foreign,
            Scratch(foreign, planted_subject(tmp_path)) as scratch,
        ):
            assert () == tuple(PROOF.run(scratch).failures)
            assert ("role planted_new is new, and the definitions do not declare it",) == tuple(
                run(scratch, guarded).failures
            )
            # The migration needs a role that the state before does not refer to.
            needs = f"{guarded} {superuser('GRANT planted_other TO planted_outsider')}"
            assert (
                "role planted_new is new, and the definitions do not declare it"
                in run(scratch, needs).failures
            )


class TestOutsideOfTransactions:
    """A migration that cannot run in one transaction is compared too."""

    def test_concurrently(self, planted: Scratch) -> None:
        """An index that is built concurrently is reported like any other."""
        found = run(planted, "CREATE INDEX CONCURRENTLY more ON side.other (number);")
        assert ("index side.more of side.other is new, and the definitions do not declare it",) == tuple(
            found.failures
        )

    def test_transaction_statements(self, planted: Scratch) -> None:
        """A migration with transactions of its own is run statement by statement."""
        found = run(planted, "BEGIN; CREATE VIEW public.leak AS SELECT 1 AS a; COMMIT;")
        assert ("view public.leak is new, and the definitions do not declare it",) == tuple(found.failures)


class TestPartitions:
    """Parts that a partition has beside those of its table."""

    def test_own_index(self, server: Server) -> None:
        """An index that only the partition declares is declared, and another one is not."""
        partition = Partition("one", values_in(1), indexes=[Index("id")])
        table = Table("t", columns=[Column("id", bigint)], partition_by=by_list("id"), partitions=[partition])
        with Scratch(server, subject_of(table, platform=platform("vanilla"))) as scratch:
            assert () == tuple(PROOF.run(scratch).failures)
            planted = f"{scratch.subject.script}\nCREATE INDEX other ON one (id);"
            with scratch.variant(script=planted) as variant:
                assert ["index other of public.one exists but is not declared"] == list(
                    PROOF.run(variant).failures
                )


class TestNames:
    """Names that need quotes are found and printed."""

    def test_hard_names(self, server: Server) -> None:
        """A change of a table with a hard name is reported, and its declared columns and keys are not."""
        name = "T\"a'b é"
        hard = Table(
            name, columns=[Column("c\"o'l", bigint, primary_key=True, identity="always"), Column("x", text)]
        )
        with Scratch(server, subject_of(hard, platform=platform("vanilla"))) as scratch:
            assert () == tuple(PROOF.run(scratch).failures)
            quoted = '"T""a\'b é"'
            planted = (
                f"{scratch.subject.script}\nCREATE RULE quiet AS ON DELETE TO {quoted} DO INSTEAD NOTHING;"
            )
            with scratch.variant(script=planted) as variant:
                found = PROOF.run(variant).failures
        assert f"rule quiet of public.{name} exists but is not declared" in found
