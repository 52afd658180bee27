"""Random schemas: the dump of a database creates the same schema in an empty one, and its import says the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random
from typing import Final

import pytest
from fixtures_plans import World
from imports import find_unsaid_in_import
from random_builder import HOSTILE_SCHEMA
from random_kinds import build_kinds
from random_schemas import build_schema
from specimen_parts import OWNER, ROLES, catalog

from schema_dsl.introspect.database import DatabaseContents, read_database
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.parsing import split
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.plan import plan
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.sql import identifier, identifiers

# A long run takes the number of schemas of each sort from the environment, and the first one.
SCHEMAS: Final = int(os.environ.get("SCHEMA_DSL_RANDOM_DUMPS", "3"))
START: Final = int(os.environ.get("SCHEMA_DSL_RANDOM_DUMPS_START", "0"))
BATCH: Final = 5
VANILLA: Final = platform("vanilla")
_ROLES: Final = identifiers(role.name for role in ROLES)
_CLEAR: Final = f"""
    DROP OWNED BY {_ROLES} CASCADE;
    DROP TYPE IF EXISTS public.feeling;
    DROP FUNCTION IF EXISTS public.touch, public."o""ther";
""".encode()
# DROP OWNED takes the privileges on all databases.
_PREPARE: Final = f"""
    GRANT ALL ON SCHEMA public TO {OWNER};
    DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO {OWNER}', current_database()); END $$;
""".encode()
# Schemas of tables refer to these objects.
_FOUND: Final = f"""
    CREATE SCHEMA {identifier(HOSTILE_SCHEMA)};
    CREATE TYPE public.feeling AS ENUM ('ok', 'bad');
    CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE FUNCTION public."o""ther"() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
""".encode()


def build_tables(seed: int, _: int) -> Sequence[SchemaObject]:
    """Build the schema of a seed, of tables only."""
    return build_schema(Random(seed))  # noqa: S311 - no secret


def build_all(seed: int, version: int) -> Sequence[SchemaObject]:
    """Build the schema of a seed, of all kinds that need no superuser."""
    return build_kinds(seed, version, foreign=False)


def read(connection: Connection) -> DatabaseContents:
    """Read a database."""
    return read_database(connection, VANILLA)


@contextlib.contextmanager
def told(seed: int, script: str) -> Iterator[None]:
    """Add the dump of a seed to an error."""
    try:
        yield
    except Exception as error:
        error.add_note(f"seed {seed}:\n{script}")
        raise


@pytest.mark.parametrize(
    "seeds",
    [range(at, min(at + BATCH, START + SCHEMAS)) for at in range(START, START + SCHEMAS, BATCH)],
    ids=str,
)
@pytest.mark.parametrize("build", [build_tables, build_all])
def test_random_dumps(
    server: Server,
    world: World,
    tmp_path: Path,
    build: Callable[[int, int], Sequence[SchemaObject]],
    seeds: Sequence[int],
) -> None:
    """What is read, dumped, applied and read again is equal; what is imported and loaded is equal as well."""
    with (
        server.database() as database,
        contextlib.closing(world.database.connect()) as superuser,
        contextlib.closing(world.database.connect(OWNER)) as owner,
        contextlib.closing(database.connect()) as other_superuser,
    ):
        for seed in seeds:
            for session in (superuser, other_superuser):
                session.execute(_CLEAR)
            for session in (superuser, other_superuser):
                session.execute(_PREPARE)
            world.connection.execute(_FOUND)
            wanted = catalog(*build(seed, world.connection.info.server_version))
            world.carry_out(plan(Catalog(), wanted), wanted)
            contents = read(owner)
            script = render_contents(contents, "Schema")
            with contextlib.closing(database.connect(OWNER)) as copy, told(seed, script):
                copy.execute("SET client_min_messages = warning")
                for statement in split(script).statements:
                    copy.execute(statement.text.encode())
                again = read(copy)
                assert contents.catalog == again.catalog
                assert script == render_contents(again, "Schema")
                assert [] == find_unsaid_in_import(contents, tmp_path / f"seed_{seed}", copy)
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--check", "--isolated", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stdout
