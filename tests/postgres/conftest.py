"""Fixtures: one embedded server for all tests of this folder."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from schema_dsl.postgres import Database, Server, provider


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running embedded server."""
    with provider("embedded").start() as running:
        yield running


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    """A fresh database."""
    with server.database() as fresh:
        yield fresh


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """An empty folder that other accounts can enter; they may not be able to enter tmp_path."""
    with tempfile.TemporaryDirectory(prefix="schema_dsl_test-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
