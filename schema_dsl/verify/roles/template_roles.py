"""The roles of the cluster in the states of template databases.

Roles belong to the cluster and not to a database, so a copy of a template needs the roles that the cluster had when the
template was created.
"""

from __future__ import annotations

import contextlib

import attrs

from schema_dsl.postgres import Database, Server
from schema_dsl.verify.roles.cluster import ClusterRoles, read_cluster_roles, replace_roles


@attrs.define(eq=False)
class TemplateRoles:
    """Records the roles of the cluster for each template, and restores them.

    Attributes:
        server: The server of the templates.
        early: The roles before the migration first ran; None if they are not recorded.
    """

    server: Server
    early: ClusterRoles | None = attrs.field(init=False, default=None)
    _recorded: dict[str, ClusterRoles] = attrs.field(init=False, factory=dict)

    def record(self, template: Database) -> None:
        """Record the present roles as those of a template."""
        with contextlib.closing(template.connect()) as connection:
            self._recorded[template.name] = read_cluster_roles(connection)

    def record_early(self, template: Database) -> None:
        """Record the present roles as those before the migration."""
        with contextlib.closing(template.connect()) as connection:
            self.early = read_cluster_roles(connection)

    def share(self, template: Database, other: Database) -> None:
        """Let another template have the roles of a template."""
        if template.name in self._recorded:
            self._recorded[other.name] = self._recorded[template.name]

    def restore(self, template: Database) -> None:
        """Give the server the roles that it had when a template was created, if they are recorded."""
        self._replace(self._recorded.get(template.name))

    def restore_first(self) -> None:
        """Give the server the roles of the first template."""
        self._replace(next(iter(self._recorded.values()), None))

    def _replace(self, roles: ClusterRoles | None) -> None:
        if roles is not None:
            with contextlib.closing(self.server.connect()) as connection:
                replace_roles(connection, roles)
