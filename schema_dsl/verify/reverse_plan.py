"""Plan the reverse of a migration from the states before and after it, both introspected on a server."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import attrs

from schema_dsl.analysis.identity import table_part
from schema_dsl.introspect import Introspection, introspect
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.table import Table
from schema_dsl.plan import Plan, Weakening, diff, find_weakenings, plan
from schema_dsl.plan.declared import carry_instructions
from schema_dsl.plan.partitions import Partitions
from schema_dsl.plan.rename import Rename
from schema_dsl.postgres import provider
from schema_dsl.verify.backfills import find_backfills
from schema_dsl.verify.renames import carry_out, list_renames
from schema_dsl.verify.requested import list_requested
from schema_dsl.verify.scratch import Scratch
from schema_dsl.verify.subject import Subject


@attrs.frozen
class ReversePlan:
    """The plan that undoes a migration.

    Attributes:
        plan: The plan from the state after the migration to the state before.
        not_restored: Descriptions of the objects that the plan does not restore.
        settings: The default privileges under which the plan restores the state before. Under others, privileges of
            an existing table may be indistinguishable from those that the migration granted.
        weakenings: The changes of the plan that weaken access.
    """

    plan: Plan
    not_restored: tuple[str, ...]
    settings: tuple[str, ...]
    weakenings: tuple[Weakening, ...] = ()


def build_reverse_plan(scratch: Scratch) -> ReversePlan:
    """Plan the reverse of the subject's migration.

    The plan compares the two introspected states, because an object that the definitions add may exist before the
    migration and must then not be dropped, and a replaced object must be restored as it was.
    """
    usual, *others = scratch.settings
    back = tuple(rename.reverse for rename in reversed(list_renames(scratch)))
    # Roles belong to the server: before the migration runs in any database, they are as they were.
    earlier = {setting: scratch.introspected("before", setting) for setting in scratch.settings}
    before, after = earlier[usual], _read_after(scratch, usual, back)
    unchanged = {str(item) for item in after.unsupported}
    not_restored = tuple(
        f"{item.identity} {item.text}" for item in before.unsupported if str(item) not in unchanged
    )
    backfills = find_backfills(scratch.subject.wanted, before.catalog, after.catalog)
    not_restored += tuple(
        dict.fromkeys(
            f"the {'NULLs' if backfill.condition is None else 'values'} of column {column} of {backfill.table},"
            f" which backfill= {'filled' if backfill.condition is None else 'replaced'}"
            for backfill in backfills
            if backfill.condition is not None or not backfill.is_new
            for column in sorted(backfill.columns)
        )
    )
    partitions = _read_partitions(scratch, usual, after)
    before = _revoke_defaults(scratch, before, after)
    reverse = _plan_back(scratch, before, after, back, partitions)
    differing = [
        setting
        for setting in others
        if reverse
        != _plan_back(
            scratch,
            _revoke_defaults(scratch, earlier[setting], after),
            _read_after(scratch, setting, back),
            back,
            partitions,
        )
    ]
    not_restored += tuple(
        f"privileges on existing tables under the {setting} default privileges; it assumes the {usual} ones"
        for setting in differing
    )
    settings = tuple(setting for setting in scratch.settings if setting not in differing)
    changes = diff(after.catalog, before.catalog)
    weakenings = find_weakenings(changes, after.catalog.objects, scratch.subject.wanted.roles)
    return ReversePlan(reverse, not_restored, settings, weakenings)


def _read_after(scratch: Scratch, setting: str, back: Sequence[Rename]) -> Introspection:
    """Read the state after the migration, in which every object has its former name again."""
    if not back:
        return scratch.introspected("after", setting)
    with scratch.fresh("after", setting) as database, scratch.connect(database) as connection:
        carry_out(connection, back)
        subject = scratch.subject
        return introspect(connection, like=list_requested(subject.wanted, subject.migrations))


def _revoke_defaults(scratch: Scratch, before: Introspection, after: Introspection) -> Introspection:
    """Return the state before, in which the tables that the plan creates again say who has no privileges on them.

    Otherwise the roles to which ALTER DEFAULT PRIVILEGES grants access would get it.
    """
    objects = before.catalog.objects
    created = [
        identity
        for identity, item in objects.items()
        if isinstance(item, Table) and identity not in after.catalog.objects
    ]
    if not created:
        return before
    grantees = _list_default_grantees(scratch)
    without = {
        table_part("privilege", *identity.relation, role): Privilege(role, ())
        for identity in created
        for role in grantees
    }
    return attrs.evolve(before, catalog=attrs.evolve(before.catalog, objects={**without, **objects}))


def _list_default_grantees(scratch: Scratch) -> list[str]:
    """List the roles to which ALTER DEFAULT PRIVILEGES grants privileges on new relations, under any setting."""
    found: dict[str, None] = {}
    for setting in scratch.settings:
        with scratch.fresh("after", setting) as database, scratch.connect(database) as connection:
            rows = connection.execute(_DEFAULT_GRANTEES).fetchall()
        found.update(dict.fromkeys(name for (name,) in rows))
    return list(found)


_DEFAULT_GRANTEES: Final = """
    SELECT DISTINCT coalesce(r.rolname, 'public') FROM pg_default_acl AS d
    CROSS JOIN LATERAL aclexplode(d.defaclacl) AS x LEFT JOIN pg_roles AS r ON r.oid = x.grantee
    WHERE d.defaclobjtype = 'r' AND x.grantee <> d.defaclrole ORDER BY 1
"""


def _read_partitions(scratch: Scratch, setting: str, after: Introspection) -> Partitions:
    """Read the partitions of the partitioned tables, which have properties that the model cannot express."""
    if not after.unsupported:
        return {}
    with scratch.fresh("after", setting) as database, scratch.connect(database) as connection:
        return read_partitions(connection)


def _plan_back(
    scratch: Scratch,
    before: Introspection,
    after: Introspection,
    back: Sequence[Rename],
    partitions: Partitions,
) -> Plan:
    present = carry_instructions(after.catalog, scratch.subject.wanted)
    return plan(present, before.catalog, renames=back, partitions=partitions)


def build_reverse_plan_on_server(spec: str, subject: Subject) -> ReversePlan:
    """Start a server and plan the reverse of a migration on it.

    Raises:
        PostgresError: If the server does not start, or the history or the migration does not apply.
    """
    with provider(spec).start() as server, Scratch(server, subject) as scratch:
        return build_reverse_plan(scratch)
