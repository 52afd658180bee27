"""One file a rule; each has a `RULE`, and is found by being here."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

from schema_dsl.lint.rule import Rule


@cache
def rules() -> Mapping[str, Rule]:
    """Give every rule by its name."""
    found: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__):
        rule: Rule = import_module(f"{__name__}.{module.name}").RULE
        found[rule.name] = rule
    return found
