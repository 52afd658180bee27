"""Name the conditions that several policies have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.analysis.identity import ROUTINE_KINDS, Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.columns import find_target
from schema_dsl.importing.condition_names import (
    describe_condition,
    find_called,
    list_columns,
    name_set,
    suggest_names,
)
from schema_dsl.importing.condition_parts import ConditionPart, find_named, list_parts, write_condition
from schema_dsl.importing.policy_helpers import find_helper_calls
from schema_dsl.importing.python import layout
from schema_dsl.importing.shared import SHARED, SharedValue
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.policy import Policy
from schema_dsl.platforms import Platform
from schema_dsl.sql import Sql

CONDITIONS: Final = ("using", "check")
"""The arguments of a policy that are conditions."""
# The smallest number of policies or clauses with a condition that gets a name, and its smallest length.
_SHARED: Final = 2
_MIN_LENGTH: Final = 18
# The smallest number of policies or clauses that compare a column with the result of a function, for a name.
_MIN_COMPARISONS: Final = 3
# A condition that is no part, or that has named parts, is written out if it fits on a line.
_MIN_LENGTH_OF_WHOLE: Final = 60


@attrs.define
class _Use:
    """The places of a condition, or of a part of a condition.

    Attributes:
        part: The part, or the whole condition.
        roots: The tables, one for each time.
        inside: The number of its occurrences inside a comparison that has a name.
        policies: The names of the policies of which it is the whole condition; None where it is a part.
    """

    part: ConditionPart
    roots: list[AssembledRoot] = attrs.Factory(list)
    inside: int = 0
    policies: set[str | None] = attrs.Factory(set)

    def add(self, root: AssembledRoot, policy: str | None) -> None:
        """Add a table, and the policy whose whole condition it is."""
        self.roots.append(root)
        self.policies.add(policy)

    @property
    def number(self) -> int:
        """The number of occurrences of the condition; all occurrences in a comparison that has a name count once."""
        return len(self.roots) - self.inside + bool(self.inside)

    @property
    def name_of_policy(self) -> list[str]:
        """The name of the only policy with this condition as a whole, as a list of at most one name."""
        (policy, *others) = self.policies
        return [] if policy is None or others else [to_variable(policy).upper()]


def choose_shared_conditions(
    roots: Iterable[AssembledRoot],
    homes: Mapping[Identity, str],
    order: Sequence[str],
    platform: Platform,
    taken: Iterable[str],
) -> dict[str, SharedValue]:
    """Return names for the conditions that policies repeat, and for parts of them, by their SQL.

    A condition of several modules belongs to the module of the function that it calls, or of the table to which its
    column refers.

    Args:
        roots: The objects.
        homes: Their modules.
        order: The modules, each after those that it imports from.
        platform: The platform, whose helpers return policies.
        taken: The names of other constants.
    """
    parts: dict[str, _Use] = {}
    wholes: dict[str, _Use] = {}
    found = [(root, policy, text) for root in roots for policy, text in _list_conditions(root, platform)]
    compared = Counter(part.text for _, _, text in found for part in list_parts(text) if part.set)
    for root, policy, condition in found:
        own = [
            part for part in list_parts(condition) if not part.set or compared[part.text] >= _MIN_COMPARISONS
        ]
        inside = {part.start + part.text.rindex(part.set) for part in own if part.set}
        for part in own:
            use = parts.setdefault(part.text, _Use(part))
            use.add(root, policy.name if part.text == condition else None)
            use.inside += part.is_set and part.start in inside
        if all(part.text != condition for part in own):
            wholes.setdefault(condition, _Use(ConditionPart(condition, 0))).add(root, policy.name)
    routines = {(each.schema, each.name): each for each in homes if each.kind in ROUTINE_KINDS}
    names = _ConditionNames(homes, order, {*taken})
    # A query precedes the comparison that it is in. A frequent part has a shorter name than a rare part.
    for text, use in sorted(parts.items(), key=lambda pair: (bool(pair[1].part.set), -len(pair[1].roots))):
        if use.number >= _SHARED and len(text) >= _MIN_LENGTH:
            routine = routines.get(find_called(text))
            home = _find_home_of_target(text, use, homes) if routine is None else homes[routine]
            names.add(text, use, [*_suggest_names(use.part), *use.name_of_policy], home, routine)
    for text, use in wholes.items():
        source = layout(write_condition(Sql(text), names.found))
        if len(use.roots) >= _SHARED and ("\n" in source or len(source) >= _MIN_LENGTH_OF_WHOLE):
            names.add(text, use, use.name_of_policy or [describe_condition(Sql(text))], None)
    return names.found


@attrs.define
class _ConditionNames:
    """Chooses the names and the modules of conditions.

    Attributes:
        homes: The modules of the objects.
        order: The modules, each after those that it imports from.
        used: The names in use.
        found: The conditions with names, by their SQL.
    """

    homes: Mapping[Identity, str]
    order: Sequence[str]
    used: set[str]
    found: dict[str, SharedValue] = attrs.Factory(dict)

    def add(
        self, text: str, use: _Use, names: Sequence[str], home: str | None, routine: Identity | None = None
    ) -> None:
        """Give a name to a condition.

        Args:
            text: The condition.
            use: Its place.
            names: Its names, the best one first.
            home: The module that it belongs to if several modules have it; None for none.
            routine: The routine that it calls; None for none.
        """
        module = self._choose_module({self.homes[root.identity] for root in use.roots}, home)
        # The other modules import from the shared one, which therefore imports from none.
        inner = {key: each for key, each in self.found.items() if module != SHARED or each.module == SHARED}
        candidates = [*names, *(f"{names[-1]}_{number}" for number in range(2, len(self.used) + 3))]
        name = next(each for each in candidates if each not in self.used)
        self.used.add(name)
        required = [inner[part.text] for part in find_named(text, inner)]
        requires = frozenset(each.name for each in required)
        follows = routine is not None and self.homes[routine] == module
        calls = routine if follows and all(each.calls == routine for each in required) else None
        node = write_condition(Sql(text), inner)
        self.found[text] = SharedValue(name, module, node, requires=requires, calls=calls)

    def _choose_module(self, modules: Collection[str], home: str | None) -> str:
        """Return the only module with a condition, or the module of its subject if this module precedes the others."""
        if len(modules) == 1:
            return next(iter(modules))
        if home is not None and all(self.order.index(home) <= self.order.index(each) for each in modules):
            return home
        return SHARED


def _suggest_names(part: ConditionPart) -> Iterator[str]:
    """Yield the names of a part of a condition, the best one first."""
    if part.is_set:
        yield name_set(part.text)
    elif part.set:
        yield f"IN_{name_set(part.set)}"
        yield f"{to_variable(part.text.partition(' ')[0])}_IN_{name_set(part.set)}".upper()
    else:
        yield from suggest_names(Sql(part.text))


def _find_home_of_target(text: str, use: _Use, homes: Mapping[Identity, str]) -> str | None:
    """Return the module of the table to which the column of a condition refers in all tables."""
    (name,) = list_columns(text) or ("",)
    targets = {
        find_target(column)
        for root in use.roots
        for column in root.parts.get("columns", ())
        if column.name == name
    }
    target = next(iter(targets)) if len(targets) == 1 else None
    return None if target is None else homes.get(target)


def _list_conditions(root: AssembledRoot, platform: Platform) -> Iterator[tuple[Policy, Sql]]:
    """Yield the conditions of the policies of a table that no helper of the platform returns."""
    policies = root.parts.get("policies", ())
    helped = {id(policy) for call in find_helper_calls(policies, platform) for policy in call.policies}
    for policy in policies:
        if id(policy) not in helped:
            for condition in (policy.using, policy.check):
                if condition is not None:
                    yield policy, condition
