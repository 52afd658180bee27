"""The two sides of a comparison: a database, the result of scripts, or definitions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.introspect import adopt_equal_sql, canonicalize
from schema_dsl.introspect.database import DatabaseContents, read_database
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.role import Role
from schema_dsl.plan.rename import Rename, apply_renames, find_declared_renames
from schema_dsl.postgres import Server
from schema_dsl.verify.comparison.renames import carry_out
from schema_dsl.verify.databases.requested import list_requested
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.subject import Subject


@attrs.frozen(kw_only=True)
class SchemaSide:
    """One side of a comparison.

    Attributes:
        label: The name of the side for messages, without secrets.
        contents: The objects; those of definitions as Postgres prints them.
        wanted: The definitions as they are written; None for another side.
        renames: The renames that the definitions of the other side request; the contents have the new names.
        notes: Sentences about how the side was read.
        is_scratch: Whether the objects belong to the role of a scratch database, because scripts created them there.
    """

    label: str
    contents: DatabaseContents
    wanted: Catalog | None = None
    renames: tuple[Rename, ...] = ()
    notes: tuple[str, ...] = ()
    is_scratch: bool = False

    @property
    def major(self) -> int:
        """The major version of the server that printed the expressions."""
        return self.contents.version // 10000

    def rename(self, wanted: Catalog) -> SchemaSide:
        """Return the side with the new names that definitions request.

        The SQL of other objects keeps the old names: only a database can rename those.
        """
        renames = find_declared_renames(self.contents.catalog.objects, wanted.objects)
        return self.with_catalog(apply_renames(self.contents.catalog, renames), tuple(renames))

    def print_on(self, server: Server, subject: Subject) -> SchemaSide:
        """Return the side with the expressions as another version of Postgres prints them.

        Args:
            server: The server.
            subject: Scripts that create everything to which the objects may refer.
        """
        try:
            with (
                Scratch(server, subject) as scratch,
                scratch.fresh("before") as database,
                scratch.connect(database) as connection,
            ):
                catalog = canonicalize(connection, self.contents.catalog)
        except DefinitionError as error:
            note = (
                f"the expressions of {self.label} are as Postgres {self.major} prints them, which may differ:"
                f" {server.label} cannot print them ({error.what})"
            )
            return attrs.evolve(self, notes=(*self.notes, note))
        return attrs.evolve(
            self.with_catalog(catalog, self.renames),
            contents=attrs.evolve(self.with_catalog(catalog, ()).contents, version=server.version),
        )

    def adopt_equal_sql(
        self, server: Server, subject: Subject, different: Mapping[Identity, Any]
    ) -> SchemaSide:
        """Return the side with the SQL of another side where Postgres only prints the two texts differently.

        Args:
            server: The server.
            subject: Scripts that create everything to which the objects may refer.
            different: The objects with the SQL of the other side.
        """
        with (
            Scratch(server, subject) as scratch,
            scratch.fresh("before") as database,
            scratch.connect(database) as connection,
        ):
            return self.with_catalog(adopt_equal_sql(connection, self.contents.catalog, different))

    def with_catalog(self, catalog: Catalog, renames: tuple[Rename, ...] | None = None) -> SchemaSide:
        """Return the side with other objects, and with other renames if they are given."""
        introspection = attrs.evolve(self.contents.introspection, catalog=catalog)
        return attrs.evolve(
            self,
            contents=attrs.evolve(self.contents, introspection=introspection),
            renames=self.renames if renames is None else renames,
        )


def read_scripts(
    server: Server,
    subject: Subject,
    label: str,
    other: Catalog | None,
    *,
    managed_roles: Iterable[Role],
) -> SchemaSide:
    """Read the objects that the scripts of a subject create in a scratch database.

    Args:
        server: The server.
        subject: The scripts.
        label: The name of the side for messages.
        other: The definitions of the other side, which may request renames.
        managed_roles: The roles that the definitions of the other side create.
    """
    renames: tuple[Rename, ...] = ()
    like = list_requested(Catalog({role.identity: role for role in managed_roles}), subject.earlier)
    roles = [role for role in managed_roles if role.identity in like.objects]
    with (
        Scratch(server, subject) as scratch,
        scratch.fresh("before") as database,
        scratch.connect(database) as connection,
        scratch.connect_to_read(database) as reader,
    ):
        contents = read_database(reader, subject.platform, managed_roles=roles)
        if other is not None:
            renames = tuple(find_declared_renames(contents.catalog.objects, other.objects))
        if renames:
            carry_out(connection, renames)
            contents = read_database(reader, subject.platform, managed_roles=roles)
    return SchemaSide(label=label, contents=contents, renames=renames, is_scratch=True)


def read_declared(server: Server, subject: Subject, label: str) -> SchemaSide:
    """Read the definitions of a subject as Postgres prints them, in a database after its scripts."""
    wanted = subject.wanted
    with (
        Scratch(server, subject) as scratch,
        scratch.fresh("before") as database,
        scratch.connect(database) as connection,
    ):
        present = read_database(connection, subject.platform)
        # The former names would hide the objects that policies and functions name.
        renames = find_declared_renames(present.catalog.objects, wanted.objects)
        carry_out(connection, renames)
        declared = canonicalize(connection, wanted)
    introspection = attrs.evolve(present.introspection, catalog=declared, unsupported=())
    contents = attrs.evolve(present, introspection=introspection, unmodelled=())
    return SchemaSide(label=label, contents=contents, wanted=wanted)
