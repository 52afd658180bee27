"""Find the policies that a helper of the platform returns."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module
from typing import Any, Final

import attrs

from schema_dsl.importing.python import PythonCall, quote
from schema_dsl.importing.readable_sql import simplify_condition
from schema_dsl.model.access import OPERATIONS
from schema_dsl.model.policy import Policy
from schema_dsl.platforms import Platform

_OWNER: Final = re.compile(r'= (?:"((?:[^"]|"")+)"|(\w+))$')


@attrs.frozen
class HelperCall:
    """A call of a helper, with the policies that it returns.

    Attributes:
        call: The call.
        policies: The policies.
    """

    call: PythonCall
    policies: tuple[Policy, ...]


def find_helper_calls(policies: Sequence[Policy], platform: Platform) -> list[HelperCall]:
    """Return the calls of the helpers of a platform that return some of the policies of a table."""
    module = import_module(f"schema_dsl.platforms.{platform.name}")
    found = []
    own_helper = getattr(module, "owner_may", None)
    if own_helper is not None:
        for column in dict.fromkeys(_list_columns(policies)):
            found += _find("owner_may", own_helper, policies, {"own": column})
    role_helper = getattr(module, "service_role_may", None)
    if role_helper is not None:
        found += _find("service_role_may", role_helper, policies, {})
    return found


def _find(
    name: str, helper: Callable[..., list[Policy]], policies: Sequence[Policy], keywords: dict[str, str]
) -> list[HelperCall]:
    nodes = {key: quote(value) for key, value in keywords.items()}
    (whole, *others) = helper("all", **keywords)
    if not others:
        same = _find_same(policies, whole)
        if same is not None:
            return [HelperCall(PythonCall(name, (quote("all"),), nodes), (same,))]
    matching = {
        operation: same
        for operation in OPERATIONS
        for same in [_find_same(policies, helper(operation, **keywords)[0])]
        if same is not None
    }
    if not matching:
        return []
    operations = ("all",) if others and len(matching) == len(OPERATIONS) else tuple(matching)
    return [HelperCall(PythonCall(name, tuple(map(quote, operations)), nodes), tuple(matching.values()))]


def _find_same(policies: Iterable[Policy], wanted: Policy) -> Policy | None:
    return next((policy for policy in policies if _simplify(policy) == _simplify(wanted)), None)


def _simplify(policy: Policy) -> tuple[Any, ...]:
    conditions = (None if text is None else simplify_condition(text) for text in (policy.using, policy.check))
    return (policy.name, policy.command, policy.to, *conditions, policy.permissive, policy.comment)


def _list_columns(policies: Iterable[Policy]) -> Iterable[str]:
    for policy in policies:
        match = _OWNER.search(simplify_condition(policy.using or policy.check or ""))
        if match is not None:
            yield match[2] or match[1].replace('""', '"')
