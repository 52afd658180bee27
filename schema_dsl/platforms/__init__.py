"""The platforms: the objects that a database has before the first migration."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Final

from schema_dsl.platforms.platform import CallerSetting, Platform, ServerRole

__all__ = ["HOST_SCRIPT", "CallerSetting", "Platform", "ServerRole", "platform"]

HOST_SCRIPT: Final = Path(__file__).with_name("host.sql")
"""A script for scratch servers of every platform, after its own: the rights of the owner of migrations on hosts."""


def platform(name: str) -> Platform:
    """Return a platform by its name in the settings, which validate the name."""
    loaded: Platform = import_module(f"schema_dsl.platforms.{name}").PLATFORM
    return loaded
