"""The schemas that faults are planted in, and the migration of changed definitions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import attrs
import document_app
import team_workspace
import view_directory
from subjects import engagement_subject

from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.role import Role
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import Table
from schema_dsl.plan import Allowance, list_weakening_names, plan
from schema_dsl.platforms import CallerSetting, Platform, platform
from schema_dsl.render import Header, render
from schema_dsl.sql import qualified
from schema_dsl.verify import Subject

SETTINGS: Final = {"lock_timeout": "5s", "statement_timeout": "5min"}

# A function that runs a command as a superuser, because some faults need one.
_AS_SUPERUSER: Final = """
CREATE OR REPLACE FUNCTION public.as_superuser(command text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER AS
    'BEGIN EXECUTE command; END';
REVOKE ALL ON FUNCTION public.as_superuser(text) FROM PUBLIC;
DO $$ BEGIN IF to_regclass('auth.users') IS NOT NULL THEN
    REVOKE ALL ON FUNCTION public.as_superuser(text) FROM anon, authenticated, service_role; END IF; END $$;
GRANT EXECUTE ON FUNCTION public.as_superuser(text) TO :"owner";
"""


def engagement(folder: Path) -> Subject:
    """Return the first migration of the engagement schema."""
    subject = engagement_subject()
    return _migrate(
        attrs.evolve(subject, platform=_allow_superuser(subject.platform, folder), settings=SETTINGS)
    )


def teams(folder: Path) -> Subject:
    """Return the first migration of the teams schema, on plain Postgres with the tenant in a setting."""
    vanilla = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.tenant_id"))
    roles = [Role("app"), Role("support")]
    return _build(_allow_superuser(vanilla, folder), team_workspace.TABLES, team_workspace.BASELINE, roles)


def app(folder: Path) -> Subject:
    """Return the first migration of the application on Supabase."""
    supabase = platform("supabase")
    # Faults under one of the default privileges only are planted in the engagement schema.
    usual = dict(list(supabase.default_privileges.items())[:1])
    supabase = attrs.evolve(supabase, default_privileges=usual)
    return _build(
        _allow_superuser(supabase, folder), document_app.TABLES, document_app.BASELINE, supabase.roles
    )


def views(folder: Path) -> Subject:
    """Return the first migration of the schema with views, on plain Postgres with the caller in a setting."""
    vanilla = attrs.evolve(platform("vanilla"), caller=CallerSetting.parse("app.user_id"))
    roles = [Role("app"), Role("auditor")]
    return _build(_allow_superuser(vanilla, folder), view_directory.DECLARED, "", roles)


SCHEMAS: Final[Mapping[str, Callable[[Path], Subject]]] = {
    "engagement": engagement,
    "teams": teams,
    "app": app,
    "views": views,
}


def _allow_superuser(known: Platform, folder: Path) -> Platform:
    file = folder / f"{known.name}.sql"
    file.write_text(known.baseline.read_text("utf-8") + _AS_SUPERUSER, "utf-8")
    return attrs.evolve(known, baseline=file)


def _build(
    known: Platform, declared: Iterable[SchemaObject], baseline: str, roles: Iterable[Role]
) -> Subject:
    wanted = build_catalog(
        declared, platform_tables=known.tables, functions=known.functions, roles=roles, owns=known.owns
    )
    return _migrate(
        Subject(
            platform=known,
            baseline=baseline,
            earlier=(),
            file="034_made.sql",
            script="",
            wanted=wanted,
            settings=SETTINGS,
        )
    )


def _migrate(subject: Subject) -> Subject:
    """Return a subject with the migration of its definitions."""
    wanted = subject.wanted
    header = Header(
        file=subject.file,
        title="Made for a test",
        purpose="",
        date="2026-01-01",
        definitions=wanted.fingerprint(),
        allowed=_list_allowed(wanted),
    )
    return attrs.evolve(
        subject,
        script=render(
            plan(wanted.existing(), wanted),
            wanted,
            header,
            lock_timeout=subject.settings.get("lock_timeout", ""),
            statement_timeout=subject.settings.get("statement_timeout", ""),
        ),
    )


def _list_allowed(wanted: Catalog) -> tuple[str, ...]:
    """Return the permission for weaker access to each existing table that declares an access, for the header."""
    changed = [
        table for table in wanted.tables.values() if table.existing is not None and table.access is not None
    ]
    return tuple(
        str(Allowance(hazard, str(qualified(table.schema, table.name))))
        for table in changed
        for hazard in list_weakening_names()
    )


def define_subject(subject: Subject, changes: Mapping[str, Callable[[Table], Table]]) -> Subject:
    """Return the subject of changed definitions, with their migration.

    Args:
        subject: The subject.
        changes: The changes of tables, by the name of the table.
    """
    known, wanted = subject.platform, subject.wanted
    platform_tables = {(table.schema, table.name) for table in known.tables}
    declared = {
        name: table
        for (schema, name), table in wanted.tables.items()
        if (schema, name) not in platform_tables
    }
    assert set(changes) <= set(declared), f"not among the tables: {set(changes) - set(declared)}"
    changed = build_catalog(
        [changes.get(name, _keep)(table) for name, table in declared.items()],
        platform_tables=known.tables,
        functions=wanted.functions,
        roles=wanted.roles,
        sections=wanted.sections,
        owns=known.owns,
    )
    return _migrate(attrs.evolve(subject, wanted=changed))


def _keep(table: Table) -> Table:
    return table


def keep_access(wanted: Catalog, names: Iterable[str]) -> Catalog:
    """Return a catalog in which only the named tables declare an access, so that fewer trials are made.

    The other tables count as declared, so that the privileges of client roles on them are no gain.
    """
    kept = set(names)

    def without_access(table: Table) -> Table:
        if table.name in kept or table.access is None:
            return table
        if table.existing is None:
            return attrs.evolve(table, access=None)
        columns = (*table.existing, *table.columns)
        return attrs.evolve(table, access=None, existing=None, columns=columns)

    tables = {key: without_access(table) for key, table in wanted.tables.items()}
    return attrs.evolve(wanted, tables=tables)
