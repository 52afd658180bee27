"""Rows put to a database, to see what it takes and what it refuses: one file a kind of object, of its name.

Each file has a `probe(bench, identity, declared)` that gives a `ProbeResult`.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

from schema_dsl.model.identity import Identity
from schema_dsl.verify.probes.sandbox import ProbeResult, Sandbox

KindProbe: TypeAlias = Callable[[Sandbox, Identity, Any], ProbeResult]


@cache
def probes() -> dict[str, KindProbe]:
    """Give the probe of each kind of object that has one."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {
        module.__name__.rpartition(".")[2]: module.probe for module in modules if hasattr(module, "probe")
    }


__all__ = ["KindProbe", "ProbeResult", "Sandbox", "probes"]
