"""Create databases of a platform, and share them among all subjects on a server that this process started.

To create the objects of a platform takes longer than to run most migrations.
"""

from __future__ import annotations

from typing import Final

import attrs

from schema_dsl.platforms import HOST_SCRIPT, Platform
from schema_dsl.postgres import Connection, Database, Server
from schema_dsl.verify.scripts.apply import apply_script, raise_for_fresh_database

# The databases have grants to the roles, so they are of no use if a role was changed or created again.
_ROLES: Final = """
    SELECT pg_catalog.jsonb_build_array(
        (
            SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(r) ORDER BY r.oid) FROM pg_catalog.pg_authid AS r
            WHERE r.rolname = ANY (%(names)s::name[])
        ),
        (
            SELECT pg_catalog.jsonb_agg(pg_catalog.to_jsonb(m) ORDER BY m.roleid, m.member, m.grantor)
            FROM pg_catalog.pg_auth_members AS m
            INNER JOIN pg_catalog.pg_authid AS r ON r.oid = m.roleid AND r.rolname = ANY (%(names)s::name[])
            INNER JOIN pg_catalog.pg_authid AS o ON o.oid = m.member AND o.rolname = ANY (%(names)s::name[])
        )
    )::text
"""


@attrs.frozen
class PlatformDatabase:
    """A database with the objects of a platform.

    Attributes:
        server: The server.
        platform: The platform.
        owner: The role that runs migrations.
        setting: The set of default privileges; "" for none.
    """

    server: Server
    platform: Platform
    owner: str
    setting: str

    def find_shared(self, connection: Connection) -> Database | None:
        """Return the database that was shared, unless a role of the platform has changed since then.

        Args:
            connection: A session of a superuser of a server of our own.
        """
        return self.server.lasting.get(self._describe(connection))

    def share(self, connection: Connection, database: Database) -> None:
        """Share a database of `Server.create_lasting`; see `find_shared`."""
        self.server.lasting[self._describe(connection)] = database

    def fill(self, database: Database) -> None:
        """Create the objects of the platform in a database."""
        with database.connect() as connection:
            for name, script in self._scripts.items():
                with raise_for_fresh_database(name):
                    apply_script(connection, script, name)

    def _describe(self, connection: Connection) -> tuple[str, ...]:
        names = [role.name for role in self.platform.list_roles(self.owner)]
        (roles,) = connection.execute(_ROLES, {"names": names}).fetchall()[0]
        return *self._scripts.values(), roles

    @property
    def _scripts(self) -> dict[str, str]:
        files = [self.platform.baseline, HOST_SCRIPT]
        if self.setting:
            files.append(self.platform.default_privileges[self.setting])
        return {file.name: self.platform.script(file, self.owner) for file in files}
