"""Mutation operators, one topic a module. Every module of this package has `OPERATORS`, functions of a fragment."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TypeAlias

from schema_dsl.verify.mutants.fragments import Fragment
from schema_dsl.verify.mutants.mutant import MutationEdit

MutationOperator: TypeAlias = Callable[[Fragment], Iterable[MutationEdit]]


@cache
def load_operators() -> Mapping[str, MutationOperator]:
    """Return all operators by name."""
    return {
        name: operator
        for module in pkgutil.iter_modules(__path__)
        for name, operator in import_module(f"{__name__}.{module.name}").OPERATORS.items()
    }
