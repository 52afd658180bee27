"""What was declared, held against what is there."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.introspect.reading import Introspection
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.privilege import Privilege
from schema_dsl.plan.diff import Difference, diff
from schema_dsl.plan.planner import RelationName, relation_of


def compare(wanted: Catalog, found: Introspection) -> list[Difference]:
    """Say where a database is not what was declared: `before` is what is there, `after` what was declared.

    On a table of ours, what is there and was not declared is a difference. On one made elsewhere, only what
    is declared counts, with the attributes that are said. Where access was declared, every role that holds
    anything it does not name is a difference, the owner excepted; elsewhere privileges are left alone.
    What the model has no word for is a difference of an object that was declared: its `before` is then an
    `Unsupported`. Of a table that is not there, only that is said.

    Args:
        wanted: What was declared, as `canonical` gives it.
        found: The database, at least the schemas of `wanted`.
    """
    there = found.catalog.objects
    gone = {
        relation_of(identity) for identity in wanted.objects if not identity.parent and identity not in there
    }
    after = {
        identity: each
        for identity, each in wanted.objects.items()
        if not (identity.parent and relation_of(identity) in gone)
        # To hold nothing is to be absent from the catalog.
        and not (identity not in there and isinstance(each, Privilege) and not _holds(each))
    }
    ours = set(_ours(wanted))
    stated = {relation_of(identity) for identity in wanted.objects if identity.kind == Privilege.kind}
    before = {
        identity: each
        for identity, each in there.items()
        if identity in wanted.objects
        or relation_of(identity) in (stated if identity.kind == Privilege.kind else ours)
    }
    differences = diff(Catalog(before), attrs.evolve(wanted, objects=after))
    differences += [
        Difference(each.identity, each, after[each.identity])
        for each in found.unsupported
        if each.identity in after and (each.identity.parent or relation_of(each.identity) in ours)
    ]
    return differences


def _ours(wanted: Catalog) -> Iterator[RelationName]:
    for identity, each in wanted.objects.items():
        if not identity.parent and getattr(each, "existing", None) is None:
            yield relation_of(identity)


def _holds(privilege: Privilege) -> bool:
    return bool(privilege.privileges or privilege.columns or privilege.grantable)
