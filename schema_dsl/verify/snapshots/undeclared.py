"""Find the changes of a database that the definitions do not declare."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import Identity, table_identity, table_part
from schema_dsl.introspect import Introspection, compare, describe
from schema_dsl.introspect.describe import describe_change
from schema_dsl.introspect.scope import ManagedScope
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.owner import ownership_identity
from schema_dsl.model.privilege import Privilege
from schema_dsl.plan import diff
from schema_dsl.verify.snapshots.attribute_text import (
    PRIVILEGES,
    describe_attributes,
    describe_privileges,
    read_grantee,
)
from schema_dsl.verify.snapshots.catalog import (
    CatalogChange,
    CatalogObject,
    ObjectAttributes,
    Snapshot,
    list_catalog_changes,
)

NOT_DECLARED: Final = "and the definitions do not declare it"
"""The end of a sentence about an undeclared change."""
_OWNER: Final = "owner"

# The last part of the name that Postgres chooses for an object of a column, by the kind of the object.
_LABELS: Final = {"sequence": "seq", "constraint": "not_null"}
# The place of the types of a routine's arguments.
_ARGUMENTS: Final = 4
# The letters of the default privileges that new objects get.
_DEFAULT_PRIVILEGES: Final = {
    "table": "r",
    "view": "r",
    "materialized view": "r",
    "sequence": "S",
    "enum": "T",
    "domain": "T",
    "composite type": "T",
    "range type": "T",
    "multirange type": "T",
    "function": "f",
    "procedure": "f",
    "aggregate": "f",
    "schema": "n",
}
# The built-in privileges of PUBLIC on a new object.
_BUILT_IN_PRIVILEGES: Final = {"T": "U", "f": "X"}


@attrs.frozen
class SchemaState:
    """The schema of a database, as the model expresses it and as the catalog holds it.

    Attributes:
        introspection: The objects of the kinds of the model.
        catalog: The objects of all kinds.
    """

    introspection: Introspection
    catalog: Snapshot


def find_mismatches(
    wanted: Catalog,
    declared: Catalog,
    before: SchemaState,
    after: SchemaState,
    owner: str,
    *,
    removable: Collection[Identity],
    own: SchemaState | None = None,
) -> list[str]:
    """Return a sentence for every declared object that differs and for every undeclared change.

    Args:
        wanted: The declared state.
        declared: The declared state as Postgres prints it, produced independently of the migration's templates.
        before: The state before the migration.
        after: The state after the migration, and after the hand-written migrations that follow it.
        owner: The role that applied the migration, as regrole displays it.
        removable: The objects that earlier migrations created and that are no longer declared.
        own: The state after the migration alone, if others follow it. Their changes are not judged, except those of
            declared objects and of parts of tables that the definitions create.
    """
    differences = compare(declared, after.introspection)
    reported = frozenset(difference.identity for difference in differences)
    undeclared = _UndeclaredChanges(
        wanted, before, after, owner, reported, frozenset(removable), own or after
    )
    return [*map(describe, differences), *undeclared.describe_unmanaged(), *undeclared.describe()]


@attrs.frozen
class _ParsedChange:
    """A change of the catalog, with its attributes and with the declaration that describes the object.

    Attributes:
        change: The change.
        old: The attributes before the migration, or None for a new object.
        new: The attributes after the migration, or None for a dropped object.
        identity: The object of the definitions that describes the object, if it were declared; None for kinds that
            cannot be declared.
    """

    change: CatalogChange
    old: ObjectAttributes | None
    new: ObjectAttributes | None
    identity: Identity | None

    @property
    def target(self) -> CatalogObject:
        """The changed object."""
        return self.change.target

    @property
    def is_implied(self) -> bool:
        """Return whether the object exists because another object does."""
        state = self.new or self.old
        return state is not None and state.implied

    @property
    def exists_once(self) -> bool:
        """Return whether the object is new or dropped."""
        return self.old is None or self.new is None


@attrs.frozen
class _UndeclaredChanges:
    """The changes between two states that the definitions do not declare.

    Attributes:
        wanted: The declared state.
        before: The state before the migration.
        after: The state after all migrations.
        owner: The role that applied the migration, as regrole displays it.
        reported: The objects whose difference from the definitions is already reported.
        removable: The objects that earlier migrations created and that are no longer declared.
        own: The state after the migration alone.
    """

    wanted: Catalog
    before: SchemaState
    after: SchemaState
    owner: str
    reported: frozenset[Identity]
    removable: frozenset[Identity]
    own: SchemaState

    def describe_unmanaged(self) -> Iterator[str]:
        """Yield a sentence for each changed attribute of an existing table that the definitions do not manage."""
        scope = ManagedScope(self.wanted)
        for difference in diff(self.before.introspection.catalog, self.own.introspection.catalog):
            declared = self.wanted.objects.get(difference.identity)
            if declared is None or difference.before is None or difference.after is None:
                continue
            changed = [name for name in difference.attributes if not scope.manages(difference.identity, name)]
            if changed:
                yield f"{describe_change(difference, changed)}, {NOT_DECLARED}"
        known = {str(item) for item in self.before.introspection.unsupported}
        for item in self.own.introspection.unsupported:
            declared = self.wanted.objects.get(item.identity)
            if getattr(declared, "existing", None) is not None and str(item) not in known:
                yield f"{item.identity} {item.text}, {NOT_DECLARED}"

    def describe(self) -> Iterator[str]:
        """Yield a sentence for each change of the catalog, for objects of every kind."""
        scope = ManagedScope(self.wanted)
        created, with_access = scope.created, scope.with_access
        changes = [
            change
            for state, is_ours in ((self.after, True), (self.own, False))
            for change in map(self._parse, list_catalog_changes(self.before.catalog, state.catalog))
            if is_ours == (self._is_created(change) or _is_part_of(change, created))
        ]
        # A new or dropped object is one change together with its parts, and with the objects that it implies.
        whole = {
            change.target.name
            for change in changes
            if change.exists_once and not change.target.relation and not self._is_declared(change)
        }
        schemas = tuple(
            f"{change.target.name}."
            for change in changes
            if change.exists_once and change.target.kind == "schema" and not self._is_declared(change)
        )
        implying = {change.identity for change in changes if change.exists_once and not change.is_implied}
        for change in changes:
            if self._is_declared(change):
                yield from self._describe_declared(change, with_access)
            elif (
                change.target.relation in whole
                or (change.exists_once and change.target.name.startswith(schemas))
                or (change.is_implied and change.identity in implying)
            ):
                continue
            elif _is_part_of(change, created) and (change.new is None or change.identity in self.reported):
                # The definitions declare every object of a table that they create: `compare` reports a new one, and
                # a migration drops an old one only with --drop.
                continue
            elif change.new is None and change.identity in self.removable:
                continue
            else:
                yield f"{_describe(change)}, {NOT_DECLARED}"

    def _parse(self, change: CatalogChange) -> _ParsedChange:
        old = None if change.before is None else change.before.parse()
        new = None if change.after is None else change.after.parse()
        state = new or old
        identity = None if state is None else _identify(state.declared_as, state.relation_kind)
        if state is not None and state.otherwise is not None and identity not in self.wanted.objects:
            # The declaration of the column says nothing about a comment on its sequence.
            identity = _identify(state.otherwise, state.relation_kind)
            old, new = (each and _move_comment(each) for each in (old, new))
        return _ParsedChange(change, old, new, identity)

    def _is_declared(self, change: _ParsedChange) -> bool:
        return change.identity in self.wanted.objects

    def _is_created(self, change: _ParsedChange) -> bool:
        """Return whether the definitions declare an object, and not only name an existing object."""
        declared = None if change.identity is None else self.wanted.objects.get(change.identity)
        return declared is not None and getattr(declared, "existing", None) is None

    def _describe_declared(self, change: _ParsedChange, with_access: Collection[Identity]) -> Iterator[str]:
        """Yield a sentence for each changed attribute that the declaration of the object does not describe."""
        has_access = change.identity is not None and change.identity.root in with_access
        has_owner = change.identity is not None and ownership_identity(change.identity) in self.wanted.objects
        if change.new is None:
            # `compare` reports a declared object that is missing.
            return
        if change.old is None:
            phrases = [*self._describe_new(change.new, change, has_access=has_access, has_owner=has_owner)]
        else:
            # `compare` checks the privileges on a table that declares access.
            ignored = {PRIVILEGES} if has_access and change.target.kind != "sequence" else set()
            if has_owner:
                # `compare` checks a declared owner.
                ignored.add(_OWNER)
            holding = set(map(read_grantee, change.new.others.get(PRIVILEGES) or ()))
            grantees = {
                identity.name
                for identity in (*self.wanted.objects, *self.removable)
                if identity.kind == Privilege.kind
                and identity.parent == change.identity
                # A privilege that is no longer declared may be revoked, and nothing else.
                and (identity in self.wanted.objects or identity.name not in holding)
            }
            old, new = (
                _without_grantees(_without(state.others, ignored), grantees)
                for state in (change.old, change.new)
            )
            phrases = list(describe_attributes(old, new))
        if phrases:
            yield f"{change.target} {'; '.join(phrases)}, {NOT_DECLARED}"

    def _describe_new(
        self, state: ObjectAttributes, change: _ParsedChange, *, has_access: bool, has_owner: bool
    ) -> Iterator[str]:
        """Yield a predicate for each attribute of a new object that differs from the default of Postgres."""
        kind, others = change.target.kind, state.others
        defaults = {name: value for name, value in others.items() if name not in {_OWNER, PRIVILEGES}}
        yield from describe_attributes({}, {name: value or None for name, value in defaults.items()})
        owners = {self.owner, others.get(_OWNER, self.owner)}
        if len(owners) > 1 and not has_owner:
            yield f"has owner {others[_OWNER]} instead of {self.owner}"
        letter = _DEFAULT_PRIVILEGES.get(kind)
        if letter is None:
            if not has_access:
                yield from describe_privileges((), others.get(PRIVILEGES, ()), ignoring=owners)
        elif not has_access or kind == "sequence":
            schema = change.identity.schema if change.identity is not None else ""
            expected = self._list_default_privileges(schema, letter)
            yield from describe_privileges(expected, others.get(PRIVILEGES, ()), ignoring=owners)
        label = _LABELS.get(kind)
        if label is not None and state.own_name is not None and not self._has_chosen_name(state, label):
            yield "has a name that Postgres did not choose"

    def _has_chosen_name(self, state: ObjectAttributes, label: str) -> bool:
        """Return whether Postgres may have chosen the name of an object, or the definitions say it."""
        assert state.declared_as is not None  # noqa: S101 - an object with a name of its own has a declaration
        _, schema, table, column = state.declared_as[:4]
        declared = self.wanted.objects.get(table_part(NotNullName.kind, schema, table, column))
        return _is_default_name(state, label) or (
            declared is not None and declared.constraint == state.own_name
        )

    def _list_default_privileges(self, schema: str, letter: str) -> list[str]:
        """Return the texts of aclitem that the owner's new objects of a kind get in a schema."""
        public = _BUILT_IN_PRIVILEGES.get(letter)
        # Default privileges of all schemas replace the built-in ones, and those of one schema add to them.
        everywhere = [] if public is None else [f"={public}/{self.owner}"]
        in_schema: list[str] = []
        for described in self._read_default_privileges():
            if described["of"] == self.owner and described["on"] == letter:
                if not described["in"]:
                    everywhere = described[PRIVILEGES]
                elif described["in"] == schema:
                    in_schema += described[PRIVILEGES]
        return everywhere + in_schema

    def _read_default_privileges(self) -> Iterator[Mapping[str, Any]]:
        """Yield the default privileges while the migration creates objects: it sets the declared ones before."""
        for state, is_after in ((self.before, False), (self.after, True)):
            for item in state.catalog.of_kind("ALTER DEFAULT PRIVILEGES"):
                attributes = item.parse()
                identity = _identify(attributes.declared_as, "")
                if (identity is not None and identity in self.wanted.objects) is is_after:
                    yield attributes.described


