"""Write privileges as grants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.python import PythonCall, PythonList, PythonNode, layout, list_of, quote
from schema_dsl.importing.shared import SHARED, SharedValue
from schema_dsl.model.grant import ORDER, PRIVILEGES_BY_KIND, PUBLIC_ROLE, Grant
from schema_dsl.model.privilege import Privilege, find_built_in, privilege_identity

_IMPORTS: Final = frozenset({"Grant"})
_MORE_THAN_ALL: Final = re.compile(r'"all",\s+"(\w+)"')
# How many objects have grants that get a name.
_MIN_OBJECTS: Final = 3


@attrs.frozen
class _Right:
    """The privileges that one grant gives to one or several roles."""

    names: tuple[str, ...]
    columns: tuple[str, ...] = ()
    option: bool = False


def write_privileges(root: AssembledRoot) -> dict[str, PythonNode]:
    """Return the arguments that give the privileges on an object; none if it has none or its class takes none."""
    privileges: list[Privilege] = list(root.parts.get(Privilege.kind, ()))
    kind: Any = type(root.item)
    if not privileges or "grants" not in {field.name for field in attrs.fields(kind)}:
        return {}
    if PUBLIC_ROLE not in {privilege.name for privilege in privileges}:
        # Grants leave nothing to PUBLIC that they do not name.
        privileges.append(find_built_in(privilege_identity(root.identity, PUBLIC_ROLE)))
    # The catalog holds the columns of a grant in no order.
    columns = [column.name for column in root.parts.get("columns", ())]
    roles: dict[_Right, list[str]] = {}
    for privilege in privileges:
        for right in _list_rights(privilege, root.identity.kind, columns):
            roles.setdefault(right, []).append(privilege.name)
    short = getattr(kind, "privilege_fields", ())
    if short and all(right in map(_Right, zip(short, strict=True)) for right in roles):
        given = {right.names[0]: list_of(map(quote, names)) for right, names in roles.items()}
        return {name: given.get(name, list_of(())) for name in short if name in given or name == short[0]}
    return {"grants": _write(roles)}


def choose_shared_grants(roots: Iterable[AssembledRoot]) -> dict[str, SharedValue]:
    """Return names for the grants that at least three objects have, by their source."""
    counts: Counter[str] = Counter()
    nodes: dict[str, PythonList] = {}
    for root in _list_nested(roots):
        grants = write_privileges(root).get("grants")
        if isinstance(grants, PythonList) and grants.items:
            text = layout(grants)
            counts[text] += 1
            nodes[text] = grants
    shared: dict[str, SharedValue] = {}
    for text, count in counts.most_common():
        if count >= _MIN_OBJECTS and extend_shared_grants(nodes[text], shared) is None:
            name = f"CLIENT_GRANTS_{len(shared) + 1}" if shared else "CLIENT_GRANTS"
            shared[text] = SharedValue(name, SHARED, nodes[text], _IMPORTS, comment=_explain_all(nodes[text]))
    return shared


def extend_shared_grants(
    grants: PythonList, shared: Mapping[str, SharedValue]
) -> tuple[PythonNode, SharedValue] | None:
    """Return grants as a list of what they add to grants with a name, and those; None if they have none of them all.

    Args:
        grants: The grants.
        shared: The grants that have a name, and other values.
    """
    for value in shared.values():
        own = value.node.items if isinstance(value.node, PythonList) else ()
        added = [each for each in grants.items if each not in own]
        if own and added and len(added) + len(own) == len(grants.items):
            return list_of([*added, f"*{value.name}"]), value
    return None


def _explain_all(grants: PythonList) -> str:
    """Return the comment on a grant that gives more than "all"; empty without such a grant."""
    match = _MORE_THAN_ALL.search(layout(grants))
    return "" if match is None else f'"all" has no {match[1].upper()}.'


def _list_nested(roots: Iterable[AssembledRoot]) -> Iterator[AssembledRoot]:
    for root in roots:
        yield root
        yield from _list_nested(root.parts.get("partitions", ()))


def _list_rights(privilege: Privilege, kind: str, order: Sequence[str]) -> Iterable[_Right]:
    """Yield the rights of a role.

    Args:
        privilege: The privileges of the role.
        kind: The kind of the object.
        order: The columns of the object, as far as they are known.
    """
    grantable = set(privilege.grantable)
    for names, option in (
        ([name for name in privilege.privileges if name not in grantable], False),
        ([*grantable], True),
    ):
        if names:
            yield _Right(_shorten(sorted(names, key=ORDER.index), kind), option=option)
    columns: dict[tuple[str, bool], list[str]] = {}
    places = {column: place for place, column in enumerate(order)}
    options = set(getattr(privilege, "grantable_columns", ()))
    for column, name in privilege.columns:
        columns.setdefault((name, (column, name) in options), []).append(column)
    for (name, option), of in columns.items():
        yield _Right((name,), tuple(sorted(of, key=lambda column: places.get(column, len(places)))), option)


def _shorten(names: Sequence[str], kind: str) -> tuple[str, ...]:
    """Return "all" in the place of all that it stands for, if that is more than one privilege."""
    whole = Grant("all", to=PUBLIC_ROLE).list_privileges(kind) if kind in PRIVILEGES_BY_KIND else ()
    if len(whole) > 1 and set(whole) <= set(names):
        return ("all", *(name for name in names if name not in whole))
    return tuple(names)


def write_grants(grants: Iterable[Grant], kind: str) -> PythonList:
    """Return grants on objects of a kind, with those of the same roles and those of the same privileges joined."""
    joined: dict[tuple[Any, ...], list[str]] = {}
    for grant in grants:
        joined.setdefault((grant.to, grant.columns, grant.grant_option), []).extend(grant.privileges)
    roles: dict[_Right, list[str]] = {}
    for (to, columns, option), names in joined.items():
        roles.setdefault(_Right(_shorten(names, kind), columns, option), []).extend(to)
    return _write(roles)


def _write(roles: Mapping[_Right, Sequence[str]]) -> PythonList:
    return list_of(_write_grant(right, to) for right, to in roles.items())


def _write_grant(right: _Right, roles: Sequence[str]) -> PythonNode:
    to = list(map(quote, roles))
    keywords: dict[str, PythonNode] = {"to": to[0] if len(to) == 1 else list_of(to)}
    if right.columns:
        keywords["columns"] = list_of(map(quote, right.columns))
    if right.option:
        keywords["grant_option"] = "True"
    return PythonCall("Grant", tuple(map(quote, right.names)), keywords)
