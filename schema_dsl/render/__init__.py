"""Render a Plan as SQL text. Templates format the SQL; every decision is already in the plan."""

from __future__ import annotations

from schema_dsl.render.data_loss_guard import ALLOW_DATA_LOSS
from schema_dsl.render.environment import render_step
from schema_dsl.render.migration import (
    Header,
    build_title_and_purpose,
    render,
    select_sections,
)
from schema_dsl.render.rollback import UndoneMigration, is_rollback_of, render_rollback
from schema_dsl.render.script import render_script
from schema_dsl.render.seal import FilePart, Seal, compute_checksum, read_seal, seal_text

__all__ = [
    "ALLOW_DATA_LOSS",
    "FilePart",
    "Header",
    "Seal",
    "UndoneMigration",
    "build_title_and_purpose",
    "compute_checksum",
    "is_rollback_of",
    "read_seal",
    "render",
    "render_rollback",
    "render_script",
    "render_step",
    "seal_text",
    "select_sections",
]
