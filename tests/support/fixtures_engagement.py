"""The engagement schema, to put to the proof."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify import Scratch, Subject


@pytest.fixture(scope="session")
def engagement() -> Subject:
    """The engagement schema and its migration, sound."""
    from subjects import engagement_subject  # noqa: PLC0415 - found once a test beside it is run

    return engagement_subject()


@pytest.fixture(scope="session")
def scratch(server: Server, engagement: Subject) -> Iterator[Scratch]:
    """Databases for the engagement schema."""
    with Scratch(server, engagement) as made:
        yield made
