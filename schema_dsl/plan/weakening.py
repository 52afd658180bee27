"""Find the changes of a plan that weaken the access to a relation that existed before: no guard can decide on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.parsing.lexer import tokens
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.reused_names import pair_reused_names
from schema_dsl.plan.rule import load_kind_rules

if TYPE_CHECKING:
    from schema_dsl.model.role import Role
    from schema_dsl.plan.state import State


@attrs.frozen
class AccessBefore:
    """The state before a plan, which decides whether a change weakens access.

    Attributes:
        objects: The objects before the plan, as Postgres prints them.
        trusted: The roles that are no client roles.
        changes: The changes of the plan, by the identity of the object.
        replaced: The dropped object of each new one that gets its name.
    """

    objects: Mapping[Identity, Any]
    trusted: Collection[str]
    changes: Mapping[Identity, Difference]
    replaced: Mapping[Identity, Identity] = attrs.field(factory=dict)

    @cached_property
    def state(self) -> State:
        """The state before the plan, with its dependencies."""
        from schema_dsl.plan.state import State  # noqa: PLC0415 - the rules, which State reads, import this module

        return State(self.objects)

    def find_after(self, identity: Identity) -> Any:
        """Return an object after the plan; None if there is none."""
        return self.changes[identity].after if identity in self.changes else self.objects.get(identity)

    def list_retyped(self) -> frozenset[str]:
        """Return the names of the columns whose type the plan changes."""
        return frozenset(
            identity.name for identity, change in self.changes.items() if "type" in change.attributes
        )

    def list_changed(self, root: Identity, attribute: str) -> frozenset[str]:
        """Return the names of the parts of a relation of which the plan changes an attribute."""
        return frozenset(
            identity.name
            for identity, change in self.changes.items()
            if identity.parent == root and attribute in change.attributes
        )

    def is_new(self, identity: Identity) -> bool:
        """Return whether the plan creates an object."""
        return identity in self.changes and self.changes[identity].before is None


FindWeakening: TypeAlias = Callable[[Difference, AccessBefore], Iterable[str]]
"""Yields a sentence for each way in which a change of an object weakens access."""


@attrs.frozen
class Weakening:
    """A change that weakens access.

    Attributes:
        hazard: The name of the hazard for --allow.
        identity: The object that changes.
        effect: The effect, for people.
        origin: The line of the definitions that declares the object; None if no line does.
    """

    hazard: str
    identity: Identity
    effect: str
    origin: str | None = None


def find_weakenings(
    differences: Iterable[Difference], before: Mapping[Identity, Any], roles: Iterable[Role]
) -> tuple[Weakening, ...]:
    """Find the changes that weaken access on relations and other objects that exist before and after.

    Args:
        differences: The changes, with the expressions of both sides as Postgres prints them.
        before: The objects before the changes.
        roles: The known roles. A role that is not known counts as a client role.
    """
    changes = [_know_before(change, before) for change in differences]
    exempt = {
        change.identity
        for change in changes
        if change.identity.parent is None and None in (change.before, change.after)
    }
    trusted = frozenset(role.name for role in roles if not role.client)
    replaced = {new: old for old, new in pair_reused_names(changes).items() if new.parent is None}
    access = AccessBefore(before, trusted, {change.identity: change for change in changes}, replaced)
    found = []
    for change in changes:
        rule = load_kind_rules()[change.identity.kind].weakening
        if rule is None or (change.identity.root in exempt and change.identity not in replaced):
            continue
        origin = getattr(change.after, "origin", None)
        effects = "; ".join(rule.find(change, access))
        if effects:
            found.append(
                Weakening(rule.hazard, change.identity, effects, None if origin is None else str(origin))
            )
    known = {weakening.identity for weakening in found}
    found += [
        weakening
        for weakening in _find_changed_uses(access)
        if weakening.identity not in known and weakening.identity.root not in exempt
    ]
    return tuple(found)


def _find_changed_uses(access: AccessBefore) -> Iterator[Weakening]:
    """Yield the objects, such as policies, that decide on access by the result of another object, which changes."""
    rules = load_kind_rules()
    results = [
        change.identity
        for change in access.changes.values()
        if change.before is not None
        and (returned := rules[change.identity.kind].returned)
        and (change.after is None or changes_any(change, returned))
    ]
    causes: dict[Identity, dict[Identity, None]] = {}
    for result in results:
        pending = [result]
        for identity in pending:
            for dependency in access.state.dependents(identity):
                user = dependency.dependent
                weakening = rules[user.kind].weakening
                if weakening is not None and weakening.decides is not None and user != result:
                    causes.setdefault(user, {})[result] = None
                if rules[user.kind].returned and user not in pending:
                    pending.append(user)
    for user, used in causes.items():
        rule, change = rules[user.kind].weakening, access.changes.get(user)
        is_kept = change is None or change.after is not None
        if rule is not None and rule.decides is not None and is_kept and rule.decides(user, access):
            origin = getattr(access.objects[user], "origin", None)
            names = " and ".join(map(str, used))
            yield Weakening(
                rule.hazard,
                user,
                f"its {rule.deciding} depends on {names}, which {'change' if len(used) > 1 else 'changes'}",
                None if origin is None else str(origin),
            )


def changes_any(change: Difference, names: Collection[str]) -> bool:
    """Return whether any of some attributes changes in more than white space and comments."""
    values = (
        (getattr(change.before, name), getattr(change.after, name))
        for name in change.attributes
        if name in names
    )
    return any(_list_words(old) != _list_words(new) for old, new in values)


def _list_words(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return [value[token.start : token.end] for token in tokens(value)]


def _know_before(change: Difference, before: Mapping[Identity, Any]) -> Difference:
    """Return a change whose object before is of the model, and not a note about unsupported properties."""
    if change.before is None or change.after is None or type(change.before) is type(change.after):
        return change
    return attrs.evolve(change, before=before.get(change.identity))
