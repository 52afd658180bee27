"""How a kind of object comes about, changes and goes: one `KindRule` a kind, found by being a file in kinds/."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

import attrs

from schema_dsl.model.identity import Identity
from schema_dsl.plan import kinds
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql

Object: TypeAlias = tuple[Identity, Any]


@attrs.frozen
class Creation:
    """What is to be made on one relation, as far as one rule needs to know it.

    `new` says that the relation itself is made by the same plan, so nobody can be using it yet. `inline` are
    the objects that the statement which makes the relation can hold.
    """

    relation: tuple[str, str]
    new: bool
    inline: Sequence[Object] = ()


Create: TypeAlias = Callable[[Sequence[Object], Creation], Iterable[Step]]
Drop: TypeAlias = Callable[[Object], Iterable[Step]]
AttributeChange: TypeAlias = Callable[[Object, Any], Iterable[Step]]


@attrs.frozen
class Alter:
    """The attribute can be changed in place; the function gets the object as it shall be, and as it was.

    Where that depends on the two, `possible` says so of them, and the object is made anew if not. `disturbs`
    says that Postgres refuses while something else stands on the object.
    """

    steps: AttributeChange
    possible: Callable[[Any, Any], bool] | None = None
    disturbs: bool = False


@attrs.frozen
class Replace:
    """The attribute can only be changed by making the object anew."""


@attrs.frozen
class Ignored:
    """The attribute is nothing that a database holds for the object itself."""

    because: str


@attrs.frozen
class Commented:
    """The attribute is changed by COMMENT ON, alike for every kind."""


Attribute: TypeAlias = Alter | Replace | Commented | Ignored


@attrs.frozen(kw_only=True)
class KindRule:
    """All that planning knows of a kind.

    `create` gets every object of the kind that is new on one relation, so that one statement can serve
    several. `inline` says that the statement which makes the relation can hold the object; `reads` names the
    relations that must be there before. `rank` orders kinds on one relation; dropping goes the other way.
    `with_relation` says that the object goes by itself when its relation is dropped, `with_base` that it does
    with anything that it stands on.

    `stands_on` names the objects without which this one cannot be, `carries` what else than itself others can
    stand on. Of what an altered object carries, Postgres rebuilds some kinds by itself: `rebuilt`.

    `manages` says whether an attribute of an object made elsewhere is ours. `expressions` are the attributes
    that hold SQL, which only Postgres can compare. `clause` writes an inline object as CREATE TABLE holds it,
    `comment_target` names the object as COMMENT ON does. `facts` asks the catalog for a text by which one sees
    whether making the object anew has changed it.
    """

    kind: str
    rank: int
    create: Create
    drop: Drop
    attributes: Mapping[str, Attribute]
    replace: AttributeChange | None = None
    inline: bool = False
    with_relation: bool = True
    with_base: bool = False
    reads: Callable[[Identity, Any], Iterable[tuple[str, str]]] | None = None
    stands_on: Callable[[Identity, Any], Iterable[Identity]] | None = None
    carries: Callable[[Identity, Any], Iterable[Identity]] | None = None
    rebuilt: bool = False
    manages: Callable[[Any, str], bool] = lambda _object, _attribute: True
    expressions: tuple[str, ...] = ()
    clause: Callable[[Any], Sql] | None = None
    comment_target: Callable[[Identity], Sql] | None = None
    facts: Callable[[Identity], Sql] | None = None


@cache
def rules() -> Mapping[str, KindRule]:
    """Give every kind's rule."""
    found = {}
    for module in pkgutil.iter_modules(kinds.__path__):
        rule: KindRule = import_module(f"{kinds.__name__}.{module.name}").RULE
        found[rule.kind] = rule
    return found
