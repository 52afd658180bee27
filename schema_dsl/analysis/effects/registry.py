"""The functions that derive the effects of each kind of statement."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from schema_dsl.analysis.effects.effect import Effect, TableCommand
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.statements import remember

Derivation: TypeAlias = Callable[[Node], Iterable[Effect]]

DERIVATIONS: Final[dict[str, Derivation]] = {}


def derives(*kinds: str) -> Callable[[Derivation], Derivation]:
    """Register the function that derives the effects of statements of these kinds.

    Raises:
        ValueError: If another function derives those of one of the kinds.
    """
    known = DERIVATIONS.keys() & kinds
    if known:
        raise ValueError(f"the effects of {', '.join(sorted(known))} are derived twice")

    def register(function: Derivation) -> Derivation:
        DERIVATIONS.update(dict.fromkeys(kinds, function))
        return function

    return register


def derive_effects(kind: str, tree: Node) -> tuple[Effect, ...]:
    """Return the effects of a statement by the kind of its node, such as `create_stmt`, and its parse tree."""
    derivation = DERIVATIONS.get(kind)
    return () if derivation is None else tuple(derivation(tree))


def derive_inner_effects(node: Node) -> tuple[Effect, ...]:
    """Return the effects of a statement inside another one, given as a Node."""
    kind = node.WhichOneof("node")
    return () if kind is None else derive_effects(kind, getattr(node, kind))


def effects_by_command(statement: Statement) -> dict[TableCommand, list[Effect]]:
    """Return the effects of an ALTER TABLE by its commands; the first effect of a command is the main one."""
    by_command: dict[TableCommand, list[Effect]] = {}
    for effect in effects(statement):
        if effect.command is not None:
            by_command.setdefault(effect.command, []).append(effect)
    return by_command


@remember
def effects(statement: Statement) -> tuple[Effect, ...]:
    """Return the effects of a statement in the order of its text; none for a DO block."""
    return derive_effects(statement.kind, statement.tree)


@remember
def first_effect(statement: Statement) -> Effect | None:
    """Return the first effect of a statement; None if the statement has none.

    CREATE TABLE also has effects for its columns and constraints, which this does not derive.
    """
    if statement.kind == "create_stmt":
        return next(iter(DERIVATIONS[statement.kind](statement.tree)))
    return next(iter(effects(statement)), None)
