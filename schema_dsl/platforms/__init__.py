"""What a database already has: names to resolve, and a baseline for scratch servers."""

from __future__ import annotations

from importlib import import_module

from schema_dsl.platforms.platform import Platform

__all__ = ["Platform", "platform"]


def platform(name: str) -> Platform:
    """Give a platform by the name that settings use; settings have checked it."""
    found: Platform = import_module(f"schema_dsl.platforms.{name}").PLATFORM
    return found
