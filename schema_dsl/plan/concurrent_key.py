"""The steps that add a unique constraint or a primary key without blocking writes while its index is built."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity, table_part
from schema_dsl.plan.concurrent_index import (
    build_attachment,
    build_creation,
    build_on_leaves,
    name_old,
)
from schema_dsl.plan.constraints import (
    build_addition,
    build_key_pending,
    format_deferrable,
    format_include,
    format_index_options,
)
from schema_dsl.plan.duplicates import build_duplicates_loss
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.parameters import format_with
from schema_dsl.plan.partition_names import NameOn
from schema_dsl.plan.partitions import PresentPartition
from schema_dsl.plan.rule import Creation, Exchange, Object
from schema_dsl.plan.step import Hazard, LockReach, Loss, Step
from schema_dsl.sql import Sql, identifier, identifiers, literal


@attrs.frozen
class KeyIndex:
    """The index of a key, as it is built before the key.

    Attributes:
        clause: The index as it follows ON table.
        unique: Whether the index is unique, as that of a key always is.
    """

    clause: Sql
    unique: bool = True


@attrs.frozen
class KeyBuilder:
    """Builds the steps that create the keys of one kind.

    Attributes:
        template: The template that adds a key.
        words: The words for the kind in ADD CONSTRAINT.
        format_definition: Formats a key up to its columns as pg_get_constraintdef() does.
        failure: The reason for which Postgres refuses a key, for people.
    """

    template: str
    words: str
    format_definition: Callable[[Any], str]
    failure: str

    def create(self, objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
        """Build the steps that create keys of one table."""
        effect = f"builds an index and blocks reads and writes; fails if {self.failure}"
        for identity, key in objects:
            hazards = (Hazard(identity.relation, "AccessExclusiveLock", effect, scans=True),)
            step = self._add(identity, key, () if creation.new else hazards)
            # Postgres builds the index of a key WITHOUT OVERLAPS only with the key.
            if creation.new or key.without_overlaps:
                yield step
                continue
            loss = self._build_loss(identity, key)
            first, *others = self._create_online(identity, key, creation)
            yield attrs.evolve(step, loss=loss, online=(attrs.evolve(first, loss=loss), *others))

    def exchange(
        self,
        wanted: Object,
        partitions: Sequence[PresentPartition] | None,
        is_used: Callable[[str], bool],
        name_on: NameOn,
    ) -> Exchange | None:
        """Build the steps that exchange a key for one whose index is built before; None if only the key can have it."""
        identity, key = wanted
        if key.without_overlaps:
            return None
        index = (identity, KeyIndex(_format_index(key)))
        if partitions is None:
            build = build_creation([index], _get_clause)
            create = [self._use_index(identity, key)]
        else:
            build = build_on_leaves([index], partitions, _get_clause, name_on)
            leaves = [_place_on(each.relation, identity, name_on) for each in partitions if each.is_leaf]
            # ADD CONSTRAINT on the partitioned table takes the keys of the partitions.
            whole = self._add(identity, key, (_lock(identity, "brief; attaches the keys of the partitions"),))
            create = [*(self._use_index(leaf, key) for leaf in leaves), whole]
        relations = [identity.relation, *(each.relation for each in partitions or () if each.is_leaf)]
        parts = [_place_on(relation, identity, name_on) for relation in relations]
        set_aside = attrs.evolve(self._set_aside(parts, key, is_used), loss=self._build_loss(identity, key))
        values = {"relation": quote_relation(identity), "name": identifier(name_old(identity.name, is_used))}
        drop = Step(identity, f"{identity.kind}/drop", values, (_lock(identity, "brief; drops the old key"),))
        return Exchange(
            build=(set_aside, *build),
            pending=build_key_pending(self.format_definition)(identity, None, key),
            drop=(drop,),
            create=tuple(create),
        )

    def _build_loss(self, identity: Identity, key: Any) -> Loss | None:
        pending = build_key_pending(self.format_definition)(identity, None, key)
        equal_nulls = getattr(key, "nulls_not_distinct", False)
        return build_duplicates_loss(identity, key.columns, pending, equal_nulls=equal_nulls)

    def _set_aside(self, parts: Sequence[Identity], key: Any, is_used: Callable[[str], bool]) -> Step:
        """Build the step that gives the old keys of a table and its partitions another name."""
        definition = literal(self.format_definition(key) + format_deferrable(key))
        values = {
            "definition": definition,
            "keys": [
                {
                    "relation": quote_relation(part),
                    "regclass": literal(str(quote_relation(part))),
                    "name": identifier(part.name),
                    "name_literal": literal(part.name),
                    "old": identifier(name_old(part.name, is_used)),
                }
                for part in parts
            ],
        }
        hazards = tuple(_lock_only(part, "brief; renames the old key") for part in parts)
        return Step(parts[0], "set_key_aside", values, hazards)

    def _create_online(self, identity: Identity, key: Any, creation: Creation) -> Iterator[Step]:
        partitions, name_on = creation.partitions, creation.name_on
        index = (identity, KeyIndex(_format_index(key)))
        if partitions is None:
            yield from build_creation([index], _get_clause)
            yield self._use_index(identity, key)
            return
        # ONLY adds the key of a partitioned table, which becomes valid when the keys of all partitions are attached.
        upper = [identity.relation, *(each.relation for each in partitions if not each.is_leaf)]
        for part in (_place_on(relation, identity, name_on) for relation in upper):
            yield self._add(part, key, (_lock_only(part, "brief; reads no rows"),), only=True)
        yield from build_on_leaves([index], partitions, _get_clause, name_on)
        for partition in partitions:
            if partition.is_leaf:
                yield self._use_index(_place_on(partition.relation, identity, name_on), key)
        yield build_attachment([identity], partitions, name_on)

    def _add(self, identity: Identity, key: Any, hazards: tuple[Hazard, ...], *, only: bool = False) -> Step:
        clause = Sql(self.format_definition(key) + format_index_options(key))
        return build_addition(self.template, identity, clause, hazards, only=only)

    def _use_index(self, identity: Identity, key: Any) -> Step:
        clause = Sql(f"{self.words} USING INDEX {identifier(identity.name)}{format_deferrable(key)}")
        effect = "brief; the constraint takes the index, which is built already"
        return build_addition(self.template, identity, clause, (_lock(identity, effect),))


def _format_index(key: Any) -> Sql:
    nulls = " NULLS NOT DISTINCT" if getattr(key, "nulls_not_distinct", False) else ""
    return Sql(f"({identifiers(key.columns)}){format_include(key)}{nulls}{format_with(key.parameters)}")


def _get_clause(index: KeyIndex) -> Sql:
    return index.clause


def _place_on(relation: tuple[str, str], key: Identity, name_on: NameOn) -> Identity:
    """Return the identity of a key on its table, or on a partition of that."""
    return table_part(key.kind, *relation, name_on(relation, key))


def _lock(identity: Identity, effect: str) -> Hazard:
    return Hazard(identity.relation, "AccessExclusiveLock", effect)


def _lock_only(identity: Identity, effect: str) -> Hazard:
    """Return the hazard of a statement that does not reach the partitions of the table."""
    return attrs.evolve(_lock(identity, effect), reach=LockReach.TABLE)
