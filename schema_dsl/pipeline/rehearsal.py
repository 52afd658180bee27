"""Run a migration on a scratch server before it is written, if only Postgres can judge its effects.

It restores objects that are not declared, or it changes an owner, which needs memberships and privileges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from schema_dsl.errors import MigrationError
from schema_dsl.model.owner import Ownership
from schema_dsl.pipeline.verification import build_subject

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.migrations import Migration
    from schema_dsl.pipeline.project import Project
    from schema_dsl.plan import Plan


def list_restored(plan: Plan, undeclared: Iterable[Identity]) -> tuple[Identity, ...]:
    """List the undeclared objects that a plan removes and restores around the change of a dependency."""
    subjects = {part.subject for step in plan.steps for part in step.list_parts()}
    return tuple(identity for identity in undeclared if identity in subjects)


def list_owned(plan: Plan) -> tuple[Identity, ...]:
    """List the objects to which a plan gives an owner."""
    return tuple(step.subject.root for step in plan.steps if step.subject.kind == Ownership.kind)


def require_applicable(
    project: Project,
    files: Sequence[Migration],
    restored: Sequence[Identity],
    owned: Sequence[Identity],
    output: Path | None,
) -> None:
    """Raise MigrationError if Postgres refuses a migration.

    Args:
        project: The project.
        files: The files of the migration, which may not be written.
        restored: The undeclared objects that the migration restores.
        owned: The objects to which the migration gives an owner.
        output: Folder of the migrations, by default the folder of the settings.
    """
    from schema_dsl.postgres import provider  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.verify import Scratch  # noqa: PLC0415
    from schema_dsl.verify.apply import ApplyError  # noqa: PLC0415

    subject = build_subject(project, files, output=output)
    try:
        with (
            provider(project.settings.postgres).start() as server,
            Scratch(server, subject) as scratch,
            scratch.fresh("after"),
        ):
            pass
    except ApplyError as error:
        reasons = []
        if restored:
            names = ", ".join(map(str, restored))
            reasons.append(
                f"It removes and restores what the definitions do not declare: {names}. Declare it as it is to be, or"
                " drop it with --drop."
            )
        if owned:
            reasons.append(
                f"It changes the owner of {', '.join(map(str, owned))}. The role that runs migrations has to be a"
                " member of the new owner, who needs CREATE on the schema."
            )
        raise MigrationError(
            f"the migration cannot run: {error.what}", where=error.where, instead=" ".join(reasons)
        ) from error
