"""Build the steps of the sorted actions of a plan. This code is the same for all kinds of objects; see rule.py."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property, partial
from itertools import groupby
from typing import Final

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS, Identity
from schema_dsl.plan.action import ActionKind, PlanAction
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.fold import fold_steps
from schema_dsl.plan.graph import build_graph
from schema_dsl.plan.hazards import merge_hazards
from schema_dsl.plan.partition_copies import PartitionCopies
from schema_dsl.plan.partition_names import NameOn, build_name_on
from schema_dsl.plan.partitions import Partitions
from schema_dsl.plan.pending import PendingConditions
from schema_dsl.plan.reused_names import guard_drop, guard_loss, guard_named
from schema_dsl.plan.rule import Creation, Exchange, Object, load_kind_rules
from schema_dsl.plan.sequence import sort_actions
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.transition import Transition
from schema_dsl.sql import literal

# Whether the template asks the catalog first whether the change is still to do.
_ASKS_FIRST: Final = "asks_first"


@attrs.frozen
class StepBuilder:
    """Build the steps of sorted actions. Neighbours that create objects of one kind share one call of their rule.

    Attributes:
        before: The state before the plan.
        after: The state after the plan.
        created: The tables and other objects that the plan creates.
        partitions: The partitions of the partitioned tables.
        reused: The dropped objects whose names new ones get, each with the new one.
        taking: The new objects that get the names of dropped ones.
        exchanges: The objects that are built before the plan drops the present ones.
        is_block: Whether the steps are those of a block that replaces objects.
    """

    before: State
    after: State
    created: set[Identity]
    partitions: Partitions
    reused: Mapping[Identity, Identity]
    taking: AbstractSet[Identity]
    exchanges: Mapping[Identity, Exchange] = attrs.field(factory=dict)
    is_block: bool = False

    def build_steps(self, actions: Sequence[PlanAction]) -> Iterator[Step]:
        """Build the steps of neighbouring actions of one section."""
        for (is_commented, is_part, _), group in groupby(actions, key=_get_fold):
            neighbours = list(group)
            if is_commented:
                yield self._build_comments(neighbours)
            elif is_part:
                for run in _split_dependent(neighbours):
                    steps = self._build_parts(run)
                    yield from fold_steps(_list_in_block(steps) if self.is_block else steps)
            else:
                for action in neighbours:
                    yield from self._build_action(action)

    def _build_parts(self, actions: Sequence[PlanAction]) -> Iterator[Step]:
        """Build the steps of actions that alter or create objects of one kind, in any order."""
        for action in actions:
            if action.operation is ActionKind.ALTER:
                adapting = [item for item in action.members[1:] if item.adapts_to is not None]
                for item in action.members:
                    if item is action.main or item.adapts_to is None:
                        steps = self._mark_rebuilt(item, _build_alteration([item, *adapting]))
                        yield from self._lock_siblings(item, steps)
        created = [action.main for action in actions if action.operation is ActionKind.CREATE]
        # The section of a table also shows the parts of its partitions.
        for _, of_relation in groupby(created, key=lambda item: item.identity.root):
            yield from self._create([(item.identity, item.after) for item in of_relation], ())

    def _build_action(self, action: PlanAction) -> Iterable[Step]:
        """Build the steps of an action that shares none with its neighbours."""
        match action.operation:
            case ActionKind.DROP:
                identity = action.main.identity
                if identity in self.exchanges:
                    return self.exchanges[identity].drop
                steps = [*self._lock_siblings(action.main, self._build_drops(action))]
                # In the first run, an object that only a second run drops may not have its name yet.
                holder = identity if identity in self.reused else identity.root
                if holder in self.reused or holder in self.taking:
                    return [guard_drop(holder, step) for step in steps]
                named = [each for each in self._list_named(action.main) if each not in self.after.objects]
                if named:
                    return [guard_named(named, step) for step in steps]
                # Postgres refuses CONCURRENTLY for an index that partitions inherit.
                is_partitioned = identity.relation in self.partitions
                return [attrs.evolve(step, online=()) for step in steps] if is_partitioned else steps
            case ActionKind.REPLACE:
                return self._build_replacement(action)
        inline = [(part.identity, part.after) for part in action.members[1:]]
        created = self._create([(action.main.identity, action.main.after)], inline)
        return self._lock_siblings(action.main, created)

    def _lock_siblings(self, item: Transition, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps of an object, with the effects on the other objects of its section."""
        rule, declared = load_kind_rules()[item.identity.kind], item.after or item.before
        parent = rule.section(declared)
        if parent is None:
            yield from steps
            return
        siblings = tuple(self._find_sibling_hazards(item.identity, parent))
        copies: tuple[Hazard, ...] = ()
        if item.after is not None:
            copies = self._copies.list_hazards(parent, is_new=item.before is None)
        for step in steps:
            yield (
                attrs.evolve(step, hazards=(*step.hazards, *siblings, *copies))
                if siblings or copies
                else step
            )

    def _build_drops(self, action: PlanAction) -> Sequence[Step]:
        steps = _build_drop_steps(action.members)
        parent = load_kind_rules()[action.main.identity.kind].section(action.main.before)
        return steps if parent is None else self._copies.detach_before_drop(steps, parent)

    def _mark_rebuilt(self, item: Transition, steps: Iterable[Step]) -> Iterator[Step]:
        """Yield the steps that alter an object, with the scans of the partitions whose indexes depend on it.

        Postgres keeps an index whose column gets a type of the same bytes, but not the indexes of partitions.
        """
        dependents = self.before.dependents(item.identity) if item.invalidates_dependents else ()
        is_indexed = any(each.on_replace is OnReplace.FOLLOW for each in dependents)
        leaves = [each for each in self.partitions.get(item.identity.relation, ()) if each.is_leaf]
        effect = "builds the indexes of the partition again, and blocks reads and writes"
        scans = [Hazard(each.relation, "AccessExclusiveLock", effect, scans=True) for each in leaves]
        asks_first = not self.is_block and self._is_rebuilt_again(item)
        for step in steps:
            is_rebuilt = is_indexed and not any(hazard.rewrites for hazard in step.hazards)
            marked = attrs.evolve(step, hazards=(*step.hazards, *scans)) if is_rebuilt else step
            asks = asks_first and _ASKS_FIRST in marked.values
            yield attrs.evolve(marked, values={**marked.values, _ASKS_FIRST: True}) if asks else marked

    def _is_rebuilt_again(self, item: Transition) -> bool:
        """Return whether a second run of an alteration would build again what the plan builds on the object later."""
        return item.invalidates_dependents and any(
            each.on_replace is OnReplace.CASCADE and each.dependent not in self.before.objects
            for each in self.after.dependents(item.identity)
        )

    @cached_property
    def _copies(self) -> PartitionCopies:
        return PartitionCopies(self.before, self.after, ChainMap(self.after.objects, self.before.objects))

    def _find_sibling_hazards(self, identity: Identity, parent: Identity) -> Iterator[Hazard]:
        for other, hazard in self._sibling_hazards.get((identity.kind, parent), ()):
            if other != identity:
                yield hazard

    @cached_property
    def _sibling_hazards(self) -> Mapping[tuple[str, Identity], Sequence[tuple[Identity, Hazard]]]:
        """The objects before that a change of a sibling locks, by their kind and the object of their section."""
        rules = load_kind_rules()
        found: dict[tuple[str, Identity], list[tuple[Identity, Hazard]]] = {}
        for identity, declared in self.before.objects.items():
            rule = rules[identity.kind]
            section = rule.section(declared)
            hazard = None if section is None else rule.sibling_hazard(identity, declared)
            if section is not None and hazard is not None:
                found.setdefault((identity.kind, section), []).append((identity, hazard))
        return found

    def _create(self, objects: Sequence[Object], inline: Sequence[Object]) -> Iterable[Step]:
        identity = objects[0][0]
        creation = Creation(
            identity.relation,
            identity.root in self.created,
            inline,
            self.partitions.get(identity.relation),
            self.before.objects,
            self.after,
            self._build_name_on(identity),
        )
        rule = load_kind_rules()[identity.kind]
        exchanged = [self.exchanges[each] for each, _ in objects if each in self.exchanges]
        if exchanged:
            rest = [each for each in objects if each[0] not in self.exchanges]
            created = self._create(rest, ()) if rest else ()
            return [*(step for exchange in exchanged for step in exchange.create), *created]
        steps = rule.create(objects, creation)
        if not inline or rule.creates_parts:
            return steps
        parts = [*steps]
        for _, group in groupby(inline, key=lambda part: part[0].kind):
            parts += self._create(list(group), ())
        hazards = tuple(merge_hazards(hazard for step in parts for hazard in step.hazards))
        return [Step(identity, "create_with_parts", {}, hazards, parts=tuple(parts))]

    def _build_name_on(self, identity: Identity) -> NameOn:
        """Build the function that names the indexes of a table on its partitions."""
        return build_name_on(
            identity.relation,
            self.partitions.get(identity.relation, ()),
            # The objects before come first, in their order, with the attributes that they get.
            lambda: {**self.before.objects, **self.after.objects},
        )

    def _build_comments(self, actions: Sequence[PlanAction]) -> Step:
        comments = []
        for action in actions:
            target = load_kind_rules()[action.main.identity.kind].comment_target
            # A test checks that every kind with comments has a target.
            assert target is not None  # noqa: S101
            comment = action.main.after.comment
            comments.append((target(action.main.identity), literal(comment)))
        roots = dict.fromkeys(action.main.identity.root for action in actions)
        effect = "brief; does not block reads or writes"
        hazards = tuple(
            Hazard((root.schema, root.name), "ShareUpdateExclusiveLock", effect)
            for root in roots
            if root not in self.created and root.kind in RELATION_KINDS
        )
        return Step(actions[0].main.identity, "comment", {"comments": comments}, hazards)

    def _build_replacement(self, action: PlanAction) -> Iterator[Step]:
        """Build one step that replaces a set of objects, and the steps that run after it: validations."""
        step, *later = self._replace(action.members)
        yield attrs.evolve(step, online=tuple(self._exchange(action.members)))
        yield from later

    def _replace(self, replaced: Sequence[Transition]) -> Iterator[Step]:
        members = [attrs.evolve(item, is_commented=False) for item in replaced]
        actions = sort_actions(build_graph(members, (), self.before, self.after))
        created = {
            item.main.identity
            for item in actions
            if item.operation is ActionKind.CREATE and _is_root(item.main)
        }
        # The objects that only depend on others change together with these.
        changed = [item for item in replaced if item.before != item.after] or replaced
        pending = PendingConditions(self.after, self.reused, self.exchanges).list_conditions(
            changed, replaced
        )
        builder = attrs.evolve(self, created=created, reused={} if pending else self.reused, is_block=True)
        steps = [
            guard_loss(step.subject, step) if step.subject in self.reused else step
            for step in builder.build_steps(actions)
        ]
        # A second run finds the new objects of the set.
        new = {item.identity for item in replaced if item.before is None and not pending}
        parts = tuple(
            attrs.evolve(step, values={**step.values, "guarded": True})
            if new & {step.subject, *(part.subject for part in step.parts)}
            else step
            for step in steps
            if not step.separate_transaction
        )
        queries = (
            (item.identity, load_kind_rules()[item.identity.kind].definition_query) for item in changed
        )
        definitions = dict.fromkeys(query(identity) for identity, query in queries if query is not None)
        values = {"pending": pending, "definitions": list(definitions)}
        yield Step(
            replaced[0].identity,
            "replaced",
            values,
            tuple(merge_hazards(hazard for step in parts for hazard in step.hazards)),
            parts=parts,
        )
        yield from (step for step in steps if step.separate_transaction)

    def _list_named(self, dropped: Transition) -> list[Identity]:
        """List the objects of the state before that the statement names that drops an object."""
        named = load_kind_rules()[dropped.identity.kind].named_in_drop(dropped.identity, dropped.before)
        return [each for each in named if each in self.before.objects]

    def _exchange(self, members: Sequence[Transition]) -> Sequence[Step]:
        """Build the steps that build new objects before the plan replaces a set; none if no kind has such steps."""
        exchanges = dict(self._list_exchanges(members))
        replaced = {item.identity for item in members}
        for identity in exchanges:
            # The steps build the object on the objects before the replacement.
            if any(each.referenced in replaced for each in self.after.dependencies(identity)):
                return ()
        build = [step for exchange in exchanges.values() for step in exchange.build]
        finish = [step for exchange in exchanges.values() for step in exchange.finish]
        if not exchanges or (len(members) == 1 and finish):
            return [*build, *finish]
        return [*build, next(attrs.evolve(self, exchanges=exchanges)._replace(members))]

    def _list_exchanges(self, members: Iterable[Transition]) -> Iterator[tuple[Identity, Exchange]]:
        for item in members:
            identity, exchange = item.identity, load_kind_rules()[item.identity.kind].exchange
            if exchange is None or None in (item.before, item.after) or item.before == item.after:
                continue
            built = exchange(
                (identity, item.after),
                self.partitions.get(identity.relation),
                partial(self._is_name_used, identity.schema),
                self._build_name_on(identity),
            )
            if built is not None:
                yield identity, built

    def _is_name_used(self, schema: str, name: str) -> bool:
        """Return whether an object of a schema, or a part of one, has a name before or after the plan."""
        return name in self.before.list_names(schema) or name in self.after.list_names(schema)


