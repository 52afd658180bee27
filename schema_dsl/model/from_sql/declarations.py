"""The objects that files of SQL declare, before the statements about their parts have been read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any, TypeAlias, TypeVar

import attrs

from schema_dsl.analysis.identity import RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.errors import DefinitionError, ParseError
from schema_dsl.model.from_sql.instructions import RENAMED_FROM, Instruction, find_instruction
from schema_dsl.model.identity import Origin, copy_with
from schema_dsl.model.partition import Partition
from schema_dsl.model.schema_object import SchemaObject

_FIELDS = {
    "column": "columns",
    "index": "indexes",
    "policy": "policies",
    "trigger": "triggers",
    "rule": "rules",
    "constraint": "constraints",
}
"""The attribute that holds the parts of a kind."""

FoundT = TypeVar("FoundT")
Change: TypeAlias = Callable[[dict[str, Any]], None]


@attrs.define(eq=False)
class Draft:
    """An object that a CREATE statement declares.

    Attributes:
        build: The class of the object.
        values: The arguments of the class; lists of parts grow with later statements.
        origin: The line of the statement.
        parent: The partitioned table of a partition; None for other objects.
    """

    build: Callable[..., Any]
    values: dict[str, Any]
    origin: Origin
    parent: Identity | None = None


@attrs.frozen(eq=False)
class Addition:
    """A statement about an object that another statement, or Python, declares.

    Attributes:
        target: The object, as `SqlDeclarations.declare` takes its identity.
        change: Changes the arguments of the object's class.
        what: The statement, for the text of errors.
        origin: The line of the statement.
    """

    target: Identity
    change: Change
    what: str
    origin: Origin


@attrs.frozen(eq=False)
class BuiltObjects:
    """The objects that files of SQL declare or change.

    Attributes:
        objects: The objects of CREATE statements.
        changed: The objects that Python declares, or that the platform has, with the additions of statements, by the id
            of the original.
    """

    objects: list[SchemaObject]
    changed: dict[int, SchemaObject]


@attrs.define(eq=False)
class SqlDeclarations:
    """The declarations of all files of SQL.

    Attributes:
        drafts: The objects, in the order of their statements.
        additions: The statements about objects.
        origin: The line of the statement that is being read.
        start: The offset of that statement in its file.
        text: The text of that file.
        instructions: The instructions in the comments before and within that statement.
    """

    drafts: list[tuple[Identity, Draft]] = attrs.Factory(list)
    additions: list[Addition] = attrs.Factory(list)
    origin: Origin = attrs.Factory(lambda: Origin("", 0))
    start: int = 0
    text: str = ""
    instructions: list[Instruction] = attrs.Factory(list)

    def read_former_name(self, declared: Any) -> dict[str, str]:
        """Return the argument for the former name that a comment before the statement gives to an object or part.

        Args:
            declared: The object, or its class.
        """
        if not hasattr(declared, "renamed_from"):
            return {}
        found = [
            each
            for each in self.instructions
            if each.keyword == RENAMED_FROM and each.is_alone and each.offset < self.start
        ]
        return {RENAMED_FROM: found[-1].take()} if found else {}

    def instruct(self, parts: Iterable[tuple[int, Any]]) -> list[Any]:
        """Return the elements of the statement with the instructions that comments give to them.

        Args:
            parts: The offset and the declaration of each element.
        """
        elements = list(parts)
        within = [each for each in self.instructions if each.offset >= self.start]
        places = [place for place, _ in elements]
        found = []
        for place, part in elements:
            values = {}
            for keyword in dict.fromkeys(each.keyword for each in within if hasattr(part, each.keyword)):
                of_keyword = [each for each in within if each.keyword == keyword]
                instruction = find_instruction(of_keyword, place, places, self.text)
                if instruction is not None:
                    values[keyword] = instruction.take()
            found.append(attrs.evolve(part, **values) if values else part)
        return found

    def declare(self, identity: Identity, build: Callable[..., SchemaObject], **values: Any) -> None:
        """Declare an object.

        Args:
            identity: The identity by which other statements name the object; the kind is "relation" for a table, a view
                and a materialized view, "type" for a type, and "routine" for a function and a procedure.
            build: The class of the object.
            values: The arguments of the class.
        """
        self.drafts.append((identity, Draft(build, {**values, **self.read_former_name(build)}, self.origin)))

    def declare_partition(self, identity: Identity, parent: Identity, **values: Any) -> None:
        """Declare a partition of a table that another statement, or Python, declares."""
        former = self.read_former_name(Partition)
        self.drafts.append((identity, Draft(Partition, {**values, **former}, self.origin, parent)))

    def add_part(self, relation: tuple[str, str], part: Any) -> None:
        """Add a part, such as an index, to a relation."""
        field = _FIELDS[part.kind]
        named = copy_with(part, **self.read_former_name(part))

        def change(values: dict[str, Any]) -> None:
            values[field] = [*values.get(field, ()), named]

        self.add(Identity("relation", *relation), change, f"{part.kind} {part.name}".rstrip())

    def find_index(self, name: str) -> Identity:
        """Return the relation of the last index of a name that was read.

        Raises:
            DefinitionError: If no statement creates such an index.
        """
        for addition in reversed(self.additions):
            if addition.what == f"index {name}":
                return addition.target
        raise DefinitionError(
            f"COMMENT: index {name} is not declared before", instead="Move the comment below it."
        )

    def add(self, target: Identity, change: Change, what: str) -> None:
        """Change an object that is declared elsewhere, before or after this statement."""
        self.additions.append(Addition(target, change, what, self.origin))

    def build(self, others: Iterable[SchemaObject]) -> BuiltObjects:
        """Build the declared objects with the additions of all statements.

        Args:
            others: The objects that Python declares, and the tables of the platform.

        Raises:
            DefinitionError: If a statement is about an object that is not declared, or an object is not valid.
        """
        drafts = dict(reversed(self.drafts))
        known: dict[Identity, SchemaObject] = {}
        for item in others:
            for identity in _list_targets(item):
                known.setdefault(identity, item)
        self._require_once(known)
        changed: dict[int, dict[str, Any]] = {}
        originals: dict[int, SchemaObject] = {}
        for addition in self.additions:
            with located(addition.origin):
                self._apply(addition, drafts, known, originals, changed)
        for identity, draft in self._sort_partitions(drafts):
            with located(draft.origin):
                partition = _build(draft)
                addition = Addition(
                    draft.parent or identity, _add_partition(partition), "PARTITION OF", draft.origin
                )
                self._apply(addition, drafts, known, originals, changed)
        built = []
        for _, draft in self.drafts:
            if draft.parent is None:
                with located(draft.origin):
                    built.append(draft.build(**draft.values, origin=draft.origin))
        rebuilt = {key: _rebuild(originals[key], values) for key, values in changed.items()}
        return BuiltObjects(built, rebuilt)

    def _apply(
        self,
        addition: Addition,
        drafts: Mapping[Identity, Draft],
        known: Mapping[Identity, SchemaObject],
        originals: dict[int, SchemaObject],
        changed: dict[int, dict[str, Any]],
    ) -> None:
        """Change the arguments of the object that a statement is about, of SQL or of Python."""
        found = _find(addition.target, drafts)
        if found is not None:
            addition.change(found.values)
            return
        original = _find(addition.target, known)
        if original is None:
            raise _build_missing(addition, [*drafts, *known])
        originals[id(original)] = original
        addition.change(changed.setdefault(id(original), _read_values(original)))

    def _sort_partitions(self, drafts: Mapping[Identity, Draft]) -> list[tuple[Identity, Draft]]:
        """Return the partitions, those of partitions before these, and otherwise in the order of their statements."""

        def count_parents(draft: Draft) -> int:
            seen: set[Identity] = set()
            parent = draft.parent
            while parent is not None and parent not in seen:
                seen.add(parent)
                parent = drafts[parent].parent if parent in drafts else None
            return len(seen)

        partitions = [(identity, draft) for identity, draft in self.drafts if draft.parent is not None]
        return sorted(partitions, key=lambda each: -count_parents(each[1]))

    def _require_once(self, known: Mapping[Identity, SchemaObject]) -> None:
        """Raise DefinitionError if a statement creates an object that exists already, in Python or in SQL."""
        origins: dict[Identity, object] = {identity: item.origin for identity, item in known.items()}
        for identity, draft in self.drafts:
            if identity in origins:
                other = origins[identity] or "the platform"
                raise DefinitionError(
                    f"{_format(identity)} is declared twice",
                    where=str(draft.origin),
                    instead=f"The other declaration is at {other}: remove one of the two.",
                )
            origins[identity] = draft.origin


def _build(draft: Draft) -> Any:
    """Build a partition, which cannot have everything that a table can have."""
    unknown = draft.values.keys() - {field.name for field in attrs.fields(Partition)}
    if unknown:
        raise DefinitionError(
            f"partition {draft.values['name']} has {', '.join(sorted(unknown))} of its own",
            instead="Declare them on the partitioned table.",
        )
    return draft.build(**draft.values, origin=draft.origin)


def _add_partition(partition: Partition) -> Change:
    def change(values: dict[str, Any]) -> None:
        values["partitions"] = [*values.get("partitions", ()), partition]

    return change


def _find(target: Identity, known: Mapping[Identity, FoundT]) -> FoundT | None:
    """Return the object that a statement names; without argument types, the only routine of the name."""
    if target in known or target.arguments is not None:
        return known.get(target)
    named = [
        item
        for identity, item in known.items()
        if attrs.evolve(identity, arguments=None) == target and identity.arguments is not None
    ]
    return named[0] if len(named) == 1 else None


def _list_targets(item: SchemaObject) -> Iterator[Identity]:
    """Yield the identities by which statements name an object."""
    identity = item.identity
    for kind, kinds in _GROUPS.items():
        if identity.kind in kinds:
            yield attrs.evolve(identity, kind=kind)
            return
    yield identity


_GROUPS = {"relation": RELATION_KINDS, "type": TYPE_KINDS, "routine": ROUTINE_KINDS}


def _read_values(item: Any) -> dict[str, Any]:
    return {field.name: getattr(item, field.name) for field in attrs.fields(type(item)) if field.init}


def _rebuild(original: Any, values: dict[str, Any]) -> SchemaObject:
    rebuilt: SchemaObject = type(original)(**values)
    return rebuilt


@contextmanager
def located(origin: Origin) -> Iterator[None]:
    """Add the line of a statement to an error that has no line."""
    try:
        yield
    except DefinitionError as error:
        if error.where is None:
            error.where = str(origin)
        raise
    except ParseError as error:
        raise DefinitionError(error.what, where=str(origin), instead=error.instead) from error


def _format(identity: Identity) -> str:
    """Format an identity whose kind is that of a group."""
    words = {"relation": "table or view", "routine": "function or procedure"}
    return str(attrs.evolve(identity, kind=words.get(identity.kind, identity.kind)))


def _build_missing(addition: Addition, known: Iterable[Identity]) -> DefinitionError:
    target = addition.target
    alike = [identity for identity in known if identity.kind == target.kind]
    # A routine of the name has other arguments, or the object is in another schema.
    near = [_format(each) for each in alike if each.name == target.name]
    near = near or get_close_matches(target.name, {each.name for each in alike}, n=1)
    return DefinitionError(
        f"{addition.what}: {_format(target)} is not declared",
        where=str(addition.origin),
        instead=f"Did you mean {' or '.join(near)}?"
        if near
        else 'Add its CREATE statement, or declare it in Python; an existing table as Table("name", existing=[...]).',
    )
