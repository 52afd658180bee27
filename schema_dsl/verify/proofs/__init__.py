"""The proofs, one module each. `list_proofs` imports every module of this package and reads its `PROOF`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module

from schema_dsl.verify.proof import Proof


@cache
def list_proofs() -> tuple[Proof, ...]:
    """Return all proofs in the order of the report."""
    found: list[Proof] = [
        import_module(f"{__name__}.{module.name}").PROOF for module in pkgutil.iter_modules(__path__)
    ]
    return tuple(sorted(found, key=lambda proof: proof.rank))
