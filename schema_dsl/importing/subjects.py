"""Distribute objects over modules: one module a subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from schema_dsl.analysis.identity import RELATION_KINDS, ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.importing.assembly import AssembledRoot, list_references
from schema_dsl.importing.shared import SHARED
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.state import State

_TYPES: Final = "types"
_FUNCTIONS: Final = "functions"
_DATABASE: Final = "database"
# A folder with more modules than this has tables together that only refer to each other.
_FEW: Final = 12
# A module to which as many others refer is a subject of all of them.
_HUB: Final = 4
_MAX_TABLES: Final = 8


def choose_modules(roots: Iterable[AssembledRoot], state: State) -> dict[Identity, str]:
    """Return the module of each object.

    A table whose name begins with that of another one belongs to that one: `order_items` to `orders`. Of many tables,
    one that refers to one subject only belongs to it, as well as one to which one subject only refers. A function that
    reads one subject belongs to it, and so does a type, view, sequence or function that one subject uses, or that uses
    one subject. What several use has a module of its kind.

    Args:
        roots: The objects.
        state: The same objects with their dependencies.
    """
    found = list(roots)
    tables = [root.identity for root in found if root.identity.kind == "table"]
    stems = _find_stems(tables)
    schemas = {identity.schema for identity in tables}
    modules = {
        identity: _name_module(stem, with_schema=len(schemas) > 1 and stem.schema != "public")
        for identity, stem in stems.items()
    }
    joined = _join_modules(Counter(modules.values()), _find_needs(found, modules))
    modules = {identity: joined[module] for identity, module in modules.items()}
    needs = _find_needs(found, modules)
    # Types come last: also functions use them.
    for is_type in (False, True):
        uses = _find_uses(modules, state)
        modules |= {
            root.identity: _choose_home(root.identity, uses.get(root.identity, frozenset()), needs)
            for root in found
            if root.identity not in modules and is_type == (root.identity.kind in TYPE_KINDS)
        }
    return modules


def _find_needs(roots: Iterable[AssembledRoot], modules: Mapping[Identity, str]) -> dict[str, set[str]]:
    """Return the modules to whose tables the tables of each module refer."""
    needs: dict[str, set[str]] = {}
    for root in roots:
        for reference in list_references(root):
            target = modules.get(Identity("table", reference.schema or "public", reference.table))
            if target is not None and root.identity in modules:
                needs.setdefault(modules[root.identity], set()).add(target)
    return needs


def _join_modules(sizes: Mapping[str, int], needs: Mapping[str, Collection[str]]) -> dict[str, str]:
    """Return for each module the one that it becomes a part of, which may be itself.

    Args:
        sizes: The numbers of tables of the modules.
        needs: The modules to which the tables of each refer.
    """
    homes = {module: module for module in sizes}
    if len(sizes) <= _FEW:
        return homes
    others = {module: set(needs.get(module, ())) - {module} for module in sizes}
    users = {module: {user for user, needed in others.items() if module in needed} for module in sizes}
    hubs = {module for module in sizes if len(users[module]) >= _HUB}
    tables = Counter(sizes)
    # A part belongs to its whole, and what remains alone to the only subject that refers to it.
    for related in ({module: others[module] - hubs for module in sizes}, users):
        for module in sorted(sizes):
            if len(related[module]) != 1 or module in hubs or homes[module] != module:
                continue
            (target,) = (homes[each] for each in related[module])
            if target != module and tables[module] + tables[target] <= _MAX_TABLES:
                homes |= {each: target for each, home in homes.items() if home == module}
                tables[target] += tables.pop(module)
    return homes


def _find_uses(modules: Mapping[Identity, str], state: State) -> dict[Identity, set[str]]:
    """Return the modules of the tables that use an object of another kind, or that it uses.

    What the body of a function reads counts first if it is one module, and otherwise if nothing else is known.
    """
    uses: dict[Identity, set[str]] = {}
    reads: dict[Identity, set[str]] = {}
    for identity in state.objects:
        for dependency in state.dependencies(identity):
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


def _choose_home(identity: Identity, subjects: Collection[str], needs: Mapping[str, Collection[str]]) -> str:
    subjects = [each for each in subjects if each != _DATABASE]
    if len(subjects) > 1 and identity.kind in RELATION_KINDS:
        # A view of orders and their customers belongs to the orders, which refer to the customers.
        subjects = [each for each in subjects if set(subjects) - {each} <= set(needs.get(each, ()))]
    if len(subjects) == 1 and identity.kind in ROUTINE_KINDS | RELATION_KINDS | TYPE_KINDS:
        return next(iter(subjects))
    if identity.kind in TYPE_KINDS:
        return _TYPES
    if identity.kind in ROUTINE_KINDS:
        return _FUNCTIONS
    if not identity.schema or identity.kind == DefaultPrivileges.kind:
        return _DATABASE
    if identity.kind.endswith("y"):
        return f"{identity.kind[:-1]}ies"
    return identity.kind if identity.kind.endswith("s") else f"{identity.kind}s"


def _find_stems(tables: Collection[Identity]) -> dict[Identity, Identity]:
    """Return for each table the one with the shortest name that begins its name, which may be the table itself."""
    by_form: dict[tuple[str, str], list[Identity]] = {}
    for identity in tables:
        for form in _list_forms(identity.name):
            by_form.setdefault((identity.schema, form), []).append(identity)

    def find_stem(identity: Identity) -> Identity:
        starts = [identity.name[: match.start()] for match in re.finditer("_", identity.name)]
        candidates = [
            other
            for start in starts
            for other in by_form.get((identity.schema, start), ())
            if other != identity
        ]
        return min(candidates, key=lambda other: (len(other.name), other.name), default=identity)

    return {identity: find_stem(identity) for identity in tables}


def _list_forms(name: str) -> tuple[str, ...]:
    """Return a name in the plural and the singular: `categories`, `category`; `matches`, `match`."""
    if name.endswith("ies"):
        return name, f"{name[:-3]}y"
    if name.endswith(("ches", "shes", "sses", "xes")):
        return name, name[:-2]
    return (name, name[:-1]) if name.endswith("s") and not name.endswith("ss") else (name,)


def _name_module(stem: Identity, *, with_schema: bool) -> str:
    name = to_variable(stem.name)
    if with_schema:
        name = f"{to_variable(stem.schema)}_{name}"
    reserved = {_TYPES, _FUNCTIONS, _DATABASE, SHARED, "roles"}
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

    for module in (_DATABASE, _TYPES, _FUNCTIONS, *needs):
        if module in needs:
            visit(module)
    return list(order)
