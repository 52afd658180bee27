"""Compare two sides, and plan the change from one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect import Unsupported
from schema_dsl.migrations import Migration
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.owner import Ownership
from schema_dsl.model.role import Role
from schema_dsl.model.schema import PUBLIC_SCHEMA
from schema_dsl.plan import Difference, Plan, Weakening, diff, find_weakenings, plan_differences
from schema_dsl.plan.partitions import Partitions
from schema_dsl.plan.rename import Rename
from schema_dsl.verify.comparison.left_behind import find_left_behind
from schema_dsl.verify.comparison.renames import RenamedState
from schema_dsl.verify.comparison.replay import compare_with_definitions
from schema_dsl.verify.comparison.schema_side import SchemaSide


@attrs.frozen(kw_only=True)
class SideDifference:
    """The difference between two sides.

    Attributes:
        source: The side before.
        target: The side after.
        differences: The differences, from the one to the other.
        present: All objects after the change.
        weakenings: The changes that weaken access.
        inexpressible: Sentences about differences that the model cannot express, and the planned SQL lacks.
        left_alone: The objects of the one side that are not declared and that the definitions of the other do not
            manage.
    """

    source: SchemaSide
    target: SchemaSide
    differences: Sequence[Difference]
    present: Mapping[Identity, Any]
    weakenings: Sequence[Weakening] = ()
    inexpressible: tuple[str, ...] = ()
    left_alone: tuple[Identity, ...] = ()

    @property
    def renames(self) -> tuple[Rename, ...]:
        """The renames, which come before the differences."""
        return self.source.renames

    @property
    def is_empty(self) -> bool:
        """Return whether the sides are equal."""
        return not (self.differences or self.renames or self.inexpressible)

    @property
    def partitions(self) -> Partitions:
        """The partitions of the partitioned tables before."""
        return self.source.contents.partitions

    def plan(self) -> Plan:
        """Plan the change."""
        return plan_differences(self.differences, self.present, self.renames, self.partitions)


def compare_sides(
    source: SchemaSide,
    target: SchemaSide,
    *,
    migrations: Sequence[Migration] = (),
    managed: Iterable[str] = (),
    roles: Iterable[Role] = (),
) -> SideDifference:
    """Compare two sides.

    With definitions on one side, only managed objects are compared: the declared objects, everything on the tables
    that they create, the objects of generated migrations, and the schemas that are managed whole.

    Args:
        source: The side before.
        target: The side after.
        migrations: The migrations of the project, which show the generated objects.
        managed: The schemas that are managed whole.
        roles: The known roles.
    """
    source, target = _leave_out_new_public(source, target)
    source, target = _complete_owners(source, target), _complete_owners(target, source)
    if (source.wanted is None) is (target.wanted is None):
        before, after = _share_existing(source.contents.catalog, target.contents.catalog)
        found = diff(before, after)
        return SideDifference(
            source=source,
            target=target,
            differences=found,
            present=after.objects,
            weakenings=find_weakenings(found, before.objects, roles),
            inexpressible=_list_inexpressible(source, target),
        )
    is_forward = target.wanted is not None
    database, declared = (source, target) if is_forward else (target, source)
    present, wanted = _share_existing(database.contents.catalog, declared.contents.catalog)
    present = _leave_out_unnamed(present, wanted)
    introspection = attrs.evolve(database.contents.introspection, catalog=present)
    left = find_left_behind(
        migrations, wanted, present, platform=Catalog({}), managed=managed, renames=database.renames
    )
    assert declared.wanted is not None  # noqa: S101 - the side of the definitions
    replayed = compare_with_definitions(
        declared.wanted,
        RenamedState(database.renames, wanted, introspection),
        left,
        database.contents.partitions,
    )
    managed_objects = {*wanted.objects, *(change.identity for change in replayed.compared)}
    left_alone = tuple(
        identity
        for identity in present.objects
        if identity.parent is None and identity not in managed_objects
    )
    differences, inexpressible = list(replayed.differences), tuple[str, ...]()
    if not is_forward:
        differences, inexpressible = _reverse(replayed.compared)
    return SideDifference(
        source=source,
        target=target,
        differences=differences,
        present=replayed.present if is_forward else present.objects,
        weakenings=replayed.weakenings
        if is_forward
        else find_weakenings(differences, source.contents.catalog.objects, roles),
        inexpressible=inexpressible,
        left_alone=left_alone,
    )


def _leave_out_unnamed(database: Catalog, declared: Catalog) -> Catalog:
    """Return a database without the names of NOT NULL, unless the definitions have one.

    A renamed table keeps the names that it had.
    """
    names = database.of_kind(NotNullName.kind)
    if not names or declared.of_kind(NotNullName.kind):
        return database
    kept = {identity: item for identity, item in database.objects.items() if identity not in names}
    return attrs.evolve(database, objects=kept)


def _leave_out_new_public(source: SchemaSide, target: SchemaSide) -> tuple[SchemaSide, SchemaSide]:
    """Return the sides without the schema public if both have it as their versions of Postgres create it."""
    stripped = [attrs.evolve(side, contents=side.contents.without_defaults) for side in (source, target)]
    if any(PUBLIC_SCHEMA in side.contents.catalog.objects for side in stripped):
        return source, target
    return stripped[0], stripped[1]


def _complete_owners(side: SchemaSide, other: SchemaSide) -> SchemaSide:
    """Return a side with the owner of each of its objects whose owner the other side names.

    A side names only the owners that differ from the one of most objects. Definitions without an owner stay so: they
    do not manage it. The owner of a scratch database stands for the owner of most objects of the other side.
    """
    owner = side.contents.main_owner
    if side.is_scratch and other.wanted is None and not other.is_scratch:
        owner = other.contents.main_owner
    catalog = side.contents.catalog
    if owner is None or side.wanted is not None:
        return side
    added = {
        identity: Ownership(owner)
        for identity in other.contents.catalog.of_kind(Ownership.kind)
        if identity not in catalog.objects and identity.root in catalog.objects
    }
    return side.with_catalog(attrs.evolve(catalog, objects={**catalog.objects, **added}))


def _reverse(compared: Iterable[Difference]) -> tuple[list[Difference], tuple[str, ...]]:
    """Return the differences from definitions to a database, and those that the model cannot express."""
    differences, inexpressible = [], []
    for each in compared:
        if isinstance(each.before, Unsupported):
            inexpressible.append(f"{each.identity} {each.before.text}, which is not declared")
        else:
            differences.append(attrs.evolve(each, before=each.after, after=each.before))
    return differences, tuple(inexpressible)


def _share_existing(one: Catalog, other: Catalog) -> tuple[Catalog, Catalog]:
    """Return the catalogs, both with the existing tables of either: nothing creates or drops them."""
    existing = {
        identity: item
        for catalog in (one, other)
        for identity, item in catalog.objects.items()
        if identity.parent is None and getattr(item, "existing", None) is not None
    }
    return (
        attrs.evolve(one, objects={**existing, **one.objects}),
        attrs.evolve(other, objects={**existing, **other.objects}),
    )


def _list_inexpressible(source: SchemaSide, target: SchemaSide) -> tuple[str, ...]:
    """Return a sentence for each property or object beyond the model that only one of two databases has."""
    if source.wanted is not None or target.wanted is not None:
        return ()
    texts = [
        {(str(each.identity), each.text) for each in side.contents.introspection.unsupported}
        | {(str(each), "exists") for each in side.contents.unmodelled}
        for side in (source, target)
    ]
    return tuple(
        f"{name} {text} in {side.label} only"
        for side, own, others in ((source, texts[0], texts[1]), (target, texts[1], texts[0]))
        for name, text in sorted(own - others)
    )
