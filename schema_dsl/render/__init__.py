"""Render a Plan as SQL text. Templates format the SQL; every decision is already in the plan."""

from __future__ import annotations

from schema_dsl.render.data_loss_guard import ALLOW_DATA_LOSS
from schema_dsl.render.environment import render_step
from schema_dsl.render.migration import (
    Header,
    Seal,
    build_title_and_purpose,
    compute_checksum,
    read_seal,
    render,
    seal_text,
)
from schema_dsl.render.rollback import UndoneMigration, is_rollback_of, render_rollback

__all__ = [
    "ALLOW_DATA_LOSS",
    "Header",
    "Seal",
    "UndoneMigration",
    "build_title_and_purpose",
    "compute_checksum",
    "is_rollback_of",
    "read_seal",
    "render",
    "render_rollback",
    "render_step",
    "seal_text",
]
