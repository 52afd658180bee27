"""Import the contents of a database, and compare the definitions with them."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from schema_dsl.analysis.identity import Identity
from schema_dsl.definitions import load_definitions
from schema_dsl.importing import write_definitions
from schema_dsl.introspect import canonicalize, describe
from schema_dsl.introspect.database import DatabaseContents
from schema_dsl.pipeline.importing import find_unsaid
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection

VANILLA = platform("vanilla")


def find_unsaid_in_import(
    contents: DatabaseContents, folder: Path, connection: Connection, plain: Collection[Identity] = ()
) -> list[str]:
    """Write definitions into a folder, load them, and return sentences about the objects that they lack.

    Args:
        contents: The contents of the database.
        folder: A folder that does not exist.
        connection: A session in a database with the objects, which prints both sides.
        plain: The objects to write in the words of Postgres.
    """
    written = write_definitions(contents.catalog, VANILLA, contents.roles, plain=plain)
    assert {} == written.unwritable
    if not written.texts:
        return []
    folder.mkdir()
    for name, text in written.texts.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    loaded = canonicalize(connection, load_definitions(folder, VANILLA))
    return list(map(describe, find_unsaid(canonicalize(connection, contents.catalog), loaded)))
