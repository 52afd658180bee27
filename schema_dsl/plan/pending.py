"""Build the conditions that are true while a block that replaces objects still has to change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.rule import Exchange, load_kind_rules
from schema_dsl.plan.state import State
from schema_dsl.plan.transition import Transition
from schema_dsl.sql import Sql


@attrs.frozen
class PendingConditions:
    """Builds the conditions of sets of objects.

    Attributes:
        after: The state after the plan.
        reused: The dropped objects whose names new ones get, each with the new one.
        exchanges: The objects that are built before the plan drops the present ones.
    """

    after: State
    reused: Mapping[Identity, Identity]
    exchanges: Mapping[Identity, Exchange]

    def list_conditions(self, changed: Sequence[Transition], replaced: Sequence[Transition]) -> list[Sql]:
        """Return the conditions that are true until one of the objects is changed; none if only Postgres knows.

        The statement changes all objects or none, so an object that depends on another one needs no condition, and
        neither has a part of an object that is created or dropped.
        """
        whole = {item.identity for item in changed if None in (item.before, item.after)}
        changed = [
            item
            for item in changed
            if (item.identity.parent is None or item.identity.root not in whole)
            # While the new object of a name does not exist, the old one may.
            and self.reused.get(item.identity) not in whole
        ]
        known = {item.identity: pending for item in changed if (pending := self._build(item)) is not None}
        settled = set(known)
        others = {item.identity for item in replaced} - settled
        while new := {each for each in others if self._depends_on(each, settled)}:
            settled |= new
            others -= new
        return list(known.values()) if all(item.identity in settled for item in changed) else []

    def _depends_on(self, identity: Identity, objects: AbstractSet[Identity]) -> bool:
        """Return whether an object depends on one of some others after the plan."""
        return any(each.referenced in objects for each in self.after.dependencies(identity))

    def _build(self, item: Transition) -> Sql | None:
        """Build the condition that is true until an object is changed; None if only Postgres can compare the two."""
        if item.identity in self.exchanges:
            return self.exchanges[item.identity].pending
        rule = load_kind_rules()[item.identity.kind]
        if item.before is not None and item.after is not None:
            return rule.pending(item.identity, item.before, item.after)
        if rule.exists is not None:
            exists = rule.exists(item.identity)
            return exists if item.after is None else Sql(f"NOT {exists}")
        if rule.definition_query is None:
            return None
        return Sql(f"{rule.definition_query(item.identity)} IS {'NOT ' if item.after is None else ''}NULL")
