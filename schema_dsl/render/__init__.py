"""A Plan to SQL text, by templates that lay out and decide nothing."""

from __future__ import annotations

from schema_dsl.render.migration import (
    Header,
    fingerprint,
    render,
    render_step,
    seal_of,
    sealed,
    section_texts,
)

__all__ = ["Header", "fingerprint", "render", "render_step", "seal_of", "sealed", "section_texts"]
