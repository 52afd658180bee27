"""Rename objects: `renamed_from=` has the former name, and objects that Postgres named after it follow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import copy_with
from schema_dsl.plan.renamed_sequences import list_sequences, rename_sequence
from schema_dsl.plan.rule import Ignored, RenameRule, load_kind_rules
from schema_dsl.plan.step import Group, Hazard, LockReach, Plan, Step
from schema_dsl.sql import Sql

FORMER_NAME: Final = "renamed_from"
"""The attribute of a declared object that names its former name."""
GUARDS: Final = "guards"
"""The value of a step that renames: the losses to exclude before, by the new names."""


@attrs.frozen
class Rename:
    """A rename of one object.

    Attributes:
        before: The identity before, with the names that earlier renames gave to its parents.
        after: The identity after.
        follows: Whether the object has a default name, which follows the declared rename of its table or column.
        sequences: The default names before and after of the sequences of identity and serial columns of the object.
    """

    before: Identity
    after: Identity
    follows: bool = False
    sequences: tuple[tuple[Identity, Identity], ...] = ()

    @property
    def statements(self) -> list[Sql]:
        """The ALTER statements of the object and its sequences."""
        own = _get_rule(self.after).statement(self.before, self.after.name)
        return [own, *(rename_sequence(old, new) for old, new in self.sequences)]

    @property
    def reverse(self) -> Rename:
        """The rename back."""
        sequences = tuple((new, old) for old, new in self.sequences)
        return Rename(self.after, self.before, self.follows, sequences)

    def follow(self, identity: Identity) -> Identity:
        """Return the identity of an object after this rename."""
        if identity == self.before:
            return self.after
        if identity.parent is None:
            return next((new for old, new in self.sequences if old == identity), identity)
        return attrs.evolve(identity, parent=self.follow(identity.parent))


def has_former_names(wanted: Mapping[Identity, Any]) -> bool:
    """Return whether an object is declared with `renamed_from=`."""
    return any(getattr(item, FORMER_NAME, None) for item in wanted.values())


def find_declared_renames(present: Iterable[Identity], wanted: Mapping[Identity, Any]) -> list[Rename]:
    """Return the renames that `renamed_from=` requests, in an order in which each new name is free.

    A former name that does not exist is a rename that was made before. So is one whose new name exists as well.

    Args:
        present: The objects of the database.
        wanted: The declared objects.
    """
    names = set(present)
    asked = [
        Rename(attrs.evolve(identity, name=former), identity)
        for identity, item in wanted.items()
        for former in [getattr(item, FORMER_NAME, None)]
        if former
    ]
    # The parts of a relation are named on the new name of the relation.
    pending = sorted(asked, key=lambda rename: rename.after.parent is not None)
    found: list[Rename] = []
    while True:
        possible = next(
            (rename for rename in pending if rename.before in names and rename.after not in names), None
        )
        if possible is None:
            return found
        pending.remove(possible)
        possible = attrs.evolve(
            possible, sequences=tuple(list_sequences(possible.before, possible.after, names, wanted))
        )
        found.append(possible)
        names = {possible.follow(identity) for identity in names}


def find_following_renames(
    present: Mapping[Identity, Any],
    wanted: Mapping[Identity, Any],
    renames: Iterable[Rename],
    renamed: Iterable[Identity],
) -> list[Rename]:
    """Return the renames of constraints and indexes whose default names follow a table or column.

    An undeclared object on a renamed table, or on a table with a renamed part, that equals a declared object in
    everything but the name gets the declared name: nothing has to be dropped and created again. So does one that
    differs, if its name becomes the declared name with the declared renames: the declared object replaces it.

    Args:
        present: The objects of the database after the declared renames, as Postgres prints them.
        wanted: The declared objects, as Postgres prints them.
        renames: The declared renames.
        renamed: The tables and indexes that hand-written migrations have renamed in whole or in part, by their present
            names.
    """
    asked = list(renames)
    declared = {rename.after.root for rename in asked}
    names = frozenset(renamed)
    concerned = declared | {
        identity.root
        for identity in present
        if identity.root in names or attrs.evolve(identity, parent=None) in names
    }
    free = {
        identity: item
        for identity, item in present.items()
        if identity.root in concerned and identity not in wanted and _follows_names(identity)
    }
    named = [
        identity
        for identity in wanted
        if identity.root in concerned and identity not in present and _follows_names(identity)
    ]
    found: list[Rename] = []
    for is_former in (
        lambda former, identity: _is_same(free[former], wanted[identity]),
        lambda former, identity: _rename_default(former, asked) == identity.name,
    ):
        done = {rename.after for rename in found}
        for identity in named:
            former = next(
                (each for each in free if may_become(each, identity) and is_former(each, identity)), None
            )
            if former is not None and identity not in done:
                del free[former]
                found.append(Rename(former, identity, follows=identity.root in declared))
    return found


def _rename_default(identity: Identity, renames: Iterable[Rename]) -> str:
    """Return the name of a constraint or index with the new names of its table and columns: `tags_name_check`."""
    name = f"{identity.name}_"
    for rename in renames:
        if rename.after == identity.root and name.startswith(f"{rename.before.name}_"):
            name = rename.after.name + name.removeprefix(rename.before.name)
        if rename.after.parent == identity.root:
            name = name.replace(f"_{rename.before.name}_", f"_{rename.after.name}_")
    return name.removesuffix("_")


def _follows_names(identity: Identity) -> bool:
    rule = load_kind_rules()[identity.kind].rename
    return rule is not None and rule.follows


def may_become(former: Identity, identity: Identity) -> bool:
    """Return whether a rename can lead from one identity to the other."""
    return former.kind == identity.kind and former.parent == identity.parent


def _is_same(present: Any, wanted: Any) -> bool:
    return type(present) is type(wanted) and all(
        getattr(present, name) == getattr(wanted, name)
        for name, attribute in load_kind_rules()[wanted.kind].attributes.items()
        if not isinstance(attribute, Ignored)
    )


def apply_renames(catalog: Catalog, renames: Iterable[Rename]) -> Catalog:
    """Return a catalog with new names of objects that no other object names."""
    objects = dict(catalog.objects)
    for rename in renames:
        objects = {
            rename.follow(identity): copy_with(item, name=rename.after.name)
            if identity == rename.before
            else item
            for identity, item in objects.items()
        }
    return attrs.evolve(catalog, objects=objects)


def build_rename_groups(renames: Sequence[Rename], wanted: Mapping[Identity, Any]) -> Iterator[Group]:
    """Build one step for each relation, which renames the relation and its parts where that is still to do.

    Args:
        renames: The renames, in their order.
        wanted: The objects after the plan.
    """
    by_root: dict[Identity, list[Rename]] = {}
    for place, rename in enumerate(renames):
        root = rename.after.root
        for later in renames[place + 1 :]:
            root = later.follow(root)
        by_root.setdefault(root, []).append(rename)
    # In a second run, another object has the former name.
    taken = {*wanted, *(rename.after for rename in renames)}
    for root, group in by_root.items():
        roots = dict.fromkeys(side.root for rename in group for side in (rename.before, rename.after))
        effect = "brief; statements with the old name fail"
        reach = max(
            (load_kind_rules()[rename.after.kind].reach for rename in group), key=list(LockReach).index
        )
        hazards = tuple(Hazard(each.relation, "AccessExclusiveLock", effect, reach=reach) for each in roots)
        values = {"renames": list(_build_values(group, taken)), GUARDS: ()}
        yield Group(root, (Step(root, "rename", values, hazards),))


_COUNTS: Final = (
    "blocks reads and writes while it counts the rows that would be lost; statements with the old name fail"
)


def attach_guards(plan: Plan) -> Plan:
    """Return a plan that renames only if it will lose no data of the renamed relations.

    Before the renames, these relations have other names. So one block renames everything and checks the new names: an
    error undoes the renames.
    """
    renaming = [group for group in plan.groups if GUARDS in group.steps[0].values]
    # The changes of a relation may follow its rename in one group.
    rest = (Group(group.root, group.steps[1:]) if group in renaming else group for group in plan.groups)
    others = tuple(group for group in rest if group.steps)
    blocks = [group.steps[0] for group in renaming]
    relations = {hazard.relation for block in blocks for hazard in block.hazards}
    steps = [part for group in others for step in group.steps for part in step.list_parts()]
    guarded = [step for step in steps if step.loss is not None and step.subject.relation in relations]
    losses = tuple(step.loss for step in guarded)
    if not blocks or losses == blocks[0].values[GUARDS]:
        return plan
    values = {"renames": [each for block in blocks for each in block.values["renames"]], GUARDS: losses}
    counted = {step.subject.relation for step in guarded}
    hazards = tuple(
        dict.fromkeys(
            attrs.evolve(hazard, effect=_COUNTS, scans=True) if hazard.relation in counted else hazard
            for block in blocks
            for hazard in block.hazards
        )
    )
    merged = attrs.evolve(blocks[0], values=values, hazards=hazards)
    root = renaming[0].root
    if others and others[0].root == root:
        return Plan((Group(root, (merged, *others[0].steps)), *others[1:]))
    return Plan((Group(root, (merged,)), *others))


def _build_values(
    renames: Iterable[Rename], taken: Collection[Identity]
) -> Iterator[tuple[Sql, Sql | None, list[Sql]]]:
    """Yield for each declared rename when it is still to do, and its statements with those of the names that follow.

    Yields:
        The condition that the former name exists, the one that the new name exists if it is needed, and the statements.
    """
    pending: list[Sql] = []
    values: tuple[Sql, Sql | None, list[Sql]] | None = None
    for rename in renames:
        if rename.follows:
            # In a rollback, the following names come before the name that they follow.
            (pending if values is None else values[2]).extend(rename.statements)
            continue
        if values is not None:
            yield values
        exists = _get_rule(rename.after).exists
        is_taken = exists(rename.after) if rename.after in taken else None
        values = exists(rename.before), is_taken, [*pending, *rename.statements]
        pending = []
    if values is not None:
        yield values


def _get_rule(identity: Identity) -> RenameRule:
    rule = load_kind_rules()[identity.kind].rename
    # A test checks that every kind with `renamed_from=` has a rule.
    assert rule is not None  # noqa: S101
    return rule
