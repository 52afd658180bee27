"""What a person writes, and what it means."""

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
        """Each form has its provider, and nothing is started."""
        assert isinstance(provider(spec), kind)

    def test_folder(self, tmp_path: Path) -> None:
        """A folder that exists is one of server programs, and its own spec."""
        assert str(tmp_path) == provider(str(tmp_path)).spec

    @pytest.mark.parametrize("spec", ["", "embeded", "/no/such/folder"])
    def test_unknown(self, spec: str) -> None:
        """Anything else is refused with what would be understood."""
        with pytest.raises(PostgresError, match="Use embedded, a folder"):
            provider(spec)


class TestImages:
    """Which image a container is made from."""

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
        """A version means the official image; a name means itself."""
        monkeypatch.delenv("SCHEMA_DSL_CONTAINER_IMAGE", raising=False)
        named = provider(spec)
        assert isinstance(named, ContainerProvider)
        assert (image, spec) == (named.image, named.spec)

    def test_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The environment says what `container` alone means."""
        monkeypatch.setenv("SCHEMA_DSL_CONTAINER_IMAGE", "mine:1")
        named = provider("container")
        assert isinstance(named, ContainerProvider)
        assert "mine:1" == named.image
