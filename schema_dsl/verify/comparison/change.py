"""The changes between two sides for people and programs, each with its hazards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import SchemaDslError
from schema_dsl.introspect import Unsupported
from schema_dsl.introspect.describe import format_value
from schema_dsl.model.plain import PlainValue, identify, to_plain
from schema_dsl.plan import Difference, Plan, describe_weakening, list_plan_hazards, plan_differences
from schema_dsl.verify.comparison.side_difference import SideDifference


@attrs.frozen(kw_only=True)
class SchemaChange:
    """A change of one object.

    Attributes:
        identity: The object after the change; before it, if it is dropped.
        verb: "create", "drop", "alter" or "rename".
        before: The object before; None if it is created.
        after: The object after; None if it is dropped.
        attributes: The attributes that an alteration changes.
        former: The identity before a rename.
        hazards: The hazards, as plain values.
    """

    identity: Identity
    verb: str
    before: Any = None
    after: Any = None
    attributes: tuple[str, ...] = ()
    former: Identity | None = None
    hazards: tuple[dict[str, PlainValue], ...] = ()

    def describe_attributes(self) -> Iterator[str]:
        """Yield a phrase for each attribute that changes: `type: text -> uuid`."""
        if isinstance(self.before, Unsupported):
            yield self.before.text
            return
        for name in self.attributes:
            before, after = getattr(self.before, name), getattr(self.after, name)
            yield f"{name.replace('_', ' ')}: {format_value(before)} -> {format_value(after)}"

    def to_plain(self) -> dict[str, PlainValue]:
        """Return the change as plain values."""
        found: dict[str, PlainValue] = {"change": self.verb, **identify(self.identity)}
        if self.former is not None:
            found["former_name"] = self.former.name
        if self.attributes:
            found["attributes"] = list(self.attributes)
        for key, item in (("before", self.before), ("after", self.after)):
            if isinstance(item, Unsupported):
                found[key] = {"unsupported": item.text}
            elif item is not None:
                found[key] = to_plain(self.identity, item)
        return found | {"hazards": list(self.hazards)}


def list_changes(difference: SideDifference, plan: Plan | None = None) -> list[SchemaChange]:
    """List the changes between two sides, in the order of the differences after the renames.

    Args:
        difference: The difference.
        plan: The plan of the whole change; None to leave out the hazards of its steps.
    """
    hazards = {} if plan is None else _list_hazards(plan)
    roots: dict[Identity, dict[Identity, Any]] = {}
    for identity, item in difference.present.items() if plan is not None else ():
        roots.setdefault(identity.root, {})[identity] = item
    weakenings: dict[Identity, list[dict[str, PlainValue]]] = {}
    for weakening in difference.weakenings:
        hazard = describe_weakening(weakening)
        weakenings.setdefault(weakening.identity, []).append(
            {
                "hazard": weakening.hazard,
                "effect": weakening.effect,
                "allow": str(hazard.allowance),
                "guarded": False,
            }
        )
    new = {change.identity for change in difference.differences if change.before is None}
    changes = [
        SchemaChange(
            identity=rename.after,
            verb="rename",
            former=rename.before,
            hazards=tuple(hazards.get(rename.after.root, ())),
        )
        for rename in difference.renames
    ]
    for each in difference.differences:
        found = hazards.get(each.identity)
        if plan is not None and found is None and each.identity.root not in new:
            # Neighbouring changes of a table share one statement, which has the identity of the first.
            found = _list_own_hazards(each, roots.get(each.identity.root, {}))
        changes.append(
            SchemaChange(
                identity=each.identity,
                verb="create" if each.before is None else "drop" if each.after is None else "alter",
                before=each.before,
                after=each.after,
                attributes=each.attributes,
                hazards=(*(found or ()), *weakenings.get(each.identity, ())),
            )
        )
    return changes


def _list_hazards(plan: Plan) -> dict[Identity, list[dict[str, PlainValue]]]:
    """Return the hazards of each object that a step creates, alters or drops."""
    found: dict[Identity, list[dict[str, PlainValue]]] = {}
    for group in plan.groups:
        for step in group.steps:
            own: list[dict[str, PlainValue]] = [
                {
                    "hazard": "lock",
                    "lock": hazard.lock,
                    "table": ".".join(hazard.relation),
                    "effect": hazard.effect,
                    "rewrites": hazard.rewrites,
                    "scans": hazard.scans,
                }
                for hazard in step.hazards
                if hazard.lock is not None
            ]
            for part in step.list_parts():
                entries = found.setdefault(part.subject, [])
                entries += [entry for entry in own if entry not in entries]
    for loss in list_plan_hazards(plan):
        entry: dict[str, PlainValue] = {
            "hazard": loss.allowance.hazard,
            "effect": loss.effect,
            "allow": str(loss.allowance),
            "guarded": loss.guarded,
        }
        if loss.subject is not None:
            found.setdefault(loss.subject, []).append(entry)
    return found


def _list_own_hazards(change: Difference, present: Mapping[Identity, Any]) -> list[dict[str, PlainValue]]:
    try:
        hazards = _list_hazards(plan_differences([change], present))
    except SchemaDslError:
        # Some changes are only possible together with others.
        return []
    return [entry for entries in hazards.values() for entry in entries]
