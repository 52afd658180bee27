"""Statements with their effects, from the file `effects.txt`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from schema_dsl.analysis.effects import Effect
from schema_dsl.analysis.identity import Identity

FILE = Path(__file__).with_name("effects.txt")


def read_examples() -> Iterator[tuple[str, list[str]]]:
    """Yield each statement of the file with the descriptions of its effects, which are indented."""
    statement, found = "", list[str]()
    for line in [*FILE.read_text("utf-8").splitlines(), "#"]:
        if line.startswith(" "):
            found.append(line.strip())
            continue
        if statement:
            yield statement, found
        statement, found = (line if line and line[0] != "#" else ""), []


def describe(effect: Effect) -> str:
    """Return an effect as one line; a clause in brackets is one that the statement could have, but has not."""
    parts = [effect.verb, _describe_object(effect.identity)]
    if effect.new_identity is not None:
        parts.append(f"-> {_name(effect.new_identity)}")
    if effect.clause:
        parts.append(f"| {effect.clause}" if effect.guarded else f"| [{effect.clause}]")
    if effect.cascade:
        parts.append("| CASCADE")
    if effect.lock is not None:
        parts.append(
            f"| {effect.lock} on {'.'.join(part for part in effect.locked if part)}".removesuffix(" on ")
        )
    if effect.scans:
        parts.append("| scans")
    if effect.rewrites:
        parts.append("| rewrites")
    return " ".join(parts)


def _describe_object(identity: Identity) -> str:
    kind = identity.kind.replace("_", " ")
    parent = identity.parent
    own = f"{kind} {_name(identity) if parent is None else identity.name}".rstrip()
    return own if parent is None else f"{own} of {_describe_object(parent)}"


def _name(identity: Identity) -> str:
    return ".".join(part for part in (identity.schema, identity.name) if part)
