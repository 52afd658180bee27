"""Render a plan as the files of one migration, and write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.migrations import write_migration
from schema_dsl.pipeline.project import Project

if TYPE_CHECKING:
    from schema_dsl.plan import Plan


@attrs.frozen
class RenderedFile:
    """A file of a migration, before it is written.

    Attributes:
        path: The path.
        text: The text.
        configuration: The text of the file NAME.conf beside it; "" for none.
    """

    path: Path
    text: str
    configuration: str = ""


@collection_paused()
def render_files(
    project: Project,
    plan: Plan,
    choose_path: Callable[[int], Path],
    *,
    day: str,
    allowed: tuple[str, ...],
    history: str,
) -> list[RenderedFile]:
    """Render a plan as one file, or as several where a switch of the runner covers a whole file.

    Args:
        project: The project.
        plan: The plan.
        choose_path: Returns the path of a file by its place among the files, from 0.
        day: The date in the header.
        allowed: The hazards that were allowed.
        history: The fingerprint of the files before; "" if something was left behind.
    """
    from schema_dsl.plan import choose_steps, split_into_files  # noqa: PLC0415 - only a due migration needs it
    from schema_dsl.render import (  # noqa: PLC0415 - jinja2 is heavy
        Header,
        build_title_and_purpose,
        render,
        select_sections,
    )

    settings, wanted, runner = project.settings, project.wanted, project.settings.how_run
    title, purpose = build_title_and_purpose(select_sections(wanted.sections, plan))
    plan = choose_steps(plan, runner)
    segments = split_into_files(plan, runner)
    paths = [choose_path(number) for number in range(len(segments))]
    return [
        RenderedFile(
            path,
            render(
                segment.plan,
                wanted,
                Header(
                    file=path.name,
                    title=title,
                    purpose=purpose,
                    date=day,
                    definitions=wanted.fingerprint(),
                    history=history,
                    allowed=allowed,
                    runner=runner,
                    files=tuple(each.name for each in paths) if len(paths) > 1 else (),
                ),
                whole=plan,
                is_alone=segment.is_alone,
                lock_timeout=settings.lock_timeout,
                statement_timeout=settings.statement_timeout,
            ),
            runner.configuration if segment.is_alone else "",
        )
        for path, segment in zip(paths, segments, strict=True)
    ]


def write_files(files: Iterable[RenderedFile], replaced: Iterable[Path] | None) -> None:
    """Write the files of a migration, each after its configuration.

    Args:
        files: The files.
        replaced: The files of the migration before, for one that is written again; None for a new one.

    Raises:
        MigrationError: If a number of a new migration is taken by now, or a file cannot be written.
    """
    texts: dict[Path, str] = {}
    for file in files:
        if file.configuration:
            texts[_configuration_path(file.path)] = file.configuration
        texts[file.path] = file.text
    if replaced is not None:
        replaced = [path for sql in replaced for path in (sql, _configuration_path(sql))]
    write_migration(texts, replaced)


def _configuration_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.conf")
