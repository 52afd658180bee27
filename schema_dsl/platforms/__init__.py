"""The platforms: the objects that a database has before the first migration."""

from __future__ import annotations

from importlib import import_module

from schema_dsl.platforms.platform import CallerSetting, Platform, ServerRole

__all__ = ["CallerSetting", "Platform", "ServerRole", "platform"]


def platform(name: str) -> Platform:
    """Return a platform by its name in the settings, which validate the name."""
    loaded: Platform = import_module(f"schema_dsl.platforms.{name}").PLATFORM
    return loaded
