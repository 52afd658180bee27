"""Describe changed attributes of catalog objects as predicates of sentences."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from schema_dsl.model.grant import PUBLIC_ROLE

PRIVILEGES: Final = "privileges"
_OWNER: Final = "owner"
_INITIAL: Final = "initial privileges"
_ORDER: Final = "column order"
_HIDDEN: Final = " checksum"

# The letters of aclitem, from src/include/utils/acl.h.
_LETTERS: Final = {
    "r": "SELECT",
    "a": "INSERT",
    "w": "UPDATE",
    "d": "DELETE",
    "D": "TRUNCATE",
    "x": "REFERENCES",
    "t": "TRIGGER",
    "m": "MAINTAIN",
    "U": "USAGE",
    "C": "CREATE",
    "c": "CONNECT",
    "T": "TEMPORARY",
    "X": "EXECUTE",
    "s": "SET",
    "A": "ALTER SYSTEM",
}
_ITEM: Final = re.compile(
    r'(?P<grantee>"(?:[^"]|"")*"|[^=]*)=(?P<privileges>[a-zA-Z*]*)/(?P<grantor>.*)', re.DOTALL
)

# The codes of catalog columns.
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "persistence": {"p": "permanent", "u": "unlogged"},
    "replica identity": {"d": "default", "n": "nothing", "f": "full", "i": "an index"},
    "identity": {"a": "always", "d": "by default"},
    "generated": {"s": "stored", "v": "virtual"},
    "storage": {"p": "plain", "e": "external", "m": "main", "x": "extended"},
    "compression": {"p": "pglz", "l": "lz4"},
    "enabled": {"O": "origin", "D": "disabled", "R": "replica", "A": "always"},
    "command": {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"},
}
_LONGEST: Final = 120
_CONTEXT: Final = 20

# Rows of the snapshot that exist only while they have content: "is new" would not name the change.
_FACETS: Final = frozenset({"ALTER DEFAULT PRIVILEGES", "parameter", "system", "extension's", "row type"})


def describe_presence(
    kind: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Iterator[str]:
    """Yield the predicate of a sentence about an object that only one of two snapshots has.

    Args:
        kind: The kind of the object.
        before: The attributes in the earlier snapshot, or None.
        after: The attributes in the later snapshot, or None.
    """
    if kind in _FACETS:
        present = before or after or {}
        absent = {**present, PRIVILEGES: present.get(_INITIAL)}
        yield from describe_attributes(before or absent, after or absent)
    else:
        yield "is new" if before is None else "is missing"


def describe_attributes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[str]:
    """Yield the predicate of a sentence for each attribute that differs."""
    for name in {**before, **after}:
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if name == PRIVILEGES:
            # A new owner takes over the privileges of the old one.
            owners = {before.get(_OWNER, ""), after.get(_OWNER, "")}
            phrases = list(
                describe_privileges(old or (), new or (), ignoring=owners if len(owners) > 1 else ())
            )
            if phrases or len(owners) == 1:
                yield from phrases or ["has privileges of other grantors"]
        elif name == _ORDER:
            yield from _describe_order(old or (), new or ())
        elif name.endswith(_HIDDEN):
            changed = "no longer has" if new is None else "has" if old is None else "differs in"
            yield f"{changed} {name.removesuffix(_HIDDEN)}"
        else:
            old, new = _shorten(_format_value(name, old), _format_value(name, new))
            yield f"has {name} {new} instead of {old}"


def _describe_order(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Yield a predicate if the columns that both tables have are in another order."""
    old = [column for column in before if column in after]
    new = [column for column in after if column in before]
    if old != new:
        yield f"has the columns in the order {', '.join(new)} instead of {', '.join(old)}"


def describe_privileges(
    before: Sequence[str], after: Sequence[str], *, ignoring: Collection[str]
) -> Iterator[str]:
    """Yield the predicate of a sentence for each grantee with other privileges.

    Args:
        before: The earlier privileges, as texts of aclitem.
        after: The later privileges.
        ignoring: Grantees that do not count, as aclitem displays them.
    """
    old, new = parse_privileges(before), parse_privileges(after)
    for grantee in {**old, **new}:
        gained = [name for name in new.get(grantee, ()) if name not in old.get(grantee, ())]
        lost = [name for name in old.get(grantee, ()) if name not in new.get(grantee, ())]
        if gained and grantee not in ignoring:
            yield f"grants {', '.join(gained)} to {grantee}"
        if lost and grantee not in ignoring:
            yield f"no longer grants {', '.join(lost)} to {grantee}"


def parse_privileges(items: Sequence[str]) -> dict[str, list[str]]:
    """Return the privileges by grantee, from texts of aclitem. A privilege of several grantors counts once."""
    found: dict[str, list[str]] = {}
    for item in items:
        match = _ITEM.fullmatch(item)
        if match is None:
            found.setdefault(item, [])
            continue
        names = found.setdefault(match["grantee"] or "PUBLIC", [])
        for letter, star in re.findall(r"([a-zA-Z])(\*?)", match["privileges"]):
            name = _LETTERS.get(letter, letter) + (" with grant option" if star else "")
            if name not in names:
                names.append(name)
    return found


def read_grantee(item: str) -> str:
    """Return the role that a text of aclitem grants privileges to, without quotes; "public" is PUBLIC."""
    match = _ITEM.fullmatch(item)
    grantee = "" if match is None else match["grantee"]
    if grantee.startswith('"'):
        return grantee[1:-1].replace('""', '"')
    return grantee or PUBLIC_ROLE


def _format_value(name: str, value: Any) -> str:
    if value in (None, "", [], {}):
        return "nothing"
    if isinstance(value, list):
        return ", ".join(_format_value(name, item) for item in value)
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return _CODES.get(name, {}).get(value, " ".join(value.split()))


def _shorten(old: str, new: str) -> tuple[str, str]:
    """Return long texts from the first difference on."""
    if max(len(old), len(new)) <= _LONGEST:
        return old, new
    start = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    start = 0 if start <= _CONTEXT else old.rfind(" ", 0, start - _CONTEXT) + 1
    shown = (("…" if start else "") + text[start:] for text in (old, new))
    one, other = (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…" for text in shown)
    return one, other