def _is_root(item: Transition) -> bool:
    return item.identity.parent is None


def _split_dependent(actions: Iterable[PlanAction]) -> Iterator[list[PlanAction]]:
    """Split sorted actions into runs whose steps can be joined: an altered object needs no other one of the run."""
    run: list[PlanAction] = []
    for action in actions:
        if any(
            action in earlier.dependents
            for earlier in run
            if ActionKind.ALTER in {action.operation, earlier.operation}
        ):
            yield run
            run = []
        run.append(action)
    yield run


def _get_fold(action: PlanAction) -> tuple[bool, bool, str]:
    """Return the key that neighbouring actions must share for their steps to be joined."""
    is_created = action.operation is ActionKind.CREATE and not _is_root(action.main)
    is_part = is_created or action.operation is ActionKind.ALTER
    is_commented = action.operation is ActionKind.COMMENT
    return is_commented, is_part, action.main.identity.kind if is_part else ""


def _build_alteration(members: Sequence[Transition]) -> tuple[Step, ...]:
    """Build the steps that alter an object; the first step also converts the objects that adapt to it."""
    item = members[0]
    adapting = tuple(
        step
        for number, member in enumerate(members)
        if member.adapts_to == item.identity
        for step in _build_alteration([member, *members[1:number], *members[number + 1 :]])
    )
    if not adapting:
        return item.steps
    first, *others = item.steps
    hazards = tuple(merge_hazards(hazard for step in (first, *adapting) for hazard in step.hazards))
    return attrs.evolve(first, parts=adapting, hazards=hazards), *others


def _list_in_block(steps: Iterable[Step]) -> Iterator[Step]:
    """Yield the steps, or those that take their place in a block that replaces objects."""
    for step in steps:
        yield from (step,) if step.in_block is None else step.in_block


def _build_drop_steps(members: Sequence[Transition]) -> list[Step]:
    """Build the steps that drop an object, with the effects of the drop on other relations."""
    rules = load_kind_rules()
    (identity, item), *others = [(member.identity, member.before) for member in members]
    elsewhere = tuple(
        attrs.evolve(hazard, reach=hazard.reach or rules[other[0].kind].reach)
        for other in others
        for step in rules[other[0].kind].drop(other)
        for hazard in step.hazards
        if hazard.relation != identity.relation
    )
    steps = rules[identity.kind].drop((identity, item))
    return [attrs.evolve(step, hazards=(*step.hazards, *elsewhere)) if elsewhere else step for step in steps]
