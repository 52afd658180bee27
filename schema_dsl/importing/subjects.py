"""Distribute objects over modules: one module per subject."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from schema_dsl.analysis.identity import (
    QUERIED_KINDS,
    RELATION_KINDS,
    ROUTINE_KINDS,
    TYPE_KINDS,
    Identity,
)
from schema_dsl.importing.assembly import AssembledRoot, list_references
from schema_dsl.importing.clusters import find_main_schema, group_tables
from schema_dsl.importing.shared import FUNCTIONS, SHARED, TYPES, VIEWS
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.publication import Publication
from schema_dsl.model.table import Table
from schema_dsl.plan.dependency import DependencySource, OnReplace
from schema_dsl.plan.state import State

_DATABASE: Final = "database"
_PUBLICATIONS: Final = "publications"


def choose_modules(roots: Iterable[AssembledRoot], state: State) -> dict[Identity, str]:
    """Return the module of each object.

    A subject is a group of tables. A function that reads one subject belongs to it, and so does another object
    with one subject among its users or dependencies. An object that several subjects use is in the module of its kind.

    Args:
        roots: The objects.
        state: The same objects with their dependencies.
    """
    found = list(roots)
    groups = group_tables(found)
    existing = {root.identity for root in found if getattr(root.item, "existing", None) is not None}
    main = find_main_schema(
        [root.identity for root in found if root.identity.kind == Table.kind and root.item.existing is None]
    )
    names = Counter(to_variable(group.main.name) for group in groups)
    modules = {
        identity: _name_module(
            group.main,
            with_schema=group.main.schema != main
            and (names[to_variable(group.main.name)] > 1 or group.main in existing),
        )
        for group in groups
        for identity in group.tables
    }
    needs = _find_needs(found, modules)
    others = [root.identity for root in found if root.identity not in modules]
    uses = _find_uses(modules, state)
    modules |= {each: _choose_home(each, uses, needs) for each in others if each.kind not in TYPE_KINDS}
    # Types come last: also functions use them.
    uses = _find_uses(modules, state)
    homes = {each: _choose_home(each, uses, needs) for each in others if each.kind in TYPE_KINDS}
    return modules | _gather_types(homes, state)


def _gather_types(homes: Mapping[Identity, str], state: State) -> dict[Identity, str]:
    """Return the modules of types, of which those that several subjects use need no type of a subject."""
    found = dict(homes)
    pending = [identity for identity, home in found.items() if home == TYPES]
    while pending:
        for dependency in state.dependencies(pending.pop()):
            used = dependency.referenced.root
            if found.get(used, TYPES) != TYPES:
                found[used] = TYPES
                pending.append(used)
    return found


def _find_needs(roots: Iterable[AssembledRoot], modules: Mapping[Identity, str]) -> dict[str, set[str]]:
    """Return the modules to whose tables the tables of each module refer."""
    needs: dict[str, set[str]] = {}
    for root in roots:
        for reference in list_references(root):
            target = modules.get(Identity("table", reference.schema or "public", reference.table))
            if target is not None and root.identity in modules:
                needs.setdefault(modules[root.identity], set()).add(target)
    return needs


def _find_uses(modules: Mapping[Identity, str], state: State) -> dict[Identity, set[str]]:
    """Return the modules of the tables that use an object of another kind, or that it uses.

    The modules that the body of a function reads count first if it reads one, and otherwise if no other is known.
    """
    uses: dict[Identity, set[str]] = {}
    reads: dict[Identity, set[str]] = {}
    for identity in state.objects:
        for dependency in state.dependencies(identity):
            if dependency.source is DependencySource.SURROUNDINGS:
                continue
            found = reads if dependency.on_replace is OnReplace.UNTOUCHED else uses
            one, other = identity.root, dependency.referenced.root
            for user, used in ((one, other), (other, one)):
                if used in modules and user not in modules:
                    found.setdefault(user, set()).add(modules[used])
    own = {
        identity: found
        for identity, found in reads.items()
        if identity.kind in ROUTINE_KINDS and len(found) == 1
    }
    return reads | uses | own


def describe_reach(modules: Mapping[Identity, str], state: State) -> dict[str, str]:
    """Return words for the titles of the modules of types, functions and views: whether several modules share them.

    Args:
        modules: The module of each object.
        state: The objects with their dependencies.
    """
    near: dict[Identity, set[str]] = {
        identity: set() for identity, module in modules.items() if module in {TYPES, FUNCTIONS, VIEWS}
    }
    for identity in state.objects:
        for dependency in state.dependencies(identity):
            one, other = identity.root, dependency.referenced.root
            for here, there in ((one, other), (other, one)):
                if here in near and modules.get(there, _DATABASE) not in {modules[here], _DATABASE}:
                    near[here].add(modules[there])
    found: dict[str, str] = {}
    for module in {modules[identity] for identity in near}:
        numbers = {len(others) for identity, others in near.items() if modules[identity] == module}
        if numbers - {0} and 1 not in numbers:
            found[module] = f" that several subjects use{', or none' if 0 in numbers else ''}"
    return found


def _choose_home(
    identity: Identity, uses: Mapping[Identity, Collection[str]], needs: Mapping[str, Collection[str]]
) -> str:
    if identity.kind == Publication.kind:
        return _PUBLICATIONS
    if not identity.schema or identity.kind == DefaultPrivileges.kind:
        return _DATABASE
    subjects = {*uses.get(identity, ())} - {_DATABASE}
    if len(subjects) > 1 and identity.kind in RELATION_KINDS:
        # A view of orders and their customers belongs to the orders, which refer to the customers.
        subjects = {each for each in subjects if subjects - {each} <= set(needs.get(each, ()))}
    elif len(subjects) > 1 and identity.kind in TYPE_KINDS:
        # A type of clubs and their documents belongs to the clubs, to which the documents refer.
        referred = {
            each for each in subjects if all(each in needs.get(other, ()) for other in subjects - {each})
        }
        subjects = referred or subjects
    if len(subjects) == 1:
        return next(iter(subjects))
    if identity.kind in TYPE_KINDS:
        return TYPES
    if identity.kind in ROUTINE_KINDS:
        return FUNCTIONS
    return VIEWS if identity.kind in QUERIED_KINDS else _DATABASE


def _name_module(subject: Identity, *, with_schema: bool) -> str:
    name = to_variable(subject.name)
    if with_schema and subject.schema:
        name = f"{to_variable(subject.schema)}_{name}"
    reserved = {TYPES, FUNCTIONS, _DATABASE, _PUBLICATIONS, VIEWS, SHARED, "roles"}
    return f"{name}_tables" if name in reserved else name


def sort_modules(
    modules: Mapping[Identity, str], references: Mapping[Identity, Iterable[Identity]]
) -> list[str]:
    """Return the modules, each after those that it refers to, as far as they refer to each other in no circle."""
    needs: dict[str, dict[str, None]] = {module: {} for module in sorted(set(modules.values()))}
    for identity, targets in references.items():
        for target in targets:
            if target in modules and modules[target] != modules[identity]:
                needs[modules[identity]][modules[target]] = None
    order: dict[str, None] = {}
    visiting: set[str] = set()

    def visit(module: str) -> None:
        if module in order or module in visiting:
            return
        visiting.add(module)
        for needed in sorted(needs[module]):
            visit(needed)
        order[module] = None

    for module in (_DATABASE, TYPES, FUNCTIONS, *needs):
        if module in needs:
            visit(module)
    return list(order)