def _identify(declaration: tuple[Any, ...] | None, relation_kind: str) -> Identity | None:
    """Return the object of the definitions that describes an object of the catalog."""
    if declaration is None or None in declaration[:4]:
        return None
    kind, schema, table, name = declaration[:4]
    if not table:
        arguments = declaration[_ARGUMENTS] if len(declaration) > _ARGUMENTS else None
        return Identity(kind, schema, name, None if arguments is None else tuple(arguments))
    if kind == "table":
        return table_identity(schema, table)
    return Identity(kind, schema, name, parent=Identity(relation_kind, schema, table))


def _move_comment(state: ObjectAttributes) -> ObjectAttributes:
    """Return attributes of which the declaration does not describe the comment."""
    return attrs.evolve(state, others={**state.others, "comment": state.described.get("comment")})


def _is_part_of(change: _ParsedChange, roots: Collection[Identity]) -> bool:
    return (
        change.identity is not None and change.identity.parent is not None and change.identity.root in roots
    )


def _describe(change: _ParsedChange) -> str:
    if change.new is None and change.change.description == "is missing":
        return f"{change.target} was dropped"
    return str(change.change)


def _without(attributes: Any, names: set[str]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if name not in names}


def _without_grantees(attributes: dict[str, Any], grantees: Collection[str]) -> dict[str, Any]:
    """Return attributes without the privileges of roles, which `compare` checks."""
    privileges = attributes.get(PRIVILEGES)
    if not privileges or not grantees:
        return attributes
    return {**attributes, PRIVILEGES: [item for item in privileges if read_grantee(item) not in grantees]}


def _is_default_name(state: ObjectAttributes, label: str) -> bool:
    """Return whether Postgres may have chosen the name of an object that it created for a column."""
    assert state.declared_as is not None  # noqa: S101 - an object with a name of its own has a declaration
    _, _, table, column = state.declared_as[:4]
    names = (
        choose_default_name(table, [column], f"{label}{number}", lambda _: False)
        for number in ("", *range(1, 10))
    )
    return any(state.own_name == name for name in names)
