"""The class of all platforms."""

from __future__ import annotations

from pathlib import Path

import attrs

from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.sql import Sql, identifier, literal


@attrs.frozen(kw_only=True)
class Platform:
    """The objects that a database has before the first migration, and the way that API requests access it.

    Attributes:
        name: The name in the settings.
        tables: The tables.
        functions: The functions.
        roles: The roles.
        baseline: The script that sets up a scratch server. It is idempotent, and needs a superuser.
        owner: The role that runs migrations.
        login: The role that API requests log in as, before SET ROLE to a client role.
        default_privileges: Scripts by name, one for each set of default privileges that a project may have. The
            first set is the default.
        claims: The configuration parameter with the claims of a request.
        users: The schema and name of the table of users, who own rows of other tables.
    """

    name: str
    tables: tuple[Table, ...] = ()
    functions: tuple[Function, ...] = ()
    roles: tuple[Role, ...] = ()
    baseline: Path
    owner: str
    login: str | None = None
    default_privileges: dict[str, Path] = attrs.Factory(dict)
    claims: str | None = None
    users: tuple[str, str] | None = None

    def script(self, file: Path, owner: str) -> Sql:
        """Read a script of the platform, and insert the name of the role that runs migrations."""
        text = file.read_text("utf-8")
        return Sql(text.replace(':"owner"', identifier(owner)).replace(":'owner'", literal(owner)))
