"""Random schemas: the dump of a database creates the same schema in an empty one, and its import says the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from typing import Final

import pytest
from fixtures_plans import World
from imports import find_unsaid_in_import
from random_kinds import build_kinds
from random_schemas import build_schema
from specimen_parts import OWNER, catalog

from schema_dsl.introspect.database import DatabaseContents, read_database
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.parsing import split
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server

# A long run takes the number of schemas of each sort from the environment, and the first one.
SCHEMAS: Final = int(os.environ.get("SCHEMA_DSL_RANDOM_DUMPS", "3"))
START: Final = int(os.environ.get("SCHEMA_DSL_RANDOM_DUMPS_START", "0"))
VANILLA: Final = platform("vanilla")
# A dump runs as one owner, which cannot own the objects of a superuser.
_OWNED: Final = f"""
    ALTER TYPE public.feeling OWNER TO {OWNER};
    ALTER FUNCTION public.touch OWNER TO {OWNER};
    ALTER FUNCTION public."o""ther" OWNER TO {OWNER};
""".encode()
_GRANTS: Final = f"GRANT ALL ON SCHEMA public TO {OWNER}".encode()


def build_tables(seed: int, _: int) -> Sequence[SchemaObject]:
    """Build the schema of a seed, of tables only."""
    return build_schema(Random(seed))  # noqa: S311 - no secret


def build_all(seed: int, version: int) -> Sequence[SchemaObject]:
    """Build the schema of a seed, of all kinds that need no superuser."""
    return build_kinds(seed, version, foreign=False)


def read(connection: Connection) -> DatabaseContents:
    """Read a database."""
    return read_database(connection, VANILLA)


@pytest.mark.parametrize("seed", range(START, START + SCHEMAS))
@pytest.mark.parametrize("build", [build_tables, build_all])
def test_random_dumps(
    server: Server,
    world: World,
    tmp_path: Path,
    build: Callable[[int, int], Sequence[SchemaObject]],
    seed: int,
) -> None:
    """A schema that is dumped, applied and read again is equal; imported and loaded definitions are equal as well."""
    with (
        contextlib.closing(world.database.connect()) as superuser,
        contextlib.closing(world.database.connect(OWNER)) as owner,
        server.database(owner=OWNER) as database,
        contextlib.closing(database.connect()) as other_superuser,
        contextlib.closing(database.connect(OWNER)) as copy,
    ):
        superuser.execute(_OWNED)
        other_superuser.execute(_GRANTS)
        copy.execute("SET client_min_messages = warning")
        wanted = catalog(*build(seed, world.connection.info.server_version))
        world.carry_out(plan(Catalog(), wanted), wanted)
        contents = read(owner)
        script = render_contents(contents, "Schema")
        try:
            for statement in split(script).statements:
                copy.execute(statement.text.encode())
            again = read(copy)
            assert contents.catalog == again.catalog
            assert script == render_contents(again, "Schema")
            assert [] == find_unsaid_in_import(contents, tmp_path / "definitions", copy)
        except Exception as error:
            error.add_note(script)
            raise
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout
