"""Lint rules: every module of this package defines a `RULE`; its docstring is the summary of the rule."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from functools import cache
from importlib import import_module

import attrs

from schema_dsl.lint.rule import Rule


@cache
def rules_by_name() -> Mapping[str, Rule]:
    """Import the modules of this package and return every rule by its name."""
    # Without docstrings (python -OO), a rule has no summary.
    rules: dict[str, Rule] = {}
    for module in pkgutil.iter_modules(__path__):
        content = import_module(f"{__name__}.{module.name}")
        name = module.name.replace("_", "-")
        rules[name] = attrs.evolve(content.RULE, name=name, summary=content.__doc__ or "")
    return rules
