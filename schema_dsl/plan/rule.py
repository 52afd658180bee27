"""The rules of the kinds of objects: how to create, alter and drop them. Every file in kinds/ has one `KindRule`."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity, Namespace
from schema_dsl.plan import kinds
from schema_dsl.plan.partition_names import NameOn
from schema_dsl.plan.partitions import PresentPartition
from schema_dsl.plan.step import Hazard, LockReach, Step
from schema_dsl.sql import Sql

if TYPE_CHECKING:
    from schema_dsl.plan.dependency import Dependency
    from schema_dsl.plan.state import State
    from schema_dsl.plan.weakening import AccessBefore, FindWeakening

Object: TypeAlias = tuple[Identity, Any]


@attrs.frozen
class Creation:
    """The context in which a rule creates objects of one relation.

    Attributes:
        relation: The schema and name of the relation.
        new: Whether the same plan creates the relation, so that no other session can use it yet.
        inline: The objects to create as part of CREATE TABLE.
        partitions: The partitions of the relation; None if it is not partitioned.
        before: The objects of the state before.
        after: The state after; None if the objects exist and are altered.
        name_on: Names the indexes of the relation on its partitions.
    """

    relation: tuple[str, str]
    new: bool
    inline: Sequence[Object] = ()
    partitions: Sequence[PresentPartition] | None = None
    before: Mapping[Identity, Any] = attrs.field(factory=dict, repr=False)
    after: State | None = attrs.field(default=None, repr=False)
    name_on: NameOn = attrs.field(default=lambda _, index: index.name, repr=False)


Create: TypeAlias = Callable[[Sequence[Object], Creation], Iterable[Step]]
Drop: TypeAlias = Callable[[Object], Iterable[Step]]


class ListCopyHazards(Protocol):
    """Lists the hazards while a partition gets a copy of an object."""

    def __call__(self, identity: Identity, item: Any, /, *, is_new: bool) -> Iterable[Hazard]:
        """Return the hazards for a new partition, or for one that is detached and attached."""


AttributeChange: TypeAlias = Callable[[Object, Any], Iterable[Step]]


@attrs.frozen
class Alter:
    """An attribute that can be altered in place.

    Attributes:
        steps: Builds the steps from the wanted object and the present one.
        possible: Returns whether the present object can be altered to the wanted one; the object is recreated if
            not. None if it always can.
        possible_in: Returns whether an object can be altered, from the states before and after, which have its
            relation; None if it always can.
        invalidates_dependents: Whether Postgres refuses the change while the object has dependents.
        scans_dependents: Returns whether Postgres reads the tables with dependents, under a lock that blocks writes, to
            change the first object to the second one. None if it never does.
    """

    steps: AttributeChange
    possible: Callable[[Any, Any], bool] | None = None
    possible_in: Callable[[Identity, State, State], bool] | None = None
    invalidates_dependents: bool = False
    scans_dependents: Callable[[Any, Any], bool] | None = None


@attrs.frozen
class Replace:
    """An attribute that cannot be altered: the object is recreated."""


@attrs.frozen
class Ignored:
    """An attribute that the catalog of a database does not hold for this object, for the given reason."""

    reason: str


@attrs.frozen
class Commented:
    """An attribute that COMMENT ON changes, in the same way for every kind."""


PRIVILEGES: Final = Ignored("the catalog of the plan has separate privileges, or a separate owner, for it")
"""The rule of the attributes about access to the object."""

Attribute: TypeAlias = Alter | Replace | Commented | Ignored


@attrs.frozen
class RenameRule:
    """The rule for renaming the objects of a kind.

    Attributes:
        statement: Builds the ALTER statement from the identity before and the new name.
        exists: Builds the SQL condition that an object exists.
        similar: The attributes by which a new object may be a renamed one; empty to compare the names of parts.
        follows: Whether Postgres chooses the name of such an object from those of its table and columns.
    """

    statement: Callable[[Identity, str], Sql]
    exists: Callable[[Identity], Sql]
    similar: tuple[str, ...] = ()
    follows: bool = False


@attrs.frozen
class WeakeningRule:
    """The rule for changes of the objects of a kind that weaken access.

    Attributes:
        hazard: The name of the hazard for --allow.
        find: Yields a sentence for each way in which a change weakens access.
        decides: Returns whether an object that does not change decides on access by the objects that its SQL calls or
            reads; None if no object of the kind does.
        deciding: The part of such an object that decides, for people.
    """

    hazard: str
    find: FindWeakening
    decides: Callable[[Identity, AccessBefore], bool] | None = None
    deciding: str = "result"


@attrs.frozen
class Detached:
    """An object that is separated from a part of it.

    Attributes:
        rest: The object without the part.
        identity: The identity of the part.
        part: The part. If Postgres scans tables to restore it, it gets the hazards of that.
        scans: Whether Postgres reads the tables with dependents to restore the part.
    """

    rest: Any
    identity: Identity
    part: Any
    scans: bool = False


@attrs.frozen(kw_only=True)
class Exchange:
    """The replacement of an object by one that is built before, without blocking writes.

    Attributes:
        build: The steps that rename the present object and build the new one.
        pending: The condition that is true until the present object is dropped.
        drop: The steps that drop the present object together with its dependents.
        create: The steps that create the object from the new one.
        finish: The steps that drop and create if the object has no dependents; empty if there are no such steps.
    """

    build: tuple[Step, ...]
    pending: Sql
    drop: tuple[Step, ...]
    create: tuple[Step, ...] = ()
    finish: tuple[Step, ...] = ()


@attrs.frozen(kw_only=True)
class KindRule:
    """The rule of a kind: everything that planning knows about it.

    Attributes:
        kind: The name of the kind.
        rank: The position of the kind's steps among the steps of a relation; drops run in the reverse order.
        create: Builds the steps that create all new objects of the kind on one relation.
        drop: Builds the steps that drop one object.
        exists: Builds the SQL condition that the object exists, and no object of another kind that can have its name;
            None if no other kind shares its names and no statement that drops another object names it.
        namespaces: Returns all namespaces in which an object has its name.
        attributes: The rule of each attribute of the model's class.
        replace: Builds the steps that replace an object in one statement, if the kind has such a template.
        replace_invalidates_dependents: Whether that statement fails while the object has dependents, other than those
            that the statement adapts.
        replace_drops: Whether that statement drops the object before it creates the new one. Postgres refuses that
            while another type has it.
        detach: Separates the part of an object that can be removed and restored, such as a default, or returns None if
            the object has none; see OnReplace.RESTORE.
        detached: The rule of such parts.
        adapt: Builds the steps that convert an object for the replacement of an object that it depends on; see
            OnReplace.ADAPT.
        exchange: Builds the exchange of an object for the wanted one, from the partitions of its relation, a function
            that returns whether a name is in use, and the names on partitions. None if the kind has none, and for an
            object without one.
        inline: Whether the statement that creates its relation or other object can contain the object.
        creates_parts: Whether the template of `create` contains the inline parts. If not, one DO block creates the
            object and its inline parts.
        must_follow: Returns whether CREATE TABLE cannot contain an object, although it can contain others of the kind.
        resolve: Returns an object with the known properties of the types that it names, for the steps that alter it.
        references: Yields the dependencies of the object, resolved against a state, except that on its parent.
        targets: Returns the other relations to which the object refers without SQL; None if there are none.
        key: Returns the columns that the object makes unique for foreign keys; None if it does not.
        serves: Returns whether an undeclared object serves a declared one in the second state. False if it did so only
            in the first state, so that the plan drops it without `--drop`, and None if it never did.
        supersedes: Returns whether an object does all that another one of its relation does; None if it never does. An
            undeclared object is dropped in the migration that creates its successor, after the creation.
        reach: The tables that a change of the object locks apart from its own table.
        list_copy_hazards: Returns the hazards while a partition gets a copy of the object: a new partition, or one
            whose bound changes. None if there are none.
        is_included: Returns whether an object of the state to reach includes the object, which then is not dropped: the
            privileges of a role in those of the owner.
        manages: Returns whether the definitions manage an attribute of an object; for existing tables.
        expressions: The attributes that contain SQL, which only Postgres can compare.
        derived: Returns the attributes that Postgres derives from the others, and that no definition gives, from the
            object before and the declared one.
        clause: Formats an inline object as part of CREATE TABLE.
        comment_target: Formats the object as COMMENT ON expects it.
        grant_target: Formats the object as GRANT expects it, if that is not as COMMENT ON does.
        pending: Builds, from an object before and after, the SQL condition that is true until the object is replaced;
            None if only Postgres can compare the two.
        definition_query: Builds the SQL expression for the object's definition; see definition_queries.py.
        comes_first: Whether the objects decide on properties of new objects, or bring types, functions and operators
            that no declaration lists, so that all other objects are created after them.
        comes_before: The kinds of objects that are created after the objects, because the plan does
            not find every use in their SQL.
        is_named: Whether the SQL that uses the objects has their names, unlike that of casts.
        supplement: Yields, from an object of the kind and the identity of a new object, the parts that undo the
            effect of the first on the second, such as privileges; None if there are none.
        weakening: The rule for changes that weaken access; None if changes cannot.
        returned: The attributes that decide on the result of the object for the SQL that calls or reads it.
        named_in_drop: Returns the objects that the DROP statement of an object names, other than its parents.
        goes_with: Returns the table with which Postgres drops the object, although the object is no part of it; None if
            there is none.
        section: Returns the object in whose section of the file the object is shown; None if it has one of its own.
        sibling_hazard: Returns the hazard of an object when another object of its section is created, altered or
            dropped; None if there is none.
        rename: The rule for renaming an object; None if `renamed_from=` is not declared for the kind.
    """

    kind: str
    rank: int
    create: Create
    drop: Drop
    attributes: Mapping[str, Attribute]
    exists: Callable[[Identity], Sql] | None = None
    namespaces: Callable[[Identity, Any], tuple[Namespace, ...]] = lambda identity, _object: (
        identity.namespaces
    )
    replace: AttributeChange | None = None
    replace_invalidates_dependents: bool = False
    replace_drops: bool = False
    detach: Callable[[Identity, Any], Detached | None] | None = None
    detached: KindRule | None = None
    adapt: AttributeChange | None = None
    exchange: (
        Callable[[Object, Sequence[PresentPartition] | None, Callable[[str], bool], NameOn], Exchange | None]
        | None
    ) = None
    inline: bool = False
    must_follow: Callable[[Any], bool] = lambda _object: False
    creates_parts: bool = False
    resolve: Callable[[Identity, Any, State], Any] = lambda _identity, declared, _state: declared
    references: Callable[[Identity, Any, State], Iterable[Dependency]] | None = None
    targets: Callable[[Any], Iterable[Identity]] | None = None
    key: Callable[[Any], Iterable[str] | None] | None = None
    supersedes: Callable[[Any, Any], bool] | None = None
    reach: LockReach = LockReach.TABLE
    list_copy_hazards: ListCopyHazards | None = None
    is_included: Callable[[Identity, Mapping[Identity, Any]], bool] = lambda _identity, _objects: False
    serves: Callable[[Identity, Mapping[Identity, Any], Mapping[Identity, Any]], bool | None] = (
        lambda _identity, _present, _wanted: None
    )
    manages: Callable[[Any, str], bool] = lambda _object, _attribute: True
    expressions: tuple[str, ...] = ()
    derived: Callable[[Any, Any], tuple[str, ...]] = lambda _before, _declared: ()
    clause: Callable[[Any], Sql] | None = None
    comment_target: Callable[[Identity], Sql] | None = None
    grant_target: Callable[[Identity], Sql] | None = None
    pending: Callable[[Identity, Any, Any], Sql | None] = lambda _identity, _before, _after: None
    definition_query: Callable[[Identity], Sql] | None = None
    comes_first: bool = False
    comes_before: frozenset[str] = frozenset()
    is_named: bool = False
    supplement: Callable[[Any, Identity], Iterable[Object]] | None = None
    weakening: WeakeningRule | None = None
    returned: frozenset[str] = frozenset()
    named_in_drop: Callable[[Identity, Any], Iterable[Identity]] = lambda _identity, _object: ()
    goes_with: Callable[[Any], Identity | None] = lambda _object: None
    section: Callable[[Any], Identity | None] = lambda _object: None
    sibling_hazard: Callable[[Identity, Any], Hazard | None] = lambda _identity, _object: None
    rename: RenameRule | None = None


class KindRules(dict[str, KindRule]):
    """The rules by the names of the kinds that can be declared. A look-up also finds those of detached parts."""

    def __missing__(self, kind: str) -> KindRule:
        """Return the rule of a kind of detached parts."""
        return next(rule.detached for rule in self.values() if rule.detached and rule.detached.kind == kind)


@cache
def load_kind_rules() -> Mapping[str, KindRule]:
    """Return the rules of all kinds, by the name of the kind."""
    by_kind = KindRules()
    for module in pkgutil.iter_modules(kinds.__path__):
        rule: KindRule = import_module(f"{kinds.__name__}.{module.name}").RULE
        by_kind[rule.kind] = rule
    return by_kind
