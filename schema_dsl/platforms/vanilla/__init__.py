"""Plain Postgres, without additional objects."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from schema_dsl.platforms.platform import Platform, ServerRole

PLATFORM: Final = Platform(
    name="vanilla",
    baseline=Path(__file__).parent / "baseline.sql",
    server_roles=(ServerRole("schema_dsl_owner", ("LOGIN", "CREATEROLE")),),
    owner="schema_dsl_owner",
)
