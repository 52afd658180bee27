"""Read a whole database in one snapshot: the objects of the model, and the names of all others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import attrs
from psycopg import errors

from schema_dsl.analysis.identity import Identity
from schema_dsl.collection import collection_paused
from schema_dsl.errors import PostgresError
from schema_dsl.introspect.extension_privileges import read_changed_extensions
from schema_dsl.introspect.kept_sql import read_kept_sql
from schema_dsl.introspect.kind import load_kinds
from schema_dsl.introspect.other_properties import with_other_properties
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.introspect.reading import RELATION, Introspection, introspect, open_catalog_cursor
from schema_dsl.introspect.unmodelled import UnmodelledObject, read_unmodelled
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.grant import PUBLIC_ROLE
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.owner import Ownership, ownership_identity
from schema_dsl.model.owning_column import OwningColumn
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.role import Role
from schema_dsl.model.schema import PUBLIC_SCHEMA, Schema
from schema_dsl.model.table import Table
from schema_dsl.model.user_mapping import UserMapping
from schema_dsl.plan.partitions import Partitions
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql

_ROLES: Final = """
    SELECT r.rolname, r.rolbypassrls OR r.rolsuper
    FROM pg_catalog.pg_roles AS r
    WHERE r.rolname = ANY (%s) OR r.oid >= 16384 AND r.oid IN (
        SELECT d.refobjid FROM pg_catalog.pg_shdepend AS d
        INNER JOIN pg_catalog.pg_database AS b ON b.oid = d.dbid
        WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.deptype IN ('a', 'r')
            AND b.datname = pg_catalog.current_database()
    )
    ORDER BY r.rolname
"""

_EXTENSION_COMMENTS: Final = """
    SELECT name, comment FROM pg_catalog.pg_available_extensions
    WHERE installed_version IS NOT NULL AND comment IS NOT NULL
