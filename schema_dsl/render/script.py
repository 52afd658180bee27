"""Render a plan as a script that is no migration: a dump, or the difference of two databases."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.model.catalog import Catalog
from schema_dsl.plan.step import Plan, TransactionMode
from schema_dsl.render.data_loss_guard import (
    ALLOW_DATA_LOSS_OPTION,
    format_data_loss_heading,
    list_losses,
    list_losses_to_check_first,
    render_data_loss_check,
)
from schema_dsl.render.environment import render_template
from schema_dsl.render.lifted_row_security import lift_row_security
from schema_dsl.render.migration import RULE, build_sections, format_comment, is_ascii, wrap_text
from schema_dsl.sql import Sql, literal

_ALONE = "Postgres refuses some of its statements in a transaction: run it without --single-transaction."


def render_script(
    plan: Plan,
    after: Catalog,
    *,
    title: str,
    remarks: Iterable[str],
    first: Iterable[tuple[str, str]] = (),
    lock_timeout: str = "",
    statement_timeout: str = "",
) -> str:
    """Render a script. The same arguments give the same text, byte for byte.

    Args:
        plan: The plan.
        after: The state after the plan.
        title: The first line of the header.
        remarks: The paragraphs below the title.
        first: Pairs of a heading and statements that run before those of the plan.
        lock_timeout: The value of lock_timeout, or "" to leave the setting unchanged.
        statement_timeout: The value of statement_timeout, or "" to leave the setting unchanged.
    """
    settings = [
        (Sql(name), literal(value))
        for name, value in (("lock_timeout", lock_timeout), ("statement_timeout", statement_timeout))
        if value
    ]
    shown = lift_row_security(plan, after) if list_losses(plan.steps) else plan
    sections = build_sections(shown, after, settings, sets_timeouts=True)
    paragraphs = list(remarks)
    if any(step.mode is not TransactionMode.SHARED for step in plan.steps):
        paragraphs.append(_ALONE)
    if any(loss.permitted for loss in list_losses(plan.steps)):
        paragraphs.append(
            f"It refuses to delete data. To allow that, put this in front of psql: {ALLOW_DATA_LOSS_OPTION}"
        )
    checked = list_losses_to_check_first(plan)
    if checked:
        sections.insert(
            0, (format_comment(format_data_loss_heading(checked)), [render_data_loss_check(checked)])
        )
    sections = [(format_comment([heading]), [Sql(text)]) for heading, text in first if text] + sections
    if list_losses(plan.steps):
        settings.append((Sql("row_security"), Sql("off")))
    if not is_ascii(sections):
        settings.insert(0, (Sql("client_encoding"), literal("UTF8")))
    values = {
        "line": RULE,
        "header": format_comment(_join(title, paragraphs)),
        "settings": settings,
        "sections": sections,
        "up": Sql(""),
        "down": Sql(""),
        "verification": [],
    }
    return render_template("migration", values).rstrip("\n") + "\n"


def _join(title: str, paragraphs: Iterable[str]) -> list[str]:
    lines = [title]
    for paragraph in paragraphs:
        lines += ["", *wrap_text(paragraph)]
    return lines
