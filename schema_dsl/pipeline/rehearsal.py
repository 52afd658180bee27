"""Run a migration on a scratch server before it is written, if only Postgres can judge its effects.

Only Postgres can judge a migration that restores undeclared objects, a change of an owner, which needs memberships and
privileges, and a call that may fit an undeclared function as well as a new function.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.errors import MigrationError
from schema_dsl.model.owner import Ownership
from schema_dsl.pipeline.verification import build_subject

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.migrations import Migration
    from schema_dsl.pipeline.project import Project
    from schema_dsl.plan import Difference, Plan


@attrs.frozen
class RehearsalReasons:
    """The objects for which a migration is run before it is written.

    Attributes:
        restored: The undeclared objects that the migration restores.
        owned: The objects to which the migration gives an owner.
        overloads: The undeclared routines that stay beside a new routine of the same name.
    """

    restored: tuple[Identity, ...] = ()
    owned: tuple[Identity, ...] = ()
    overloads: tuple[Identity, ...] = ()

    def __bool__(self) -> bool:
        """Return whether there is a reason."""
        return bool(self.restored or self.owned or self.overloads)

    def explain(self) -> str:
        """Return what may be wrong if Postgres refuses the migration, and what to do."""
        reasons = []
        if self.restored:
            reasons.append(
                f"It removes and restores what the definitions do not declare: {_join(self.restored)}. Declare it as"
                " it is to be, or drop it with --drop."
            )
        if self.owned:
            reasons.append(
                f"It changes the owner of {_join(self.owned)}. The role that runs migrations has to be a member of"
                " the new owner, who needs CREATE on the schema."
            )
        if self.overloads:
            reasons.append(
                f"A call of a new function may also fit one that the definitions do not declare:"
                f" {_join(self.overloads)}. Drop it with --drop."
            )
        return " ".join(reasons)


def find_rehearsal_reasons(
    plan: Plan,
    changes: Iterable[Difference],
    left: Collection[Identity],
    present: Mapping[Identity, Any],
    declared: Mapping[Identity, Any],
) -> RehearsalReasons:
    """Return the objects for which a migration is run before it is written.

    Args:
        plan: The plan of the migration.
        changes: The changes of the plan.
        left: The undeclared objects of the history that the plan does not drop.
        present: All objects after the migration.
        declared: The declared objects.
    """
    subjects = {part.subject for step in plan.steps for part in step.list_parts()}
    due = list(changes)
    dropped = {change.identity for change in due if change.after is None}
    names = {
        (change.identity.schema, change.identity.name)
        for change in due
        if change.before is None and change.identity.arguments is not None
    }
    return RehearsalReasons(
        tuple(identity for identity in left if identity in subjects),
        tuple(step.subject.root for step in plan.steps if step.subject.kind == Ownership.kind),
        tuple(
            identity
            for identity in (present if names else ())
            if identity.arguments is not None
            and (identity.schema, identity.name) in names
            and identity not in declared
            and identity not in dropped
        ),
    )


def require_applicable(
    project: Project, files: Sequence[Migration], reasons: RehearsalReasons, output: Path | None
) -> None:
    """Raise MigrationError if Postgres refuses a migration.

    Args:
        project: The project.
        files: The files of the migration, which may not be written.
        reasons: The objects for which the migration is run.
        output: Folder of the migrations, by default the folder of the settings.
    """
    from schema_dsl.postgres import provider  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.verify import Scratch  # noqa: PLC0415
    from schema_dsl.verify.scripts.apply import ApplyError  # noqa: PLC0415

    subject = build_subject(project, files, output=output)
    try:
        with (
            provider(project.settings.postgres).start() as server,
            Scratch(server, subject) as scratch,
            scratch.fresh("after"),
        ):
            pass
    except ApplyError as error:
        raise MigrationError(
            f"the migration cannot run: {error.what}", where=error.where, instead=reasons.explain()
        ) from error


def _join(identities: Iterable[Identity]) -> str:
    return ", ".join(map(str, identities))
