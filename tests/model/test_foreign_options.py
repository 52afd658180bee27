"""Options of foreign servers and tables, which may be secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl import ForeignServer, UserMapping, introspect
from schema_dsl.errors import DefinitionError

QUERIES = Path(introspect.__file__).parent / "queries"


class TestSecrets:
    """Options that contain secrets are neither declared nor read."""

    @pytest.mark.parametrize(
        "name", ["password", "sslpassword", "API_KEY", "secret_access_key", "conn_string"]
    )
    def test_declared(self, name: str) -> None:
        """An option with a secret is refused, and the message does not repeat the secret."""
        with pytest.raises(DefinitionError, match=f"the option {name} contains a secret") as caught:
            UserMapping("app", "films", options={name: "hunter2"})
        assert "hunter2" not in str(caught.value)

    @pytest.mark.parametrize("name", ["user", "password_required", "api_key_id", "vault_access_key_name"])
    def test_others(self, name: str) -> None:
        """An option that only identifies a secret may be declared."""
        assert ((name, "x"),) == ForeignServer("films", "w", options={name: "x"}).options

    def test_queries(self) -> None:
        """Each catalog query of options leaves out the secrets."""
        for kind in ("foreign_table", "foreign_server", "user_mapping", "foreign_data_wrapper"):
            text = (QUERIES / f"{kind}.sql").read_text("utf-8")
            number = text.count("pg_options_to_table")
            assert number > 0
            assert (number, number) == (
                text.count("option_name ~* %(secret_names)s"),
                text.count("option_name !~* %(reference_names)s"),
            )
