"""Objects that the migrations created and that the definitions no longer declare."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

import attrs

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import Effect, effects
from schema_dsl.analysis.effects.names import kind_group
from schema_dsl.analysis.identity import DATABASE_KINDS, Identity, Namespace
from schema_dsl.analysis.trees import options, read_role_spec, role_name
from schema_dsl.migrations import Migration
from schema_dsl.model.argument import name_parsed_type, read_argument_types
from schema_dsl.model.cast import Cast
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.operator import NO_OPERAND, Operator
from schema_dsl.model.privilege import Privilege, privilege_identity
from schema_dsl.model.role import Role
from schema_dsl.model.user_mapping import UserMapping, name_mapping
from schema_dsl.parsing import Statement
from schema_dsl.plan.rename import Rename
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.superseded import serves_declared
from schema_dsl.verify.comparison.history_words import list_former_words, list_words, select_statements
from schema_dsl.verify.databases.scratch import Scratch

_DEFAULT_SCHEMA = "public"
_NOTHING = Catalog({})
_NO_OBJECTS: Final[frozenset[Identity]] = frozenset()
_CREATING = frozenset({"create", "replace"})
_RENAMING = frozenset({"rename", "move"})
_GRANTING = frozenset({"grant", "revoke"})


def list_left_behind(
    scratch: Scratch,
    migrations: Iterable[Migration],
    declared: Catalog,
    present: Catalog,
    renames: Iterable[Rename] = (),
) -> list[Identity]:
    """Return the objects that migrations of the subject created and that the definitions do not declare.

    Args:
        scratch: The databases of the subject.
        migrations: The migrations that led to `present`.
        declared: The declared state.
        present: The state after the migrations, and after the renames.
        renames: The renames that follow the migrations.
    """
    managed = scratch.subject.managed
    # A database of the platform takes the roles of other states from the server, if the migration changes roles.
    is_read = managed or not scratch.original.changes_roles
    platform = scratch.introspected("platform", scratch.settings[0]).catalog if is_read else _NOTHING
    return find_left_behind(
        migrations, declared, present, platform=platform, managed=managed, renames=renames
    )


def find_left_behind(
    migrations: Iterable[Migration],
    wanted: Catalog,
    present: Catalog,
    *,
    platform: Catalog,
    managed: Iterable[str] = (),
    renames: Iterable[Rename] = (),
) -> list[Identity]:
    """Return the objects that are present, are not declared, and are ours.

    Ours are the objects and privileges that a generated migration created, under the names that later migrations gave
    them; the privileges that a hand-written migration granted on such an object; every object of a schema that is
    managed whole; and the objects that go with a declared table, such as statistics. All other objects of hand-written
    migrations are not ours, and neither are those that are as the platform made them. A table stands for its parts.

    Args:
        migrations: The replayed migrations, in their order.
        wanted: The declared state.
        present: The state after the migrations.
        platform: The state before the migrations.
        managed: The schemas that are managed whole.
        renames: The renames that follow the migrations.
    """
    schemas = frozenset(managed)
    found, candidates = set[Identity](), list[Identity]()
    for identity in present.objects:
        if identity in wanted.objects or _is_known_column(identity, wanted):
            continue
        serves = serves_declared(identity, present.objects, wanted.objects)
        if serves is True:
            continue
        if (
            serves is False
            or (identity.schema in schemas and identity not in platform.objects)
            or _is_on_declared_table(identity, present, wanted)
        ):
            found.add(identity)
        elif not _is_of_platform(identity, present, platform):
            candidates.append(identity)
    if candidates:
        scripts = tuple((migration.forward, migration.is_generated) for migration in migrations)
        renamed = tuple(renames)
        created = _list_created(scripts, list_words([*candidates, *(rename.before for rename in renamed)]))
        for rename in renamed:
            created = frozenset(map(rename.follow, created))
        spaces = {_name_space(identity) for identity in created}
        found.update(identity for identity in candidates if _name_space(identity) in spaces)
    return [
        identity
        for identity in present.objects
        if identity in found and not any(parent in found for parent in _list_parents(identity))
    ]


def _is_of_platform(identity: Identity, present: Catalog, platform: Catalog) -> bool:
    """Return whether an object is as it was before the migrations."""
    # Roles belong to the server, so those that the migrations created are in the state before the migrations too.
    return identity.kind != Role.kind and platform.objects.get(identity) == present.objects[identity]


def _is_on_declared_table(identity: Identity, present: Catalog, wanted: Catalog) -> bool:
    """Return whether Postgres drops an object with a table that the definitions create."""
    table = load_kind_rules()[identity.kind].goes_with(present.objects[identity])
    return table is not None and table in wanted.objects and wanted.objects[table].existing is None


@lru_cache(maxsize=2)
def _list_created(scripts: tuple[tuple[str, bool], ...], words: frozenset[str]) -> frozenset[Identity]:
    """Return the objects that generated migrations created and no migration dropped, as far as the SQL shows it.

    Args:
        scripts: The forward SQL of each migration, and whether the migration was generated.
        words: The words of the objects in question. Other objects may be missing in the result.
    """
    created = _CreatedObjects()
    words |= list_former_words(script for script, _ in scripts)
    for script, is_generated in scripts:
        _follow_statements(created, select_statements(script, words), is_generated=is_generated)
    return frozenset(created.present)


def _follow_statements(
    created: _CreatedObjects, statements: Iterable[Statement], *, is_generated: bool
) -> None:
    """Change the present objects as the statements do."""
    for statement in expand_blocks(statements):
        for effect in effects(statement):
            identity = _read_identity(effect)
            if effect.verb in _CREATING and is_generated:
                created.add(identity)
            elif effect.verb in _GRANTING:
                for privilege in list(_list_granted(effect, identity, None if is_generated else created)):
                    created.add(privilege)
            elif effect.verb == "drop":
                created.drop(identity)
            elif effect.verb in _RENAMING and effect.new_identity is not None:
                created.rename(identity, qualify(effect.new_identity))


def _list_granted(effect: Effect, target: Identity, known: _CreatedObjects | None) -> Iterator[Identity]:
    """Yield the privileges and default privileges that a GRANT or REVOKE changes.

    Args:
        effect: The effect of the statement.
        target: The object that the privileges are on, or the default privileges.
        known: Our objects, if privileges on others are not ours.
    """
    if target.kind == Role.kind:
        # The membership in a role.
        return
    if target.kind == DefaultPrivileges.kind:
        roles = [value for name, value in options(effect.node.options) if name == "roles"]
        for role in map(role_name, roles[0].list.items if roles and known is None else ()):
            of_class = "functions" if target.name == "routine" else f"{target.name}s"
            yield Identity(target.kind, target.schema, f"{of_class} of {role}")
    elif effect.verb == "grant":
        # GRANT ON ALL TABLES IN SCHEMA names no table.
        present = known.present if known is not None else ()
        objects = [target] if target.name else [each for each in present if each.schema == target.schema]
        for each in objects:
            if known is None or known.has_name_of(each):
                for role in map(role_name, effect.node.grantees):
                    yield privilege_identity(each, role)


def _read_identity(effect: Effect) -> Identity:
    """Return the identity of the object of an effect, with the arguments of a routine and the full types of a cast."""
    identity = qualify(effect.identity)
    if identity.kind == Cast.kind and effect.verb in {"create", "drop"}:
        return attrs.evolve(identity, name=_name_cast(effect.node))
    if identity.kind == UserMapping.kind:
        role, server = read_role_spec(effect.node.user), effect.node.servername
        return attrs.evolve(identity, name=name_mapping(role, server))
    if identity.kind == Operator.kind and effect.verb in {"create", "drop"}:
        return attrs.evolve(identity, arguments=_read_operands(effect.node))
    if kind_group(identity.kind) != "routine":
        return identity
    kind = "function" if identity.kind == "routine" else identity.kind
    return attrs.evolve(identity, kind=kind, arguments=read_argument_types(effect.node))


def _name_cast(node: Any) -> str:
    """Return the name of a cast in the statement that creates it, or in a list of casts that a statement drops."""
    if node.DESCRIPTOR.name == "CreateCastStmt":
        types = [node.sourcetype, node.targettype]
    else:
        types = [item.type_name for item in node.list.items]
    return " AS ".join(map(name_parsed_type, types))


def _read_operands(node: Any) -> tuple[str, ...]:
    """Return the types of the operands in the statement that creates an operator, or in an item of DROP."""
    if node.DESCRIPTOR.name == "DefineStmt":
        sides = {name: value.type_name for name, value in options(node.definition)}
        types = [sides.get("leftarg"), sides.get("rightarg")]
    else:
        arguments = node.object_with_args.objargs
        types = [each.type_name if each.HasField("type_name") else None for each in arguments]
    return tuple(NO_OPERAND if each is None else name_parsed_type(each) for each in types)


@attrs.define
class _CreatedObjects:
    """The objects that migrations created, indexed by the names that a DROP statement may use.

    Attributes:
        present: The objects.
    """

    present: set[Identity] = attrs.Factory(set)
    _places: dict[Identity | Namespace, set[Identity]] = attrs.Factory(dict)
    _routines: dict[Namespace, set[Identity]] = attrs.Factory(dict)
    _names: dict[Namespace, set[Identity]] = attrs.Factory(dict)

    def add(self, identity: Identity) -> None:
        """Add an object."""
        self.present.add(identity)
        self._names.setdefault(_name_space(identity), set()).add(identity)
        for each in (identity, *_list_parents(identity)):
            keys: tuple[Identity | Namespace, ...] = (each, *each.namespaces)
            for key in keys:
                self._places.setdefault(key, set()).add(identity)
        if identity.arguments is not None:
            name = attrs.evolve(identity, arguments=None).namespace
            self._routines.setdefault(name, set()).add(identity)

    def has_name_of(self, identity: Identity) -> bool:
        """Return whether an object is present that has the name of another; the arguments of routines do not count."""
        routines = self._routines.get(attrs.evolve(identity, arguments=None).namespace, _NO_OBJECTS)
        named = self._names.get(_name_space(identity), _NO_OBJECTS)
        return not self.present.isdisjoint(routines | named)

    def drop(self, dropped: Identity) -> None:
        """Remove an object that a statement drops, and the objects that Postgres drops with it."""
        self.present -= self._places.get(dropped, _NO_OBJECTS)
        self.present -= self._places.get(dropped.namespace, _NO_OBJECTS)
        if kind_group(dropped.kind) == "routine" and dropped.arguments is None:
            # A routine that no other shares the name with can be dropped without its arguments.
            self.present -= self._routines.get(dropped.namespace, _NO_OBJECTS)

    def rename(self, old: Identity, new: Identity) -> None:
        """Give an object another name, also as the parent of others."""
        for each in list(self.present):
            followed = follow(each, old, new)
            if followed != each:
                self.present.remove(each)
                self.add(followed)


def _name_space(identity: Identity) -> Namespace:
    """Return the unique key of an object; for privileges on a routine, without arguments, which GRANT may leave out."""
    if identity.kind == Privilege.kind and identity.parent is not None:
        parent = qualify(identity.parent)
        return (identity.kind, kind_group(parent.kind), parent.schema, parent.name, identity.name)
    return qualify(identity).namespace


def qualify(identity: Identity) -> Identity:
    """Give a name without a schema the schema of the default search_path; a kind outside schemas gets it too."""
    root = identity.root
    has_schema = bool(identity.schema and root.schema)
    if has_schema or root.kind in DATABASE_KINDS or identity.kind == DefaultPrivileges.kind:
        return identity
    parent = None if identity.parent is None else qualify(identity.parent)
    return attrs.evolve(identity, schema=identity.schema or _DEFAULT_SCHEMA, parent=parent)


def follow(identity: Identity, old: Identity, new: Identity) -> Identity:
    """Return the identity after an object was renamed or moved, which may be a parent of the object."""
    if identity == old:
        return new
    if identity.parent is None:
        return identity
    parent = follow(identity.parent, old, new)
    return (
        identity if parent == identity.parent else attrs.evolve(identity, schema=parent.schema, parent=parent)
    )


def _list_parents(identity: Identity) -> Iterator[Identity]:
    while identity.parent is not None:
        identity = identity.parent
        yield identity


def _is_known_column(identity: Identity, wanted: Catalog) -> bool:
    """Return whether an existing table lists the column as known, so that the column is not ours."""
    tables: Mapping[tuple[str, str], object] = wanted.tables
    table = tables.get(identity.relation)
    known = getattr(table, "existing", None) or ()
    return identity.kind == "column" and any(column.name == identity.name for column in known)
