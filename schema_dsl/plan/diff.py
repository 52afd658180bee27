"""Compare two Catalogs, independently of the kinds of their objects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
        elif present is not wanted and present != wanted:
            changed = tuple(find_changed_attributes(identity.kind, present, wanted))
            if changed:
                differences.append(Difference(identity, present, wanted, changed))
    removed = (identity for identity in old if identity not in after.objects)
    differences.extend(Difference(identity, old[identity], None) for identity in removed)
    if after.is_complete:
        new = [item.identity for item in differences if item.before is None and item.identity.parent is None]
        differences.extend(_supplement(new, before, after) if new else ())
    return differences


def _supplement(new: Sequence[Identity], before: Catalog, after: Catalog) -> Iterator[Difference]:
    """Yield the parts of new objects that undo the effects of other objects on them, such as default privileges."""
    known = set(after.objects)
    for identity, item in (*before.objects.items(), *after.objects.items()):
        supplement = load_kind_rules()[identity.kind].supplement
        for part, wanted in (
            () if supplement is None else (each for one in new for each in supplement(item, one))
        ):
            if part not in known:
                known.add(part)
                yield Difference(part, None, wanted)


def find_changed_attributes(kind: str, present: Any, wanted: Any) -> list[str]:
    """List the attributes of an object that differ and that the definitions manage."""
    rule = load_kind_rules()[kind]
    return [
        name
        for name, attribute in rule.attributes.items()
        if not isinstance(attribute, Ignored)
        and getattr(wanted, name) != getattr(present, name)
        and rule.manages(wanted, name)
    ]
