"""Client roles have privileges on a view without security_invoker."""

from __future__ import annotations

from schema_dsl.lint.facts.api import find_client_roles_with, format_roles
from schema_dsl.lint.facts.created_by import find_created_relation
from schema_dsl.lint.facts.inheritance import (
    filters_by_caller,
    find_roles_of_view_by_default,
    find_tables_behind,
    is_security_invoker,
)
from schema_dsl.lint.facts.policies import shows_every_row_to
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.rule import FinalState, Level, LocatedHits, Rule


def _check(final_state: FinalState) -> LocatedHits:
    for relation in final_state.schema.relations.values():
        creation = find_created_relation(final_state, relation) if relation.kind == "view" else None
        roles = (
            find_client_roles_with(relation) or find_roles_of_view_by_default(final_state.schema, relation)
            if creation is not None and not is_security_invoker(relation)
            else []
        )
        if creation is not None and roles and _bypasses_policies(final_state, relation, roles):
            yield creation.hit(f"{format_roles(roles)} can access rows through {relation} that policies hide")
        elif creation is not None and (hidden := _find_hidden_column(final_state, relation, roles)):
            column, table, role = hidden
            yield creation.hit(
                f"{role} can read {column} of {table} through {relation}, without the privilege on that column"
            )


def _bypasses_policies(final_state: FinalState, view: HistoryRelation, roles: list[str]) -> bool:
    """Return whether the view reads tables with policies that hide rows from one of the roles."""
    schema = final_state.schema
    guarded = [
        table
        for table in find_tables_behind(schema, view)
        if table is None or table.row_security is not False
    ]
    if not guarded or find_client_roles_with(view, "insert", "update", "delete"):
        return bool(guarded)
    if filters_by_caller(schema, view):
        return False
    return any(
        table is None or not shows_every_row_to(schema, table, role) for table in guarded for role in roles
    )


def _find_hidden_column(
    final_state: FinalState, view: HistoryRelation, roles: list[str]
) -> tuple[str, HistoryRelation, str] | None:
    """Return a column that a view shows to a role with privileges on other columns of the table only."""
    is_readable = bool(roles and find_client_roles_with(view, "select"))
    for table in find_tables_behind(final_state.schema, view) if is_readable else ():
        if table is None or "grants" in table.changed_kinds:
            continue
        for role in roles:
            granted = {name for name, privilege in table.column_grants.get(role, ()) if privilege == "select"}
            if not granted or "select" in table.grants.get(role, set()) | table.grants.get("public", set()):
                continue
            hidden = sorted((view.columns.keys() & table.columns.keys()) - granted)
            if hidden:
                return hidden[0], table, role
    return None


RULE = Rule(
    group="schema",
    level=Level.ERROR,
    why=(
        "A view reads its tables as the owner of the view, and policies do not restrict the owner, so every role "
        "with SELECT on the view reads every row. With security_invoker (Postgres 15 and later), the policies of "
        "the caller apply."
    ),
    remedy=(
        "CREATE VIEW ... WITH (security_invoker = true) AS ..., or REVOKE the privileges from the client roles."
    ),
    bad="""
        CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL, body text);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated
            USING (author = (SELECT auth.uid()));
        CREATE VIEW public.note_bodies AS SELECT id, body FROM public.notes;
        GRANT SELECT ON public.notes, public.note_bodies TO authenticated;
    """,
    good="""
        CREATE TABLE public.notes (id bigint PRIMARY KEY, author uuid NOT NULL, body text);
        CREATE INDEX notes_author_idx ON public.notes (author);
        ALTER TABLE public.notes ENABLE ROW LEVEL SECURITY;
        CREATE POLICY notes_own ON public.notes FOR SELECT TO authenticated
            USING (author = (SELECT auth.uid()));
        CREATE VIEW public.note_bodies WITH (security_invoker = true) AS SELECT id, body FROM public.notes;
        GRANT SELECT ON public.notes, public.note_bodies TO authenticated;
    """,
    final_state=_check,
    platform="supabase",
    known_as=("splinter: 0010_security_definer_view",),
)
