"""Fixtures for proofs of the engagement schema."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Subject


@pytest.fixture(scope="session")
def engagement() -> Subject:
    """The engagement schema and its migration, without errors."""
    from subjects import engagement_subject  # noqa: PLC0415 - importable only while tests in its folder run

    return engagement_subject()


@pytest.fixture(scope="session")
def scratch(server: Server, engagement: Subject) -> Iterator[Scratch]:
    """Scratch databases for the engagement schema."""
    with Scratch(server, engagement) as scratch:
        yield scratch
