"""A state of a schema: objects by identity, and the dependencies between them, computed on first use."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cache, cached_property
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import QUERIED_KINDS, RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.parsing import Node, deparse_statement
from schema_dsl.plan.children import find_children
from schema_dsl.plan.dependency import Dependency, DependencySource, OnReplace
from schema_dsl.plan.known_objects import KnownObjects
from schema_dsl.plan.mentions import MentionedNames, ReaderIndex, list_sql
from schema_dsl.plan.resolve import reads_relations, resolve_references, resolve_statement, resolve_type
from schema_dsl.plan.rule import load_kind_rules

_ARRAY: Final = re.compile(r"(?:\s*\[\d*\])+$|\s+array\b.*$", re.IGNORECASE)


class State:
    """The objects of a schema with their dependencies.

    The dependencies of an object come from the structure of its declaration and from its SQL, which the analysis
    resolves against the objects of this state. A large schema has many objects and a plan concerns few of them, so
    `dependents` analyzes only SQL that can refer to the given object.
    """

    def __init__(self, objects: Mapping[Identity, Any], new_roots: Iterable[Identity] = ()) -> None:
        """Create a state.

        Args:
            objects: The objects by identity.
            new_roots: Relations that the plan creates. SQL of their parts is analyzed only if it may refer to
                another relation, or to an inherited column: CREATE TABLE contains everything else.
        """
        self.objects = dict(objects)
        self._new_roots = frozenset(new_roots)
        self._dependencies: dict[Identity, tuple[Dependency, ...]] = {}
        self._parts: dict[Identity, list[Identity]] | None = None
        self._keys: dict[Identity, dict[frozenset[str], list[Identity]]] = {}
        self._names: dict[str, set[str]] | None = None
        self._referrers: dict[Identity, list[Identity]] | None = None
        self._children: Mapping[Identity, Sequence[Identity]] | None = None
        self._readings: dict[str, bool] = {}
        self._readers = ReaderIndex()
        self._dependents: dict[Identity, dict[Identity, list[Dependency]]] = {}
        self._mentioned: MentionedNames | None = None
        self._providers: tuple[Identity, ...] | None = None
        self._provider_names: dict[Identity, MentionedNames] = {}
        self._types: MentionedNames | None = None
        self.known_objects = KnownObjects(state=self, search_path=())

    def update(self, objects: Mapping[Identity, Any]) -> None:
        """Add objects, and replace those of the same identity."""
        self.objects.update(objects)
        for identity in objects:
            self._dependencies.pop(identity, None)
        self._parts = self._referrers = self._children = self._names = None
        self._readers = ReaderIndex()
        self._dependents = {}

    def creates(self, root: Identity) -> bool:
        """Return whether the plan creates a relation, or in the state before, drops it."""
        return root in self._new_roots

    def _has_parents(self, root: Identity) -> bool:
        """Return whether a relation has the columns of another relation."""
        return bool(getattr(self.objects.get(root), "parents", ()))

    def parts(self, root: Identity) -> list[Identity]:
        """Return an object and its parts, in the order of the state."""
        if self._parts is None:
            self._parts = {}
            for identity in self.objects:
                self._parts.setdefault(identity.root, []).append(identity)
        return self._parts.get(root, [])

    @cached_property
    def multiranges(self) -> Mapping[tuple[str, str], Identity]:
        """The types that have a multirange type, by the schema and name of the multirange type."""
        return {
            (identity.schema, item.multirange): identity
            for identity, item in self.objects.items()
            if identity.kind in TYPE_KINDS and hasattr(item, "multirange")
        }

    def list_names(self, schema: str) -> AbstractSet[str]:
        """Return the names of the objects of a schema, also of their parts."""
        if self._names is None:
            self._names = {}
            for identity in self.objects:
                self._names.setdefault(identity.schema, set()).add(identity.name)
        return self._names.get(schema, frozenset())

    def list_children(self, root: Identity) -> Sequence[Identity]:
        """Return the tables that have the columns of a table: its partitions and children, with theirs."""
        if self._children is None:
            self._children = find_children(self.objects)
        return self._children.get(root, ())

    def find_keys(self, root: Identity, columns: Iterable[str]) -> list[Identity]:
        """Return the constraints and indexes that make columns of a relation unique for a foreign key."""
        if root not in self._keys:
            by_columns: dict[frozenset[str], list[Identity]] = {}
            for identity in self.parts(root):
                key = load_kind_rules()[identity.kind].key
                key_columns = key(self.objects[identity]) if key is not None else None
                if key_columns:
                    by_columns.setdefault(frozenset(key_columns), []).append(identity)
            self._keys[root] = by_columns
        return self._keys[root].get(frozenset(columns), [])

    def dependencies(self, identity: Identity) -> tuple[Dependency, ...]:
        """Return the dependencies of an object."""
        found = self._dependencies.get(identity)
        if found is None:
            found = tuple(map(self._follow_inheritance, self._find_dependencies(identity)))
            self._dependencies[identity] = found
        return found

    def _follow_inheritance(self, dependency: Dependency) -> Dependency:
        """Return the dependency, on the part of a parent if the part of a table is inherited from that."""
        inherited = self._find_inherited(dependency.referenced)
        return dependency if inherited is None else attrs.evolve(dependency, referenced=inherited)

    def _find_inherited(self, referenced: Identity) -> Identity | None:
        if referenced.parent is None or referenced in self.objects:
            return None
        for parent in getattr(self.objects.get(referenced.parent), "parents", ()):
            part = Identity(referenced.kind, parent.schema, referenced.name, parent=parent)
            found = part if part in self.objects else self._find_inherited(part)
            if found is not None:
                return found
        return None

    def _find_dependencies(self, identity: Identity) -> Iterator[Dependency]:
        if identity.parent is not None:
            yield Dependency(
                dependent=identity,
                referenced=identity.parent,
                on_replace=OnReplace.CASCADE,
                source=DependencySource.PARENT,
            )
        for referenced, required in self._find_surroundings(identity):
            yield Dependency(
                dependent=identity,
                referenced=referenced,
                required=required,
                on_replace=OnReplace.UNTOUCHED,
                source=DependencySource.SURROUNDINGS,
            )
        declared = self.objects.get(identity)
        rule = None if declared is None else load_kind_rules()[identity.kind]
        if rule is not None and rule.references is not None:
            yield from rule.references(identity, declared, self)

    def _find_surroundings(self, identity: Identity) -> Iterator[tuple[Identity, bool]]:
        """Yield the schema of an object, and the objects that bring names of their own, with whether it needs them."""
        home = identity.home if identity.parent is None else None
        if home is not None and home in self.objects:
            yield home, True
        rules = load_kind_rules()
        if self._providers is None:
            self._providers = tuple(
                each for each in self.objects if rules[each.kind].comes_first or rules[each.kind].comes_before
            )
        for provider in () if rules[identity.kind].comes_first else self._providers:
            rule = rules[provider.kind]
            is_first = rule.comes_first or identity.root.kind in rule.comes_before
            if is_first and all(
                dependency.referenced != identity.root for dependency in self.dependencies(provider)
            ):
                yield provider, rule.is_named and self._mentions(identity, provider)

    def _mentions(self, identity: Identity, provider: Identity) -> bool:
        """Return whether the SQL of an object has the name of another object."""
        names = self._provider_names.get(provider)
        if names is None:
            names = self._provider_names[provider] = MentionedNames([provider.name])
        return any(map(names.occur_in, list_sql(self.objects.get(identity))))

    def find_candidates(self, identity: Identity, declared: Any) -> set[Identity]:
        """Return the dependencies of an object in this state, in which it may not exist."""
        rule = load_kind_rules()[identity.kind]
        found = rule.references(identity, declared, self) if rule.references is not None else ()
        return {dependency.referenced for dependency in found}

    def resolve(
        self, identity: Identity, *texts: str | None, on_replace: OnReplace = OnReplace.RECREATE
    ) -> Iterator[Dependency]:
        """Yield the dependencies of an object on the objects to which its SQL refers."""
        for text in texts:
            if text is None:
                continue
            is_local = not self._may_read(text)
            if is_local and self.creates(identity.root) and not self._has_parents(identity.root):
                continue
            for referenced, required in resolve_references(
                identity, text, self.known_objects, is_local=is_local
            ):
                # DROP of a column drops its dependents in the table. DROP of a type or function drops nothing else.
                is_elsewhere = on_replace.drops_dependent and referenced.root != identity.root
                yield Dependency(
                    dependent=identity,
                    referenced=self._find_known(referenced, identity),
                    required=required,
                    on_replace=OnReplace.RECREATE if is_elsewhere else on_replace,
                    source=DependencySource.PARSED,
                )

    def resolve_type(
        self, identity: Identity, spelling: str, *, on_replace: OnReplace = OnReplace.RECREATE
    ) -> Iterator[Dependency]:
        """Yield the dependency of an object on the declared type that it has; nothing for a built-in type."""
        if not self._named_types.occur_in(spelling):
            return
        referenced = resolve_type(identity, spelling, self.known_objects)
        if referenced is not None:
            yield Dependency(
                dependent=identity,
                referenced=referenced,
                on_replace=on_replace,
                source=DependencySource.PARSED,
            )

    def resolve_query(
        self, identity: Identity, query: str, *, on_replace: OnReplace = OnReplace.RECREATE
    ) -> Iterator[Dependency]:
        """Yield the dependencies of an object on the objects that its query or its CREATE statement names."""
        for referenced, required in resolve_statement(identity, query, self.known_objects):
            if referenced != identity:
                yield Dependency(
                    dependent=identity,
                    referenced=self._find_known(referenced, identity),
                    required=required,
                    on_replace=on_replace,
                    source=DependencySource.PARSED,
                )

    def resolve_node(self, identity: Identity, node: Node) -> Iterator[Dependency]:
        """Yield the dependencies of an object on the objects that a parse tree of a statement names."""
        return self.resolve_query(identity, deparse_statement(node))

    def _find_known(self, referenced: Identity, dependent: Identity) -> Identity:
        """Return a referenced object, or its root if the part is no object of its own: a column of a view."""
        inherited = self._find_inherited(referenced)
        if inherited is not None:
            return inherited
        root = referenced.root
        is_unknown = referenced not in self.objects and root in self.objects
        return root if is_unknown and root != dependent.root else referenced

    @property
    def _named_types(self) -> MentionedNames:
        if self._types is None:
            self._types = MentionedNames(
                [
                    *(each.name for each in self.objects if each.kind in TYPE_KINDS | RELATION_KINDS),
                    *(name for _, name in self.multiranges),
                ]
            )
        return self._types

    @property
    def _mentioned_names(self) -> MentionedNames:
        if self._mentioned is None:
            self._mentioned = MentionedNames(
                [
                    *(
                        identity.name
                        for identity in self.objects
                        if identity.parent is None and identity.kind not in QUERIED_KINDS
                    ),
                    *(name for _, name in self.multiranges),
                ]
            )
        return self._mentioned

    def _may_read(self, text: str) -> bool:
        """Return whether SQL may refer to another object than the relation of its part."""
        found = self._readings.get(text)
        if found is None:
            found = self._readings[text] = reads_relations(text) or self._mentioned_names.occur_in(text)
        return found

    def referrers(self, root: Identity) -> Sequence[Identity]:
        """Return the objects whose declarations, without their SQL, refer to an object, in the order of the state."""
        if self._referrers is None:
            self._index()
        assert self._referrers is not None  # noqa: S101
        return self._referrers.get(root, ())

    def dependents(self, identity: Identity) -> Sequence[Dependency]:
        """Return the dependencies on an object, in the order of the state's relations."""
        root = identity.root
        found = self._dependents.get(root)
        if found is None:
            found = self._dependents[root] = {}
            for candidate in self._find_referrers(root):
                for dependency in self.dependencies(candidate):
                    if dependency.referenced.root == root:
                        found.setdefault(dependency.referenced, []).append(dependency)
        return found.get(identity, ())

    def _find_referrers(self, root: Identity) -> Collection[Identity]:
        """Return the objects that may depend on an object or on a part of it."""
        if self._referrers is None:
            self._index()
        candidates: dict[Identity, None] = {}
        relations = (root, *self.list_children(root))
        for relation in relations:
            candidates.update(dict.fromkeys(self.parts(relation)))
            candidates.update(dict.fromkeys(self.referrers(relation)))
        multiranges = (
            attrs.evolve(each, name=name) for (_, name), each in self.multiranges.items() if each == root
        )
        candidates.update(dict.fromkeys(self._readers.find((*relations, *multiranges))))
        # SQL that calls a function with the row type of a relation may read its columns without naming it.
        of_row_type = self._find_of_row_type(root, candidates) if root.kind in QUERIED_KINDS else []
        for each in of_row_type:
            found = dict.fromkeys(self._readers.find([each]))
            of_row_type += self._find_of_row_type(each, found.keys() - {*of_row_type})
            candidates.update(found)
        return candidates.keys()

    def _find_of_row_type(self, referenced: Identity, candidates: Iterable[Identity]) -> list[Identity]:
        """Return the routines, and the types over another type, that have a type in their declaration."""
        return [
            identity
            for identity in candidates
            if identity.kind in ROUTINE_KINDS | TYPE_KINDS
            and any(
                dependency.referenced == referenced and not dependency.on_replace.keeps_dependent
                for dependency in self.dependencies(identity)
            )
        ]

    def _index(self) -> None:
        """Index the objects that refer to other relations, and the SQL that may name other objects."""
        self._referrers = {}
        rules = load_kind_rules()
        row_types = {identity.name.lower() for identity in self.objects if identity.kind in QUERIED_KINDS}

        @cache
        def may_read(text: str) -> bool:
            last_name = _ARRAY.sub("", text.rpartition(".")[2]).strip('"').lower()
            return self._may_read(text) or not row_types.isdisjoint((last_name, last_name.removeprefix("_")))

        for identity, declared in self.objects.items():
            rule = rules[identity.kind]
            if rule.targets is not None:
                for target in rule.targets(declared):
                    self._referrers.setdefault(target, []).append(identity)
            values = [getattr(declared, name) for name in rule.expressions]
            texts = [text for value in values for text in list_sql(value)]
            if any(map(may_read, texts)):
                # The search path of a function is no SQL.
                self._readers.add(
                    identity, *texts, *(str(value) for value in values if value and not list_sql(value))
                )
