"""Write privileges as grants."""

from __future__ import annotations

import re
from collections import Counter, abc
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.python import PythonCall, PythonList, PythonNode, layout, list_of, quote
from schema_dsl.importing.shared import SHARED, SharedValue
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.grant import ORDER, PRIVILEGES_BY_KIND, PUBLIC_ROLE, Grant
from schema_dsl.model.privilege import Privilege, find_built_in, privilege_identity
from schema_dsl.model.sequence import Sequence
from schema_dsl.model.table import Table

_IMPORTS: Final = frozenset({"Grant"})
_MORE_THAN_ALL: Final = re.compile(r'"all",\s+"(\w+)"')
# The smallest number of objects with the same grants, for a name.
_MIN_OBJECTS: Final = 3
# A grant of all privileges to one role.
_WHOLE: Final = re.compile(r'Grant\("all", (?:"maintain", )?to="(?P<role>[^"\\]+)"\)')
_ON_ROWS: Final = ("select", "insert", "update", "delete")
_BEYOND_ROWS: Final = frozenset({"truncate", "references", "trigger"})


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
    """Return names for grants, by their source.

    Grants have a name if at least three objects have them, or default privileges do. All privileges of a role on two
    other objects have a name as well.
    """
    found = [*_list_nested(roots)]
    users: dict[str, list[AssembledRoot]] = {}
    nodes: dict[str, PythonList] = {}
    for root in found:
        grants = write_privileges(root).get("grants")
        if isinstance(grants, PythonList) and grants.items:
            text = layout(grants)
            users.setdefault(text, []).append(root)
            nodes[text] = grants
    defaults = {
        (layout(write_grants(root.item.grants, root.item.on.removesuffix("s"))), root.item.on): root.item
        for root in found
        if isinstance(root.item, DefaultPrivileges) and root.item.schema
    }
    shared: dict[str, SharedValue] = {}
    for text, own in sorted(users.items(), key=lambda pair: -len(pair[1])):
        are_sequences = all(root.identity.kind == Sequence.kind for root in own)
        default = defaults.get((text, "sequences" if are_sequences else "tables"))
        is_frequent = len(own) >= _MIN_OBJECTS or default is not None
        if is_frequent and extend_shared_grants(nodes[text], shared) is None:
            base = (
                f"{default.on.removesuffix('s').upper()}_GRANTS" if default is not None else "CLIENT_GRANTS"
            )
            used = {value.name for value in shared.values()}
            names = (base, *(f"{base}_{number}" for number in range(2, len(used) + 3)))
            comment = "\n".join(filter(None, [_explain_default(default, own), _explain_all(nodes[text])]))
            shared[text] = SharedValue(
                next(name for name in names if name not in used),
                SHARED,
                nodes[text],
                _IMPORTS,
                comment=comment,
            )
    others = [
        nodes[text]
        for text in users
        if text not in shared and extend_shared_grants(nodes[text], shared) is None
    ]
    wholes = {layout(each): each for grants in others for each in grants.items}
    counts = Counter(layout(each) for grants in others for each in grants.items)
    for text, grant in wholes.items():
        match = _WHOLE.fullmatch(text)
        if match is not None and counts[text] > 1:
            node = list_of([grant])
            name = f"{to_variable(match['role']).upper()}_GRANTS"
            shared.setdefault(layout(node), SharedValue(name, SHARED, node, _IMPORTS))
    return shared


def extend_shared_grants(
    grants: PythonList, shared: Mapping[str, SharedValue]
) -> tuple[PythonNode, SharedValue] | None:
    """Return grants as a list that extends grants with a name, and the latter; None if the grants extend none of these.

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


def _explain_default(item: DefaultPrivileges | None, roots: Iterable[AssembledRoot]) -> str:
    """Return the comment on grants that equal the default privileges of a schema; empty for different grants."""
    if item is None:
        return ""
    tables = [root.item for root in roots if isinstance(root.item, Table)]
    is_restricted = tables and all(table.row_security for table in tables)
    place = f"The default privileges on new {item.on} in {item.schema}."
    return f"{place} No policy restricts TRUNCATE." if is_restricted and _truncates(item) else place


def _truncates(item: DefaultPrivileges) -> bool:
    return any({"all", "truncate"} & set(grant.privileges) for grant in item.grants)


def _explain_all(grants: PythonList) -> str:
    """Return the comment on a grant that gives more than "all"; empty without such a grant."""
    match = _MORE_THAN_ALL.search(layout(grants))
    return "" if match is None else f'"all" leaves out {match[1].upper()}, which exists since Postgres 17.'


def _list_nested(roots: Iterable[AssembledRoot]) -> Iterator[AssembledRoot]:
    for root in roots:
        yield root
        yield from _list_nested(root.parts.get("partitions", ()))


def _list_rights(privilege: Privilege, kind: str, order: abc.Sequence[str]) -> Iterable[_Right]:
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
            for part in _split(_shorten(sorted(names, key=ORDER.index), kind)):
                yield _Right(part, option=option)
    columns: dict[tuple[str, bool], list[str]] = {}
    places = {column: place for place, column in enumerate(order)}
    options = set(getattr(privilege, "grantable_columns", ()))
    for column, name in privilege.columns:
        columns.setdefault((name, (column, name) in options), []).append(column)
    for (name, option), of in columns.items():
        yield _Right((name,), tuple(sorted(of, key=lambda column: places.get(column, len(places)))), option)


def _split(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield privileges; those on rows come first, alone, if all others on tables follow."""
    rows = tuple(name for name in names if name in _ON_ROWS)
    if rows and set(names) >= _BEYOND_ROWS:
        yield rows
        yield names[len(rows) :]
    else:
        yield names


def _shorten(names: abc.Sequence[str], kind: str) -> tuple[str, ...]:
    """Replace all privileges by "all" if they are more than one."""
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


def _write(roles: Mapping[_Right, abc.Sequence[str]]) -> PythonList:
    return list_of(_write_grant(right, to) for right, to in roles.items())


def _write_grant(right: _Right, roles: abc.Sequence[str]) -> PythonNode:
    to = list(map(quote, roles))
    keywords: dict[str, PythonNode] = {"to": to[0] if len(to) == 1 else list_of(to)}
    if right.columns:
        keywords["columns"] = list_of(map(quote, right.columns))
    if right.option:
        keywords["grant_option"] = "True"
    return PythonCall("Grant", tuple(map(quote, right.names)), keywords)
