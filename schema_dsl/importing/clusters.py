"""Group tables by subject."""

from __future__ import annotations

import heapq
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.links import TableLink, follow, list_links
from schema_dsl.model.table import Table

# If there are no more groups than this, a group joins another only by its primary key.
_FEW: Final = 12
_MAX_TABLES: Final = 8
# A group is closer to another than this if at most one further group refers to that one as it does, with a column that
# is not null.
_CLOSE: Final = Fraction(1, 3)

Closeness: TypeAlias = dict[Identity, dict[Identity, Fraction]]


@attrs.frozen
class TableGroup:
    """The tables of one subject.

    Attributes:
        main: The table that names the subject, or the schema whose tables are the group.
        tables: The tables.
    """

    main: Identity
    tables: tuple[Identity, ...]


def group_tables(roots: Iterable[AssembledRoot]) -> list[TableGroup]:
    """Return the tables by subject, in groups of at most eight unless their names show that they belong together.

    A table whose name begins with the name of another table belongs to the latter: `order_items` to `orders`. A table
    whose primary key refers to another table belongs to that table. If there are many tables, other foreign keys join
    subjects as well; a foreign key counts less if many subjects refer to the same table. The few tables of a schema
    beside the main one are a group if foreign keys connect them all.
    """
    tables = {root.identity: root for root in roots if root.identity.kind == Table.kind}
    links = [link for root in tables.values() for link in list_links(root) if link.target in tables]
    existing = {identity for identity, root in tables.items() if root.item.existing is not None}
    stems = find_stems(tables) | _find_small_schemas([each for each in tables if each not in existing], links)
    sizes = Counter(stems.values())
    members: dict[Identity, list[Identity]] = {}
    for identity, stem in stems.items():
        members.setdefault(stem, []).append(identity)
    near: dict[Identity, list[TableLink]] = {}
    for link in links:
        near.setdefault(stems[link.table], []).append(link)
    groups = []
    for joined in _join(sizes, _measure(links, stems, only_keys=len(sizes) <= _FEW)):
        created = [stem for stem in joined if stem not in existing]
        main = _choose_main(created or joined, stems, sizes, near)
        groups.append(TableGroup(main, tuple(identity for stem in joined for identity in members[stem])))
    return groups


def find_main_schema(tables: Collection[Identity]) -> str:
    """Return "public", or the schema of most tables if that has none."""
    counts = Counter(identity.schema for identity in tables)
    return "public" if "public" in counts else max(counts, key=lambda each: (counts[each], each), default="")


def _find_small_schemas(tables: Collection[Identity], links: Iterable[TableLink]) -> dict[Identity, Identity]:
    """Return the schema of each table in a small schema beside the main one whose tables foreign keys connect."""
    counts = Counter(identity.schema for identity in tables)
    main = find_main_schema(tables)
    near: dict[Identity, set[Identity]] = {}
    for link in links:
        if link.table.schema == link.target.schema:
            near.setdefault(link.table, set()).add(link.target)
            near.setdefault(link.target, set()).add(link.table)
    return {
        identity: Identity("schema", "", identity.schema)
        for identity in tables
        if identity.schema != main
        and 1 < counts[identity.schema] <= _MAX_TABLES
        and len(follow(identity, lambda each: near.get(each, ()))) == counts[identity.schema]
    }


def find_stems(tables: Collection[Identity]) -> dict[Identity, Identity]:
    """Return for each table its stem: a table whose name begins its name, which may be the table itself.

    Among several stems, the table with the shortest name counts. A table without such a stem has as its stem the only
    table with a name that ends with the words that begin its name: `club_memberships` of `membership_applications`.
    """
    whole: dict[tuple[str, str], list[Identity]] = {}
    ends: dict[tuple[str, str], list[Identity]] = {}
    for identity in tables:
        for form in list_forms(identity.name):
            whole.setdefault((identity.schema, form), []).append(identity)
            _, joint, last = form.rpartition("_")
            if joint:
                ends.setdefault((identity.schema, last), []).append(identity)

    def find_direct(identity: Identity) -> Identity:
        starts = [identity.name[: match.start()] for match in re.finditer("_", identity.name)]
        begun = {each for start in starts for each in whole.get((identity.schema, start), ())} - {identity}
        if begun:
            return min(begun, key=lambda other: (len(other.name), other.name))
        ended = {each for start in starts for each in ends.get((identity.schema, start), ())} - {identity}
        return next(iter(ended)) if len(ended) == 1 else identity

    direct = {identity: find_direct(identity) for identity in tables}

    def follow(identity: Identity) -> Identity:
        passed = [identity]
        while direct[passed[-1]] not in passed:
            passed.append(direct[passed[-1]])
        # If each of two names begins like the end of the other, both follow the first.
        circle = passed[passed.index(direct[passed[-1]]) :]
        return min(circle, key=lambda each: each.name)

    return {identity: follow(identity) for identity in tables}


