"""Two Catalogs, held against each other, whatever kinds they hold."""

from __future__ import annotations

from typing import Any

import attrs

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import Identity
from schema_dsl.plan.rule import Ignored, rules


@attrs.frozen
class Difference:
    """One object that is not the same on both sides; None where a side does not have it.

    `attributes` are those that differ, where both have it.
    """

    identity: Identity
    before: Any
    after: Any
    attributes: tuple[str, ...] = ()


def diff(before: Catalog, after: Catalog) -> list[Difference]:
    """Say what differs, in the order of `after`, then what only `before` has.

    Attributes that a rule says `after` does not manage do not differ. Expressions are compared as they stand:
    whoever compares with a database puts both sides through Postgres first.
    """
    differences = []
    old = before.objects
    for identity, wanted in after.objects.items():
        present = old.get(identity)
        if present is None:
            differences.append(Difference(identity, None, wanted))
        elif present != wanted:
            changed = tuple(_changed(identity.kind, present, wanted))
            if changed:
                differences.append(Difference(identity, present, wanted, changed))
    gone = (identity for identity in old if identity not in after.objects)
    differences.extend(Difference(identity, old[identity], None) for identity in gone)
    return differences


def _changed(kind: str, present: Any, wanted: Any) -> list[str]:
    rule = rules()[kind]
    return [
        name
        for name, attribute in rule.attributes.items()
        if not isinstance(attribute, Ignored)
        and getattr(wanted, name) != getattr(present, name)
        and rule.manages(wanted, name)
    ]
