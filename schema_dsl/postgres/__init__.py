"""Postgres servers: the embedded server, other server programs, a container, or an existing server.

with provider("embedded").start() as server, server.database() as database:
    with database.connect() as connection:
        connection.execute("SELECT 1")
"""

from schema_dsl.postgres.connection import Connection, execute_nested, last_result, rolled_back
from schema_dsl.postgres.provider import Provider, provider
from schema_dsl.postgres.server import Database, Server
from schema_dsl.postgres.sessions import as_role

__all__ = [
    "Connection",
    "Database",
    "Provider",
    "Server",
    "as_role",
    "execute_nested",
    "last_result",
    "provider",
    "rolled_back",
]
