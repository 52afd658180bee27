"""Compare two Catalogs, independently of the kinds of their objects."""

from __future__ import annotations

from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.rule import Ignored, load_kind_rules


@attrs.frozen
class Difference:
    """An object that differs between two catalogs.

    Attributes:
        identity: The identity of the object.
        before: The object in the first catalog; None if it is missing there.
        after: The object in the second catalog; None if it is missing there.
        attributes: The names of the attributes that differ, if both catalogs have the object.
    """

    identity: Identity
    before: Any
    after: Any
    attributes: tuple[str, ...] = ()


def diff(before: Catalog, after: Catalog) -> list[Difference]:
    """List the objects that differ, in the order of `after`, followed by the objects that only `before` has.

    Attributes that `after` does not manage, according to the kind's rule, are not compared. Expressions are
    compared as text: to compare with a database, have Postgres rewrite the expressions of both sides first.
    """
    differences = []
    old = before.objects
    for identity, wanted in after.objects.items():
        present = old.get(identity)
        if present is None:
            differences.append(Difference(identity, None, wanted))
        elif present != wanted:
            changed = tuple(_find_changed_attributes(identity.kind, present, wanted))
            if changed:
                differences.append(Difference(identity, present, wanted, changed))
    removed = (identity for identity in old if identity not in after.objects)
    differences.extend(Difference(identity, old[identity], None) for identity in removed)
    return differences


def _find_changed_attributes(kind: str, present: Any, wanted: Any) -> list[str]:
    rule = load_kind_rules()[kind]
    return [
        name
        for name, attribute in rule.attributes.items()
        if not isinstance(attribute, Ignored)
        and getattr(wanted, name) != getattr(present, name)
        and rule.manages(wanted, name)
    ]
