"""Tests of the texts that name a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import provider
from schema_dsl.postgres.container import ContainerProvider
from schema_dsl.postgres.dsn import DsnProvider
from schema_dsl.postgres.local import LocalProvider


class TestProvider:
    """`provider(spec)`."""

    @pytest.mark.parametrize(
        ("spec", "kind"),
        [
            ("embedded", LocalProvider),
            ("container", ContainerProvider),
            ("container:15", ContainerProvider),
            ("postgresql://me@host/db", DsnProvider),
            ("host=h user=me", DsnProvider),
        ],
    )
    def test_kinds(self, spec: str, kind: type) -> None:
        """Every form of the text has its provider."""
        assert isinstance(provider(spec), kind)

    def test_folder(self, tmp_path: Path) -> None:
        """The path of an existing folder names server programs."""
        assert str(tmp_path) == provider(str(tmp_path)).spec

    @pytest.mark.parametrize("spec", ["", "embeded", "/no/such/folder"])
    def test_unknown(self, spec: str) -> None:
        """Other texts are refused, and the error lists the valid forms."""
        with pytest.raises(PostgresError, match="Use embedded, an existing folder"):
            provider(spec)


class TestImages:
    """The image of a container."""

    @pytest.mark.parametrize(
        ("spec", "image"),
        [
            ("container", "postgres:17"),
            ("container:15", "postgres:15"),
            ("container:16.4", "postgres:16.4"),
            ("container:supabase/postgres:15.8", "supabase/postgres:15.8"),
        ],
    )
    def test_image(self, spec: str, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A version selects the official image; a name selects the image of that name."""
        monkeypatch.delenv("SCHEMA_DSL_CONTAINER_IMAGE", raising=False)
        container = provider(spec)
        assert isinstance(container, ContainerProvider)
        assert (image, spec) == (container.image, container.spec)

    def test_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """An environment variable sets the image for `container` without a version."""
        monkeypatch.setenv("SCHEMA_DSL_CONTAINER_IMAGE", "mine:1")
        container = provider("container")
        assert isinstance(container, ContainerProvider)
        assert "mine:1" == container.image
