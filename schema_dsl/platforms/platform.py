"""The class of all platforms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Self

import attrs

from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.sql import Sql, identifier, literal

ROLE: Final = "role"
_PARAMETER: Final = re.compile(r"[A-Za-z_][\w$]*(?:\.[A-Za-z_][\w$]*)+")
_POSTGREST_CLAIMS: Final = "request.jwt.claims"


@attrs.frozen
class CallerSetting:
    """How policies know who the caller is.

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
        caller: How policies know the caller; None if nothing is known about that.
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
    caller: CallerSetting | None = None
    users: tuple[str, str] | None = None

    def script(self, file: Path, owner: str) -> Sql:
        """Read a script of the platform, and insert the name of the role that runs migrations."""
        text = file.read_text("utf-8")
        return Sql(text.replace(':"owner"', identifier(owner)).replace(":'owner'", literal(owner)))
