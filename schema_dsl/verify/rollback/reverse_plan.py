"""Plan the reverse of a migration from the states before and after it, both introspected on a server."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.errors import PlanError
from schema_dsl.introspect import Introspection, introspect
from schema_dsl.introspect.partitions import read_partitions
from schema_dsl.model.column import Column
from schema_dsl.model.extension import Extension
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.privilege import find_built_in
from schema_dsl.model.table import Table
from schema_dsl.plan import Plan, Weakening, diff, find_weakenings, plan
from schema_dsl.plan.declared import carry_instructions
from schema_dsl.plan.names import column_identity
from schema_dsl.plan.partitions import Partitions
from schema_dsl.plan.rename import Rename, apply_renames
from schema_dsl.postgres import provider
from schema_dsl.verify.comparison.default_grants import is_granted, list_default_grants
from schema_dsl.verify.comparison.extension_moves import move_extensions
from schema_dsl.verify.comparison.renames import carry_out, list_renames
from schema_dsl.verify.databases.requested import list_requested
from schema_dsl.verify.databases.scratch import Scratch
from schema_dsl.verify.rollback.backfills import find_backfills
from schema_dsl.verify.rollback.conversions import find_conversions
from schema_dsl.verify.snapshots.introspection import introspect_changed
from schema_dsl.verify.subject import Subject


class NoReverseError(PlanError):
    """No plan can undo the migration."""


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

    Raises:
        NoReverseError: If the migration gives the former name of a renamed object to another one.
    """
    usual, *_ = scratch.settings
    back = tuple(rename.reverse for rename in reversed(list_renames(scratch)))
    # Roles belong to the server: before the migration runs in any database, they are as they were.
    earlier = {setting: scratch.introspected("before", setting) for setting in scratch.settings}
    after = _read_after(scratch, usual, back, earlier[usual])
    earlier = {setting: _read_names(scratch, setting, state, after) for setting, state in earlier.items()}
    before = earlier[usual]
    declared = scratch.subject.wanted.objects
    unchanged = {
        str(item) for item in after.unsupported if not item.is_unread or item.identity not in declared
    }
    not_restored = tuple(
        f"{item.identity} {item.text}" for item in before.unsupported if str(item) not in unchanged
    )
    wanted = apply_renames(scratch.subject.wanted, back)
    backfills = find_backfills(wanted, before.catalog, after.catalog)
    not_restored += tuple(
        dict.fromkeys(
            f"the {'NULLs' if backfill.condition is None else 'values'} of column {column} of {backfill.table},"
            f" which backfill= {'filled' if backfill.condition is None else 'replaced'}"
            for backfill in backfills
            if backfill.condition is not None or not backfill.is_new
            for column in sorted(backfill.columns)
            if table_part(Column.kind, *backfill.relation, column) in before.catalog.objects
        )
    )
    not_restored += tuple(
        f"the values of column {column} of {'.'.join(table.relation)}, which using= converted: it converts them back"
        " with a plain cast"
        for table, column in find_conversions(wanted, before.catalog, after.catalog)
    )
    partitions = _read_partitions(scratch, usual, after)
    before, after = _revoke_defaults(before, after, earlier.values())
    reverse = _plan_back(scratch, before, after, back, partitions)
    differing = [
        setting
        for setting, state in earlier.items()
        if setting != usual
        and reverse
        != _plan_back(
            scratch,
            *_revoke_defaults(state, _read_after(scratch, setting, back, state), earlier.values()),
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


def _read_after(
    scratch: Scratch, setting: str, back: Sequence[Rename], before: Introspection
) -> Introspection:
    """Read the state after the migration, in which every object has its former name again."""
    found = scratch.introspected("after", setting)
    taken = found.catalog.objects
    is_moved = any(
        identity.kind == Extension.kind and taken.get(identity, item).schema != item.schema
        for identity, item in before.catalog.objects.items()
    )
    if not back and not is_moved:
        return found
    # A default name follows the declared rename, which the message names.
    for rename in sorted(back, key=lambda each: each.follows):
        if rename.after in taken and not any(rename.after == other.before for other in back):
            raise NoReverseError(
                f"the rollback cannot rename {rename.before} to {rename.after.name}: the migration also creates"
                f" another {rename.after.kind.replace('_', ' ')} {rename.after.name}",
                instead="Rename in one migration, and create the new one in the next.",
            )
    with (
        scratch.fresh("after", setting) as database,
        scratch.connect(database) as connection,
        scratch.connect_to_read(database) as reader,
    ):
        carry_out(connection, back)
        moved = move_extensions(connection, before.catalog.objects)
        subject = scratch.subject
        like = list_requested(subject.wanted, subject.migrations)
        return moved.undo_in(introspect_changed(reader, like=like))


def _read_names(scratch: Scratch, setting: str, before: Introspection, after: Introspection) -> Introspection:
    """Return the state before with the names of the NOT NULL constraints that the plan creates again."""
    present = after.catalog.objects
    created = {
        identity
        for identity, item in before.catalog.objects.items()
        if identity.kind == Column.kind
        and item.not_null
        and not getattr(present.get(identity), "not_null", False)
    }
    if not created:
        return before
    objects = before.catalog.objects
    requested = attrs.evolve(
        before.catalog, objects={**objects, Identity(NotNullName.kind): NotNullName("any", "any")}
    )
    with scratch.unchanged("before", setting) as database, scratch.connect(database) as connection:
        found = introspect(connection, like=requested).catalog.of_kind(NotNullName.kind)
    names = {
        identity: item for identity, item in found.items() if column_identity(identity, item.name) in created
    }
    return attrs.evolve(before, catalog=attrs.evolve(before.catalog, objects={**objects, **names}))


def _revoke_defaults(
    before: Introspection, after: Introspection, earlier: Iterable[Introspection]
) -> tuple[Introspection, Introspection]:
    """Return the states, with explicit absence of privileges on the objects that the plan may create again.

    Otherwise the roles to which ALTER DEFAULT PRIVILEGES grants access would get it. The plan creates tables only if
    the migration dropped them, and may replace every other object.

    Args:
        before: The state before the migration.
        after: The state after it.
        earlier: The state before under each setting of default privileges. A privilege that a role has under one
            of them comes from that setting.
    """
    old, new = before.catalog.objects, after.catalog.objects
    created = [
        identity
        for identity, item in old.items()
        if identity.parent is None and (identity not in new or not isinstance(item, Table))
    ]
    states = [state.catalog.objects for state in (*earlier, after)]
    without = {
        part: find_built_in(part)
        for part in list_default_grants(created, states)
        if isinstance(old[part.root], Table) or not is_granted(part, states)
    }
    kept = {part: item for part, item in without.items() if part.root in new}
    return (
        attrs.evolve(before, catalog=attrs.evolve(before.catalog, objects={**without, **old})),
        attrs.evolve(after, catalog=attrs.evolve(after.catalog, objects={**kept, **new})),
    )


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
