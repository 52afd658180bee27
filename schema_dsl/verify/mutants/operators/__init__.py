"""What is damaged, one topic a file: each has `OPERATORS`, functions of a piece by name, and is found by being here."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TypeAlias

from schema_dsl.verify.mutants.fragments import Piece
from schema_dsl.verify.mutants.mutant import MutationEdit

Operator: TypeAlias = Callable[[Piece], Iterable[MutationEdit]]


@cache
def operators() -> Mapping[str, Operator]:
    """Give every operator by its name."""
    return {
        name: operator
        for module in pkgutil.iter_modules(__path__)
        for name, operator in import_module(f"{__name__}.{module.name}").OPERATORS.items()
    }
