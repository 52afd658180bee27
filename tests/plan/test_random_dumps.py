"""Random schemas: the dump of a database creates the same schema in an empty one, and its import says the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from random import Random

from fixtures_plans import World
from imports import find_unsaid_in_import
from random_schemas import build_schema
from specimen_parts import OWNER, catalog

from schema_dsl.introspect.database import DatabaseContents, read_database
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server

# A long run takes the number of schemas from the environment.
SCHEMAS = int(os.environ.get("SCHEMA_DSL_RANDOM_DUMPS", "5"))
GRANTS = f"GRANT ALL ON SCHEMA public TO {OWNER}"
SCHEMA = f'CREATE SCHEMA "s""x" AUTHORIZATION {OWNER}'
VANILLA = platform("vanilla")


def read(connection: Connection) -> DatabaseContents:
    """Read a database."""
    return read_database(connection, VANILLA)


def test_random_dumps(server: Server, world: World, tmp_path: Path) -> None:
    """What is read, dumped, applied and read again is equal; what is imported and loaded is equal as well."""
    with contextlib.closing(world.database.connect()) as superuser:
        superuser.execute(f'DROP SCHEMA IF EXISTS "s""x"; {SCHEMA}'.encode())
        for seed in range(SCHEMAS):
            wanted = catalog(*build_schema(Random(seed)))  # noqa: S311 - no secret
            world.carry_out(plan(Catalog(), wanted), wanted)
            contents = read(world.connection)
            script = render_contents(contents, "Schema")
            # Others may own most objects of the world, and a dump runs as the role that does.
            most = OWNER if contents.main_owner == OWNER else None
            with (
                server.database(owner=OWNER) as database,
                contextlib.closing(database.connect()) as other_superuser,
                contextlib.closing(database.connect(most)) as copy,
            ):
                other_superuser.execute(GRANTS.encode())
                copy.execute("SET client_min_messages = warning")
                try:
                    for statement in split(script).statements:
                        # Only a member of the new owner may give it an object.
                        session = other_superuser if " OWNER TO " in statement.text else copy
                        session.execute(statement.text.encode())
                except Exception as error:
                    error.add_note(f"seed {seed}:\n{script}")
                    raise
                again = read(copy)
                assert contents.catalog == again.catalog, (seed, script)
                assert script == render_contents(again, "Schema"), seed
                assert [] == find_unsaid_in_import(contents, tmp_path / f"seed_{seed}", copy), seed
            superuser.execute(f"DROP OWNED BY {OWNER} CASCADE; {GRANTS}; {SCHEMA}".encode())
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout
