"""Faults of views: they show more or less than their access, or lose the rights of the caller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from planted_fault import Fault, after
from view_directory import COLLEAGUES, ME, MINE, MY_TEAMS

_NOTES: Final = "SELECT n.id, n.owner_id, n.state FROM public.notes AS n"
_PUBLISHED: Final = "SELECT n.id, n.state, n.pinned FROM public.notes AS n"
_NOT_ALLOWED: Final = "but the declared access does not allow it"


def _view(name: str, query: str) -> str:
    return f"CREATE OR REPLACE VIEW public.{name} AS {query};"


# The fault, the statements, and the text of the failure.
_ACCESS: Final = {
    "a view of own rows without its condition": (
        _view("my_notes", _NOTES),
        f"app can read another user's row in my_notes, {_NOT_ALLOWED}",
    ),
    "pinned rows of all": (
        _view("my_notes", f"{_NOTES} WHERE {MINE} OR n.pinned"),
        "app can read another user's row",
    ),
    "all rows without a caller": (
        _view("my_notes", f"{_NOTES} WHERE {MINE} OR {ME} IS NULL"),
        "without app.user_id",
    ),
    "all rows but own ones": (
        _view("my_notes", f"{_NOTES} WHERE n.owner_id <> {ME}"),
        "app cannot read its own row in my_notes",
    ),
    "another state": (
        _view("published", f"{_PUBLISHED} WHERE n.state <> 'draft'"),
        "app can read rows in published whose state is 'secret'",
    ),
    "pinned drafts": (
        _view("published", f"{_PUBLISHED} WHERE n.state = 'published' OR n.pinned"),
        "app can read rows",
    ),
    "pinned rows hidden from everybody": (
        _view("published", f"{_PUBLISHED} WHERE n.state = 'published' AND NOT n.pinned"),
        "app cannot read rows in published whose pinned is 'true'",
    ),
    "no row for anybody": (
        _view("my_notes", f"{_NOTES} WHERE {MINE} AND n.state = 'none'"),
        "app cannot read its own row in my_notes",
    ),
    "colleagues of guests": (
        _view("colleagues", COLLEAGUES.format(teams=MY_TEAMS)),
        "in colleagues",
    ),
    "colleagues of other teams": (
        _view(
            "colleagues", COLLEAGUES.format(teams=f"{MY_TEAMS} AND mine.role <> 'guest' OR m.role = 'admin'")
        ),
        "in colleagues",
    ),
    "rights of the owner": (
        "ALTER VIEW public.notes_of_caller RESET (security_invoker);",
        "in notes_of_caller",
    ),
    "a role too many": (
        "GRANT SELECT ON public.published TO auditor;",
        "auditor",
    ),
    "a stored view for all": (
        "GRANT SELECT ON public.totals TO app;",
        "app",
    ),
    "a stored view of drafts": (
        """
        DROP MATERIALIZED VIEW public.stored;
        CREATE MATERIALIZED VIEW public.stored AS
            SELECT n.id, n.state FROM public.notes AS n WHERE n.state <> 'secret';
        REVOKE ALL ON public.stored FROM PUBLIC;
        GRANT SELECT ON public.stored TO app;
        """,
        f"app can read rows in stored whose state is 'draft', {_NOT_ALLOWED}",
    ),
}


def list_faults() -> Iterator[Fault]:
    """Yield the faults."""
    for name, (statements, says) in _ACCESS.items():
        yield Fault(name=name, schema="views", proof="access", plant=after(statements), says=says)
