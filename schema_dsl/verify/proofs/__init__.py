"""One file a proof; each has a `PROOF`, and is found by being here."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from schema_dsl.verify.proof import Proof


@cache
def proofs() -> tuple[Proof, ...]:
    """Give every proof, in the order of the report."""
    found: list[Proof] = [
        import_module(f"{__name__}.{module.name}").PROOF for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(sorted(found, key=lambda proof: proof.rank))
