"""Add attributes that only declarations have to the objects that were read from a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.identity import copy_with
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.rule import load_kind_rules

_ORIGIN = "origin"


def carry_instructions(present: Catalog, wanted: Catalog) -> Catalog:
    """Return a catalog of a database with the instructions of the declarations, such as `using=`.

    An instruction is an attribute that says how to make a change, and that no database stores.
    """
    objects = dict(present.objects)
    for identity, item in present.objects.items():
        declared = wanted.objects.get(identity)
        if type(declared) is type(item):
            given = {name: getattr(declared, name) for name in list_instructions(type(item))}
            given = {name: value for name, value in given.items() if value}
            if given:
                objects[identity] = copy_with(item, **given)
    return attrs.evolve(present, objects=objects)


def list_instructions(kind: Any) -> Iterable[str]:
    """Return the attributes of a class that say how to make a change, and that no database stores."""
    return [field.name for field in attrs.fields(kind) if not field.eq and field.name != _ORIGIN]


def use_declared_spelling(difference: Difference, wanted: Mapping[Identity, Any]) -> Difference:
    """Return a difference whose objects are spelled as in the definitions.

    An attribute that does not differ keeps the declared spelling on both sides, so that a change of another attribute
    does not change this one as well: `varchar(3)` and `character varying(3)` are the same type. An attribute
    that Postgres derives from others is not declared, and stays as Postgres printed it.
    """
    if difference.after is None:
        return difference
    after = wanted[difference.identity]
    derived = load_kind_rules()[difference.identity.kind].derived(difference.before, after)
    if derived:
        after = copy_with(after, **{name: getattr(difference.after, name) for name in derived})
    before = difference.before
    if type(before) is type(after):
        same = [
            field.name
            for field in attrs.fields(type(after))
            if field.eq and field.name not in (*difference.attributes, *derived)
        ]
        before = copy_with(before, **{name: getattr(after, name) for name in same})
    return attrs.evolve(difference, before=before, after=after)
