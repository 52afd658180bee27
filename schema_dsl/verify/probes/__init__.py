"""Probes: insert rows to observe which rows a declared object accepts and refuses.

The package has one module per kind of object, named like the kind. The function `probe(sandbox, identity, declared)`
of the module returns a `ProbeResult`. Each object is tried in isolation: everything else that could refuse the row is
removed before, so that an answer is about this object. A module may have a function `share(sandbox, identity)`, which
returns a context for the probes of all objects of the kind in one table.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from functools import cache
from importlib import import_module
from itertools import groupby
from typing import Any, TypeAlias

import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.verify.probes.answers import ProbeResult
from schema_dsl.verify.probes.sandbox import Sandbox
from schema_dsl.verify.rows import MissingError

KindProbe: TypeAlias = Callable[[Sandbox, Identity, Any], ProbeResult]
_Share: TypeAlias = Callable[[Sandbox, Identity], AbstractContextManager[None]]


@cache
def load_probes() -> dict[str, KindProbe]:
    """Return the probes by kind of object."""
    return _load_functions("probe")


@cache
def _load_functions(name: str) -> dict[str, Any]:
    """Return the functions of a name, by kind of object."""
    modules = (import_module(f"{__name__}.{module.name}") for module in pkgutil.iter_modules(__path__))
    return {
        module.__name__.rpartition(".")[2]: getattr(module, name)
        for module in modules
        if hasattr(module, name)
    }


def visit_objects(sandbox: Sandbox, identities: Iterable[Identity]) -> Iterator[Identity]:
    """Yield objects one after another, those of one kind and table in the context that their probes share."""
    shares: dict[str, _Share] = _load_functions("share")
    for (kind, _), group in groupby(identities, key=lambda identity: (identity.kind, identity.relation)):
        members = list(group)
        with ExitStack() as stack:
            if kind in shares and len(members) > 1:
                # If the context cannot be entered, the probes report the reason.
                with suppress(MissingError, psycopg.Error):
                    stack.enter_context(shares[kind](sandbox, members[0]))
            yield from members


__all__ = ["KindProbe", "ProbeResult", "Sandbox", "load_probes", "visit_objects"]
