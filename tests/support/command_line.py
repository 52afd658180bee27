"""Runs of the command line in tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import click.testing

Run: TypeAlias = Callable[..., click.testing.Result]
"""The type of the fixtures that run `schema-dsl` with arguments."""
