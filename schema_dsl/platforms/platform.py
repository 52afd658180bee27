"""What a platform is to the rest of the library."""

from __future__ import annotations

from pathlib import Path

import attrs

from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.trigger import Function
from schema_dsl.sql import Sql, identifier, literal


@attrs.frozen(kw_only=True)
class Platform:
    """What a database already has before a project's first migration, and how clients reach it.

    `baseline` is the script, run by a superuser, that makes a scratch server like one of the platform's;
    it may be run again, and makes cluster-wide roles only where they are missing. `owner` is the role that
    migrations run as; `login` the role that requests log in as before they take a client's role.
    `default_privileges` are scripts by name: the settings, past and present, that a project may have been
    created under, the first of them the one to try things with. `claims` names the setting that carries a
    request's identity, `users` the table whose rows are the people that own rows elsewhere.
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
        """Read one of the platform's scripts, with the role that is to own what migrations make."""
        text = file.read_text("utf-8")
        return Sql(text.replace(':"owner"', identifier(owner)).replace(":'owner'", literal(owner)))
