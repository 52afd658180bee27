"""A definitions folder for each test."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from definition_modules import HEAD

from schema_dsl.definitions import load_definitions
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import platform

Load = Callable[..., Catalog]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Return a function that writes modules into a definitions folder and loads the folder."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "definitions"
    folder.mkdir()

    def run(**modules: str) -> Catalog:
        for name, text in modules.items():
            file = folder / f"{name}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(HEAD + textwrap.dedent(text), "utf-8")
        return load_definitions(Path("definitions"), platform("supabase"))

    return run
