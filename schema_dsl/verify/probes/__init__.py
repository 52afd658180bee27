"""Probes: insert rows to observe which rows a declared object accepts and refuses.

The package has one module per kind of object, named like the kind. The function `probe(sandbox, identity, declared)`
of the module returns a `ProbeResult`. Each object is tried in isolation: everything else that could refuse the row is
removed before, so that an answer is about this object.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, TypeAlias

from schema_dsl.analysis.identity import Identity
from schema_dsl.verify.probes.answers import ProbeResult
from schema_dsl.verify.probes.sandbox import Sandbox

KindProbe: TypeAlias = Callable[[Sandbox, Identity, Any], ProbeResult]


@cache
def load_probes() -> dict[str, KindProbe]:
    """Return the probes by kind of object."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {
        module.__name__.rpartition(".")[2]: module.probe for module in modules if hasattr(module, "probe")
    }


__all__ = ["KindProbe", "ProbeResult", "Sandbox", "load_probes"]
