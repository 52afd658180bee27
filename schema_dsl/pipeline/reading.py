"""The reading of a database that exists."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schema_dsl.errors import SettingsError
from schema_dsl.platforms import Platform

if TYPE_CHECKING:
    from schema_dsl.introspect.database import DatabaseContents
    from schema_dsl.model.role import Role
    from schema_dsl.postgres import Connection


def read_dsn(
    dsn: str, platform: Platform, schemas: Iterable[str] = (), *, managed_roles: Iterable[Role] = ()
) -> DatabaseContents:
    """Read a database, to which nothing is written.

    Args:
        dsn: The connection string.
        platform: The platform, whose own objects are left out.
        schemas: The schemas to read; none for all.
        managed_roles: The roles to read as objects; others belong to the server.

    Raises:
        SettingsError: If the text is no connection string.
        PostgresError: If the database cannot be read.
    """
    from schema_dsl.introspect.database import read_database  # noqa: PLC0415 - psycopg is heavy

    with connect_to(dsn) as connection:
        return read_database(connection, platform, tuple(schemas) or None, managed_roles=managed_roles)


@contextmanager
def connect_to(dsn: str) -> Iterator[Connection]:
    """Open a session in a database that exists. The password is in no message and in no traceback.

    Raises:
        SettingsError: If the text is no connection string.
        PostgresError: If the connection fails.
    """
    from schema_dsl.postgres.connection import open_connection  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.postgres.passfile import password_in_file  # noqa: PLC0415
    from schema_dsl.postgres.redact import parse_dsn  # noqa: PLC0415

    if not is_connection_string(dsn):
        shown = "the text (hidden)" if {"@", "="} & set(dsn) else repr(dsn)
        raise SettingsError(
            f"{shown} is no connection string",
            instead="Write postgresql://USER@HOST/DATABASE, or service=NAME, or dbname=NAME.",
        )
    with (
        password_in_file(parse_dsn(dsn)) as parameters,
        contextlib.closing(open_connection(parameters, own_server=False)) as connection,
    ):
        yield connection


def is_connection_string(text: str) -> bool:
    """Return whether a text looks like a connection string."""
    from schema_dsl.postgres.redact import is_dsn  # noqa: PLC0415 - psycopg is heavy

    return is_dsn(text)


def describe_database(dsn: str) -> str:
    """Return the name and the host of a database, without secrets."""
    from schema_dsl.postgres.redact import parse_dsn  # noqa: PLC0415 - psycopg is heavy

    parameters = parse_dsn(dsn)
    name = parameters.get("dbname") or parameters.get("user")
    database = f"database {name}" if name else "the database"
    return f"{database} on {parameters['host']}" if parameters.get("host") else database
