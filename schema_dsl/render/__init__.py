"""A Plan to SQL text, by templates that lay out and decide nothing."""

from __future__ import annotations

from schema_dsl.render.data_loss_guard import ALLOWED
from schema_dsl.render.migration import (
    Header,
    fingerprint,
    render,
    render_step,
    seal_of,
    sealed,
    section_texts,
)
from schema_dsl.render.rollback import UndoneMigration, render_rollback, undoes

__all__ = [
    "ALLOWED",
    "Header",
    "UndoneMigration",
    "fingerprint",
    "render",
    "render_rollback",
    "render_step",
    "seal_of",
    "sealed",
    "section_texts",
    "undoes",
]
