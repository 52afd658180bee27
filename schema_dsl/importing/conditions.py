"""Name the conditions that several policies have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.importing.assembly import AssembledRoot
from schema_dsl.importing.policy_helpers import find_helper_calls
from schema_dsl.importing.python import PythonNode, PythonText, layout, quote_block
from schema_dsl.importing.shared import SharedValue
from schema_dsl.importing.variables import to_variable
from schema_dsl.model.expression import can_indent, unindent
from schema_dsl.model.policy import Policy
from schema_dsl.parsing import SqlSyntaxError, parse_expression, walk
from schema_dsl.platforms import Platform
from schema_dsl.sql import Sql

CONDITIONS: Final = ("using", "check")
"""The arguments of a policy that are conditions."""
MODULE: Final = "conditions"
"""The module of the conditions that several modules share."""
# How many policies or clauses have a condition that gets a name, and how long it is at least.
_SHARED: Final = 2
_MIN_LENGTH: Final = 20


def write_condition(text: Sql) -> PythonNode:
    """Return the source of SQL for an argument that takes a str as SQL."""
    is_block = "\n" in text and can_indent(text) and unindent(text) == text
    return PythonText(str(text)) if is_block else quote_block(str(text))


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
    policies: dict[str, Policy] = {}
    nodes: dict[str, PythonNode] = {}
    modules: dict[str, list[str]] = {}
    for root in roots:
        for policy, condition in _list_conditions(root, platform):
            node = write_condition(condition)
            source = layout(node)
            policies.setdefault(source, policy)
            nodes.setdefault(source, node)
            modules.setdefault(source, []).append(homes[root.identity])
    found: dict[str, SharedValue] = {}
    used = set(taken)
    for source, where in modules.items():
        if len(where) < _SHARED or len(source) < _MIN_LENGTH:
            continue
        base = _suggest_name(source, policies[source], nodes[source])
        name = next(
            each
            for each in (base, *(f"{base}_{number}" for number in range(2, len(used) + 3)))
            if each not in used
        )
        used.add(name)
        found[source] = SharedValue(name, where[0] if len(set(where)) == 1 else MODULE, nodes[source])
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


def _suggest_name(source: str, policy: Policy, node: PythonNode) -> str:
    """Return the name of the function that a condition calls, of the column with the caller's id, or of a policy."""
    text = node.text if isinstance(node, PythonText) else source.strip('"')
    try:
        nodes = list(walk(parse_expression(text)))
    except SqlSyntaxError:
        return to_variable(policy.name).upper()
    calls = [names(each.funcname) for each in nodes if each.DESCRIPTOR.name == "FuncCall"]
    columns = [
        each.fields[-1].string.sval for each in nodes if each.DESCRIPTOR.name == "ColumnRef" and each.fields
    ]
    if "\n" not in text and len(calls) == 1 and len(columns) == 1:
        is_id = calls[0][-1] == "uid"
        return to_variable(f"own_{columns[0].removesuffix('_id')}" if is_id else calls[0][-1]).upper()
    return to_variable(policy.name).upper()