"""
# Owners, names of NOT NULL, and the schema public for its privileges, are read on request.
_REQUESTED: Final = Catalog(
    {
        PUBLIC_SCHEMA: Schema(PUBLIC_SCHEMA.name, origin=None),
        ownership_identity(PUBLIC_SCHEMA): Ownership("any"),
        Identity(NotNullName.kind): NotNullName("any", "any"),
    }
)
# Since Postgres 15, PUBLIC may not create objects in the schema public of a new database.
_WITHOUT_CREATE: Final = 150000


@attrs.frozen(kw_only=True)
class DatabaseContents:
    """The objects of a database, without those of its platform.

    Attributes:
        version: The version of the server, as server_version_num.
        introspection: The objects of the kinds of the model. A table of the platform that has objects of ours is an
            existing table.
        unmodelled: The objects of other kinds.
        kept: The statement that creates each of these, as far as it needs only built-in objects.
        changed_extensions: The number of objects of an extension with other privileges than those by the extension.
        partitions: The partitions of the partitioned tables.
        extension_comments: The comments that extensions bring, by the name of the extension.
        roles: The roles to which privileges, default privileges, policies, owners and user mappings refer, without
            those of the platform.
        main_owner: The role that owns most objects; the catalog has only the other owners. None if there are no
            objects.
        reader: The role that read the database.
    """

    version: int
    introspection: Introspection
    unmodelled: tuple[UnmodelledObject, ...] = ()
    kept: Mapping[Identity, Sql] = attrs.Factory(dict)
    changed_extensions: Mapping[str, int] = attrs.Factory(dict)
    partitions: Partitions = attrs.Factory(dict)
    roles: tuple[Role, ...] = ()
    extension_comments: Mapping[str, str] = attrs.Factory(dict)
    main_owner: str | None = None
    reader: str = ""

    @property
    def catalog(self) -> Catalog:
        """The objects of the kinds of the model."""
        return self.introspection.catalog

    @property
    def without_defaults(self) -> DatabaseContents:
        """The contents without the schema public if its privileges are those of a new database."""
        public = {
            identity: item
            for identity, item in self.catalog.objects.items()
            if not identity.schema and identity.root == PUBLIC_SCHEMA
        }
        privileges = {item.name: item.privileges for item in public.values() if isinstance(item, Privilege)}
        of_new = ("usage",) if self.version >= _WITHOUT_CREATE else ("create", "usage")
        if privileges != {PUBLIC_ROLE: of_new}:
            return self
        objects = dict(self.catalog.objects)
        for identity in public:
            del objects[identity]
        return attrs.evolve(self, introspection=_with_objects(self.introspection, objects))

    @property
    def omissions(self) -> tuple[str, ...]:
        """A sentence for each property that the model cannot express, and for each object of another kind."""
        return (
            *(f"{each.identity} {each.text}" for each in self.introspection.unsupported),
            *(f"{each} is of a kind that the definitions cannot declare" for each in self.unmodelled),
            *(
                f"extension {name}: the privileges on {count:,} of its objects differ from what the extension gives"
                for name, count in self.changed_extensions.items()
            ),
        )

    @property
    def losses(self) -> tuple[str, ...]:
        """The sentences of `omissions` about objects and properties that `kept` does not create either."""
        present = {f"{identity} is of a kind that the definitions cannot declare" for identity in self.kept}
        return tuple(text for text in self.omissions if text not in present)


@collection_paused()
def read_database(
    connection: Connection,
    platform: Platform,
    schemas: Sequence[str] | None = None,
    *,
    managed_roles: Iterable[Role] = (),
) -> DatabaseContents:
    """Read a database in one read-only transaction, with a constant number of queries.

    Args:
        connection: A session without an open transaction. Its role needs no privileges on the objects.
        platform: The platform, whose own objects are left out.
        schemas: The schemas to read; None for all. Named schemas are also read if they belong to the platform.
        managed_roles: The roles to read as objects; others belong to the server.

    Raises:
        PostgresError: If the role may not read a part of the catalog, or a schema does not exist.
    """
    # A pooler in transaction mode does not keep prepared statements.
    connection.prepare_threshold = None
    try:
        with connection.transaction(force_rollback=True):
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _require_schemas(connection, schemas or ())
            objects = {**_REQUESTED.objects, **{role.identity: role for role in managed_roles}}
            introspection = introspect(connection, schemas=schemas, like=Catalog(objects))
            with open_catalog_cursor(connection) as cursor:
                introspection = with_other_properties(introspection, cursor)
            partitions = read_partitions(connection)
            comments = connection.execute(_EXTENSION_COMMENTS).fetchall()
            main_owner, introspection = _leave_out_main_owner(
                _leave_out_platform(introspection, platform, frozenset(schemas or ()))
            )
            found = introspection.catalog.objects.values()
            owners, mapped, creators = (
                {item.role for item in found if isinstance(item, kind)}
                for kind in (Ownership, UserMapping, DefaultPrivileges)
            )
            roles = connection.execute(_ROLES, [list(owners | mapped | creators)]).fetchall()
            with open_catalog_cursor(connection) as cursor:
                unmodelled = read_unmodelled(cursor, schemas)
                kept = read_kept_sql(cursor, (each.identity for each in unmodelled))
                changed_extensions = {} if schemas else read_changed_extensions(cursor, platform)
    except errors.InsufficientPrivilege as error:
        role = connection.info.user
        raise PostgresError(
            f"the role {role} may not read a part of the catalog: {error.diag.message_primary}",
            instead=f"GRANT what the message names to {role}, or connect as another role.",
        ) from error
    named = frozenset(schemas or ())
    known_roles = {role.name for role in platform.roles}
    platform_roles = known_roles | ({role.name for role in platform.server_roles} - owners)
    return DatabaseContents(
        version=connection.info.server_version,
        introspection=introspection,
        unmodelled=tuple(
            each for each in unmodelled if each.identity.schema in named or not platform.owns(each.identity)
        ),
        kept=kept,
        changed_extensions=changed_extensions,
        partitions=partitions,
        roles=tuple(
            Role(name, bypasses_row_security=bypasses, origin=None)
            for name, bypasses in roles
            if name not in platform_roles
        ),
        extension_comments=dict(comments),
        main_owner=main_owner,
        reader=connection.info.user,
    )


def _require_schemas(connection: Connection, schemas: Sequence[str]) -> None:
    rows = connection.execute(
        "SELECT s FROM unnest(%s::text[]) AS s WHERE s NOT IN (SELECT nspname FROM pg_catalog.pg_namespace)",
        [list(schemas)],
    ).fetchall()
    if rows:
        names = ", ".join(name for (name,) in rows)
        raise PostgresError(
            f"the database {connection.info.dbname} has no schema {names}",
            instead="Names are case-sensitive here: write them as the catalog has them, without quotes.",
        )


def _leave_out_main_owner(introspection: Introspection) -> tuple[str | None, Introspection]:
    """Return the role that owns most objects, and the objects without its ownerships.

    The owner of a sequence that a column owns is that of the table, and Postgres refuses to change it.
    """
    objects = dict(introspection.catalog.objects)
    ownerships = {
        identity: item.role for identity, item in introspection.catalog.of_kind(Ownership.kind).items()
    }
    owners = {
        identity: role
        for identity, role in ownerships.items()
        if getattr(objects[identity.root], "existing", None) is None
        and Identity(OwningColumn.kind, identity.schema, parent=identity.root) not in objects
    }
    numbers = Counter(owners.values())
    main_owner = max(numbers, key=lambda role: (numbers[role], role), default=None)
    for identity in ownerships:
        if owners.get(identity, main_owner) == main_owner:
            del objects[identity]
    return main_owner, _with_objects(introspection, objects)


def _with_objects(introspection: Introspection, objects: Mapping[Identity, Any]) -> Introspection:
    return attrs.evolve(introspection, catalog=attrs.evolve(introspection.catalog, objects=objects))


def _leave_out_platform(
    introspection: Introspection, platform: Platform, named: frozenset[str]
) -> Introspection:
    """Return the objects without those of the platform, whose tables stay if they have objects of ours."""
    kept = dict(introspection.catalog.objects)
    for identity, item in introspection.catalog.of_kind(Privilege.kind).items():
        if identity.parent == PUBLIC_SCHEMA and platform.grants_itself(item.name, item.privileges):
            del kept[identity]
    left_out = {
        identity
        for identity in kept
        if identity.parent is None and identity.schema not in named and platform.owns(identity)
    }
    if not left_out:
        return _with_objects(introspection, kept)
    kinds = load_kinds()
    added = {
        identity
        for identity, item in kept.items()
        if identity.parent is not None
        and identity.root in left_out
        and getattr(item, "declared_in", None) not in left_out
        and kinds[identity.kind].is_added(item, platform.schemas)
    }
    carriers = {identity.root for identity in added}
    columns: dict[Identity, list[Column]] = {root: [] for root in carriers}
    for identity, item in kept.items():
        if isinstance(item, Column) and identity.root in carriers:
            columns[identity.root].append(Column(item.name, item.type, origin=None))
    for identity in list(kept):
        if identity in carriers and identity.kind == RELATION:
            kept[identity] = Table(
                identity.name,
                schema=identity.schema,
                existing=columns[identity],
                origin=None,
            )
        elif identity.root in left_out and identity not in added:
            del kept[identity]
    unsupported = tuple(
        each
        for each in introspection.unsupported
        if each.identity in added or each.identity.root not in left_out
    )
    return attrs.evolve(_with_objects(introspection, kept), unsupported=unsupported)
