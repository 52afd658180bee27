"""The schema of the reference cases, and the identities of found references, for tests."""

from __future__ import annotations

from collections.abc import Iterable

from reference_cases import build_schema

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.reference import ObjectReference

SCHEMA = build_schema()


def list_identities(found: Iterable[ObjectReference]) -> set[Identity]:
    """Return the identities of references."""
    return {reference.identity for reference in found if reference.identity is not None}
