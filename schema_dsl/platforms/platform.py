"""The class of all platforms."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Final, Self

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.function import Function
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.sql import Sql, identifier, literal

ROLE: Final = "role"
_PARAMETER: Final = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)+")
_SCHEMA: Final = "schema"
# A timestamp has 14 digits.
_FIRST_TIMESTAMP: Final = 10**13
_POSTGREST_CLAIMS: Final = "request.jwt.claims"


@attrs.frozen
class CallerSetting:
    """The configuration by which policies identify the caller.

    Attributes:
        parameter: The configuration parameter with the id of the caller; "role" if the database role is the caller.
        key: The key of the id, if the parameter holds a JSON object.
    """

    parameter: str
    key: str | None = None

    @property
    def is_role(self) -> bool:
        """Return whether the caller is known by the database role."""
        return self.parameter == ROLE

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read "app.tenant_id", "app.claims ->> user_id" or "role"; return None for any other text.

        PostgREST sets `request.jwt.claims` to a JSON object, in which `sub` is the id.
        """
        parameter, arrow, key = (part.strip() for part in text.partition("->>"))
        if parameter == ROLE and not arrow:
            return cls(ROLE)
        if not _PARAMETER.fullmatch(parameter) or bool(arrow) != bool(key):
            return None
        return cls(parameter, key or ("sub" if parameter == _POSTGREST_CLAIMS else None))

    def __str__(self) -> str:
        """Return the text that `parse` reads."""
        return self.parameter if self.key is None else f"{self.parameter} ->> {self.key}"


@attrs.frozen
class ServerRole:
    """A role that the servers of a platform have.

    Attributes:
        name: The name.
        attributes: The attributes that differ from those of a plain CREATE ROLE, such as "BYPASSRLS".
        member_of: The roles that the role is a member of.
        administers: The roles that the role may alter and grant. Before version 16, CREATEROLE is enough for that.
        parameters: Configuration parameters that the role may set without being a superuser, also for other roles.
            Before version 15, Postgres cannot grant that.
    """

    name: str
    attributes: tuple[str, ...] = ()
    member_of: tuple[str, ...] = ()
    administers: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()

    @property
    def create_statement(self) -> Sql:
        """Return the statement that creates the role, without its memberships."""
        return Sql(" ".join(["CREATE ROLE", identifier(self.name), *self.attributes]))


@attrs.frozen(kw_only=True)
class Platform:
    """The objects that a database has before the first migration, and the way that API requests access it.

    Attributes:
        name: The name in the settings.
        tables: The tables.
        functions: The functions.
        roles: The roles.
        server_roles: How a scratch server creates the roles that it lacks, each after the roles that it is a member of.
        baseline: The script that sets up a scratch server. It is idempotent, and needs a superuser.
        owner: The role that runs migrations.
        login: The role that API requests log in as, before SET ROLE to a client role.
        default_privileges: Scripts by name, one for each set of default privileges that a project may have. The
            first set is the default.
        default_privileges_until: The timestamp, as a number of 14 digits, from which on no new project has a set.
        caller: The configuration by which policies identify the caller; None if it is unknown.
        users: The schema and name of the table of users, who own rows of other tables.
        search_path: The search_path of every session, with "$user" for the schema of the role; empty for the default
            of Postgres.
        owned: The names of the schemas, extensions and other objects outside of schemas that belong to the platform, by
            their kind. Everything in such a schema belongs to the platform, except objects that `is_added` of their
            kind excludes.
    """

    name: str
    tables: tuple[Table, ...] = ()
    functions: tuple[Function, ...] = ()
    roles: tuple[Role, ...] = ()
    server_roles: tuple[ServerRole, ...] = ()
    baseline: Path
    owner: str
    login: str | None = None
    default_privileges: dict[str, Path] = attrs.Factory(dict)
    default_privileges_until: Mapping[str, int] = attrs.Factory(dict)
    caller: CallerSetting | None = None
    users: tuple[str, str] | None = None
    search_path: tuple[str, ...] = ()
    owned: Mapping[str, frozenset[str]] = attrs.Factory(dict)

    @property
    def schemas(self) -> frozenset[str]:
        """The schemas that belong to the platform."""
        return self.owned.get(_SCHEMA, frozenset())

    def guess_default_privileges(self, timestamps: Iterable[int]) -> str:
        """Return the set of default privileges that a project has by the timestamps of its migrations; "" if unknown.

        Args:
            timestamps: The numbers of the migrations; those that are no timestamps do not count.
        """
        oldest = min((each for each in timestamps if each >= _FIRST_TIMESTAMP), default=None)
        fitting = (name for name, until in self.default_privileges_until.items() if oldest and oldest < until)
        return next(fitting, "")

    @property
    def first_default_privileges(self) -> Sql:
        """Return the script that gives the role that runs it the first set of default privileges; "" without sets."""
        file = next(iter(self.default_privileges.values()), None)
        lines = [] if file is None else file.read_text("utf-8").splitlines()
        statements = "\n".join(line for line in lines if not line.startswith("--"))
        return Sql(statements.replace(':"owner"', "CURRENT_USER"))

    def owns(self, identity: Identity) -> bool:
        """Return whether an object belongs to the platform, by its schema or by its name."""
        root = identity.root
        return root.schema in self.schemas or (
            not root.schema and root.name in self.owned.get(root.kind, frozenset())
        )

    def grants_itself(self, role: str, privileges: Collection[str]) -> bool:
        """Return whether the platform gives a role exactly these privileges on the schema public."""
        if role == self.owner:
            return True
        return role in {each.name for each in self.roles} and set(privileges) == {"usage"}

    def script(self, file: Path, owner: str) -> Sql:
        """Read a script of the platform, and insert the role that runs migrations and the creation of the roles."""
        text = file.read_text("utf-8").replace(
            ":roles\n", "".join(map(_create_if_missing, self.list_roles(owner)))
        )
        return Sql(text.replace(':"owner"', identifier(owner)).replace(":'owner'", literal(owner)))

    def list_roles(self, owner: str) -> list[ServerRole]:
        """Return the roles of a scratch server on which `owner` runs migrations."""
        return [
            attrs.evolve(role, name=owner) if role.name == self.owner else role for role in self.server_roles
        ]


def _create_if_missing(role: ServerRole) -> str:
    """Return a block that leaves an existing role and its memberships unchanged, as roles belong to the server."""
    name = literal(role.name)
    lines = [
        f"    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = {name}) THEN",
        f"        {role.create_statement};",
        *(
            f"        GRANT {identifier(each)} TO {identifier(role.name)} WITH ADMIN OPTION;"
            for each in role.administers
        ),
    ]
    if role.parameters:
        grant = f"GRANT SET ON PARAMETER {', '.join(role.parameters)} TO {identifier(role.name)}"
        lines += [
            "        IF pg_catalog.current_setting('server_version_num')::int >= 150000 THEN",
            f"            EXECUTE {literal(grant)};",
            "        END IF;",
        ]
    lines += ["    END IF;"]
    for group in role.member_of:
        # Since version 16, GRANT of an existing membership can add a second one with another grantor.
        lines += [
            "    IF NOT EXISTS (",
            "        SELECT FROM pg_catalog.pg_auth_members AS m",
            "        INNER JOIN pg_catalog.pg_roles AS r ON r.oid = m.member AND r.rolname = " + name,
            f"        INNER JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid AND g.rolname = {literal(group)}",
            "    ) THEN",
            f"        GRANT {identifier(group)} TO {identifier(role.name)};",
            "    END IF;",
        ]
    return "\n".join(["DO $roles$", "BEGIN", *lines, "END", "$roles$;", ""])
