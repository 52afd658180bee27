"""The whole schema of a database as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import attrs

from schema_dsl.collection import collection_paused
from schema_dsl.model.owner import Ownership
from schema_dsl.pipeline.project import Project
from schema_dsl.pipeline.reading import describe_database, read_dsn

if TYPE_CHECKING:
    from schema_dsl.introspect.database import DatabaseContents


_DEFAULT_PRIVILEGES: Final = (
    "New objects get the same privileges under all default privileges of the database."
)
_KEPT: Final = "Objects of kinds that definitions cannot declare."


@attrs.frozen
class SchemaDump:
    """The result of `dump`.

    Attributes:
        sql: The script.
        omissions: Sentences about objects and properties that the script does not create.
    """

    sql: str
    omissions: tuple[str, ...]


@collection_paused()
def dump(project: Project, dsn: str, schemas: Iterable[str] = ()) -> SchemaDump:
    """Write the SQL that creates the schema of a database in an empty one.

    Args:
        project: The project, whose platform's own objects are left out.
        dsn: The connection string.
        schemas: The schemas; none for all.

    Raises:
        SettingsError: If the text is no connection string.
        PostgresError: If the database cannot be read.
        PlanError: If the objects cannot be brought into an order.
    """
    chosen = tuple(schemas)
    contents = read_dsn(dsn, project.platform, chosen).without_defaults
    title = f"Schema of {describe_database(dsn)}"
    first = "" if chosen else project.platform.first_default_privileges
    return SchemaDump(render_contents(contents, title, first), contents.losses)


def render_contents(contents: DatabaseContents, title: str, default_privileges: str = "") -> str:
    """Render the script that creates the objects of a database.

    Args:
        contents: The objects.
        title: The first line of the header.
        default_privileges: Statements that give new objects the same privileges in each database of the platform.
    """
    from schema_dsl.introspect.kept_sql import render_kept_sql  # noqa: PLC0415 - psycopg is heavy
    from schema_dsl.plan import choose_steps, plan  # noqa: PLC0415 - keeps --help light
    from schema_dsl.render import render_script  # noqa: PLC0415 - jinja2 is heavy
    from schema_dsl.runner import RUNNERS  # noqa: PLC0415

    catalog = contents.catalog
    whole = plan(catalog.existing(), catalog, partitions=contents.partitions)
    roles = ", ".join(role.name for role in contents.roles)
    remarks = [f"Roles that have to exist: {roles}."] if roles else []
    has_other_owner = contents.main_owner not in (None, contents.reader)
    if has_other_owner or contents.catalog.of_kind(Ownership.kind):
        remarks.append(
            "Objects without OWNER TO belong to the role that runs the script;"
            f" in the database, to {contents.main_owner}."
        )
    if contents.losses:
        remarks.append("\n".join(["Not included:", *(f"  {_on_one_line(text)}" for text in contents.losses)]))
    first = [(_DEFAULT_PRIVILEGES, default_privileges), (_KEPT, render_kept_sql(contents.kept))]
    return render_script(
        choose_steps(whole, RUNNERS["psql-single-transaction"]),
        catalog,
        title=title,
        remarks=remarks,
        first=first,
    )


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
