"""Find removed objects that may have a new name, for a report only: a rename is never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.rename import Rename, may_become
from schema_dsl.plan.rule import load_kind_rules


def find_similar(
    differences: Iterable[Difference], before: Mapping[Identity, Any], after: Mapping[Identity, Any]
) -> list[Rename]:
    """Return the pairs of a removed and a new object that may be one renamed object.

    Args:
        differences: The changes, with both sides as Postgres prints them.
        before: The objects before the changes.
        after: The objects after the changes.
    """
    changes = list(differences)
    removed = dict.fromkeys(change.identity for change in changes if change.after is None)
    new = [change.identity for change in changes if change.before is None]
    found = []
    for former in removed:
        if former.parent is not None and former.root in removed:
            continue
        identity = next(
            (each for each in new if may_become(former, each) and _is_similar(former, each, before, after)),
            None,
        )
        if identity is not None:
            new.remove(identity)
            found.append(Rename(former, identity))
    return found


def _is_similar(
    former: Identity, identity: Identity, before: Mapping[Identity, Any], after: Mapping[Identity, Any]
) -> bool:
    """Return whether two objects have the attributes in common by which one may be the other with a new name."""
    rule = load_kind_rules()[identity.kind].rename
    if rule is None:
        return False
    if not rule.similar:
        parts = _list_parts(former, before)
        return bool(parts) and parts == _list_parts(identity, after)
    item, other = before[former], after[identity]
    return all(getattr(item, name) == getattr(other, name) for name in rule.similar)


def _list_parts(root: Identity, objects: Mapping[Identity, Any]) -> set[tuple[str, str]]:
    """Return the parts of a relation whose names do not contain its own name."""
    rules = (
        (identity, load_kind_rules()[identity.kind].rename) for identity in objects if identity.parent == root
    )
    return {
        (identity.kind, identity.name) for identity, rule in rules if rule is not None and not rule.follows
    }
