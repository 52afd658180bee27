"""Random schemas: the dump of a database creates the same schema in an empty one."""

from __future__ import annotations

import contextlib
import os
from random import Random

from fixtures_plans import World
from random_schemas import build_schema
from specimens import OWNER, catalog

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
VANILLA = platform("vanilla")


def read(connection: Connection) -> DatabaseContents:
    """Read a database."""
    return read_database(connection, VANILLA)


def test_random_dumps(server: Server, world: World) -> None:
    """What is read, dumped, applied and read again is equal, and so is the second dump."""
    with (
        server.database(owner=OWNER) as database,
        contextlib.closing(database.connect()) as superuser,
        contextlib.closing(world.database.connect()) as other_superuser,
    ):
        superuser.execute(GRANTS.encode())
        with contextlib.closing(database.connect(OWNER)) as copy:
            copy.execute("SET client_min_messages = warning")
            for seed in range(SCHEMAS):
                wanted = catalog(*build_schema(Random(seed)))  # noqa: S311 - no secret
                world.carry_out(plan(Catalog(), wanted), wanted)
                contents = read(world.connection)
                script = render_contents(contents, "Schema")
                try:
                    for statement in split(script).statements:
                        copy.execute(statement.text.encode())
                except Exception as error:
                    error.add_note(f"seed {seed}:\n{script}")
                    raise
                again = read(copy)
                assert contents.catalog == again.catalog, (seed, script)
                assert script == render_contents(again, "Schema"), seed
                superuser.execute(f"DROP OWNED BY {OWNER} CASCADE; {GRANTS}".encode())
                other_superuser.execute(
                    f'DROP OWNED BY {OWNER} CASCADE; {GRANTS}; CREATE SCHEMA "s""x" AUTHORIZATION {OWNER}'.encode()
                )
