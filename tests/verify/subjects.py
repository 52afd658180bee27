"""Build the subjects of the proofs: migrations with and without faults."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import attrs

from schema_dsl.model.catalog import Catalog, build_catalog
from schema_dsl.model.role import Role
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.pipeline import open_project
from schema_dsl.plan import plan
from schema_dsl.platforms import Platform
from schema_dsl.render import Header, render
from schema_dsl.verify import Subject

ROOT = Path(__file__).parents[2]


def migration(wanted: Catalog) -> str:
    """Render the first migration of a schema."""
    header = Header(
        file="034_made.sql",
        title="Made for a test",
        purpose="",
        date="2026-01-01",
        definitions=wanted.fingerprint(),
    )
    return render(plan(wanted.existing(), wanted), wanted, header)


def engagement_subject() -> Subject:
    """Return the first migration of the engagement schema."""
    project = open_project(ROOT)
    wanted = project.wanted
    return Subject(
        platform=project.platform,
        baseline=project.baseline,
        earlier=(),
        file="034_engagement_system.sql",
        script=migration(wanted),
        wanted=wanted,
    )


def subject_of(
    *declared: SchemaObject, platform: Platform, baseline: str = "", roles: Iterable[Role] = ()
) -> Subject:
    """Return the first migration of some tables and other objects."""
    wanted = build_catalog(
        declared,
        platform_tables=platform.tables,
        functions=platform.functions,
        roles=[*platform.roles, *roles],
        owns=platform.owns,
    )
    return Subject(
        platform=platform,
        baseline=baseline,
        earlier=(),
        file="034_made.sql",
        script=migration(wanted),
        wanted=wanted,
    )


def damaged(subject: Subject, old: str, new: str) -> Subject:
    """Return the subject with a fault: replace `old`, which the script must contain, by `new`."""
    assert old in subject.script, f"the script does not contain: {old}"
    return attrs.evolve(subject, script=subject.script.replace(old, new))