def list_forms(name: str) -> tuple[str, ...]:
    """Return a name in the plural and the singular: `categories`, `category`; `matches`, `match`."""
    if name.endswith("ies"):
        return name, f"{name[:-3]}y"
    if name.endswith(("ches", "shes", "sses", "xes")):
        return name, name[:-2]
    return (name, name[:-1]) if name.endswith("s") and not name.endswith("ss") else (name,)


def _measure(links: Iterable[TableLink], stems: Mapping[Identity, Identity], *, only_keys: bool) -> Closeness:
    """Return how close two subjects are, for both directions.

    Args:
        links: The foreign keys.
        stems: The subject of each table.
        only_keys: Whether only primary keys count.
    """
    between = [link for link in links if stems[link.table] != stems[link.target]]
    users: dict[Identity, set[Identity]] = {}
    for link in between:
        users.setdefault(stems[link.target], set()).add(stems[link.table])
    weights: dict[tuple[Identity, Identity], Fraction] = {}
    owners: dict[Identity, Identity] = {}
    for link in between:
        one, other = stems[link.table], stems[link.target]
        # A schema is named on purpose, and nothing of another one belongs to it.
        if "schema" in {one.kind, other.kind}:
            continue
        if not only_keys:
            weight = Fraction(1 if link.is_required else Fraction(1, 2), len(users[other]))
            weights[one, other] = max(weight, weights.get((one, other), weight))
        if link.is_key and link.table == one:
            owners[one] = min(owners.get(one, other), other, key=lambda each: len(users[each]))
    weights |= dict.fromkeys(owners.items(), Fraction(1))
    found: Closeness = {}
    for (one, other), weight in weights.items():
        for here, there in ((one, other), (other, one)):
            near = found.setdefault(here, {})
            near[there] = near.get(there, Fraction()) + weight
    return found


def _join(sizes: Mapping[Identity, int], near: Closeness) -> list[list[Identity]]:
    """Return the subjects, joined as far as they are close, the closest ones first."""
    members = {subject: [subject] for subject in sizes}
    tables = dict(sizes)

    subjects = sorted(sizes, key=lambda each: (each.schema, each.name, each.kind))
    places = {subject: place for place, subject in enumerate(subjects)}

    def list_pairs(subject: Identity) -> Iterator[tuple[Fraction, int, int, int]]:
        for other, weight in near.get(subject, {}).items():
            low, high = sorted((places[subject], places[other]))
            yield -weight, tables[subject] + tables[other], low, high

    pairs = sorted(pair for subject in subjects for pair in list_pairs(subject))
    while pairs:
        weight, total, low, high = heapq.heappop(pairs)
        one, other = subjects[low], subjects[high]
        is_current = one in tables and other in tables and near[one].get(other) == -weight
        if not is_current or total != tables[one] + tables[other] or total > _MAX_TABLES:
            continue
        if -weight <= _CLOSE:
            break
        members[one] += members.pop(other)
        tables[one] += tables.pop(other)
        for third, more in near.pop(other).items():
            del near[third][other]
            if third != one:
                near[one][third] = near[third][one] = near[one].get(third, Fraction()) + more
        for pair in list_pairs(one):
            heapq.heappush(pairs, pair)
    return list(members.values())


def _choose_main(
    subjects: Sequence[Identity],
    stems: Mapping[Identity, Identity],
    sizes: Mapping[Identity, int],
    links: Mapping[Identity, Sequence[TableLink]],
) -> Identity:
    """Return the subject that names a group: the subject of which most other subjects are parts.

    Args:
        subjects: The subjects of the group.
        stems: The subject of each table.
        sizes: The numbers of tables of the subjects.
        links: The foreign keys of the tables of each subject.
    """
    if len(subjects) == 1:
        return subjects[0]
    inside = [link for each in subjects for link in links.get(each, ()) if stems[link.target] in subjects]
    parents: dict[Identity, set[Identity]] = {}
    children: dict[Identity, set[Identity]] = {}
    neighbors: dict[Identity, set[Identity]] = {each: set() for each in subjects}
    for link in inside:
        one, other = stems[link.table], stems[link.target]
        if link.is_required:
            children.setdefault(link.target, set()).add(link.table)
        if one != other:
            neighbors[one].add(other)
            neighbors[other].add(one)
            if link.table == one:
                parents.setdefault(one, set()).add(other)
    parts: dict[Identity, set[Identity]] = {}
    for one, whole in parents.items():
        if len(whole) == 1:
            parts.setdefault(next(iter(whole)), set()).add(one)

    def rate(subject: Identity) -> tuple[int, ...]:
        whole = sum(sizes[each] for each in follow(subject, lambda each: parts.get(each, ())))
        return (
            whole,
            len(follow(subject, lambda each: children.get(each, ()))),
            sizes[subject],
            len(neighbors[subject]),
        )

    return max(subjects, key=lambda each: (rate(each), each.name))
