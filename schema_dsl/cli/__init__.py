"""The command line. No other package prints or exits."""

from __future__ import annotations

from schema_dsl.cli.main import main

__all__ = ["main"]
