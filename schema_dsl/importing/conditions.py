"""Name the conditions that several policies have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.condition_names import describe_condition, suggest_names
from schema_dsl.importing.policy_helpers import find_helper_calls
from schema_dsl.importing.python import PythonNode, PythonText, layout, quote, quote_block
from schema_dsl.importing.shared import SHARED, SharedValue
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.expression import can_indent, unindent
from schema_dsl.model.policy import Policy
from schema_dsl.parsing import SqlSyntaxError, parse_expression
from schema_dsl.platforms import Platform
from schema_dsl.sql import Sql

CONDITIONS: Final = ("using", "check")
"""The arguments of a policy that are conditions."""
# How many policies or clauses have a condition that gets a name, and how long it is at least.
_SHARED: Final = 2
_MIN_LENGTH: Final = 20
_AND: Final = re.compile(r"(\s+AND )")


def write_condition(text: Sql, shared: Mapping[str, SharedValue] = MappingProxyType({})) -> PythonNode:
    """Return the source of SQL for an argument that takes a str as SQL.

    Args:
        text: The SQL.
        shared: The conditions that have a name, by their source; they stand by their names in the condition.
    """
    is_block = "\n" in text and can_indent(text) and unindent(text) == text
    whole = PythonText(str(text)) if is_block else quote_block(str(text))
    if layout(whole) in shared:
        return shared[layout(whole)].name
    parts = _list_parts(text) if shared else []
    named = {part: shared[quote(part)].name for part in parts if quote(part) in shared}
    if not named or {"{", "\\"} & set(text):
        return whole
    composed = "".join(f"{{{named[each]}}}" if each in named else each for each in _AND.split(text))
    if not is_block:
        return f"f{quote(composed)}"
    flat = _AND.sub(" AND ", composed)
    return PythonText(composed, "f", flat=None if "\n" in flat else flat)


def list_names(node: PythonNode, shared: Mapping[str, SharedValue]) -> list[str]:
    """Return the names of the shared conditions that the source of a condition has, also within others."""
    text = layout(node)
    found = [each for each in shared.values() if text == each.name or f"{{{each.name}}}" in text]
    inner = (name for each in found for name in list_names(each.node, shared))
    return [*(each.name for each in found), *inner]


def _list_parts(text: Sql) -> list[str]:
    """Return the conditions that AND joins and that have a name of their own, not that of a policy."""
    parts = _AND.split(text)[::2]
    try:
        whole = parse_expression(text) if len(parts) > 1 else None
        trees = [parse_expression(part) for part in parts]
    except SqlSyntaxError:
        return []
    if whole is None or len(whole.bool_expr.args) != len(parts):
        return []
    return [
        part
        for part, tree in zip(parts, trees, strict=True)
        if not tree.bool_expr.args and any(suggest_names(Sql(part)))
    ]


def choose_shared_conditions(
    roots: Iterable[AssembledRoot],
    homes: Mapping[Identity, str],
    platform: Platform,
    taken: Iterable[str],
) -> dict[str, SharedValue]:
    """Return names for the conditions that policies repeat, by their source.

    Args:
        roots: The objects.
        homes: Their modules.
        platform: The platform, whose helpers return policies.
        taken: The names of other constants.
    """
    # The names of the policies whose whole condition is the text, and None for those of which it is a part.
    policies: dict[str, set[str | None]] = {}
    texts: dict[str, Sql] = {}
    modules: dict[str, list[str]] = {}
    for root in roots:
        for policy, condition in _list_conditions(root, platform):
            for text in (condition, *map(Sql, _list_parts(condition))):
                source = layout(write_condition(text))
                policies.setdefault(source, set()).add(policy.name if text == condition else None)
                texts.setdefault(source, text)
                modules.setdefault(source, []).append(homes[root.identity])
    found: dict[str, SharedValue] = {}
    used = set(taken)
    # A condition that others have as a part precedes them, and of two, the more frequent one has the shorter name.
    for source in sorted(modules, key=lambda each: (bool(_list_parts(texts[each])), -len(modules[each]))):
        where = modules[source]
        if len(where) < _SHARED or len(source) < _MIN_LENGTH:
            continue
        names = [*suggest_names(texts[source])]
        (policy_name, *others) = policies[source]
        if policy_name is not None and not others:
            names.append(to_variable(policy_name).upper())
        else:
            names.append(describe_condition(texts[source]))
        names += (f"{names[-1]}_{number}" for number in range(2, len(used) + 3))
        name = next(each for each in names if each not in used)
        used.add(name)
        module = where[0] if len(set(where)) == 1 else SHARED
        found[source] = SharedValue(name, module, write_condition(texts[source], found))
    return found


def _list_conditions(root: AssembledRoot, platform: Platform) -> Iterator[tuple[Policy, Sql]]:
    """Yield the conditions of the policies of a table that no helper of the platform returns."""
    policies = root.parts.get("policies", ())
    helped = {id(policy) for call in find_helper_calls(policies, platform) for policy in call.policies}
    for policy in policies:
        if id(policy) not in helped:
            for condition in (policy.using, policy.check):
                if condition is not None:
                    yield policy, condition
